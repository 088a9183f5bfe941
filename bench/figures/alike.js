// Whether the time of an answer tells if an address has an account: known and unknown ones, where the sign-up is closed.
import { performance } from 'node:perf_hooks';
import { newPerson, warmUp } from '../harness/logins.js';
import { mannWhitney } from '../harness/mann-whitney.js';
import { median, shuffled } from '../harness/statistics.js';
import { number, table } from '../harness/tables.js';

// Of one length, so that nothing but the account differs.
const SIDES = /** @type {const} */ (['known', 'other']);
const SERIES = /** @type {const} */ (['ask', 'next']);

/** @typedef {{ label: string, series: string, known: number, other: number, test: import('../harness/mann-whitney.js').RankTest }} Row */

/** @type {import('./figure.js').Figure<{ samples: number, rows: Row[] }>} */
export const figure = {
  name: 'alike',
  measures: ({ file }) => file === 'all-defaults',

  async measure({ subjects, redis, quick, start, say }) {
    const samples = quick ? 100 : 2000;
    const rows = [];
    for (const subject of subjects) {
      const { label, system } = subject;
      const server = await start(subject, { closedSignup: true });
      await warmUp(server, redis, { logins: quick ? 30 : 600, ms: 5000, atATime: 1, prefix: 'known' });
      say(`${label}: ${samples} asks for known and for unknown addresses`);
      /** Milliseconds. @type {Record<string, number[]>} */
      const times = {};
      const add = (/** @type {string} */ name, /** @type {number} */ ms) => {
        const series = times[name] ?? [];
        series.push(ms);
        times[name] = series;
      };
      for (const side of shuffled(Array.from({ length: 2 * samples }, (_, i) => SIDES[i % 2] ?? 'known'))) {
        const { browser, address } = await newPerson(server, side);
        const asked = performance.now();
        await system.ask(browser, address);
        const answered = performance.now();
        await browser.get('/healthz');
        const done = performance.now();
        add(`ask ${side}`, answered - asked);
        add(`next ${side}`, done - answered);
      }
      const { links } = await server.ask('mails', samples);
      const mailed = links.filter((/** @type {{ address: string }} */ { address }) => address.startsWith('known'));
      if (links.length !== samples || mailed.length !== samples) throw new Error('mail went to unknown addresses');
      await server.stop();
      for (const series of SERIES) {
        const [known, other] = [times[`${series} known`] ?? [], times[`${series} other`] ?? []];
        rows.push({ label, series, known: median(known), other: median(other), test: mannWhitney(known, other) });
      }
    }
    return { samples, rows };
  },

  report: ({ samples, rows }) => `## Known and unknown addresses

With a closed sign-up, known addresses get mail and unknown ones do not, and the answer is the same. Here ${samples} asks of each kind are timed, in random order and one at a time, and a request to \`/healthz\` sent right after each answer. The rank test of Mann and Whitney says how often a known address is the slower one of a pair: 50 % where there is nothing to see. p is the chance of a difference as large as this where there is none; below 0.01, somebody with as many samples, on this same machine, could tell.

${table(
  ['system', 'timed', 'known, median µs', 'unknown, median µs', 'known is slower', 'z', 'p'],
  rows.map(({ label, series, known, other, test }) => [
    label,
    series === 'ask' ? 'the ask' : '/healthz after it',
    number(known * 1000, 0),
    number(other * 1000, 0),
    `${number(test.share * 100, 1)} %`,
    number(test.z, 2),
    test.p < 0.0001 ? '<0.0001' : number(test.p, 4),
  ]),
)}
`,
};
