/** Passport's options for a refusal, on the callback. */
import flash from 'connect-flash';
import { describe, expect, test } from 'vitest';
import { ada, CALLBACK, plainRoutes, requestLink, startApp, type TestApp } from '../../support/app.js';
import type { Answer, Browser } from '../../support/browser.js';

const start = (options: object, verify?: () => unknown) =>
  startApp({
    ...(verify && { verify }),
    routes: (express, test) => {
      express.use(flash());
      plainRoutes(express, test, options);
    },
  });

interface Refusal {
  refuse: (app: TestApp, browser: Browser) => Promise<Answer>;
  verify?: () => unknown;
  status: number;
  message: string;
}

const REFUSALS: [string, Refusal][] = [
  [
    'link_invalid',
    {
      refuse: (_app, browser) => browser.get('/login/callback?token=x'),
      status: 401,
      message: 'This login link isn’t valid. Part of it may be missing.',
    },
  ],
  [
    'wrong_browser',
    {
      refuse: async (app, browser) => browser.post(CALLBACK, { token: (await requestLink(app, app.browser())).token }),
      status: 401,
      message: 'This login link works only in the browser where it was requested. Open it there.',
    },
  ],
  [
    'login_refused',
    {
      refuse: async (app, browser) => browser.get((await requestLink(app, browser)).path),
      verify: () => false,
      status: 401,
      message: 'You can’t log in here with this address.',
    },
  ],
  [
    'cross_site',
    {
      refuse: (_app, browser) => browser.post(CALLBACK, { token: 'x' }, { 'sec-fetch-site': 'cross-site' }),
      status: 403,
      message: 'That request came from another site, so it was refused.',
    },
  ],
];

describe.each(REFUSALS)('%s', (_code, { refuse, verify, status, message }) => {
  async function refused(options: object) {
    const app = await start(options, verify);
    const browser = app.browser();
    const answer = await refuse(app, browser);
    const { user, session } = (await browser.get('/me')).json<{
      user?: object;
      session: { messages?: string[]; flash?: object };
    }>();
    expect(user).toBeUndefined();
    return { answer, session };
  }

  test('without options the answer is the bare status', async () => {
    const { answer } = await refused({});
    expect([answer.status, answer.text]).toEqual([status, status === 401 ? 'Unauthorized' : 'Forbidden']);
  });

  test('failureRedirect', async () => {
    const { answer } = await refused({ failureRedirect: '/login', successReturnToOrRedirect: '/home' });
    expect([answer.status, answer.headers.location]).toEqual([302, '/login']);
  });

  test('failureMessage: true', async () => {
    expect((await refused({ failureMessage: true })).session.messages).toEqual([message]);
  });

  test('failureMessage: the app’s words', async () => {
    expect((await refused({ failureMessage: 'No.' })).session.messages).toEqual(['No.']);
  });

  test('failureFlash: true', async () => {
    expect((await refused({ failureFlash: true })).session.flash).toEqual({ error: [message] });
  });

  test('failureFlash: the app’s type and words', async () => {
    const { session } = await refused({ failureFlash: { type: 'warning', message: 'No.' } });
    expect(session.flash).toEqual({ warning: ['No.'] });
  });

  test('failWithError', async () => {
    const { answer } = await refused({ failWithError: true });
    expect([answer.status, answer.json().error]).toEqual([status, 'AuthenticationError']);
  });
});

test('a flash for a refused button leaves the requesting browser’s link alive', async () => {
  const app = await start({ failureFlash: true, failureRedirect: '/login' });
  const browser = app.browser();
  const { path, token } = await requestLink(app, browser);
  await app.browser().post('/login/callback', { token });
  expect((await browser.get(path)).json().user).toEqual(ada);
});

describe('BD-09: a refused request that came without its SameSite cookie leaves the browser’s session alone', () => {
  const OPTIONS = { failureMessage: true, failureFlash: true, failureRedirect: '/login' };
  const CROSS_SITE = { 'sec-fetch-site': 'cross-site' };
  const invalid = (client: Browser) => client.get('/login/callback?token=x', CROSS_SITE);
  const posted = (client: Browser) => client.post(CALLBACK, { token: 'x' }, CROSS_SITE);
  const coded = (client: Browser) => client.post('/login/code', { code: 'x' }, CROSS_SITE);

  async function refused(sameSite: 'strict' | 'lax' | true, refuse: (client: Browser) => Promise<Answer>) {
    const app = await startApp({
      session: { cookie: { sameSite } },
      routes: (express, test) => {
        express.use(flash());
        plainRoutes(express, test, OPTIONS);
      },
    });
    return refuse(app.browser());
  }

  test.each([
    ['strict', 'GET', invalid],
    [true, 'GET', invalid],
    ['strict', 'POST', posted],
    ['lax', 'POST', posted],
    ['lax', 'POST of a code', coded],
  ] as const)('BD-09: under %s, by %s', async (sameSite, _method, refuse) => {
    const { status, headers, setCookies } = await refused(sameSite, refuse);
    expect([status, headers.location, setCookies]).toEqual([302, '/login', []]);
  });

  test('a lax cookie comes with a click: who has none is told by a new one', async () => {
    expect((await refused('lax', invalid)).setCookies).toHaveLength(1);
  });

  test('a click of the same site has its cookie, under strict too', async () => {
    const sameSite = (client: Browser) => client.get('/login/callback?token=x', { 'sec-fetch-site': 'same-site' });
    expect((await refused('strict', sameSite)).setCookies).toHaveLength(1);
  });
});
