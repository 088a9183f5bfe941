// Whether a login costs more as there are more links, or as one account has more logins behind it.
import { performance } from 'node:perf_hooks';
import { askAll, clickAll, newPeople, newPerson, patiently, warmUp } from '../harness/logins.js';
import { fillRedis, templateOf } from '../harness/preload.js';
import { median } from '../harness/statistics.js';
import { number, table } from '../harness/tables.js';

const LIVE_LINKS = [1000, 100_000, 1_000_000];
const EARLIER_LOGINS = [1, 100, 1000];

/** Milliseconds of CPU a login, of the server and of Redis. @typedef {{ cpu: number, redisCpu: number }} Cost */
/** @typedef {{ label: string, costs: { at: number, cost: Cost }[] }} Row */
/** @typedef {{ links: Row[], logins: Row[] }} Result */

/** @type {import('./figure.js').Figure<Result>} */
export const figure = {
  name: 'growth',
  measures: ({ system }) => Boolean(system.ours),

  async measure(bench) {
    const { subjects, redis, start } = bench;
    /** @type {Result} */
    const result = { links: [], logins: [] };
    for (const subject of subjects) {
      const server = await start(subject);
      await warmUp(server, redis, { logins: bench.quick ? 50 : 600, ms: 5000, atATime: bench.atATime });
      result.links.push({ label: subject.label, costs: await byLinks(server, bench) });
      await server.stop();
      await redis.client.flushall();
      // With limits nobody has a thousand logins in one day.
      if (subject.file === 'all-defaults') continue;
      const another = await start(subject);
      await warmUp(another, redis, { logins: bench.quick ? 50 : 600, ms: 5000, atATime: bench.atATime });
      result.logins.push({ label: subject.label, costs: await byLogins(another, bench) });
      await another.stop();
    }
    return result;
  },

  report: ({ links, logins }) => `## Growth

CPU of one login in milliseconds, of the server and, after the stroke, of Redis, while so many links of other accounts are live in the store; they are copies of what one ask leaves there.

${growthTable(links, 'live links')}

And for one account that has logged in so many times within the life of a link; without limits, which would not let it.

${growthTable(logins, 'earlier logins')}
`,
};

/** @param {readonly Row[]} rows @param {string} what */
const growthTable = (rows, what) => {
  const steps = [...new Set(rows.flatMap(({ costs }) => costs.map(({ at }) => at)))];
  return table(
    ['system', ...steps.map((at) => `${at.toLocaleString('en')} ${what}`)],
    rows.map(({ label, costs }) => [
      label,
      ...costs.map(({ cost }) => `${number(cost.cpu, 2)} / ${number(cost.redisCpu, 2)}`),
    ]),
  );
};

/** @typedef {import('../harness/subject.js').ServerProcess} ServerProcess */

/** @param {ServerProcess} server @param {import('./figure.js').Bench} bench */
async function byLinks(server, { redis, quick, atATime, say }) {
  const { label, file } = server.subject;
  // The store in memory takes a million at most, those of the logins included.
  const steps = LIVE_LINKS.filter((at) => at <= (quick ? 1000 : file === 'memory' ? 100_000 : Infinity));
  await redis.client.flushall();
  await askAll(server, redis, await newPeople(server, 1), 1);
  const template = await templateOf(redis.client);
  const costs = [];
  let live = 0;
  for (const at of steps) {
    const started = performance.now();
    if (file === 'memory') await server.ask('fill', at - live);
    else await fillRedis(redis.client, live, at, template);
    live = at;
    say(`${label}: ${at} live links after ${number((performance.now() - started) / 1000, 0)} s`);
    const crowd = () => newPeople(server, quick ? 10 : 60);
    costs.push({ at, cost: await costOf({ server, redis, quick }, crowd, atATime) });
  }
  return costs;
}

/** @param {ServerProcess} server @param {import('./figure.js').Bench} bench */
async function byLogins(server, { redis, quick, say }) {
  const { address } = await newPerson(server);
  const costs = [];
  let behind = 0;
  /** The same person, each time in a browser that was never here. @param {number} count */
  const again = async (count) => {
    behind += count;
    return (await newPeople(server, count)).map((person) => ({ ...person, address }));
  };
  for (const at of EARLIER_LOGINS.filter((logins) => !quick || logins <= 100)) {
    await costOfOne(server, redis, await again(at - behind), 1);
    costs.push({ at, cost: await costOf({ server, redis, quick }, () => again(10), 1) });
  }
  say(`${server.subject.label}: ${behind} logins of one account`);
  return costs;
}

/** @typedef {import('../harness/redis-server.js').RedisServer} RedisServer */
/** @typedef {import('../harness/logins.js').Person} Person */

/**
 * @param {{ server: ServerProcess, redis: RedisServer, quick: boolean }} parts
 * @param {() => Promise<Person[]>} people @param {number} atATime @returns {Promise<Cost>}
 */
async function costOf({ server, redis, quick }, people, atATime) {
  const costs = [];
  for (let round = 0; round < (quick ? 3 : 9); round++) {
    costs.push(await patiently(async () => costOfOne(server, redis, await people(), atATime)));
  }
  return { cpu: median(costs.map(({ cpu }) => cpu)), redisCpu: median(costs.map(({ redisCpu }) => redisCpu)) };
}

/**
 * Of one login of theirs.
 * @param {ServerProcess} server @param {RedisServer} redis @param {Person[]} crowd @param {number} atATime
 */
async function costOfOne(server, redis, crowd, atATime) {
  const asked = await askAll(server, redis, crowd, atATime);
  const clicked = await clickAll(server, redis, crowd, atATime);
  return { cpu: asked.cpu + clicked.cpu, redisCpu: asked.redisCpu + clicked.redisCpu };
}
