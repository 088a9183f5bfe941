/** Starting the example: what it says, and what it refuses. */
import { afterEach, describe, expect, test } from 'vitest';
import { createApp } from '../../example-app/app.js';
import { readSettings } from '../../example-app/settings.js';
import { SECRET } from '../support/app.js';
import { type Example, runExample, startExample } from '../support/example.js';
import { startSmtp } from '../support/smtp.js';

let example: Example | undefined;

afterEach(async () => {
  await example?.stop();
  example = undefined;
});

test('one line on stdout says where it listens', async () => {
  example = await startExample();
  expect(example.stdout()).toMatch(/^listening on (http:\/\/localhost:\d+), dev inbox at \1\/dev\/inbox\n$/);
  expect(example.stderr()).toContain('MAGIC_LINK_SECRET');
  expect((await example.browser().getJson('/healthz')).json()).toEqual({ status: 'ok' });
});

test('with SMTP_URL there is no dev inbox', async () => {
  const smtp = await startSmtp();
  example = await startExample({ SMTP_URL: smtp.url });
  expect(example.stdout()).toMatch(/^listening on http:\/\/localhost:\d+\n$/);
  expect((await example.browser().get('/dev/inbox')).status).toBe(404);
  await smtp.close();
});

const PRODUCTION = {
  ORIGIN: 'https://app.example.com',
  REDIS_URL: 'redis://127.0.0.1:1',
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAGIC_LINK_SECRET: SECRET,
  SESSION_SECRET: SECRET,
  LIMITS: 'on',
};

describe('a wrong setting ends the start with one line', () => {
  test.each<[Record<string, string>, RegExp]>([
    [{ PORT: 'http' }, /^PORT /],
    [{ PORT: '70000' }, /^PORT /],
    [{ ORIGIN: 'localhost' }, /^ORIGIN /],
    [{ ORIGIN: 'http://localhost:3000/' }, /^ORIGIN /],
    [{ ORIGIN: 'http://app.example.com' }, /^ORIGIN .*https/],
    [{ REDIS_URL: 'localhost:6379' }, /^REDIS_URL /],
    [{ REDIS_CLIENT: 'redis' }, /^REDIS_CLIENT .*ioredis, node-redis/],
    [{ SMTP_URL: 'mail.example.com' }, /^SMTP_URL /],
    [{ MAGIC_LINK_SECRET: 'short' }, /^MAGIC_LINK_SECRET /],
    [{ SESSION_SECRET: '' }, /^SESSION_SECRET /],
    [{ COOKIE_SAMESITE: 'none' }, /^COOKIE_SAMESITE .*lax, strict/],
    [{ CONFIRM: 'never' }, /^CONFIRM .*auto, always/],
    [{ OTHER_BROWSER: 'allow' }, /^OTHER_BROWSER .*code, deny/],
    [{ LINK_TTL: '0' }, /^LINK_TTL .*1 to 600/],
    [{ LINK_TTL: '601' }, /^LINK_TTL /],
    [{ LINK_TTL: '1e2' }, /^LINK_TTL /],
    [{ MAIL_FROM: 'nobody' }, /^MAIL_FROM /],
    [{ CLOSED_SIGNUP: 'nonsense' }, /^CLOSED_SIGNUP /],
    [{ SMTP_URL: 'smtp:' }, /^SMTP_URL /],
    [{ TRUST_PROXY: '' }, /^TRUST_PROXY /],
    [{ TRUST_PROXY: 'nobody' }, /nobody/],
    [{ PRESET: 'finance' }, /^PRESET /],
    [{ ADMINS: 'ada@example.com,' }, /^ADMINS /],
    [{ LIMITS: 'none' }, /^LIMITS .*on, off/],
    [{ ...PRODUCTION, LIMITS: 'off' }, /^LIMITS must be on/],
    [{ ...PRODUCTION, MAGIC_LINK_SECRET: SECRET, SESSION_SECRET: 'short' }, /^SESSION_SECRET /],
  ])('%o', async (env, line) => {
    const message = await whyNot(env);
    expect(message).toMatch(line);
    expect(message).not.toContain('\n');
  });

  test.each(['REDIS_URL', 'SMTP_URL', 'MAGIC_LINK_SECRET', 'SESSION_SECRET'])(
    'in production without %s',
    async (name) => {
      const { [name]: _left, ...env } = PRODUCTION as Record<string, string>;
      expect(await whyNot(env)).toMatch(new RegExp(`^${name} must be set`));
    },
  );

  // What is wrong shows as the settings are read, or as the app is made of them.
  test.each<[Record<string, string>, RegExp]>([
    [{ PORT: 'http' }, /^PORT /],
    [{ TRUST_PROXY: 'nobody' }, /nobody/],
  ])('of the process: %o', async (env, line) => {
    const { code, stdout, stderr } = await runExample(env);
    expect([code, stdout]).toEqual([1, '']);
    const lines = stderr
      .trim()
      .split('\n')
      .filter((text) => !/Warning:|--trace-warnings/.test(text));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });
});

/** What the start says of this environment, which it refuses. */
async function whyNot(env: Record<string, string>): Promise<string> {
  try {
    const settings = readSettings(env);
    await createApp(settings, settings.origin ?? 'http://localhost:3000');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the example started');
}

test('on an https origin the session cookie is __Host-, Secure and HttpOnly', async () => {
  const smtp = await startSmtp();
  example = await startExample({
    ORIGIN: 'https://localhost',
    SMTP_URL: smtp.url,
    TRUST_PROXY: '1',
    COOKIE_SAMESITE: 'strict',
  });
  const asker = example.browser();
  const asked = await asker.post('/login', { email: 'ada@example.com' }, { 'x-forwarded-proto': 'https' });
  expect(asked.setCookies).toHaveLength(1);
  expect(asked.setCookies[0]).toMatch(/^__Host-sid=.*; Path=\/; .*HttpOnly; Secure; SameSite=Strict$/);
  expect((await smtp.next()).email.text).toContain('\nhttps://localhost/login/callback?token=pbl_');
  await smtp.close();
});
