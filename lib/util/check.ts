/** Checks of options. Each throws a TypeError that says what would be right. */
import { misuse } from '../errors.js';

export const isFunction = (value: unknown): value is (...args: never[]) => unknown => typeof value === 'function';

export function need(condition: unknown, message: string): asserts condition {
  if (!condition) throw misuse(message);
}

/** @param range inclusive; `min` is 1 by default */
export function wholeNumber(name: string, unit: string, value: unknown, range: { min?: number; max: number }): void {
  const { min = 1, max } = range;
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
  need(fits, `${name} must be a whole number of ${unit}, ${min} to ${max}`);
}

export function oneOf<const T extends readonly string[]>(name: string, value: unknown, values: T): T[number] {
  need(values.includes(value as string), `${name} must be one of: ${values.join(', ')}`);
  return value as T[number];
}

/** The option names of T. A name that is missing, or that T does not have, is a compile error. */
export const namesOf = <T extends object>(names: Record<keyof T, true>): readonly string[] => Object.keys(names);

/** @param foreign option names of other packages, each with the option that does the same here */
export function checkNames(
  owner: string,
  options: unknown,
  names: readonly string[],
  foreign: Readonly<Record<string, string>> = {},
): void {
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  need(isObject, `${owner} takes an object of options`);
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const cure = Object.hasOwn(foreign, name)
      ? `here it is ${foreign[name]}`
      : near
        ? `did you mean ${near}?`
        : `there are: ${names.join(', ')}`;
    throw misuse(`${owner} has no option '${name}'; ${cure}`);
  }
}

/** The known name that is closest to a misspelt one, if it is close enough. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((known) => ({ known, off: distance(known.toLowerCase(), name.toLowerCase()) }))
    .filter(({ off }) => off <= 2)
    .sort((a, b) => a.off - b.off);
  return best?.known;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (above[j] as number) + 1, (row[j - 1] as number) + 1));
    }
  }
  return row[b.length] as number;
}
