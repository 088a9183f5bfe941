/** The page that waits for the mail to be read: it takes the code, requests again, and knows when it is over. */
import { describe, expect, test } from 'vitest';
import type { MagicLinkOptions } from '../../lib/index.js';
import { ada, CODE, codeOf, newSessions, requestLink, startRouter, type TestApp, typesOf } from '../support/app.js';
import type { Answer, Browser } from '../support/browser.js';

const SENT = '/login/sent';
const EVE = 'eve@example.com';

async function start(options: Partial<MagicLinkOptions> = {}, config: object = {}) {
  let now = Date.now();
  const { app, browser } = await startRouter({ options: { clock: () => now, ...options }, ...config });
  return { app, browser, pass: (seconds: number) => (now += seconds * 1000) };
}

const formsOf = ({ text }: Answer) => text.match(/<form [\s\S]*?<\/form>/g) ?? [];
const waitOf = ({ text }: Answer) => text.match(/data-wait="(\d+)"/)?.[1];
const statusOf = async (browser: Browser) => (await browser.getJson(SENT)).json();

test('it has a field for the code and a button to request again, and works without a script', async () => {
  const { app, browser } = await start();
  await requestLink(app, browser, ada.email, { returnTo: '/orders' });
  const page = await browser.get(SENT);
  expect(page.status).toBe(200);
  const [code, again] = formsOf(page);
  expect(code).toMatch(/^<form method="post" action="\/login\/code">/);
  expect(code).toMatch(/<input id="code" name="code" [^>]*autocomplete="one-time-code"/);
  expect(again).toMatch(/^<form method="post" action="\/login">/);
  expect(page.text).toContain('<a href="/login">Use a different address</a>');
  expect(page.text).toContain('<a href="/login/sent">');
});

test('requesting again sends the same to the same address', async () => {
  const { app, browser } = await start();
  await requestLink(app, browser, 'Ada@Example.com', { returnTo: '/orders?a=1&b="2"' });
  const again = formsOf(await browser.get(SENT))[1] ?? '';
  const value = (name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(again)?.[1]?.replaceAll('&amp;', '&');
  expect(value('email')).toBe('ada@example.com');
  await browser.post('/login', { email: ada.email, returnTo: value('returnTo') ?? '' });
  const { message, path } = await app.mailbox.next();
  expect(message.to.address).toBe('ada@example.com');
  expect((await browser.get(path)).headers.location).toBe(`${app.origin}/orders?a=1&b=%222%22`);
});

test('it names the address that was typed last', async () => {
  const { app, browser } = await start();
  await requestLink(app, browser);
  await requestLink(app, browser, EVE);
  const { text } = await browser.get(SENT);
  expect(text).toContain(`If ${EVE} can log in here`);
  expect(text).not.toContain('ada@');
});

test('in a browser that requested nothing it names nobody, and requests again for nobody', async () => {
  const { app, browser } = await start();
  await requestLink(app, app.browser());
  const page = await browser.get(SENT);
  expect(page.text).toContain('If this address can log in here');
  expect(page.text).not.toContain('name="email"');
  expect([page.status, page.setCookies]).toEqual([200, []]);
});

test('it says how long to wait, from the last request on, and nothing after that', async () => {
  const { app, browser, pass } = await start({ limits: {} });
  await requestLink(app, browser);
  expect(waitOf(await browser.get(SENT))).toBe('30');
  pass(12);
  const page = await browser.get(SENT);
  expect([waitOf(page), page.text.includes('You can request a new link in 18 seconds.')]).toEqual(['18', true]);
  pass(18);
  expect(waitOf(await browser.get(SENT))).toBeUndefined();
});

test('without limits nobody waits', async () => {
  const { app, browser } = await start();
  await requestLink(app, browser);
  expect(waitOf(await browser.get(SENT))).toBeUndefined();
});

test('under deny it has no field for a code, and speaks of none', async () => {
  const { app, browser } = await start({ otherBrowser: 'deny' });
  await requestLink(app, browser);
  const page = await browser.get(SENT);
  expect(formsOf(page)).toHaveLength(1);
  expect(page.text.replace(/<style>[\s\S]*?<\/style>/, '')).not.toMatch(/\bcode\b/i);
});

test('EN-01: a limited request and one that sends nothing look like any other, also by the session', async () => {
  const shown = [];
  for (const options of [
    { limits: {} },
    { limits: {}, mayReceive: () => false },
    { limits: { account: { quarterHour: 1, networkQuarterHour: 1 } } },
  ]) {
    const { app, browser } = await start(options);
    if ('account' in options.limits) await requestLink(app, app.browser());
    expect((await browser.post('/login', ada)).status).toBe(303);
    const page = await browser.get(SENT);
    const { session } = (await browser.get('/me')).json<{ session: Record<string, { binding: object }> }>();
    const { headers, status } = page;
    shown.push({
      status,
      headers: { ...headers, date: '', etag: '' },
      text: page.text.replaceAll(new URL(app.origin).host, 'host'),
      session: shapeOf(session['passport-bound-link']),
    });
  }
  expect(shown[1]).toEqual(shown[0]);
  expect(shown[2]).toEqual(shown[0]);
});

/** Its keys, and how long each value is. */
const shapeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]))
    : `${typeof value} ${String(value).length}`;

describe('session and cookie stay as they are, whatever express-session is told to do', () => {
  const EAGER = { rolling: true, resave: true, saveUninitialized: true, cookie: { maxAge: 86_400_000 } };

  test.each([
    ['a new one', (app: TestApp, _browser: Browser) => app.browser()],
    ['the one that asked', (_app: TestApp, browser: Browser) => browser],
  ])('in %s', async (_which, visitorOf) => {
    const sessions = newSessions();
    const { app, browser } = await start({}, { session: { store: sessions, ...EAGER } });
    await requestLink(app, browser);
    const visitor = visitorOf(app, browser);
    const before = { ...sessions.sessions };
    const answers = [
      await visitor.get(SENT),
      await visitor.getJson(SENT),
      await visitor.send(SENT, { method: 'HEAD' }),
    ];
    expect(answers.map(({ setCookies }) => setCookies)).toEqual([[], [], []]);
    expect(sessions.sessions).toEqual(before);
  });
});

test('BD-11: who is logged in and requests another link waits for it, and is told whom its code logs out', async () => {
  const { app, browser } = await start();
  await browser.get((await requestLink(app, browser, EVE)).path);
  expect(await statusOf(browser)).toMatchObject({ status: 'authenticated' });
  const { token } = await requestLink(app, browser);
  expect(await statusOf(browser)).toEqual({ status: 'waiting' });
  expect((await browser.get(SENT)).text).toContain(
    'Someone is already logged in here. If you use the code, they’ll be logged out.',
  );
  await browser.post(CODE, { code: codeOf(app, token) });
  expect(await statusOf(browser)).toMatchObject({ status: 'authenticated' });
});

test('it is over once the code was typed in another tab', async () => {
  const { app, browser } = await start();
  const { token } = await requestLink(app, browser, ada.email, { returnTo: '/orders' });
  expect(await statusOf(browser)).toEqual({ status: 'waiting' });
  await browser.post(CODE, { code: codeOf(app, token) });
  expect(await statusOf(browser)).toEqual({ status: 'authenticated', returnTo: '/orders' });
  expect((await browser.get(SENT)).text).toContain(`<a class="button" href="${app.origin}/orders">Continue</a>`);
});

test('a login that verify refused leaves it waiting', async () => {
  const { app, browser } = await start({}, { verify: () => false });
  await browser.get((await requestLink(app, browser)).path);
  expect(await statusOf(browser)).toEqual({ status: 'waiting' });
});

test('looking at it is nothing to report', async () => {
  const { app, browser } = await start();
  await requestLink(app, browser);
  for (let i = 0; i < 3; i++) await statusOf(browser);
  expect(typesOf(app)).toEqual(['link.requested', 'mail.sent']);
});
