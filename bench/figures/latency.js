// How long an ask and a click take at a fixed rate, which does not wait for slow answers.
import { performance } from 'node:perf_hooks';
import { handOut, newPeople, patiently, Refused, warmUp } from '../harness/logins.js';
import { quantile } from '../harness/statistics.js';
import { number, table } from '../harness/tables.js';

/** Requests a second. */
const RATE = 200;

/** Milliseconds. @typedef {{ p50: number, p99: number }} Latency */
/** `ask` and `click` are undefined where the server does not keep up with the rate. @typedef {{ label: string, ask?: Latency, click?: Latency }} Row */

/** @type {import('./figure.js').Figure<{ requests: number, rows: Row[] }>} */
export const figure = {
  name: 'latency',
  measures: () => true,

  async measure({ subjects, redis, quick, atATime, start, say }) {
    const requests = quick ? 50 : 1000;
    /** @type {Row[]} */
    const rows = [];
    for (const subject of subjects) {
      const server = await start(subject);
      const { system, label } = subject;
      const ms = await warmUp(server, redis, { logins: quick ? 30 : 600, ms: 5000, atATime });
      if (ms > 1000 / RATE) {
        say(`${label}: ${number(ms, 0)} ms of CPU a login is too slow for this rate`);
        rows.push({ label });
        await server.stop();
        continue;
      }
      say(`${label}: ${requests} asks, ${requests} clicks`);
      const { ask, click } = await patiently(async () => {
        await server.ask('mails', 0);
        const crowd = await newPeople(server, requests);
        const asked = await atRate(crowd, ({ browser, address }) => system.ask(browser, address));
        const { links } = await server.ask('mails', requests);
        handOut(crowd, links);
        return { ask: asked, click: await atRate(crowd, ({ browser, link }) => system.click(browser, link)) };
      });
      await server.stop();
      rows.push({ label, ask, click });
    }
    return { requests, rows };
  },

  report: ({ requests, rows }) => `## Latency

Milliseconds from a request to the end of its answer, over loopback and open connections: ${requests} asks, then ${requests} clicks, ${RATE} a second, sent when they are due and not when the last one has been answered. Systems that do not keep up with ${RATE} logins a second have no figure.

${table(
  ['system', 'ask p50', 'ask p99', 'click p50', 'click p99'],
  rows.map(({ label, ask, click }) => [
    label,
    ...[ask?.p50, ask?.p99, click?.p50, click?.p99].map((ms) => (ms === undefined ? '' : number(ms, 2))),
  ]),
)}
`,
};

/**
 * @template T
 * @param {readonly T[]} items @param {(item: T) => Promise<import('../systems/system.js').Answer>} send
 * @returns {Promise<Latency>}
 */
async function atRate(items, send) {
  const started = performance.now();
  /** @type {Promise<number>[]} */
  const answered = [];
  for (const [i, item] of items.entries()) {
    const early = started + (i * 1000) / RATE - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    const sent = performance.now();
    answered.push(
      send(item).then(({ status, text }) => {
        if (status >= 400) throw new Refused(`refused: ${status} ${text.slice(0, 200)}`);
        return performance.now() - sent;
      }),
    );
  }
  const times = await Promise.all(answered);
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}
