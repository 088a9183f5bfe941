/** What each step sends, as Redis itself sees it; and that the scripts come back when Redis has lost them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { RedisStore } from '../../lib/index.js';
import { INCREMENT } from '../../lib/store/scripts.js';
import { issued, type Link, newLink } from '../support/links.js';
import { monitor, useServers } from '../support/redis.js';
import { ALL_CLIENTS } from '../support/redis-clients.js';

/** What is counted here is not time: a busy machine must not end it. */
const PATIENT = { redisTimeoutMs: 20_000 };

const servers = useServers();

const STEPS: [name: string, step: (store: RedisStore, link: Link) => Promise<unknown>][] = [
  ['issuing', (store, link) => store.issue(newLink({ account: link.account }))],
  ['opening', (store, link) => store.open(link)],
  ['a wrong browser', (store, link) => store.redeem({ ...link, binding: '' }, true)],
  ['redeeming', (store, link) => store.redeem(link, true)],
  ['typing the code', (store, link) => store.redeemByCode(link, 5)],
  ['typing a wrong code', (store, link) => store.redeemByCode({ ...link, codeDigest: 'another' }, 5)],
  ['listing what is live', (store, link) => store.outstanding(link.account)],
  ['counting', (store, link) => store.increment(link.recordId, 60_000)],
  ['revoking', (store, link) => store.revoke(link.account)],
];

describe.each(ALL_CLIENTS)('$name', (kind) => {
  let store: RedisStore;

  beforeAll(async () => {
    store = new RedisStore((await servers.connect(kind)).client, PATIENT);
  });

  /** The names of the commands that reach any of the servers meanwhile. */
  async function sentDuring(steps: () => Promise<unknown>): Promise<string[]> {
    const monitors = await Promise.all(servers.nodes(kind).map(monitor));
    await steps();
    for (const { stop } of monitors) await stop();
    const names = monitors.flatMap(({ commands }) => commands.map(([name = '']) => name.toLowerCase()));
    // A client looks around in its Cluster whenever it likes.
    return names.filter((name) => name !== 'cluster');
  }

  /** Every script is known wherever this link lies. */
  async function loaded(): Promise<Link> {
    const link = await issued(store);
    await store.open(link);
    await store.redeem(link, true);
    await store.redeemByCode(link, 5);
    await store.outstanding(link.account);
    await store.increment(link.recordId, 60_000);
    // On a Cluster each name has a slot of its own.
    await servers.onEach(kind, 'SCRIPT', 'LOAD', INCREMENT.source);
    await store.revoke(link.account);
    return link;
  }

  test.each(STEPS)('%s is one command', async (_name, step) => {
    const { account } = await loaded();
    const link = await issued(store, { account });
    expect(await sentDuring(() => step(store, link))).toEqual(['evalsha']);
  });

  test('a script that Redis has not seen costs one EVAL more, once', async () => {
    const { account } = await loaded();
    await servers.onEach(kind, 'SCRIPT', 'FLUSH');
    const issue = () => store.issue(newLink({ account }));
    expect(await sentDuring(issue)).toEqual(['evalsha', 'eval']);
    expect(await sentDuring(issue)).toEqual(['evalsha']);
  });

  test('FT-06: SCRIPT FLUSH in mid-traffic loses no link and spends none twice', async () => {
    let flushing = true;
    const flushes = (async () => {
      while (flushing) await servers.onEach(kind, 'SCRIPT', 'FLUSH');
    })();
    const logins = Array.from({ length: 200 }, async (_, i) => {
      const link = await issued(store);
      const wrong = (await store.redeemByCode({ ...link, codeDigest: 'another' }, 5)).status;
      const spent = (await (i % 2 ? store.redeem(link, true) : store.redeemByCode(link, 5))).status;
      return [wrong, spent, (await store.redeem(link, true)).status];
    });
    const statuses = await Promise.all(logins);
    flushing = false;
    await flushes;
    expect(statuses).toEqual(statuses.map(() => ['wrong', 'redeemed', 'used']));
  });
});
