/** A session store with a deadline: what fails or does not answer is 503, and what answers in time is passed through. */
import session from 'express-session';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { UnavailableError, withDeadline } from '../../lib/index.js';
import { requestLink, startApp, userOf } from '../support/app.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

type Store = Record<'get' | 'set' | 'destroy' | 'touch', (...args: unknown[]) => unknown>;

const METHODS = ['get', 'set', 'destroy', 'touch'] as const;
const argsOf = (method: (typeof METHODS)[number]) => (method === 'set' || method === 'touch' ? ['id', {}] : ['id']);
const silent = () => {};
const storeOf = (answer: (callback: (error: unknown, value?: unknown) => void) => void): Store =>
  Object.fromEntries(
    METHODS.map((name) => [name, (...args: unknown[]) => answer(args.at(-1) as () => void)]),
  ) as unknown as Store;

test.each(METHODS)('FT-12: %s that does not answer is an UnavailableError at the deadline, and once', async (name) => {
  let late = silent as (error: unknown, value?: unknown) => void;
  const store = withDeadline(
    storeOf((callback) => {
      late = callback;
    }),
    200,
  );
  const callback = vi.fn();
  store[name](...argsOf(name), callback);
  vi.advanceTimersByTime(199);
  await new Promise(setImmediate);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  await new Promise(setImmediate);
  expect(callback).toHaveBeenCalledTimes(1);
  expect(callback.mock.calls[0]?.[0]).toBeInstanceOf(UnavailableError);
  late(null, {});
  expect(callback).toHaveBeenCalledTimes(1);
});

test.each(METHODS)(
  'SE-01: %s that fails is an UnavailableError without what the client said of the session',
  async (name) => {
    const error = Object.assign(new Error('refused'), { command: { args: ['sess:secret-id', 'secret data'] } });
    const callback = vi.fn();
    withDeadline(storeOf((done) => done(error)))[name](...argsOf(name), callback);
    await new Promise(setImmediate);
    const [given] = callback.mock.calls[0] as [UnavailableError];
    expect(given).toMatchObject({ status: 503, part: 'session store', headers: { 'Retry-After': expect.any(String) } });
    expect(JSON.stringify([given, given.cause, Object(given.cause).command])).not.toContain('secret');
  },
);

test('what answers in time is passed through, and the deadline is over', async () => {
  const callback = vi.fn();
  withDeadline(storeOf((done) => done(null, { cookie: {} }))).get('id', callback);
  await new Promise(setImmediate);
  expect(callback.mock.calls).toEqual([[null, { cookie: {} }]]);
  expect(vi.getTimerCount()).toBe(0);
});

test('the store that was passed stays as it is', () => {
  const store = new session.MemoryStore();
  const { get } = store;
  const bounded = withDeadline(store);
  expect(store.get).toBe(get);
  expect(bounded.get).not.toBe(get);
  expect(bounded).toBeInstanceOf(session.MemoryStore);
});

test.each([0, 60_001, 1.5, '500' as never])('a timeout of %j is a TypeError', (timeoutMs) => {
  expect(() => withDeadline(new session.MemoryStore(), timeoutMs)).toThrow(/^timeoutMs must be a whole number/);
});

test('a login works through it', async () => {
  vi.useRealTimers();
  const app = await startApp({ session: { store: withDeadline(new session.MemoryStore()) } });
  const browser = app.browser();
  await browser.get((await requestLink(app, browser)).path);
  expect(await userOf(browser)).toEqual({ email: 'ada@example.com' });
});

test('PT-01: `req.session.destroy()` without a callback ends the session, and nothing fails', async () => {
  const failed = vi.fn();
  process.once('uncaughtException', failed);
  onTestFinished(() => void process.off('uncaughtException', failed));
  const store = new session.MemoryStore();
  const bounded = withDeadline(store) as session.MemoryStore;
  await new Promise((resolve) => bounded.set('id', { cookie: {} } as session.SessionData, resolve));
  bounded.destroy('id');
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(await new Promise((resolve) => store.get('id', (_error, found) => resolve(found)))).toBeUndefined();
  expect(failed).not.toHaveBeenCalled();
});
