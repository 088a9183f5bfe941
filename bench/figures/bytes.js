// What a link takes up: in Redis, live and used, and in the heap of the server.
import { askAll, clickAll, newPeople, patiently, warmUp } from '../harness/logins.js';
import { number, table } from '../harness/tables.js';

const SESSION = /^sess:/;
/** Milliseconds of CPU a login. */
const SLOW = 5;
/** With fewer links, what Redis allocates for itself is more than a link. */
const FEWEST = 200;
/** Times as many links for the heap: what code leaves there as it gets warm must not count. */
const HEAP_LINKS = 4;

/** Bytes for each of the links. */
/** @typedef {{ link: number, session: number, kinds: Record<string, number> }} InRedis */
/** @typedef {{ label: string, live: InRedis, used: InRedis, heap: number }} Row */

/** @type {import('./figure.js').Figure<{ links: number, rows: Row[] }>} */
export const figure = {
  name: 'bytes',
  measures: () => true,

  async measure(bench) {
    const { subjects, redis, quick, atATime, start, say } = bench;
    const links = quick ? FEWEST : 2000;
    const rows = [];
    for (const subject of subjects) {
      const server = await start(subject);
      const ms = await warmUp(server, redis, { logins: quick ? 50 : 300, ms: 4000, atATime });
      // What takes long is shown with fewer links.
      const count = ms > SLOW ? FEWEST : links;
      say(`${subject.label}: ${count} links`);
      const measured = await patiently(async () => {
        await redis.client.flushall();
        await server.ask('forget');
        const empty = await redis.usedMemory();
        const crowd = await newPeople(server, count);
        await askAll(server, redis, crowd, atATime);
        const live = await inRedis(redis, empty, count);
        await clickAll(server, redis, crowd, atATime);
        const used = await inRedis(redis, empty, count);
        return { live, used, heap: await heapOf(bench, server, count * HEAP_LINKS) };
      });
      await server.stop();
      rows.push({ label: subject.label, ...measured });
    }
    return { links, rows };
  },

  report: ({ links, rows }) => `## Bytes of a link

The growth of Redis's \`used_memory\` over ${links} links of ${links} accounts, a tenth of that for the slowest systems, for each link: keys, values, and their place in Redis's tables. The session is what the same sessions take up in an empty Redis; the link is the rest, limits included. A used link is known until its end, so that a second click can be told from a forged one. Heap is what the server's process holds for each of 8,000 further live links after garbage collection, sessions in memory included; within 100 bytes of zero is zero.

${table(
  ['system', 'live link', 'its session', 'used link', "the login's session", 'heap a live link'],
  rows.map(({ label, live, used, heap }) => [
    label,
    ...[live.link, live.session, used.link, used.session, heap].map((bytes) => number(bytes, 0)),
  ]),
)}

By kind of key, as \`MEMORY USAGE\` has it, for each link; the names of accounts and links are cut out:

${table(
  ['system', 'kind of key', 'live', 'used'],
  rows.flatMap(({ label, live, used }) =>
    [...new Set([...Object.keys(live.kinds), ...Object.keys(used.kinds)])]
      .sort()
      .map((kind) => [label, `\`${kind}\``, number(live.kinds[kind] ?? 0, 0), number(used.kinds[kind] ?? 0, 0)]),
  ),
)}
`,
};

/**
 * Bytes of heap for each live link, garbage collected, once as many have been issued before.
 * @param {import('./figure.js').Bench} bench @param {import('../harness/logins.js').ServerProcess} server @param {number} count
 * @returns {Promise<number>}
 */
async function heapOf({ redis, atATime }, server, count) {
  const [first, second] = [await newPeople(server, count), await newPeople(server, count)];
  await askAll(server, redis, first, atATime);
  const before = await server.ask('heap');
  await askAll(server, redis, second, atATime);
  return ((await server.ask('heap')) - before) / count;
}

/**
 * @param {import('../harness/redis-server.js').RedisServer} redis @param {number} empty bytes @param {number} count
 * @returns {Promise<InRedis>}
 */
async function inRedis(redis, empty, count) {
  const { client } = redis;
  const all = await redis.usedMemory();
  const keys = await client.keys('*');
  /** @type {Record<string, number>} */
  const kinds = {};
  for (const key of keys) {
    const kind = kindOf(key);
    kinds[kind] = (kinds[kind] ?? 0) + Number(await client.memory('USAGE', key)) / count;
  }
  const session = await growth(
    redis,
    keys.filter((key) => SESSION.test(key)),
  );
  return { link: (all - empty - session) / count, session: session / count, kinds };
}

/**
 * What these keys alone take up, by a look at them in a second, empty database: what is there stays as it was.
 * @param {import('../harness/redis-server.js').RedisServer} redis @param {readonly string[]} keys
 */
async function growth(redis, keys) {
  const before = await redis.usedMemory();
  for (const key of keys) await redis.client.call('COPY', key, key, 'DB', '1');
  const after = await redis.usedMemory();
  await redis.client.multi().select(1).flushdb().select(0).exec();
  return after - before;
}

/** `pbl:{…}:…` and its like: what is random in a key is cut out. @param {string} key */
const kindOf = (key) => key.replaceAll(/[\w-]{16,}/g, '…').replaceAll(/[\w.+-]+@[\w.-]+/g, '…');
