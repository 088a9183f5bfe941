/** Passport's options for a login, on the callback. */
import flash from 'connect-flash';
import { expect, test } from 'vitest';
import { ada, plainRoutes, requestLink, startApp, type TestAppConfig } from '../../support/app.js';
import type { Browser } from '../../support/browser.js';

interface Seen {
  user?: { email: string };
  session: {
    messages?: string[];
    flash?: object;
    returnTo?: string;
    cart?: string[];
    passport?: object;
    [key: string]: unknown;
  };
}

async function seen(browser: Browser) {
  const answer = await browser.get('/me');
  expect(answer.status).toBe(200);
  return answer.json<Seen>();
}

const start = (options: object, config: TestAppConfig = {}) =>
  startApp({
    routes: (express, test) => {
      express.use(flash());
      express.post('/keep', (req, res) => {
        Object.assign(req.session, req.query);
        res.end();
      });
      plainRoutes(express, test, options);
    },
    ...config,
  });

/** A login under these options, by a session that holds `kept` before. */
async function login(options: object, fields: object = {}, kept = '') {
  const app = await start(options);
  const browser = app.browser();
  if (kept) await browser.post(`/keep?${kept}`);
  const { path } = await requestLink(app, browser, 'ada@example.com', fields);
  const answer = await browser.get(path);
  return { app, browser, path, answer, ...(await seen(browser)) };
}

test('without options the next handler answers', async () => {
  const { answer, user } = await login({});
  expect([answer.status, answer.json().user, user]).toEqual([200, ada, ada]);
});

test('successRedirect', async () => {
  const { answer, user } = await login({ successRedirect: '/home' }, { returnTo: '/orders' });
  expect([answer.status, answer.headers.location, user]).toEqual([302, '/home', ada]);
});

test('SS-06: successReturnToOrRedirect goes where the request said', async () => {
  const { app, answer, session } = await login({ successReturnToOrRedirect: '/home' }, { returnTo: '/orders?id=1' });
  expect([answer.status, answer.headers.location]).toEqual([302, `${app.origin}/orders?id=1`]);
  expect(session).not.toHaveProperty('returnTo');
});

test('successReturnToOrRedirect without a returnTo goes to its own target', async () => {
  const { answer } = await login({ successReturnToOrRedirect: '/home' });
  expect(answer.headers.location).toBe('/home');
});

test('RD-05: a returnTo that leads elsewhere is none', async () => {
  const { answer } = await login({ successReturnToOrRedirect: '/home' }, { returnTo: '//evil.test' });
  expect(answer.headers.location).toBe('/home');
});

test('a stale req.session.returnTo of the app’s goes with the old session', async () => {
  const { answer, session } = await login({ successReturnToOrRedirect: '/home' }, {}, 'returnTo=/stale');
  expect(answer.headers.location).toBe('/home');
  expect(session).not.toHaveProperty('returnTo');
});

test('the request’s returnTo wins over a stale one that keepSessionInfo keeps', async () => {
  const options = { successReturnToOrRedirect: '/home', keepSessionInfo: true };
  const { app, answer } = await login(options, { returnTo: '/orders' }, 'returnTo=/stale');
  expect(answer.headers.location).toBe(`${app.origin}/orders`);
});

test('with keepSessionInfo and no returnTo in the request, the app’s own counts', async () => {
  const { answer } = await login({ successReturnToOrRedirect: '/home', keepSessionInfo: true }, {}, 'returnTo=/kept');
  expect(answer.headers.location).toBe('/kept');
});

test('without successReturnToOrRedirect no returnTo is left in the session', async () => {
  const { session } = await login({ successRedirect: '/home' }, { returnTo: '/orders' });
  expect(session).not.toHaveProperty('returnTo');
});

test('by default the session starts anew', async () => {
  const { session } = await login({}, {}, 'cart=book');
  expect(session).not.toHaveProperty('cart');
});

test('keepSessionInfo keeps what the app put there, and not the nonce', async () => {
  const { session } = await login({ keepSessionInfo: true }, {}, 'cart=book');
  expect(session.cart).toBe('book');
  expect(session['passport-bound-link']).toEqual({ auth: expect.anything() });
});

// Passport writes messages into the session of before the login, which then ends.
test.each([
  [{ successMessage: 'Hello.', keepSessionInfo: true }, ['Hello.']],
  [{ successMessage: 'Hello.' }, undefined],
])('successMessage: %j', async (options, messages) => {
  expect((await login(options)).session.messages).toEqual(messages);
});

test.each([
  [{ successFlash: 'Hello.', keepSessionInfo: true }, { success: ['Hello.'] }],
  [{ successFlash: { type: 'info', message: 'Hello.' }, keepSessionInfo: true }, { info: ['Hello.'] }],
  [{ successFlash: 'Hello.' }, undefined],
])('successFlash: %j', async (options, flashed) => {
  expect((await login(options)).session.flash).toEqual(flashed);
});

test('session: false tells the user to the next handler alone', async () => {
  const { answer, user, session } = await login({ session: false });
  expect([answer.status, answer.json().user, user]).toEqual([200, ada, undefined]);
  expect(session).not.toHaveProperty('passport');
});

test.each([{ session: false }, { assignProperty: 'account' }])(
  'BD-06: %j leaves no nonce, and the link is used',
  async (options) => {
    const { app, browser, path, session } = await login(options);
    expect(session).not.toHaveProperty('passport-bound-link');
    expect((await browser.get(path)).text).toContain('Is this the right browser?');
    expect(app.events.filter(({ type }) => type === 'link.redeemed')).toHaveLength(1);
  },
);

test('assignProperty logs nobody in', async () => {
  const app = await start(
    {},
    {
      routes: (express, test) => {
        plainRoutes(express, test);
        express.get('/link', test.passport.authorize('magic-link'), (req, res) => {
          res.json({ user: req.user, account: Reflect.get(req, 'account') });
        });
      },
    },
  );
  const browser = app.browser();
  const { token } = await requestLink(app, browser);
  expect((await browser.get(`/link?token=${token}`)).json()).toEqual({ account: ada });
  expect((await seen(browser)).session).not.toHaveProperty('passport');
});

test('failureRedirect is not for a login', async () => {
  const { answer } = await login({ failureRedirect: '/login', failureMessage: true });
  expect(answer.status).toBe(200);
});

test('authInfo: false', async () => {
  expect((await login({ authInfo: false })).answer.json()).not.toHaveProperty('authInfo');
});
