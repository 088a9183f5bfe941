/** Link and code at the same time, and a code typed several times at once: one login. */
import { describe, expect, test } from 'vitest';
import {
  CALLBACK,
  CODE,
  codeOf,
  newSessions,
  plainRoutes,
  requestLink,
  startApp,
  typesOf,
  userOf,
} from '../../support/app.js';
import type { RequestOptions } from '../../support/browser.js';

const CLICKS = 10;

/** Lets requests go on only when all of them are here, each with the session as it was before the login. */
function barrier(size: number) {
  const waiting: (() => void)[] = [];
  return (_req: unknown, _res: unknown, next: () => void) => {
    waiting.push(next);
    if (waiting.length === size) for (const go of waiting) go();
  };
}

type Way = (path: string, token: string, code: string) => [string, RequestOptions];

const byCode: Way = (_path, _token, code) => [CODE, { method: 'POST', form: { code } }];
const byGet: Way = (path) => [path, {}];
const byPost: Way = (_path, token) => [CALLBACK, { method: 'POST', form: { token } }];

async function race(ways: Way[], settings: object) {
  const sessions = newSessions();
  const app = await startApp({
    session: { store: sessions, ...settings },
    routes: (express, test) => {
      express.use([CALLBACK, CODE], barrier(CLICKS));
      plainRoutes(express, test, { successRedirect: '/home' });
    },
  });
  const browser = app.browser();
  const { path, token } = await requestLink(app, browser);
  const code = codeOf(app, token);
  const jars = Array.from({ length: CLICKS }, () => browser.copy());
  const answers = await Promise.all(
    jars.map((jar, i) => jar.send(...(ways[i % ways.length] as Way)(path, token, code))),
  );
  return { app, jars, answers, sessions };
}

describe.each([
  ['link and code', [byGet, byCode]],
  ['code and link', [byCode, byGet]],
  ['button and code', [byPost, byCode]],
  ['the code alone', [byCode]],
])('RC-03: %s', (_ways, ways) => {
  test.each([
    ['the plainest session', {}],
    ['rolling, resave and saveUninitialized', { rolling: true, resave: true, saveUninitialized: true }],
  ])('under %s: one login, one cookie, and every loser goes where the winner goes', async (_settings, settings) => {
    const { app, jars, answers, sessions } = await race(ways, settings);
    expect(typesOf(app).filter((type) => type === 'link.redeemed')).toHaveLength(1);
    expect(app.events.filter(({ severity }) => severity !== 'info')).toEqual([]);
    const targets = answers.map(({ headers }) => new URL(headers.location ?? '', app.origin).href);
    expect(targets).toEqual(Array.from({ length: CLICKS }, () => `${app.origin}/home`));
    expect(answers.filter(({ setCookies }) => setCookies.length > 0)).toHaveLength(1);

    const stored = Object.values(sessions.sessions).map((text) => JSON.parse(text));
    expect(stored.filter(({ passport }) => passport?.user)).toHaveLength(1);
    expect(stored.filter((kept) => kept['passport-bound-link']?.binding)).toEqual([]);
    expect((await Promise.all(jars.map(userOf))).filter(Boolean)).toHaveLength(1);
  });
});

test('RC-03: who won says at what level it is', async () => {
  const { app, sessions } = await race([byGet, byCode], {});
  const [auth] = Object.values(sessions.sessions).flatMap(
    (text) => JSON.parse(text)['passport-bound-link']?.auth ?? [],
  );
  const reason = app.events.find(({ type }) => type === 'link.redeemed')?.reason;
  expect(auth.level).toBe(reason === 'code' ? 0 : 1);
});
