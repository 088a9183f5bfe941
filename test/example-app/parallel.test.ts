/** Many clicks at the same time, on two processes that share one Redis. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SECRET } from '../support/app.js';
import { type Example, startExample } from '../support/example.js';
import { startRedis, type TestRedis } from '../support/redis.js';
import { linkIn, startSmtp, type TestSmtp } from '../support/smtp.js';

let redis: TestRedis;
let smtp: TestSmtp;
let examples: [Example, Example];

beforeAll(async () => {
  [redis, smtp] = await Promise.all([startRedis(), startSmtp()]);
  const env = {
    ORIGIN: 'http://localhost:9',
    REDIS_URL: redis.url,
    SMTP_URL: smtp.url,
    MAGIC_LINK_SECRET: SECRET,
    SESSION_SECRET: SECRET,
  };
  examples = [await startExample(env), await startExample({ ...env, REDIS_CLIENT: 'node-redis' })];
});

afterAll(async () => {
  await Promise.all(examples.map((example) => example.stop()));
  await Promise.all([redis.stop(), smtp.close()]);
});

test('RC-01, RC-02, SS-05: of 200 parallel clicks exactly one logs in, and no loser sets a cookie', async () => {
  const [one, two] = examples;
  const asker = one.browser();
  await asker.post('/login', { email: 'ada@example.com', returnTo: '/account' });
  const { search, pathname } = new URL(linkIn((await smtp.next()).email.text));

  const clicks = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const jar = asker.copy();
      const answer = await jar.get((i % 2 ? one : two).origin + pathname + search);
      return { answer, jar };
    }),
  );

  const winners = clicks.filter(({ answer }) => answer.setCookies.length > 0);
  expect(winners).toHaveLength(1);
  for (const { answer } of clicks) expect([200, 303]).toContain(answer.status);
  // Sent on where the old session was still there; the landing page where it was gone already.
  for (const { answer } of clicks) {
    if (answer.status === 303) expect(answer.headers.location).toBe('http://localhost:9/account');
  }
  const loggedIn = await Promise.all(
    clicks.map(async ({ jar }) => (await jar.getJson(`${two.origin}/account`)).status),
  );
  expect(loggedIn.filter((status) => status === 200)).toHaveLength(1);
});
