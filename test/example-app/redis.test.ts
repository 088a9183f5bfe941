/** What a login sends to Redis, and what it leaves there. */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Example, startExample } from '../support/example.js';
import { dump, monitor, startRedis, type TestRedis } from '../support/redis.js';
import { tokenIn } from '../support/smtp.js';

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

  test('asking is one round trip, and so is redeeming', async () => {
    const asker = example.browser();
    const asked = await sent(() => asker.post('/login', { email: 'ada@example.com' }));
    expect(asked.map(([command]) => command?.toLowerCase())).toEqual(['evalsha']);
    const { link } = await example.mailTo('ada@example.com');
    const redeemed = await sent(() => asker.get(link));
    expect(redeemed.map(([command]) => command?.toLowerCase())).toEqual(['evalsha']);
  });

  test('TK-10: a forged token costs none', async () => {
    const { link } = await logIn('bob@example.com');
    const token = tokenIn(link);
    const stranger = example.browser();
    const commands = await sent(async () => {
      for (let i = 4; i < token.length; i++) {
        const forged = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
        const answer = await stranger.getJson(`/login/callback?token=${forged}`);
        expect(answer.json()).toEqual({ error: 'link_invalid' });
      }
    });
    expect(commands).toEqual([]);
  });

  test('opening a link elsewhere costs none', async () => {
    const asker = example.browser();
    await asker.post('/login', { email: 'eve@example.com' });
    const { link } = await example.mailTo('eve@example.com');
    expect(await sent(() => example.browser().get(link))).toEqual([]);
  });

  test('SE-07, TK-02, BD-04: no token, address, session ID or network address lies under our prefix', async () => {
    const asker = example.browser();
    await asker.post('/login', { email: 'grace@example.com', returnTo: '/account' });
    const { link } = await example.mailTo('grace@example.com');
    const live = await dump(redis);
    const session = decodeURIComponent(asker.cookies.get('sid') ?? '').match(/^s:([^.]+)\./)?.[1] ?? '';
    await asker.get(link);
    const used = await dump(redis);

    const token = tokenIn(link);
    const bytes = Buffer.from(token.slice(4), 'base64url');
    const secret = bytes.subarray(42, 74);
    const forbidden = [
      ...[token, token.slice(4), 'grace', 'example.com', session, '127.0.0.1', '::1', '/account'],
      ...[secret, bytes].flatMap((raw) => [
        raw.toString('base64url'),
        raw.toString('hex'),
        createHash('sha256').update(raw).digest('hex'),
        createHash('sha256').update(raw).digest('base64url'),
      ]),
      createHash('sha256').update(token).digest('hex'),
    ];
    for (const keys of [live, used]) {
      const ours = [...keys].filter(([key]) => key.startsWith(PREFIX)).map(([key, value]) => `${key} ${value}`);
      expect(ours.length).toBeGreaterThan(0);
      for (const text of forbidden) expect(ours.filter((entry) => entry.includes(text))).toEqual([]);
    }
    // What was looked for is what there is to find: the session store has it.
    expect([...live.keys()]).toContain(`sess:${session}`);
  });

  test('every key of ours ends by itself', async () => {
    for (const [key, ttl] of await lifetimes(redis)) {
      expect(ttl, key).toBeGreaterThan(0);
      expect(ttl, key).toBeLessThanOrEqual(key.startsWith(NOTICES) ? 86_400_000 : 600_000);
    }
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

async function lifetimes({ port }: TestRedis): Promise<[string, number][]> {
  const client = new Redis(port, '127.0.0.1');
  const keys = await client.keys(`${PREFIX}*`);
  const found: [string, number][] = [];
  for (const key of keys) found.push([key, await client.pttl(key)]);
  client.disconnect();
  return found;
}
