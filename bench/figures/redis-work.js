// What a step sends: round trips and commands to Redis, and writes to sockets.
import { askAll, clickAll, newPeople, warmUp } from '../harness/logins.js';
import { number, table } from '../harness/tables.js';

const LOGINS = 40;
const STEPS = /** @type {const} */ (['ask', 'click']);

/**
 * @typedef {object} StepWork of one login
 * @property {number} trips @property {number} commands @property {number} redisWrites @property {number} browserWrites
 * @property {string} sent the commands in words
 */
/** @typedef {{ label: string, ask: StepWork, click: StepWork }} Row */

/** @type {import('./figure.js').Figure<{ rows: Row[] }>} */
export const figure = {
  name: 'redis-work',
  measures: () => true,

  async measure({ subjects, redis, start }) {
    const rows = [];
    for (const subject of subjects) {
      const server = await start(subject, { countSockets: true });
      await warmUp(server, redis, { logins: 3, ms: 2000, atATime: 1 });
      const crowd = await newPeople(server, LOGINS);
      const monitor = await redis.monitor();
      const work = /** @type {Record<typeof STEPS[number], StepWork>} */ ({});
      for (const step of STEPS) {
        await monitor.take();
        await server.ask('counts');
        // One at a time, so that no two requests share a write.
        await (step === 'ask' ? askAll : clickAll)(server, redis, crowd, 1);
        const { redisTrips, redisWrites, browserWrites } = await server.ask('counts');
        // The harness itself asks for the CPU of Redis.
        const commands = (await monitor.take()).filter(([name]) => name !== 'info');
        work[step] = {
          trips: redisTrips / LOGINS,
          commands: commands.length / LOGINS,
          redisWrites: redisWrites / LOGINS,
          browserWrites: browserWrites / LOGINS,
          sent: inWords(commands),
        };
      }
      monitor.stop();
      await server.stop();
      rows.push({ label: subject.label, ...work });
    }
    return { rows };
  },

  report: ({ rows }) => `## Work of Redis a step

Round trips, commands and socket writes of one ask and one click, with one request at a time. A round trip is all that is sent before something comes back. What a script does inside Redis is not sent, and not counted here. Systems that keep links and sessions in memory send nothing.

${table(
  ['system', 'step', 'round trips', 'commands', 'writes to Redis', 'writes to the browser', 'what is sent'],
  rows.flatMap((row) =>
    STEPS.map((step) => {
      const { trips, commands, redisWrites, browserWrites, sent } = row[step];
      const counts = [trips, commands, redisWrites, browserWrites].map((count) => number(count, 1));
      return [row.label, step, ...counts, sent];
    }),
  ),
)}

${table(
  ['system', 'round trips a login', 'commands a login'],
  rows.map(({ label, ask, click }) => [
    label,
    number(ask.trips + click.trips, 1),
    number(ask.commands + click.commands, 1),
  ]),
)}
`,
};

/** Each command as often as one login sends it. @param {string[][]} commands */
function inWords(commands) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const [name = '', key = ''] of commands) {
    const what = `${name.toUpperCase()}${key.startsWith('sess:') ? ' session' : ''}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts]
    .map(([what, count]) => (Math.round(count / LOGINS) > 1 ? `${Math.round(count / LOGINS)} ${what}` : what))
    .join(', ');
}
