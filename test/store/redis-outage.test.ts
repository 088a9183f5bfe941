/** Redis frozen or out of reach: every step rejects, in time, and none of it happens later. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RedisStore } from '../../lib/index.js';
import { Gate } from '../support/gate.js';
import { issued, type Link, newLink } from '../support/links.js';
import { answering, useServers } from '../support/redis.js';
import { ALL_CLIENTS, type ConnectOptions } from '../support/redis-clients.js';

const servers = useServers();

const everyStep = (store: RedisStore, link: Link) => [
  store.issue(newLink()),
  store.open(link),
  store.redeem(link, true),
  store.redeemByCode(link, 5),
  store.revoke(link.account),
  store.increment('counter', 60_000),
  store.ping(),
];

describe.each(ALL_CLIENTS)('FT-01, FT-02: $name, Redis frozen', (kind) => {
  const DEADLINE = 200;
  const MARGIN = 300;

  afterEach(() => {
    for (const node of servers.nodes(kind)) node.resume();
  });

  test('every step rejects by its deadline', async () => {
    const store = new RedisStore((await servers.connect(kind)).client, { redisTimeoutMs: DEADLINE });
    const link = await issued(store);
    for (const node of servers.nodes(kind)) node.pause();
    const start = performance.now();
    for (const result of await Promise.allSettled(everyStep(store, link))) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'ETIMEDOUT' } });
    }
    expect(performance.now() - start).toBeLessThan(DEADLINE + MARGIN);
  });

  test('a link that was requested before works when Redis is back', async () => {
    const store = new RedisStore((await servers.connect(kind)).client, { redisTimeoutMs: DEADLINE });
    const link = await issued(store);
    for (const node of servers.nodes(kind)) node.pause();
    await expect(store.open(link)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    for (const node of servers.nodes(kind)) node.resume();
    await answering(store);
    expect((await store.redeem(link, true)).status).toBe('redeemed');
  });
});

describe.each(ALL_CLIENTS)('FT-02: $name, disconnected', (kind) => {
  let gates: Gate[];

  beforeEach(async () => {
    gates = await Promise.all(servers.nodes(kind).map((node) => Gate.before(node)));
  });

  afterEach(() => {
    for (const gate of gates) gate.shut();
  });

  const connected = async (options: ConnectOptions = {}): Promise<[RedisStore, Link]> => {
    const via = new Map(gates.map(({ behind, port }) => [behind, port]));
    const store = new RedisStore((await servers.connect(kind, { via, ...options })).client);
    const link = await issued(store);
    return [store, link];
  };

  const disconnected = async (store: RedisStore, link: Link) => {
    for (const gate of gates) gate.shut();
    await vi.waitFor(() => expect(store.open(link)).rejects.toThrow());
  };

  /** Every node that one of these links lies on answers again. */
  const reconnected = async (store: RedisStore, ...links: Link[]) => {
    for (const gate of gates) await gate.open();
    await vi.waitFor(() => Promise.all(links.map((link) => store.open(link))), { timeout: 10_000 });
  };

  test('every step rejects', async () => {
    const [store, link] = await connected();
    await disconnected(store, link);
    for (const { status } of await Promise.allSettled(everyStep(store, link))) expect(status).toBe('rejected');
  });

  test('what was refused then is not done once it is connected again', async () => {
    const [store, link] = await connected();
    await disconnected(store, link);
    const another = newLink();
    const refused = [
      store.redeem(link, true),
      store.redeemByCode(link, 5),
      store.revoke(link.account),
      store.issue(another),
    ];
    for (const { status } of await Promise.allSettled(refused)) expect(status).toBe('rejected');
    await reconnected(store, link, another);
    expect((await store.open(another)).status).toBe('invalid');
    expect((await store.redeem(link, true)).status).toBe('redeemed');
  });

  test('FT-03: what was under way is not done later, where the client does not send it again', async () => {
    const [store, link] = await connected({ resend: false });
    for (const gate of gates) gate.lose('commands');
    await expect(store.redeem(link, true)).rejects.toThrow();
    await disconnected(store, link);
    await reconnected(store, link);
    expect((await store.redeem(link, true)).status).toBe('redeemed');
  });
});
