/** HTML templates that escape every value, except a value that is Markup already. */

export class Markup {
  constructor(private readonly source: string) {}
  toString(): string {
    return this.source;
  }
}

/** Marks text as HTML without escaping it. Never use it for outside input. */
export const raw = (source: string): Markup => new Markup(source);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);

type Value = string | Markup | readonly Markup[] | undefined;

/** Template tag. Undefined becomes an empty string. */
export function html([first = '', ...strings]: TemplateStringsArray, ...values: Value[]): Markup {
  let source = first;
  for (const [i, text] of strings.entries()) source += fill(values[i]) + text;
  return raw(source);
}

function fill(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escapeHtml(value);
  return Array.isArray(value) ? value.map(fill).join('') : value.toString();
}
