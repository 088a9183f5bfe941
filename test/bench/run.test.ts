/** The benchmark runs, small, and finds what it looks for; how much that is, is no matter for a test. */
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenSubjects, runBenchmark } from '../../bench/benchmark.js';
import { WrongUse } from '../../bench/harness/flags.js';

const FLAGS = { quick: true, rounds: 2, atATime: 4, profile: undefined };
const ROOT = new URL('../..', import.meta.url).pathname;

describe('one small run', () => {
  let results: Record<string, { rows: Row[] }>;
  let reports: string;

  interface Row {
    label: string;
    [figure: string]: unknown;
  }

  beforeAll(async () => {
    const subjects = await chosenSubjects({ only: ['all-defaults'], against: undefined });
    const figures = ['cpu', 'redis-work', 'bytes'];
    const done = await runBenchmark({ ...FLAGS, figures }, subjects, () => {});
    results = Object.fromEntries(done.reports.map(({ name, result }) => [name, result as { rows: Row[] }]));
    reports = done.reports.map(({ report }) => report).join('\n');
    // Seconds where the machine is free, and a minute where it is not.
  }, 180_000);

  const rowOf = (figure: string, label: string) => results[figure]?.rows.find((row) => row.label === label);

  test('the floor through Passport is always there, and every ratio is to it', () => {
    expect(rowOf('cpu', 'floor-passport')).toMatchObject({ ratio: { median: 1, low: 1, high: 1 } });
    const { cpu, ratio } = rowOf('cpu', 'all-defaults') as unknown as Record<'cpu' | 'ratio', { median: number }>;
    expect(cpu.median).toBeGreaterThan(0);
    expect(ratio.median).toBeGreaterThan(0);
  });

  test('what is sent is counted: for its link the floor sends one command a step, and a click redeems in one', () => {
    expect(rowOf('redis-work', 'floor-passport')).toMatchObject({
      ask: { trips: 2, commands: 2, sent: 'SET, SET session' },
      click: { commands: 5, redisWrites: 5 },
    });
    const { ask, click } = rowOf('redis-work', 'all-defaults') as unknown as Record<'ask' | 'click', { sent: string }>;
    expect(ask.sent).toContain('EVALSHA');
    expect(click.sent.split(', ')).toContain('EVALSHA');
  });

  test('a live link and its session take up bytes in Redis; a spent one of the floor is gone', () => {
    const { live } = rowOf('bytes', 'all-defaults') as unknown as { live: { link: number; session: number } };
    expect(live.link).toBeGreaterThan(100);
    expect(live.session).toBeGreaterThan(100);
    const { used } = rowOf('bytes', 'floor-passport') as unknown as { used: { kinds: Record<string, number> } };
    expect(Object.keys(used.kinds)).toEqual(['sess:…']);
  });

  test('the report has a row for each system in each table', () => {
    expect(reports.match(/^\| all-defaults /gm)?.length).toBeGreaterThanOrEqual(6);
    expect(reports).not.toMatch(/NaN|undefined|null/);
  });
});

test('another checkout is one more system, beside each that is of this package', async () => {
  const subjects = await chosenSubjects({ only: ['redis', 'native'], against: ROOT });
  const name = ROOT.split('/').at(-2);
  expect(subjects.map(({ label }) => label)).toEqual(['native', 'floor-passport', 'redis', `redis@${name}`]);
});

test('a system or a figure that there is not is refused by name', async () => {
  await expect(chosenSubjects({ only: ['nope'], against: undefined })).rejects.toThrow(WrongUse);
  await expect(runBenchmark({ ...FLAGS, figures: ['nope'] }, [], () => {})).rejects.toThrow('there is no figure nope');
});
