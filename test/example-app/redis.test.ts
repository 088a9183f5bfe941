/** What a login sends to Redis: one command each way, and none for what is answered without it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Example, startExample } from '../support/example.js';
import { monitor, startRedis, type TestRedis } from '../support/redis.js';

const PREFIX = 'pbl:';
/** How many notices a mailbox has had. */
const NOTICES = `${PREFIX}notice:`;

describe.each(['ioredis', 'node-redis'])('with %s', (client) => {
  let redis: TestRedis;
  let example: Example;

  beforeAll(async () => {
    redis = await startRedis();
    example = await startExample({ REDIS_URL: redis.url, REDIS_CLIENT: client });
    // The first use of a script sends its text; from then on its digest is enough.
    await logIn('first@example.com');
  });

  afterAll(async () => {
    await example.stop();
    await redis.stop();
  });

  async function logIn(address: string) {
    const asker = example.browser();
    await asker.post('/login', { email: address });
    const { link } = await example.mailTo(address);
    return { asker, link, opened: await asker.get(link) };
  }

  /** The commands that `work` makes the app send about links; a notice is counted after the answer. */
  async function sent(work: () => Promise<unknown>): Promise<string[][]> {
    const watch = await monitor(redis);
    await work();
    await watch.stop();
    const isOfLink = (arg: string) => arg.startsWith(PREFIX) && !arg.startsWith(NOTICES);
    return watch.commands.filter((args) => args.some(isOfLink));
  }

  test('a request is one round trip, and so is redeeming', async () => {
    const asker = example.browser();
    const asked = await sent(() => asker.post('/login', { email: 'ada@example.com' }));
    expect(asked.map(([command]) => command?.toLowerCase())).toEqual(['evalsha']);
    const { link } = await example.mailTo('ada@example.com');
    const redeemed = await sent(() => asker.get(link));
    expect(redeemed.map(([command]) => command?.toLowerCase())).toEqual(['evalsha']);
  });

  test('opening a link elsewhere costs none', async () => {
    const asker = example.browser();
    await asker.post('/login', { email: 'eve@example.com' });
    const { link } = await example.mailTo('eve@example.com');
    expect(await sent(() => example.browser().get(link))).toEqual([]);
  });
});

describe('with links of one second', () => {
  test('TK-04: an expired link says so, to whoever has it, and costs no command', async () => {
    const redis = await startRedis();
    const example = await startExample({ REDIS_URL: redis.url, LINK_TTL: '1' });
    const asker = example.browser();
    await asker.post('/login', { email: 'ada@example.com' });
    const { link } = await example.mailTo('ada@example.com');
    const stranger = example.browser();
    // Until then it is live, and the stranger sees the landing page.
    while ((await stranger.get(link)).status === 200);
    const watch = await monitor(redis);
    for (const jar of [asker, stranger]) {
      const answer = await jar.getJson(link);
      expect(answer.status).toBe(401);
      expect(answer.json()).toEqual({ error: 'link_expired' });
    }
    await watch.stop();
    expect(watch.commands.filter((args) => args.some((arg) => arg.startsWith(PREFIX)))).toEqual([]);
    await example.stop();
    await redis.stop();
  });
});
