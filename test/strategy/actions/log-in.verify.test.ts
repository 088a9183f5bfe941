/** The app's verify, in its four forms: what it is given, and what each of its ends leads to. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ada, requestLink, startApp, tellingRoutes, typesOf, userOf } from '../../support/app.js';

type Done = (error: unknown, user?: unknown, info?: object) => void;

/** One click on a link, with this verify. */
async function click(verify: (...args: never[]) => unknown, options: object = {}) {
  const app = await startApp({ options, verify, routes: tellingRoutes });
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  return { app, browser, path, answer: await browser.get(path) };
}

/** The second of two expressions, which are evaluated in their order. */
const after = <T>(_first: unknown, second: T): T => second;

const CALLBACK_STYLE = { verifyStyle: 'callback' };

const GIVEN: [string, object, (seen: (...args: unknown[]) => void) => (...args: never[]) => unknown, number][] = [
  ['a promise', {}, (seen) => async (claims) => after(seen(claims), ada), 1],
  ['a value', {}, (seen) => (claims) => after(seen(claims), ada), 1],
  ['done', CALLBACK_STYLE, (seen) => (claims, done: Done) => after(seen(claims), done(null, ada)), 1],
  [
    'a promise, with the request',
    { passReqToCallback: true },
    (seen) => async (req, claims) => after(seen(claims, req), ada),
    2,
  ],
  [
    'done, with the request',
    { ...CALLBACK_STYLE, passReqToCallback: true },
    (seen) => (req, claims, done: Done) => after(seen(claims, req), done(null, ada)),
    2,
  ],
];

test.each(GIVEN)('a user by %s logs in', async (_how, options, verifyWith, count) => {
  let given: unknown[] = [];
  const { app, answer } = await click(
    verifyWith((...args) => {
      given = args;
    }),
    options,
  );
  expect(answer.json().user).toEqual(ada);
  const [claims, req] = given;
  const asked = app.events.find(({ type }) => type === 'link.requested');
  expect(claims).toEqual({
    address: 'ada@example.com',
    returnTo: undefined,
    state: undefined,
    recordId: asked?.link,
    account: asked?.account,
    issuedAt: expect.any(Number),
    requestedIn: { browser: undefined, system: undefined },
  });
  expect(given).toHaveLength(count);
  expect((req as { method?: string } | undefined)?.method).toBe(count === 2 ? 'GET' : undefined);
});

test('the style is an option, never guessed from the parameters; too many of them are refused', async () => {
  const { answer } = await click(async (..._all) => ada);
  expect(answer.json().user).toEqual(ada);
  await expect(click(async (_claims, _done) => ada)).rejects.toThrow(/verifyStyle: 'callback'/);
  await expect(click(async (_req, _claims, _done) => ada, CALLBACK_STYLE)).rejects.toThrow(/passReqToCallback: true/);
});

test('a callback-style verify that returns the user is told of done, and waits for nobody', async () => {
  const { app, answer } = await click(async (_claims, _done) => ada, CALLBACK_STYLE);
  expect(answer.status).toBe(500);
  expect(answer.json()).toMatchObject({ message: expect.stringContaining('call done') });
  expect(app.mailbox.messages).toHaveLength(1);
});

test('done’s info reaches req.authInfo, beside how the login was made', async () => {
  const { answer } = await click(
    (_claims, done: Done) => done(null, ada, { plan: 'pro', acr: 'made up' }),
    CALLBACK_STYLE,
  );
  expect(answer.json().authInfo).toMatchObject({ plan: 'pro', acr: 'urn:passport-bound-link:link' });
});

const REFUSALS: [string, (...args: never[]) => unknown, object][] = [
  ['false', async () => false, {}],
  ['null', async () => null, {}],
  ['undefined', async () => undefined, {}],
  ['done(null, false)', (_claims, done: Done) => done(null, false), CALLBACK_STYLE],
  ['done(null)', (_claims, done: Done) => done(null), CALLBACK_STYLE],
];

describe.each(REFUSALS)('TK-14, AC-02: verify says %s', (_what, verify, options) => {
  test('it is login_refused', async () => {
    const { app, answer } = await click(verify, options);
    expect([answer.status, answer.json().code]).toEqual([401, 'login_refused']);
    expect(answer.json().message).toBe('You can’t log in here with this address.');
    expect(app.events.at(-1)).toMatchObject({ type: 'login.refused', severity: 'warning' });
  });

  test('nobody is logged in, and the link stays used', async () => {
    const { browser, path } = await click(verify, options);
    expect((await browser.get(path)).json().code).toBe('link_used');
    expect(await userOf(browser)).toBeUndefined();
  });
});

test('info.message is for the person', async () => {
  const { answer } = await click(
    (_claims, done: Done) => done(null, false, { message: 'Ask your admin.' }),
    CALLBACK_STYLE,
  );
  expect(answer.json()).toEqual({ code: 'login_refused', status: 401, message: 'Ask your admin.' });
});

test('an info.message that is no string is not', async () => {
  const { answer } = await click((_claims, done: Done) => done(null, false, { message: {} }), CALLBACK_STYLE);
  expect(answer.json().message).toBe('You can’t log in here with this address.');
});

const boom = () => {
  throw new Error('the directory is down');
};
const FAULTS: [string, (...args: never[]) => unknown, object][] = [
  ['throws', boom, {}],
  ['rejects', async () => boom(), {}],
  ['throws, in callback style', (_claims, _done: Done) => boom(), CALLBACK_STYLE],
  ['rejects, in callback style', async (_claims, _done: Done) => boom(), CALLBACK_STYLE],
  ['says done(error)', (_claims, done: Done) => done(new Error('the directory is down')), CALLBACK_STYLE],
  [
    'throws after done(error)',
    (_claims, done: Done) => after(done(new Error('the directory is down')), boom()),
    CALLBACK_STYLE,
  ],
];

describe.each(FAULTS)('TK-14, FT-14: verify %s', (_what, verify, options) => {
  test('the error handler answers', async () => {
    const { answer } = await click(verify, options);
    expect([answer.status, answer.json().message]).toEqual([500, 'the directory is down']);
  }, 2000);

  test('nobody is logged in, and the link stays used', async () => {
    const { browser, path } = await click(verify, options);
    expect((await browser.get(path)).json().code).toBe('link_used');
    expect(await userOf(browser)).toBeUndefined();
  }, 2000);
});

// To Express, next(undefined) is "all is well, go on" and next('route') is "go on elsewhere".
test.each([
  ['undefined', undefined],
  ['null', null],
  ['false', false],
  [`'route'`, 'route'],
  [`'router'`, 'router'],
])('FT-14: a verify that rejects with %s fails all the same', async (_what, reason) => {
  const { answer } = await click(async () => Promise.reject(reason));
  expect(answer.status).toBe(500);
});

const TWICE: [string, (done: Done) => void][] = [
  ['another user', (done) => done(null, { email: 'eve@example.com' })],
  ['a refusal', (done) => done(null, false)],
  ['an error', (done) => done(new Error('late'))],
];

test.each(TWICE)('the first done counts, and %s after it does not', async (_what, again) => {
  const { app, browser, answer } = await click((_claims, done: Done) => {
    done(null, ada);
    again(done);
  }, CALLBACK_STYLE);
  expect(answer.json().user).toEqual(ada);
  expect(await userOf(browser)).toEqual(ada);
  expect(typesOf(app)).not.toContain('login.refused');
});

test('a refusal is not undone by a second done', async () => {
  const { browser, answer } = await click((_claims, done: Done) => {
    done(null, false);
    done(null, ada);
  }, CALLBACK_STYLE);
  expect(answer.status).toBe(401);
  expect(await userOf(browser)).toBeUndefined();
});

test('FT-14: a verify that never ends is 503 after ten seconds, and logs nobody in', async () => {
  let reached = () => {};
  const called = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const app = await startApp({ verify: () => new Promise(() => reached()) });
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const answer = browser.get(path);
  await called;
  vi.advanceTimersByTime(10_000);
  expect((await answer).status).toBe(503);
  expect((await answer).headers['retry-after']).toBe('15');
});
