/** The login under every mix of express-session's and Passport's session options. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ada, CALLBACK, newSessions, plainRoutes, requestLink, startApp } from '../support/app.js';
import type { Browser } from '../support/browser.js';

const NAMES = ['rolling', 'resave', 'saveUninitialized', 'keepSessionInfo'] as const;

/** Every way to answer as many questions yes or no. */
const MATRIX = Array.from({ length: 2 ** NAMES.length }, (_, bits) => {
  const yes = NAMES.filter((_name, i) => bits & (1 << i));
  return [yes.join(', ') || 'none', Object.fromEntries(NAMES.map((name) => [name, yes.includes(name)]))] as const;
});

interface Stored {
  user?: { email: string };
  session: {
    cookie: { originalMaxAge: number | null };
    'passport-bound-link'?: { binding?: object; auth?: { recordId: string } };
  };
}

const seen = async (browser: Browser) => (await browser.get('/me')).json<Stored>();

async function start({ keepSessionInfo, ...settings }: Record<string, boolean>, cookie: object = {}) {
  const sessions = newSessions();
  const app = await startApp({
    session: { store: sessions, cookie, ...settings },
    routes: (express, test) => plainRoutes(express, test, { keepSessionInfo, successRedirect: '/home' }),
  });
  return { app, browser: app.browser(), sessions };
}

const expiresOf = (cookies: string[]) =>
  cookies.filter((cookie) => cookie.startsWith('sid=')).map((cookie) => /; Expires=/i.test(cookie));

describe.each(MATRIX)('with %s', (_names, settings) => {
  test('the browser that requested the link is logged in by one GET', async () => {
    const { app, browser } = await start(settings);
    const { path } = await requestLink(app, browser);
    const answer = await browser.get(path);
    expect([answer.status, answer.headers.location]).toEqual([302, '/home']);
    expect((await seen(browser)).user).toEqual(ada);
  });

  test('another browser opens and posts, gets no cookie of a page, and changes nothing', async () => {
    const { app, browser } = await start(settings);
    const { path, token } = await requestLink(app, browser);
    const other = app.browser();
    const page = await other.get(path);
    expect([page.status, page.setCookies]).toEqual([200, []]);
    expect((await other.post(CALLBACK, { token })).status).toBe(401);
    expect((await seen(other)).user).toBeUndefined();
    await browser.get(path);
    expect((await seen(browser)).user).toEqual(ada);
  });

  test('BD-06: the nonce is gone, and the context there', async () => {
    const { app, browser, sessions } = await start(settings);
    const { path } = await requestLink(app, browser);
    await browser.get(path);
    expect((await seen(browser)).session['passport-bound-link']).toEqual({ auth: expect.anything() });
    expect(Object.values(sessions.sessions).filter((text) => text.includes('"nonce"'))).toEqual([]);
  });

  test('SS-01: the old session cookie is anonymous, and binds nothing', async () => {
    const { app, browser } = await start(settings);
    const { path, token } = await requestLink(app, browser);
    const old = browser.copy();
    await browser.get(path);
    expect((await old.get(path)).text).toContain('Is this the right browser?');
    expect((await old.post(CALLBACK, { token })).status).toBe(401);
    expect((await seen(old)).user).toBeUndefined();
  });

  test('SS-05: a second click is sent on, with the same login', async () => {
    const { app, browser } = await start(settings);
    const { path } = await requestLink(app, browser);
    await browser.get(path);
    const { session: before } = await seen(browser);
    const answer = await browser.get(path);
    expect([answer.status, answer.headers.location]).toEqual([303, `${app.origin}/home`]);
    expect((await seen(browser)).session['passport-bound-link']).toEqual(before['passport-bound-link']);
  });

  test('the life of the login’s cookie is the app’s own: none', async () => {
    const { app, browser } = await start(settings);
    const { path, answer: asked } = await requestLink(app, browser);
    const login = await browser.get(path);
    expect([expiresOf(asked.setCookies), expiresOf(login.setCookies)]).toEqual([[true], [false]]);
    expect((await seen(browser)).session.cookie.originalMaxAge).toBeNull();
  });

  test('the life of the login’s cookie is the app’s own: a day', async () => {
    const { app, browser } = await start(settings, { maxAge: 86_400_000 });
    const { path } = await requestLink(app, browser);
    await browser.get(path);
    expect(Math.ceil(((await seen(browser)).session.cookie.originalMaxAge ?? 0) / 1000)).toBe(86_400);
  });

  // express-session reads the clock twice for one life, and again on every request.
  test('the life of the login’s cookie is the app’s own on a slow machine, too', async () => {
    const { app, browser } = await start(settings);
    let now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now++);
    onTestFinished(() => clock.mockRestore());
    const { path } = await requestLink(app, browser);
    await browser.get('/me');
    await browser.get(path);
    expect((await seen(browser)).session.cookie.originalMaxAge).toBeNull();
  });
});
