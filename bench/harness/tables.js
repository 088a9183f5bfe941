// Tables as Markdown, which reads well in a terminal too. A column of numbers stands on the right.

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
export function table(head, rows) {
  const widths = head.map((title, column) => Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map(width)));
  const right = head.map((_, column) => rows.every((row) => /^[\d<-]|^$/.test(row[column] ?? '')));
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${widths.map((wide, column) => pad(cells[column] ?? '', wide, right[column])).join(' | ')} |`;
  const rule = `| ${widths.map((wide, column) => (right[column] ? `${'-'.repeat(wide - 1)}:` : '-'.repeat(wide))).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

const width = (/** @type {string} */ text) => Math.max(text.length, 3);

/** @param {string} text @param {number} wide @param {boolean | undefined} right */
const pad = (text, wide, right) => (right ? text.padStart(wide) : text.padEnd(wide));

/** @param {number} value @param {number} digits */
export const number = (value, digits) =>
  Number.isFinite(value) ? value.toFixed(digits).replace(/^-(0(?:\.0*)?)$/, '$1') : '';

/** `1.23 [1.20–1.27]`. @param {import('./statistics.js').Spread} spread @param {number} digits */
export const spreadOf = ({ median, low, high }, digits) =>
  `${number(median, digits)} [${number(low, digits)}–${number(high, digits)}]`;
