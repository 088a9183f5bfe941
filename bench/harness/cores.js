// Which core runs what: the server has one to itself, Redis and the driver share the other, where taskset exists.
import { execFileSync, spawnSync } from 'node:child_process';

const [serverCore, otherCore] = cores();

export const pinned = serverCore !== undefined && otherCore !== undefined;

/** @returns {number[]} the cores that this process may use; none where they cannot be chosen */
function cores() {
  const { status, stdout } = spawnSync('taskset', ['-pc', String(process.pid)], { encoding: 'utf8' });
  if (status !== 0) return [];
  const list = stdout.split(':').pop()?.trim() ?? '';
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The command that runs this one on the server's core. @param {...string} command @returns {[string, ...string[]]} */
export const onServerCore = (...command) => on(serverCore, command);

/** The command that runs this one beside the driver. @param {...string} command */
export const onOtherCore = (...command) => on(otherCore, command);

/** @param {number | undefined} core @param {string[]} command @returns {[string, ...string[]]} */
function on(core, command) {
  if (pinned) return ['taskset', '-c', String(core), ...command];
  const [program = '', ...args] = command;
  return [program, ...args];
}

export function pinDriver() {
  if (pinned) execFileSync('taskset', ['-apc', String(otherCore), String(process.pid)]);
}
