// What a login costs while very many events happen beside it: as long as without them, or the audit log is in its way.
import { performance } from 'node:perf_hooks';
import { handOut, newPeople, patiently, Refused, warmUp } from '../harness/logins.js';
import { median, pairedRatio, spread } from '../harness/statistics.js';
import { number, spreadOf, table } from '../harness/tables.js';

/** Events a second. */
const STORM = 10_000;
/** Logins a round, of each kind. */
const LOGINS = 30;

/** Milliseconds of a login, ask and click; ratio of the same round. */
/** @typedef {import('../harness/statistics.js').Spread} Spread */
/** @typedef {{ label: string, calm: Spread, storm: Spread, ratio: Spread, again: Spread }} Row */

/** @type {import('./figure.js').Figure<{ rounds: number, rows: Row[] }>} */
export const figure = {
  name: 'storm',
  measures: ({ system }) => system.name === 'all-defaults',

  async measure({ subjects, redis, quick, rounds, start }) {
    const rows = [];
    for (const subject of subjects) {
      const server = await start(subject);
      await server.ask('storm', STORM);
      await warmUp(server, redis, { logins: quick ? 30 : 1000, ms: 8000, atATime: 1 });
      /** @type {number[][]} */
      const [first, second, stormy] = [[], [], []];
      for (let round = 0; round < rounds; round++) {
        // Calm twice: how far two rounds of the same kind differ is what can be seen at all.
        for (const [times, perSecond] of /** @type {const} */ ([
          [first, 0],
          [stormy, STORM],
          [second, 0],
        ])) {
          await redis.client.flushall();
          await server.ask('storm', perSecond);
          times?.push(await patiently(() => medianLogin(server)));
        }
      }
      await server.stop();
      const [calm, again, storm] = [first ?? [], second ?? [], stormy ?? []];
      rows.push({
        label: subject.label,
        calm: spread(calm),
        storm: spread(storm),
        ratio: pairedRatio(storm, calm),
        again: pairedRatio(again, calm),
      });
    }
    return { rounds, rows };
  },

  report: ({ rounds, rows }) => `## A storm of events

Milliseconds of a login, ask and click, one at a time, while ${number(STORM, 0)} events a second that have nothing to do with it are told to the audit log, and while there are none; the ratio is of the same round, and so is that of two rounds without any, which says how much can be seen at all. ${rounds} rounds of ${LOGINS} logins.

${table(
  ['system', 'no events', 'with the storm', 'ratio', 'ratio of two without'],
  rows.map(({ label, calm, storm, ratio, again }) => [
    label,
    spreadOf(calm, 2),
    spreadOf(storm, 2),
    spreadOf(ratio, 2),
    spreadOf(again, 2),
  ]),
)}
`,
};

/** @param {import('../harness/subject.js').ServerProcess} server */
async function medianLogin(server) {
  const { system } = server.subject;
  await server.ask('mails', 0);
  const crowd = await newPeople(server, LOGINS);
  const asks = await oneByOne(crowd, ({ browser, address }) => system.ask(browser, address));
  handOut(crowd, (await server.ask('mails', LOGINS)).links);
  const clicks = await oneByOne(crowd, ({ browser, link }) => system.click(browser, link));
  return median(asks.map((ask, i) => ask + (clicks[i] ?? Number.NaN)));
}

/**
 * @template T
 * @param {readonly T[]} items @param {(item: T) => Promise<import('../systems/system.js').Answer>} send
 * @returns {Promise<number[]>}
 */
async function oneByOne(items, send) {
  const times = [];
  for (const item of items) {
    const sent = performance.now();
    const { status, text } = await send(item);
    if (status >= 400) throw new Refused(`refused: ${status} ${text.slice(0, 200)}`);
    times.push(performance.now() - sent);
  }
  return times;
}
