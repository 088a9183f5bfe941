/** Two people whose requests overlap on one strategy, in every wiring: each gets their own answer, and only that. */
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { expect, test } from 'vitest';
import { authContext, MemoryStore, magicLinkRouter } from '../../lib/index.js';
import { CALLBACK, requestLink, startApp, type TestApp } from '../support/app.js';

const PEOPLE = ['ada@example.com', 'bob@example.com'] as const;
type Person = (typeof PEOPLE)[number];

/** What `verify` does with a person. */
type Verdict = 'accepts' | 'refuses' | 'throws';

/** Handed to Passport, the strategy itself is what both requests share; by name, each has a copy. */
type Named = (test: TestApp) => string;
const byInstance: Named = ({ strategy }) => strategy as never;
const byName: Named = ({ strategy }) => strategy.name;

/** The status of each answer; a wiring whose answers say whose they are says so in the header. */
interface Wiring {
  readonly routes: (app: Express, test: TestApp) => void;
  readonly accepted: number;
  readonly refused: number;
}

const tellWhose: RequestHandler = (req, res) => {
  res.set('x-person', (req.user as { email: string }).email).end();
};

const byOptions =
  (named: Named, options: object): Wiring['routes'] =>
  (app, testApp) => {
    app.use(express.urlencoded({ extended: false }));
    const { passport } = testApp;
    app.post('/login', passport.authenticate(named(testApp), { action: 'request' } as object), (_req, res) => {
      res.sendStatus(202);
    });
    app.get(CALLBACK, passport.authenticate(named(testApp), options), tellWhose);
  };

type Finish = (req: Request, user: Express.User, done: (error?: unknown) => void) => void;

const byCallback =
  (named: Named, logIn: Finish): Wiring['routes'] =>
  (app, testApp) => {
    const finish = (req: Request, res: Response, next: NextFunction) => (error: unknown, user?: Express.User) => {
      if (error) return next(error);
      if (!user) return void res.sendStatus(401);
      logIn(req, user, (failure) => (failure ? next(failure) : tellWhose(req, res, next)));
    };
    app.get(CALLBACK, (req, res, next) =>
      testApp.passport.authenticate(named(testApp), finish(req, res, next))(req, res, next),
    );
    byOptions(named, {})(app, testApp);
  };

const redirects = { successRedirect: '/in', failureRedirect: '/out' };
const logIn: Finish = (req, user, done) => req.logIn(user, done);
const login: Finish = (req, user, done) => req.login(user, done);

const WIRINGS: Record<string, Wiring> = {
  'the instance, a next handler': { routes: byOptions(byInstance, {}), accepted: 200, refused: 401 },
  'the instance, redirects': { routes: byOptions(byInstance, redirects), accepted: 302, refused: 302 },
  'the instance, a callback with req.logIn': { routes: byCallback(byInstance, logIn), accepted: 200, refused: 401 },
  'the instance, a callback with req.login': { routes: byCallback(byInstance, login), accepted: 200, refused: 401 },
  'the name, a next handler': { routes: byOptions(byName, {}), accepted: 200, refused: 401 },
  'the name, redirects': { routes: byOptions(byName, redirects), accepted: 302, refused: 302 },
  'the name, a callback with req.logIn': { routes: byCallback(byName, logIn), accepted: 200, refused: 401 },
  'the name, a callback with req.login': { routes: byCallback(byName, login), accepted: 200, refused: 401 },
  'the router': {
    routes: (app, { passport, strategy }) => app.use('/login', magicLinkRouter(passport as never, strategy)),
    accepted: 303,
    refused: 401,
  },
};

const VERDICTS: [Verdict, Verdict][] = [
  ['accepts', 'accepts'],
  ['accepts', 'refuses'],
  ['refuses', 'accepts'],
  ['throws', 'accepts'],
  ['accepts', 'throws'],
];

const TABLE = Object.entries(WIRINGS).flatMap(([name, wiring]) =>
  VERDICTS.flatMap((verdicts) =>
    (['the last', 'the first'] as const).map((order) => [name, order, verdicts, wiring] as const),
  ),
);

/** A promise, and what settles it. */
function newGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** An app whose `verify` says that it was entered, and waits until it may answer. */
async function start(routes: Wiring['routes'], verdicts: Record<Person, Verdict>) {
  const gates = new Map(PEOPLE.map((person) => [person as string, { entered: newGate(), leave: newGate() }]));
  const app = await startApp({
    verify: async ({ address }: { address: Person }) => {
      const gate = gates.get(address);
      gate?.entered.open();
      await gate?.leave.opened;
      if (verdicts[address] === 'throws') throw new Error('no table');
      return verdicts[address] === 'accepts' && { email: address };
    },
    routes: (express, testApp) => {
      routes(express, testApp);
      express.get('/me', (req, res) => void res.json({ user: req.user, level: authContext(req)?.level }));
    },
  });
  const begin = async (person: Person) => {
    const browser = app.browser();
    const { path } = await requestLink(app, browser, person);
    return {
      person,
      browser,
      /** Sends the click, and resolves as `verify` waits. */
      async click() {
        const answer = browser.get(path);
        await gates.get(person)?.entered.opened;
        return {
          /** Lets `verify` answer. */
          finish: () => {
            gates.get(person)?.leave.open();
            return answer;
          },
        };
      },
    };
  };
  return { begin };
}

test.each(TABLE)('RS-05: by %s: %s to come is answered first; verify %j', async (_name, order, verdicts, wiring) => {
  const [ada, bob] = PEOPLE;
  const { begin } = await start(wiring.routes, { [ada]: verdicts[0], [bob]: verdicts[1] } as Record<Person, Verdict>);
  const people = [await begin(ada), await begin(bob)] as const;
  const clicks = [await people[0].click(), await people[1].click()] as const;
  const answers = [];
  for (const i of order === 'the last' ? ([1, 0] as const) : ([0, 1] as const)) {
    answers[i] = await clicks[i].finish();
  }

  const status = { accepts: wiring.accepted, refuses: wiring.refused, throws: 500 };
  for (const [i, { person, browser }] of people.entries()) {
    const verdict = verdicts[i] as Verdict;
    const answer = answers[i];
    expect(answer?.status, person).toBe(status[verdict]);
    if (answer?.status === 302) expect(answer.headers.location, person).toBe(verdict === 'accepts' ? '/in' : '/out');
    if (answer?.status === 200) expect(answer.headers['x-person']).toBe(person);
    const expected = verdict === 'accepts' ? { user: { email: person }, level: 1 } : {};
    expect((await browser.get('/me')).json(), person).toEqual(expected);
  }
});

test('RS-05: two requests for a link by the instance are both answered', async () => {
  const [entered, leave] = [newGate(), newGate()];
  class Held extends MemoryStore {
    #held = false;

    override async issue(...args: Parameters<MemoryStore['issue']>) {
      if (!this.#held) {
        this.#held = true;
        entered.open();
        await leave.opened;
      }
      return super.issue(...args);
    }
  }
  const app = await startApp({ options: { store: new Held() }, routes: byOptions(byInstance, {}) });
  const [first, second] = [app.browser(), app.browser()];
  const answer = first.post('/login', { email: PEOPLE[0] });
  await entered.opened;
  expect((await second.post('/login', { email: PEOPLE[1] })).status).toBe(202);
  leave.open();
  expect((await answer).status).toBe(202);
});
