/** The landing page's button in another browser: what is shown there, and what never is. */
import { describe, expect, test } from 'vitest';
import type { MagicLinkOptions, MagicLinkOutcome } from '../../../lib/index.js';
import {
  ada,
  CALLBACK,
  codeOf,
  newSessions,
  plainRoutes,
  requestLink,
  startApp,
  startRouter,
  tellingRoutes,
  typesOf,
  userOf,
} from '../../support/app.js';
import { JSON_HEADERS } from '../../support/browser.js';

const NOW = Date.UTC(2030, 0, 2, 13, 5);
const FIREFOX = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0' };
const CHROME = { 'user-agent': 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile' };

/** Asked for in Firefox on Windows; `other` is Chrome on Android. */
async function asked(options: Partial<MagicLinkOptions> = {}, config: object = {}) {
  const { app, browser } = await startRouter({ options: { clock: () => NOW, ...options }, ...config });
  await browser.post('/login', { ...ada, returnTo: '/orders' }, FIREFOX);
  return { app, browser, other: app.browser(), ...(await app.mailbox.next()) };
}

test('the page shows code, requesting browser, time and the only place to type it', async () => {
  const { app, other, token } = await asked();
  const answer = await other.post(CALLBACK, { token }, CHROME);
  expect(answer.status).toBe(401);
  expect(answer.text).toContain(`<p class="code">${codeOf(app, token)}</p>`);
  expect(answer.text).toMatch(/Requested on Jan 2, 2030, .* UTC, in Firefox on Windows\./);
  expect(answer.text).toMatch(/1:05.PM UTC/);
  expect(answer.text).toContain(`Enter it only at ${app.origin} and nowhere else.`);
  expect(answer.text).toContain('Never share it.');
});

test('as JSON it is the code alone', async () => {
  const { app, other, token } = await asked();
  const answer = await other.postJson(CALLBACK, { token }, CHROME);
  expect([answer.status, answer.json()]).toEqual([401, { error: 'wrong_browser', code: codeOf(app, token) }]);
});

test('BD-13: neither says whose link it is, where it leads, or what logs in by it', async () => {
  const { other, token } = await asked();
  for (const headers of [{}, JSON_HEADERS]) {
    const { headers: sent, text } = await other.post(CALLBACK, { token }, headers);
    expect(JSON.stringify(sent) + text).not.toMatch(/ada|@example|orders|pbl_|pbn_/i);
  }
});

test('BD-13: a link for an address that may have no mail is answered as any other', async () => {
  const { app, browser } = await startRouter({ options: { clock: () => NOW, mayReceive: () => true } });
  const answers = [];
  for (const email of ['ada@example.com', 'somebody.else@a-long-domain.example.org']) {
    const { token } = await requestLink(app, browser, email);
    const { text } = await app.browser().post(CALLBACK, { token });
    answers.push(text.replace(codeOf(app, token), 'the code'));
  }
  expect(answers[0]).toBe(answers[1]);
});

test('showing it changes nothing: the same code each time, no cookie, and the requesting browser still logs in', async () => {
  const sessions = newSessions();
  const { app, browser, other, path, token } = await asked(
    {},
    { session: { store: sessions, rolling: true, resave: true, saveUninitialized: true } },
  );
  const before = { ...sessions.sessions };
  for (const each of [other, other, app.browser()]) {
    const answer = await each.postJson(CALLBACK, { token });
    expect([answer.json().code, answer.setCookies]).toEqual([codeOf(app, token), []]);
    expect((await each.post(CALLBACK, { token })).setCookies).toEqual([]);
  }
  expect(sessions.sessions).toEqual(before);
  expect(await userOf(other)).toBeUndefined();
  expect((await browser.get(path)).status).toBe(303);
});

test('EN-05: shown ten times, it is still live: looking is no try', async () => {
  const { app, browser, token } = await asked();
  for (let i = 0; i < 10; i++) await app.browser().postJson(CALLBACK, { token });
  expect((await browser.post('/login/code', { code: codeOf(app, token) })).status).toBe(303);
});

test.each(['GET', 'HEAD'])(
  'SC-01: %s shows no code: a scanner sees none that does not press the button',
  async (method) => {
    const { app, other, path, token } = await asked();
    const eve = app.browser();
    await requestLink(app, eve, 'eve@example.com');
    for (const headers of [{}, JSON_HEADERS, { 'sec-purpose': 'prefetch' }]) {
      for (const each of [other, eve]) {
        const answer = await each.send(path, { method, headers });
        expect(answer.status).toBe(200);
        expect(answer.text).not.toContain(codeOf(app, token));
      }
    }
    expect(typesOf(app)).not.toContain('link.wrong_browser');
  },
);

test('from a page of another site no code is shown', async () => {
  const { other, token } = await asked();
  const answer = await other.postJson(CALLBACK, { token }, { 'sec-fetch-site': 'cross-site' });
  expect([answer.status, answer.json()]).toEqual([403, { error: 'cross_site' }]);
});

test('a browser that is called nothing known is called an unknown one', async () => {
  const { app, browser } = await startRouter();
  await browser.post('/login', ada, { 'user-agent': '<b>me</b>' });
  const { token } = await app.mailbox.next();
  const { text } = await app.browser().post(CALLBACK, { token });
  expect(text).toMatch(/Requested on .* UTC, in an unknown browser\./);
  expect(text).not.toContain('me</b>');
});

describe('under deny', () => {
  test('page and JSON say where to go, and have no code', async () => {
    const { app, other, token } = await asked({ otherBrowser: 'deny' });
    expect((await other.postJson(CALLBACK, { token })).json()).toEqual({ error: 'wrong_browser' });
    const { status, text } = await other.post(CALLBACK, { token });
    expect(status).toBe(401);
    expect(text).toContain('works only in the browser where it was requested');
    for (const told of [codeOf(app, token), codeOf(app, token).replace('-', ''), 'Firefox', 'ada']) {
      expect(text).not.toContain(told);
    }
  });
});

describe('without the router', () => {
  const outcomeOf = async (options: Partial<MagicLinkOptions>) => {
    const outcomes: (MagicLinkOutcome | undefined)[] = [];
    const app = await startApp({
      options: { clock: () => NOW, ...options },
      routes: (express, test) => {
        express.use((req, res, next) => {
          res.once('finish', () => outcomes.push(req.magicLink));
          next();
        });
        plainRoutes(express, test);
      },
    });
    await app.browser().post('/login', ada, FIREFOX);
    const { token } = await app.mailbox.next();
    await app.browser().post(CALLBACK, { token });
    return { app, token, outcome: outcomes[1] };
  };

  test('the request has the help, and no address', async () => {
    const { app, token, outcome } = await outcomeOf({});
    expect(outcome).toEqual({
      status: 'refused',
      refusal: { code: 'wrong_browser', status: 401, message: expect.any(String) },
      help: {
        code: codeOf(app, token),
        requestedIn: { browser: 'Firefox', system: 'Windows' },
        requestedAt: NOW / 1000,
      },
    });
    expect(JSON.stringify(outcome)).not.toContain('ada');
  });

  test('under deny the request has none', async () => {
    const { outcome } = await outcomeOf({ otherBrowser: 'deny' });
    expect(outcome).toMatchObject({ refusal: { code: 'wrong_browser' } });
    expect(outcome).not.toMatchObject({ help: expect.anything() });
  });

  test('Passport’s own refusal does not quote the code', async () => {
    const app = await startApp({ routes: tellingRoutes });
    const { token } = await requestLink(app, app.browser());
    const { text } = await app.browser().post(CALLBACK, { token });
    expect(text).not.toContain(codeOf(app, token));
  });
});
