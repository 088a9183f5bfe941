/** Wired wrongly: an error that names the cure, and nothing sent. */
import cookieSession from 'cookie-session';
import type { Express, Request } from 'express';
import { describe, expect, test } from 'vitest';
import { expectNoMail, SECRET, startApp, startBare } from '../support/app.js';
import { misuse } from '../support/errors.js';

const TOKEN = 'token=x';

const SETUPS: [string, ((app: Express) => void) | undefined, string[]][] = [
  ['no session', undefined, ['put express-session before it', 'app.use(session(']],
  ['cookie-session', (app) => app.use(cookieSession({ secret: SECRET })), ['cookie-session', 'use express-session']],
  [
    'sessions without an ID',
    (app) =>
      app.use((req, _res, next) => {
        Object.assign(req, { session: { cookie: {}, regenerate() {}, save() {} } });
        next();
      }),
    ['session ID', 'use express-session'],
  ],
  [
    'a session that is null',
    (app) =>
      app.use((req, _res, next) => {
        Object.assign(req, { session: null });
        next();
      }),
    ['put express-session before it'],
  ],
];

describe.each(SETUPS)('BD-05: %s', (_what, middleware, cure) => {
  test('the request is a TypeError that names the cure, and nothing is sent', async () => {
    const app = await startBare(middleware);
    const answer = await app.browser().post('/login', { email: 'ada@example.com' });
    expect([answer.status, answer.json().error]).toEqual([500, 'TypeError']);
    for (const words of cure) expect(answer.json().message).toContain(words);
    await expectNoMail(app);
    expect(app.events).toEqual([]);
  });

  test.each(['GET', 'HEAD', 'POST'])('%s on the callback is a TypeError, too', async (method) => {
    const app = await startBare(middleware);
    const request = method === 'POST' ? { form: TOKEN } : {};
    const answer = await app.browser().send(`/login/callback?${TOKEN}`, { method, ...request });
    expect(answer.status).toBe(500);
    if (method !== 'HEAD') expect(answer.json().error).toBe('TypeError');
  });
});

test('without Express, the request has no response, and the error says so', async () => {
  const app = await startApp();
  const errors: unknown[] = [];
  const request = { method: 'POST', headers: {} } as Request;
  await new Promise<void>((resolve) => {
    const error = (fault: unknown) => {
      errors.push(fault);
      resolve();
    };
    Object.assign(Object.create(app.strategy), { error }).authenticate(request, { action: 'request' });
  });
  expect(errors).toEqual([misuse('the magic link needs Express: this request has no response (req.res)')]);
});
