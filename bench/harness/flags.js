// What the command is told, and a line that says how to tell it.
import { parseArgs } from 'node:util';

export const USAGE = `npm run bench -- [options]
  --quick           a small run, to see that all works
  --only A,B        these systems alone, and the floor through Passport
  --figure A,B      these figures alone
  --rounds N        rounds of the interleaved figures, default 40
  --at-a-time N     requests on their way at one time, default 8
  --against DIR     another checkout of this package: its systems run beside ours, with the ratio of ours to them
  --json FILE       the numbers, too
  --profile DIR     a CPU profile of each server, for Chromium's tools; best with --figure cpu
  --help            this
Without --quick, --only, --figure and --against it writes docs/benchmarks.md.`;

/**
 * @typedef {object} Flags
 * @property {boolean} quick
 * @property {boolean} help
 * @property {string[] | undefined} only
 * @property {string[] | undefined} figures
 * @property {number} rounds
 * @property {number} atATime
 * @property {string | undefined} against
 * @property {string | undefined} json
 * @property {string | undefined} profile
 */

/** What is wrong with how the command was called. */
export class WrongUse extends Error {}

/** @param {string[]} args @returns {Flags} @throws WrongUse */
export function parseFlags(args) {
  const { values } = parse(args);
  const { quick, help, only, figure, rounds, against, json, profile } = values;
  return {
    quick,
    help,
    only: only?.split(','),
    figures: figure?.split(','),
    rounds: count('rounds', rounds, quick ? 3 : 40),
    atATime: count('at-a-time', values['at-a-time'], 8),
    against,
    json,
    profile,
  };
}

/** @param {string[]} args */
function parse(args) {
  const options = /** @type {const} */ ({
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    only: { type: 'string' },
    figure: { type: 'string' },
    rounds: { type: 'string' },
    'at-a-time': { type: 'string' },
    against: { type: 'string' },
    json: { type: 'string' },
    profile: { type: 'string' },
  });
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new WrongUse(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} name @param {string | undefined} text @param {number} otherwise */
function count(name, text, otherwise) {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new WrongUse(`--${name} takes a number from 1 to 9999`);
  return Number(text);
}
