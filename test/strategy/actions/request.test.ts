/** The request, accepted: what is answered, kept and mailed, and in which order. */
import session from 'express-session';
import { expect, test } from 'vitest';
import { MemoryStore, TOKEN_PATTERN } from '../../../lib/index.js';
import { codeOf, plainRoutes, requestLink, startApp, type TestAppConfig } from '../../support/app.js';

const withAsk = (ask: object): TestAppConfig => ({ routes: (app, test) => plainRoutes(app, test, {}, ask) });

test('an accepted request goes on to the next handler', async () => {
  const app = await startApp();
  const answer = await app.browser().post('/login', { email: 'ada@example.com' });
  expect(answer.status).toBe(202);
  expect(answer.json()).toEqual({ outcome: 'sent' });
});

test('successRedirect answers an accepted request with 303', async () => {
  const app = await startApp(withAsk({ successRedirect: '/login/sent' }));
  const answer = await app.browser().post('/login', { email: 'ada@example.com' });
  expect([answer.status, answer.headers.location]).toEqual([303, '/login/sent']);
});

test('a request may come as JSON', async () => {
  const app = await startApp();
  expect((await app.browser().postJson('/login', { email: 'ada@example.com' })).status).toBe(202);
  expect((await app.mailbox.next()).message.to.address).toBe('ada@example.com');
});

test('the mail goes to the canonical address', async () => {
  const app = await startApp();
  const { message } = await requestLink(app, app.browser(), 'Ada+News@Example.COM');
  expect(message.to).toEqual({ name: '', address: 'ada+news@example.com' });
});

test('BD-03, SE-08: a new browser gets a cookie; its session holds a nonce, and nothing in the clear of what was typed', async () => {
  const app = await startApp();
  const browser = app.browser();
  const { answer, token } = await requestLink(app, browser);
  expect(answer.setCookies).toHaveLength(1);
  const { session } = (await browser.get('/me')).json<{ session: object }>();
  expect(session).toEqual({
    cookie: expect.anything(),
    'passport-bound-link': {
      binding: {
        nonce: expect.stringMatching(/^[\w-]{43}$/),
        askedAt: expect.any(Number),
        ask: expect.stringMatching(/^[\w-]+$/),
        asked: { keyId: expect.any(String), account: app.events[0]?.account, recordId: app.events[0]?.link },
      },
    },
  });
  const kept = JSON.stringify(session);
  for (const secret of ['ada@', 'example.com', token, codeOf(app, token)]) expect(kept).not.toContain(secret);
});

test('FT-10: record and session are kept before the answer begins, and the mail leaves after it', async () => {
  const order: string[] = [];
  const links = new MemoryStore();
  const issue = links.issue.bind(links);
  links.issue = async (link) => {
    order.push('record');
    return issue(link);
  };
  const sessions = new session.MemoryStore();
  const set = sessions.set.bind(sessions);
  sessions.set = (id, data, callback) =>
    set(id, data, (error) => {
      order.push('session');
      callback?.(error);
    });
  const deliver = () => order.push('mail');
  const app = await startApp({
    options: { store: links, mail: { deliver } },
    session: { store: sessions },
    before: (express) =>
      express.use((_req, res, next) => {
        res.once('finish', () => order.push('answer'));
        next();
      }),
  });
  await app.browser().post('/login', { email: 'ada@example.com' });
  await app.strategy.close();
  expect(order).toEqual(['record', 'session', 'answer', 'mail']);
});

test('SE-02: nothing in the answer tells the link', async () => {
  const app = await startApp();
  const { answer, token } = await requestLink(app, app.browser());
  const whole = JSON.stringify(answer.headers) + answer.text;
  expect(whole).not.toMatch(TOKEN_PATTERN);
  expect(whole).not.toContain(token);
});

test('SS-12: the answer is not to be stored', async () => {
  const app = await startApp();
  const { answer } = await requestLink(app, app.browser());
  expect(answer.headers['cache-control']).toBe('no-store');
});

test('RD-01: no header reaches the link', async () => {
  const app = await startApp({ before: (express) => express.set('trust proxy', true) });
  const evil = { host: 'evil.test', 'x-forwarded-host': 'evil.test', forwarded: 'host=evil.test' };
  await app.browser().post('/login', { email: 'ada@example.com' }, evil);
  expect((await app.mailbox.next()).link).toMatch(`${app.origin}/login/callback?token=pbl_`);
});

test('IN-21: fields that nobody requested change nothing', async () => {
  const app = await startApp({ verify: async (claims: object) => ({ email: JSON.stringify(claims) }) });
  const browser = app.browser();
  const odd = { account: 'x', requestedIn: 'x', code: 'ABCD-EFGH' };
  const extra = { state: 'x', address: 'eve@example.com', recordId: 'x', issuedAt: '1', ttl: '9', action: 'x', ...odd };
  const { path } = await requestLink(app, browser, 'ada@example.com', extra);
  const { user } = (await browser.get(path)).json<{ user: { email: string } }>();
  expect(JSON.parse(user.email)).toEqual({
    address: 'ada@example.com',
    recordId: expect.stringMatching(/^[\w-]{22}$/),
    account: expect.stringMatching(/^[\w-]{22}$/),
    issuedAt: expect.any(Number),
    requestedIn: {},
  });
});

const claimsOf = async (config: TestAppConfig, fields: object = {}) => {
  const app = await startApp({ verify: async (claims: object) => ({ email: JSON.stringify(claims) }), ...config });
  const browser = app.browser();
  const { path } = await requestLink(app, browser, 'ada@example.com', fields);
  const { user } = (await browser.get(path)).json<{ user: { email: string } }>();
  return { origin: app.origin, claims: JSON.parse(user.email) as { state?: string; returnTo?: string } };
};

test('the state of the request comes back in the claims', async () => {
  const { claims } = await claimsOf(withAsk({ state: 'plan=pro' }));
  expect(claims.state).toBe('plan=pro');
});

test('a state of 1,024 characters is taken', async () => {
  const { claims } = await claimsOf(withAsk({ state: 'x'.repeat(1024) }));
  expect(claims.state).toHaveLength(1024);
});

test.each([
  ['longer than 1,024 characters', 'x'.repeat(1025)],
  ['no string', { plan: 'pro' }],
])('a state that is %s is the app’s mistake', async (_what, state) => {
  const app = await startApp(withAsk({ state }));
  const answer = await app.browser().post('/login', { email: 'ada@example.com' });
  expect(answer.status).toBe(500);
  expect(answer.json()).toMatchObject({ error: 'TypeError', message: expect.stringContaining('1024') });
  expect(app.events).toEqual([]);
});

test('a returnTo comes back as a whole URL', async () => {
  const { origin, claims } = await claimsOf({}, { returnTo: '/orders?id=1#top' });
  expect(claims.returnTo).toBe(`${origin}/orders?id=1#top`);
});

test.each(['https://evil.test/', '//evil.test', '/\\evil.test', '/.//evil.test', 'javascript:alert(1)', ''])(
  'RD-05: the returnTo %j is dropped, and the request accepted',
  async (returnTo) => {
    const { claims } = await claimsOf({}, { returnTo });
    expect(claims.returnTo).toBeUndefined();
  },
);

test('an action that does not exist is the app’s mistake', async () => {
  const app = await startApp(withAsk({ action: 'send' }));
  const answer = await app.browser().post('/login', { email: 'ada@example.com' });
  expect([answer.status, answer.json().message]).toEqual([500, expect.stringContaining('request, code, not-me')]);
  expect(app.events).toEqual([]);
});

test('a session that only requested a link ends an hour after its link', async () => {
  const app = await startApp({ options: { ttl: 60 }, session: { cookie: { maxAge: 86_400_000 } } });
  const browser = app.browser();
  await requestLink(app, browser);
  const { cookie } = (await browser.get('/me')).json<{ session: { cookie: { originalMaxAge: number } } }>().session;
  expect(Math.ceil(cookie.originalMaxAge / 1000)).toBe(3660);
});

test('a session that ends earlier anyway keeps its own end', async () => {
  const app = await startApp({ session: { cookie: { maxAge: 120_000 } } });
  const browser = app.browser();
  await requestLink(app, browser);
  const { cookie } = (await browser.get('/me')).json<{ session: { cookie: { originalMaxAge: number } } }>().session;
  expect(Math.ceil(cookie.originalMaxAge / 1000)).toBe(120);
});

test('a session that holds something of the app’s keeps its life', async () => {
  const app = await startApp({
    session: { cookie: { maxAge: 86_400_000 } },
    routes: (express, test) => {
      express.post('/cart', (req, res) => {
        Object.assign(req.session, { cart: ['book'] });
        res.end();
      });
      plainRoutes(express, test);
    },
  });
  const browser = app.browser();
  await browser.post('/cart');
  await requestLink(app, browser);
  const { cookie } = (await browser.get('/me')).json<{ session: { cookie: { originalMaxAge: number } } }>().session;
  expect(Math.ceil(cookie.originalMaxAge / 1000)).toBe(86_400);
});
