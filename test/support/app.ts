/** An Express app in this process, wired by hand as an app's own code would be. */
import { createServer } from 'node:http';
import express, { type Express } from 'express';
import session, { type SessionOptions } from 'express-session';
import passportModule from 'passport';
import { expect, onTestFinished } from 'vitest';
import {
  type EventType,
  type MagicLinkEvent,
  type MagicLinkOptions,
  MagicLinkStrategy,
  MemoryStore,
  magicLinkRouter,
  type RouterOptions,
} from '../../lib/index.js';
import type { MailMessage } from '../../lib/mail/transport.js';
import { spellCode } from '../../lib/protocol/crockford.js';
import { readToken } from '../../lib/protocol/token.js';
import { Browser } from './browser.js';
import { listen } from './ports.js';
import { isNotice, linkIn, tokenIn } from './smtp.js';

export const SECRET = 'a secret of the tests that is long enough';
export const CALLBACK = '/login/callback';
export const CODE = '/login/code';
/** The user who asks, where a test does not say who. */
export const ada = { email: 'ada@example.com' };

/** What `mail.deliver` was given, to wait for. */
export class Mailbox {
  readonly messages: MailMessage[] = [];
  readonly #taken = new Set<MailMessage>();
  #waiting: (() => void)[] = [];

  readonly deliver = async (message: MailMessage): Promise<void> => {
    this.messages.push(message);
    for (const wake of this.#waiting.splice(0)) wake();
  };

  /** The next mail with a link. */
  async next(): Promise<Received> {
    const message = await this.#take((one) => !isNotice(one));
    const link = linkIn(message.text);
    return { message, link, ...partsOf(link), notMe: partsOf(notMeLinkIn(message.text)) };
  }

  /** The next mail that only tells something. */
  nextNotice(): Promise<MailMessage> {
    return this.#take(isNotice);
  }

  async #take(isMeant: (message: MailMessage) => boolean): Promise<MailMessage> {
    for (;;) {
      const found = this.messages.find((message) => isMeant(message) && !this.#taken.has(message));
      if (found) {
        this.#taken.add(found);
        return found;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

/** A mail, and the links in it as a browser would send them. */
export interface Received extends LinkParts {
  message: MailMessage;
  link: string;
  /** Of the "this was not me" link; empty of an invitation. */
  notMe: LinkParts;
}

interface LinkParts {
  path: string;
  token: string;
}

function partsOf(link: string | undefined): LinkParts {
  if (link === undefined) return { path: '', token: '' };
  const { pathname, search } = new URL(link);
  return { path: pathname + search, token: tokenIn(link) };
}

const notMeLinkIn = (text: string) => text.match(/^https?:\/\/\S+\/not-me\?\S+$/m)?.[0];

export interface TestApp {
  readonly app: Express;
  readonly origin: string;
  readonly mailbox: Mailbox;
  readonly events: MagicLinkEvent[];
  readonly strategy: MagicLinkStrategy;
  readonly passport: InstanceType<typeof passportModule.Passport>;
  /** A browser that has not been here before. */
  browser(): Browser;
}

export interface TestAppConfig {
  options?: Partial<MagicLinkOptions>;
  /** Default: the user is `{ email }`. */
  verify?: (...args: never[]) => unknown;
  session?: Partial<SessionOptions> | false;
  /** Comes before the session. */
  before?: (app: Express) => void;
  /** The routes; default: the two of the strategy, wired in the plainest way. */
  routes?: (app: Express, test: TestApp) => void;
}

/** Gone with the test that starts it. */
export async function startApp(config: TestAppConfig = {}): Promise<TestApp> {
  const app = express();
  const server = createServer(app);
  const origin = await listen(server);
  const mailbox = new Mailbox();
  const verify = config.verify ?? (async ({ address }: { address: string }) => ({ email: address }));
  const AnyStrategy = MagicLinkStrategy as new (options: MagicLinkOptions, verify: never) => MagicLinkStrategy;
  const strategy = new AnyStrategy(
    {
      secret: SECRET,
      origin,
      callbackPath: CALLBACK,
      store: new MemoryStore(),
      mail: { deliver: mailbox.deliver },
      // Tests ask more often than people may; those of the limits set their own.
      dangerouslyNoLimits: config.options?.limits === undefined,
      // A mail after each login of a test's new browser would be in the way of those that the test is about.
      notices: { newBrowser: false },
      ...config.options,
    } as MagicLinkOptions,
    verify as never,
  );
  const passport = new passportModule.Passport();
  passport.use(strategy);
  passport.serializeUser((user, done) => done(null, (user as { email: string }).email));
  passport.deserializeUser((email, done) => done(null, { email } as Express.User));
  const events: MagicLinkEvent[] = [];
  strategy.events.on('*', (event) => events.push(event));

  const test: TestApp = {
    app,
    origin,
    mailbox,
    events,
    strategy,
    passport,
    browser: () => new Browser(origin),
  };
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await strategy.close(0);
  });
  config.before?.(app);
  if (config.session !== false) {
    app.use(session({ secret: SECRET, resave: false, saveUninitialized: false, name: 'sid', ...config.session }));
  }
  app.use(passport.session());
  (config.routes ?? plainRoutes)(app, test);
  // Every fault is seen as status, headers and text, as an app's own error handling would see it.
  app.use(((error, _req, res, _next) => {
    if (res.headersSent) return;
    res.status(error.status ?? 500).set(error.headers ?? {});
    res.json({ error: error.code ?? error.name, message: error.message });
  }) as express.ErrorRequestHandler);
  return test;
}

/** Body parsers, `POST /login`, `/login/callback`, `/login/code`, and `GET /me`, which shows user and session. */
export function plainRoutes(app: Express, { passport }: TestApp, callback: object = {}, ask: object = {}): void {
  app.use(express.urlencoded({ extended: false }), express.json());
  app.post('/login', passport.authenticate('magic-link', { action: 'request', ...ask } as object), (req, res) => {
    res.status(202).json({ outcome: req.magicLink?.status });
  });
  const whoLoggedIn: express.RequestHandler = (req, res) => {
    res.json({ user: req.user, authInfo: req.authInfo });
  };
  app.all(CALLBACK, passport.authenticate('magic-link', callback), whoLoggedIn);
  app.all(CODE, passport.authenticate('magic-link', { ...callback, action: 'code' } as object), whoLoggedIn);
  app.get('/me', (req, res) => {
    res.json({ user: req.user, session: req.session });
  });
}

/** `plainRoutes`, whose refusals are answered with their code: Passport's own answer has none, the request has. */
export function tellingRoutes(app: Express, test: TestApp): void {
  plainRoutes(app, test, { failWithError: true }, { failWithError: true });
  const tellRefusal: express.ErrorRequestHandler = (error, req, res, next) => {
    if (req.magicLink?.status === 'refused') res.status(error.status).json(req.magicLink.refusal);
    else next(error);
  };
  app.use(tellRefusal);
}

/** An app whose two routes have nothing before them but `middleware` and a body parser, no `passport.session()` either. */
export async function startBare(middleware: (app: Express) => void = () => {}): Promise<TestApp> {
  const test: TestApp = await startApp({
    session: false,
    before: (bare) => {
      middleware(bare);
      bare.use(express.urlencoded({ extended: false }));
      const authenticate =
        (options: object): express.RequestHandler =>
        (req, res, next) =>
          test.passport.authenticate('magic-link', options)(req, res, next);
      bare.post('/login', authenticate({ action: 'request' }), (_req, res) => void res.status(202).end());
      bare.all(CALLBACK, authenticate({}), (req, res) => void res.json(req.user));
    },
  });
  return test;
}

/** The drop-in router at `/login`, and `GET /me`, which shows user and session. */
export async function startRouter({
  router,
  ...config
}: Omit<TestAppConfig, 'routes'> & { router?: RouterOptions } = {}) {
  const app = await startApp({
    ...config,
    routes: (bare, { passport, strategy }) => {
      bare.use('/login', magicLinkRouter(passport as never, strategy, router));
      bare.get('/me', (req, res) => {
        res.json({ user: req.user, session: req.session });
      });
    },
  });
  return { app, browser: app.browser() };
}

/** express-session's store in memory, with what it holds in sight. */
export const newSessions = () =>
  new session.MemoryStore() as session.MemoryStore & { sessions: Record<string, string> };

/** Asks for a link in this browser and waits for its mail. */
export async function requestLink(test: TestApp, browser: Browser, email = ada.email, fields = {}) {
  const answer = await browser.post('/login', { email, ...fields });
  if (answer.status >= 400) throw new Error(`the ask was refused: ${answer.status} ${answer.text}`);
  return { answer, ...(await test.mailbox.next()) };
}

/** The code that stands for this token, whether anybody is shown it or not. */
export function codeOf({ strategy }: TestApp, token: string): string {
  const link = readToken(strategy.services.config.keyring, token);
  if (!link) throw new Error('not a token of this app');
  return spellCode(link.code);
}

/** Who is logged in in this browser. */
export const userOf = async (browser: Browser) => (await browser.get('/me')).json<{ user?: { email: string } }>().user;

/** Of an app that delivers to its mailbox; it takes no more asks after that. */
export async function expectNoMail({ strategy, mailbox }: TestApp): Promise<void> {
  await strategy.close();
  expect(mailbox.messages).toEqual([]);
}

export const typesOf = ({ events }: TestApp): EventType[] => events.map(({ type }) => type);

/** The first event of this type, past or to come. */
export const eventOf = async ({ events, strategy }: TestApp, type: EventType): Promise<MagicLinkEvent> =>
  events.find((event) => event.type === type) ??
  new Promise((resolve) => strategy.events.on(type, (event) => resolve(event)));
