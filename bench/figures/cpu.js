// What a login costs: CPU of the server and of Redis, and logins a second, in interleaved rounds.
import { askAll, clickAll, newPeople, patiently, warmUp } from '../harness/logins.js';
import { median, pairedRatio, shuffled, spread } from '../harness/statistics.js';
import { number, spreadOf, table } from '../harness/tables.js';

/** What every ratio is to. */
const BASE = 'floor-passport';
/** Milliseconds of CPU that one system is given in one round. */
const TURN = 200;
/** Logins before the first that counts. */
const WARM = 5000;

/**
 * @typedef {object} Row
 * @property {string} label
 * @property {import('../harness/statistics.js').Spread} cpu milliseconds a login
 * @property {number} ask of them
 * @property {number} click of them
 * @property {import('../harness/statistics.js').Spread | undefined} ratio to the floor through Passport, paired by round
 * @property {import('../harness/statistics.js').Spread | undefined} before to the same system of the other checkout
 * @property {number} redisAsk CPU milliseconds
 * @property {number} redisClick CPU milliseconds
 * @property {number} perSecond logins, in a closed loop
 * @property {number} busy share of its core that the server used in that loop
 */

/**
 * @param {import('../harness/logins.js').ServerProcess} server @param {import('../harness/redis-server.js').RedisServer} redis
 * @param {number} count @param {number} atATime
 */
async function logInAll(server, redis, count, atATime) {
  const crowd = await newPeople(server, count);
  const asked = await askAll(server, redis, crowd, atATime);
  return [asked, await clickAll(server, redis, crowd, atATime)];
}

/** @type {import('./figure.js').Figure<{ rounds: number, atATime: number, rows: Row[] }>} */
export const figure = {
  name: 'cpu',
  measures: () => true,

  async measure({ subjects, redis, quick, rounds, atATime, start, say }) {
    const turns = [];
    for (const subject of subjects) {
      const server = await start(subject);
      // A server runs for days: until V8 has compiled all that it will, a login costs half as much again.
      const warm = quick ? { logins: 60, ms: 2000, atATime } : { logins: WARM, ms: 15_000, atATime };
      const ms = await warmUp(server, redis, warm);
      const logins = Math.min(Math.max(Math.round((quick ? TURN / 5 : TURN) / ms), 3), 150);
      say(`${subject.label}: ${logins} logins a round`);
      turns.push({ server, logins, rounds: /** @type {import('../harness/logins.js').Step[][]} */ ([]) });
    }
    for (let round = 1; round <= rounds; round++) {
      for (const turn of shuffled(turns)) {
        const steps = await patiently(async () => {
          await redis.client.flushall();
          await turn.server.ask('forget');
          // It has slept while the others had their turn, and nothing of it is in the processor's caches.
          await logInAll(turn.server, redis, Math.ceil(turn.logins / 4), atATime);
          return logInAll(turn.server, redis, turn.logins, atATime);
        });
        turn.rounds.push(steps);
      }
      if (round % 10 === 0) say(`round ${round} of ${rounds}`);
    }

    const measured = turns.map(({ server, rounds: steps }) => ({
      label: server.subject.label,
      asks: steps.map(([ask]) => /** @type {import('../harness/logins.js').Step} */ (ask)),
      clicks: steps.map(([, click]) => /** @type {import('../harness/logins.js').Step} */ (click)),
      cpus: steps.map((both) => both.reduce((sum, { cpu }) => sum + cpu, 0)),
      walls: steps.map((both) => both.reduce((sum, { wall }) => sum + wall, 0)),
    }));
    const cpusOf = (/** @type {string} */ name) => measured.find(({ label }) => label === name)?.cpus;
    const rows = measured.map(({ label, asks, clicks, cpus, walls }) => {
      const base = cpusOf(BASE);
      const other = label.includes('@') ? undefined : measured.find((one) => one.label.startsWith(`${label}@`))?.cpus;
      return {
        label,
        cpu: spread(cpus),
        ask: median(asks.map(({ cpu }) => cpu)),
        click: median(clicks.map(({ cpu }) => cpu)),
        ratio: base && pairedRatio(cpus, base),
        before: other && pairedRatio(cpus, other),
        redisAsk: median(asks.map(({ redisCpu }) => redisCpu)),
        redisClick: median(clicks.map(({ redisCpu }) => redisCpu)),
        perSecond: 1000 / median(walls),
        busy: median(cpus.map((cpu, round) => cpu / (walls[round] ?? 1))),
      };
    });
    return { rounds, atATime, rows };
  },

  report({ rounds, atATime, rows }) {
    const compares = rows.some(({ before }) => before);
    return `## Server CPU a login

CPU of the server's process for one login, ask and click together, in milliseconds. The ratio is to \`${BASE}\`, of the same round; both are the median of ${rounds} rounds, with the quartiles in brackets. ${atATime} requests are on their way at a time. Before the first round each server makes ${WARM} logins, or as many as it can in 15 seconds, and in each round some that do not count.

${table(
  ['system', 'CPU ms', 'ratio', ...(compares ? ['to the other checkout'] : []), 'ask ms', 'click ms'],
  rows.map(({ label, cpu, ratio, before, ask, click }) => [
    label,
    spreadOf(cpu, 2),
    ratio ? spreadOf(ratio, 2) : '',
    ...(compares ? [before ? spreadOf(before, 3) : ''] : []),
    number(ask, 2),
    number(click, 2),
  ]),
)}

## Logins a second, and the CPU of Redis

The same rounds by the clock, with ${atATime} browsers that each wait for their answer. Where the server was busy for less than nine tenths of the time, the browsers or Redis on the other core were the limit, and the server could do more.

${table(
  ['system', 'logins a second', 'server busy', 'Redis µs an ask', 'Redis µs a click'],
  rows.map(({ label, perSecond, busy, redisAsk, redisClick }) => [
    label,
    number(perSecond, perSecond < 10 ? 1 : 0),
    `${number(busy * 100, 0)} %`,
    number(redisAsk * 1000, 0),
    number(redisClick * 1000, 0),
  ]),
)}
`;
  },
};
