/** Clicks at the same time: one login, and no loser's answer harms it. */
import { describe, expect, test } from 'vitest';
import { CALLBACK, newSessions, plainRoutes, requestLink, startApp, userOf } from '../../support/app.js';
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

async function click(settings: object, request: (path: string, token: string) => [string, RequestOptions]) {
  const sessions = newSessions();
  const app = await startApp({
    session: { store: sessions, ...settings },
    routes: (express, test) => {
      express.use(CALLBACK, barrier(CLICKS));
      plainRoutes(express, test, { successRedirect: '/home' });
    },
  });
  const browser = app.browser();
  const { path, token } = await requestLink(app, browser);
  const jars = Array.from({ length: CLICKS }, () => browser.copy());
  const answers = await Promise.all(jars.map((jar) => jar.send(...request(path, token))));
  return { app, browser, jars, answers, sessions };
}

const GET = (path: string): [string, RequestOptions] => [path, {}];
const POST = (_path: string, token: string): [string, RequestOptions] => [
  CALLBACK,
  { method: 'POST', form: { token } },
];

describe.each([
  ['GET', GET],
  ['POST', POST],
])('RC-01, SS-05: %s', (_method, request) => {
  describe.each([
    ['the plainest session', {}],
    ['rolling, resave and saveUninitialized', { rolling: true, resave: true, saveUninitialized: true }],
  ])('under %s', (_settings, settings) => {
    test('one logs in', async () => {
      const { app } = await click(settings, request);
      expect(app.events.filter(({ type }) => type === 'link.redeemed')).toHaveLength(1);
    });

    test('one answer alone sets a cookie', async () => {
      const { answers } = await click(settings, request);
      expect(answers.filter(({ setCookies }) => setCookies.length > 0)).toHaveLength(1);
    });

    test('every loser goes where the winner goes', async () => {
      const { app, answers } = await click(settings, request);
      const targets = answers.map(({ headers }) => new URL(headers.location ?? '', app.origin).href);
      expect(targets).toEqual(Array.from({ length: CLICKS }, () => `${app.origin}/home`));
    });

    test('only the winner’s jar is logged in, and the old session is gone', async () => {
      const { browser, jars, sessions } = await click(settings, request);
      const stored = Object.values(sessions.sessions).map((text) => JSON.parse(text));
      expect(stored.filter(({ passport }) => passport?.user)).toHaveLength(1);
      expect(stored.filter((kept) => kept['passport-bound-link']?.binding)).toHaveLength(0);
      const users = await Promise.all(jars.map(userOf));
      expect(users.filter(Boolean)).toHaveLength(1);
      expect(await userOf(browser)).toBeUndefined();
    });

    test('nothing is reported of the losers', async () => {
      const { app } = await click(settings, request);
      expect(app.events.filter(({ severity }) => severity !== 'info')).toEqual([]);
    });
  });
});
