/** What `npm run bench` is told. */
import { expect, test } from 'vitest';
import { parseFlags, USAGE, WrongUse } from '../../bench/harness/flags.js';

test('nothing said is a full run', () => {
  expect(parseFlags([])).toMatchObject({ quick: false, only: undefined, figures: undefined, rounds: 40, atATime: 8 });
});

test('a quick run has few rounds, unless told', () => {
  expect(parseFlags(['--quick']).rounds).toBe(3);
  expect(parseFlags(['--quick', '--rounds', '7']).rounds).toBe(7);
});

test('systems and figures are lists', () => {
  const flags = parseFlags(['--only', 'redis,all-defaults', '--figure', 'cpu', '--against', '../before']);
  expect(flags).toMatchObject({ only: ['redis', 'all-defaults'], figures: ['cpu'], against: '../before' });
});

test.each([['--nope'], ['--rounds', '0'], ['--rounds', 'many'], ['--at-a-time', '-1'], ['cpu']])(
  'a wrong option is refused: %s %s',
  (...args) => expect(() => parseFlags(args)).toThrow(WrongUse),
);

test('the usage names every option', () => {
  for (const name of Object.keys(parseFlags([]))) {
    const flag = { figures: 'figure', atATime: 'at-a-time' }[name] ?? name;
    expect(USAGE).toContain(`--${flag}`);
  }
});
