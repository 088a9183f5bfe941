/** What a page of the docs holds, as GitHub shows it: its headings with their anchors, and its links. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

export const ROOT = new URL('../..', import.meta.url).pathname;

export interface Heading {
  readonly level: number;
  /** Without backticks. */
  readonly title: string;
  /** What GitHub makes of it; a heading that comes twice would get another. */
  readonly anchor: string;
}

/** Code blocks are no text: what looks like a heading or a link in one is neither. */
const textOf = (page: string): string => readFileSync(ROOT + page, 'utf8').replace(/^```.*?^```$/gms, '');

export const headingsOf = (page: string): Heading[] =>
  [...textOf(page).matchAll(/^(#+) (.+)$/gm)].map(([, { length: level } = '', text = '']) => {
    const title = text.replaceAll('`', '');
    const anchor = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    return { level, title, anchor };
  });

/** The links to files of this repository: from the root, `README.md`, and with an anchor or an empty one. */
export function linksOf(page: string): { readonly path: string; readonly anchor: string }[] {
  const targets = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return { path: path === '' ? page : posix.join(posix.dirname(page), path), anchor };
    });
}
