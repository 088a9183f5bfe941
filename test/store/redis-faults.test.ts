/** A Redis that answers too late or with a refusal: a fault each time, and no command is sent twice. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RedisStore } from '../../lib/index.js';
import { Gate } from '../support/gate.js';
import { issued, type Link, liveKey, newLink } from '../support/links.js';
import { answering, monitor, useServers } from '../support/redis.js';
import { CLIENTS } from '../support/redis-clients.js';

const servers = useServers();

describe.each(CLIENTS)('$name', (kind) => {
  let store: RedisStore;

  beforeAll(async () => {
    store = new RedisStore((await servers.connect(kind)).client, { redisTimeoutMs: 200 });
    await store.issue(newLink());
  });

  test('a NOSCRIPT that comes after the deadline sends no EVAL', async () => {
    await servers.onEach(kind, 'SCRIPT', 'FLUSH');
    const { commands, stop } = await monitor(servers.standalone);
    servers.standalone.pause();
    const link = newLink();
    await expect(store.issue(link)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    servers.standalone.resume();
    // Redis answers in order: the refusal has come before the first, an EVAL after it would before the second.
    await answering(store);
    await answering(store);
    await stop();
    const about = commands.filter((command) => command.some((arg) => arg.includes(link.account)));
    expect(about.map(([name]) => name)).toEqual(['evalsha']);
    expect((await store.open(link)).status).toBe('invalid');
  });

  test('FT-03: an answer that is lost is a fault, and the link is used, not live', async () => {
    const gate = await Gate.before(servers.standalone);
    const { client } = await servers.connect(kind, { via: new Map([[gate.behind, gate.port]]) });
    const through = new RedisStore(client, { redisTimeoutMs: 200 });
    const link = await issued(through);
    // The script is loaded by this, so that the command to be lost sight of is the one that redeems.
    await through.redeem(newLink(), true);
    gate.lose('answers');
    await expect(through.redeem(link, true)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect((await store.redeem(link, true)).status).toBe('used');
    gate.shut();
  });
});

describe.each(CLIENTS)('FT-05: $name, a Redis that refuses', (kind) => {
  let store: RedisStore;
  let link: Link;
  const redis = (...command: [string, ...string[]]) => servers.onEach(kind, ...command);

  beforeEach(async () => {
    store = new RedisStore((await servers.connect(kind)).client);
    link = await issued(store);
  });

  afterEach(async () => {
    await redis('REPLICAOF', 'NO', 'ONE');
    await redis('CONFIG', 'SET', 'maxmemory', '0');
  });

  test('a replica takes no step, and the link is live after it', async () => {
    await redis('REPLICAOF', '127.0.0.1', '1');
    await expect(store.issue(newLink())).rejects.toThrow('READONLY');
    await expect(store.redeem(link, true)).rejects.toThrow('READONLY');
    await expect(store.redeemByCode(link, 5)).rejects.toThrow('READONLY');
    await expect(store.redeemByCode({ ...link, codeDigest: 'another' }, 5)).rejects.toThrow('READONLY');
    await expect(store.revoke(link.account)).rejects.toThrow('READONLY');
    await expect(store.increment(link.recordId, 60_000)).rejects.toThrow('READONLY');
    await redis('REPLICAOF', 'NO', 'ONE');
    expect((await store.redeem(link, true)).status).toBe('redeemed');
  });

  test('a full one keeps no link, and lets those that it has be spent', async () => {
    await redis('CONFIG', 'SET', 'maxmemory', '1');
    const another = newLink();
    await expect(store.issue(another)).rejects.toThrow('OOM');
    await expect(store.increment(link.recordId, 60_000)).rejects.toThrow('OOM');
    expect((await store.open(another)).status).toBe('invalid');
    expect((await store.redeem(link, true)).status).toBe('redeemed');
    expect((await store.redeem(link, true)).status).toBe('used');
  });

  test('EN-05, RC-07: a full one, which can count no wrong code, compares five at most', async () => {
    await redis('CONFIG', 'SET', 'maxmemory', '1');
    const guess = (codeDigest: string) =>
      store.redeemByCode({ ...link, codeDigest }, 5).then(
        ({ status }) => status,
        () => 'fault',
      );
    for (let i = 0; i < 6; i++) expect(['fault', 'wrong', 'locked']).toContain(await guess(`another ${i}`));
    expect(['fault', 'locked']).toContain(await guess(link.codeDigest));
  });

  test('a refusal is sent once: no command is tried again', async () => {
    const { commands, stop } = await monitor(servers.standalone);
    await redis('SET', liveKey({ account: 'taken' }), 'something else');
    await expect(store.issue(newLink({ account: 'taken' }))).rejects.toThrow('WRONGTYPE');
    await stop();
    expect(commands.filter(([name]) => name?.startsWith('eval'))).toHaveLength(1);
  });
});
