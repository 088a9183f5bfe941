/** Redis gone: a quick no, no mail, and a link that works afterwards. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Example, startExample } from '../support/example.js';
import { startRedis, type TestRedis } from '../support/redis.js';

/** Milliseconds that are promised. */
const DEADLINE = 1000;

describe.each(['ioredis', 'node-redis'])('with %s', (client) => {
  let redis: TestRedis;
  let example: Example;

  beforeEach(async () => {
    redis = await startRedis();
    example = await startExample({ REDIS_URL: redis.url, REDIS_CLIENT: client });
  });

  afterEach(async () => {
    await example.stop();
    await redis.stop();
  });

  test('FT-01: a request is 503 within a second, sends nothing, and works again afterwards', async () => {
    const asker = example.browser();
    await asker.get('/login');
    redis.pause();
    const started = performance.now();
    const refused = await asker.postJson('/login', { email: 'ada@example.com' });
    expect(performance.now() - started).toBeLessThan(DEADLINE);
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    expect(refused.json()).toEqual({ error: 'unavailable' });
    expect((await asker.getJson('/healthz')).status).toBe(503);
    expect((await asker.getJson('/dev/inbox.json')).json()).toEqual([]);

    redis.resume();
    await untilHealthy(example);
    expect((await asker.postJson('/login', { email: 'ada@example.com' })).status).toBe(202);
    expect((await asker.get((await example.mailTo('ada@example.com')).link)).status).toBe(303);
  });

  test('FT-02: a click is 503 within a second, and the link works afterwards', async () => {
    const asker = example.browser();
    await asker.post('/login', { email: 'ada@example.com' });
    const { link } = await example.mailTo('ada@example.com');
    redis.pause();
    const started = performance.now();
    const refused = await asker.get(link);
    expect(performance.now() - started).toBeLessThan(DEADLINE);
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);

    redis.resume();
    await untilHealthy(example);
    expect((await asker.get(link)).status).toBe(303);
    expect((await asker.getJson('/account')).status).toBe(200);
  });

  test('FT-01: with Redis ended the answer is the same, and SIGTERM still ends the app', async () => {
    await redis.stop();
    const started = performance.now();
    expect((await example.browser().postJson('/login', { email: 'ada@example.com' })).status).toBe(503);
    expect(performance.now() - started).toBeLessThan(DEADLINE);
    expect(await example.stop()).toBe(0);
  });
});

async function untilHealthy(example: Example): Promise<void> {
  while ((await example.browser().getJson('/healthz')).status !== 200);
}
