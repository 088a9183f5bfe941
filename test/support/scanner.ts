/** A mail scanner in a real browser: runs scripts, submits every form, presses every button, follows every link. */
import type { BrowserContext, Page } from 'playwright-core';
import type { InboxMail } from './example.js';

/** Every URL of a mail, in its text and in its HTML. */
export function linksOf({ text, html }: InboxMail): string[] {
  const found = [...text.matchAll(/https?:\/\/\S+/g), ...html.matchAll(/https?:\/\/[^"'<>\s]+/g)];
  return [...new Set(found.map(([url]) => url.replaceAll('&amp;', '&')))];
}

/**
 * Goes to each URL and to whatever its pages link to on that origin; on each page, and on what
 * comes of it, it does all that can be done. Resolves with the headings of the pages it saw.
 * @param typing what it types into fields of these names; default: nothing into any
 */
export async function scan(
  context: BrowserContext,
  urls: readonly string[],
  typing: Readonly<Record<string, string>> = {},
): Promise<Set<string>> {
  const page = await context.newPage();
  const headings = new Set<string>();
  const queue = [...urls];
  // The inbox is the person's own; a scanner has one mail of it.
  const seen = new Set<string>();
  const add = async () => {
    for (const heading of await page.getByRole('heading', { level: 1 }).allTextContents()) headings.add(heading);
    const links = await page.evaluate<string[]>('Array.from(document.links, ({ href }) => href)');
    queue.push(...links.filter((href) => isNear(href, page.url())));
  };
  const type = async () => {
    for (const [name, text] of Object.entries(typing)) {
      for (const field of await page.locator(`input[name=${name}]:visible`).all()) await field.fill(text);
    }
  };
  for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
    if (seen.has(url)) continue;
    seen.add(url);
    await page.goto(url);
    await add();
    for (const act of ACTS) {
      for (let i = 0; ; i += 1) {
        await page.goto(url);
        await type();
        if (!(await act(page, i))) break;
        await add();
        // And on what came of it, once more.
        for (const next of ACTS) {
          await type();
          if (await next(page, 0)) await add();
        }
      }
    }
  }
  await page.close();
  return headings;
}

/** Each does one thing to the page's element number `i`, and says whether there is one. */
const ACTS: readonly ((page: Page, i: number) => Promise<boolean>)[] = [
  async (page, i) => {
    if ((await page.locator('button, input[type=submit]').count()) <= i) return false;
    // Past what the browser itself would ask to have filled in.
    await page.evaluate('for (const form of document.forms) form.noValidate = true');
    await andSettle(page, () => page.locator('button, input[type=submit]').nth(i).click());
    return true;
  },
  async (page, i) => {
    if ((await page.locator('form').count()) <= i) return false;
    await andSettle(page, () => page.evaluate(`document.forms[${i}].submit()`));
    return true;
  },
];

async function andSettle(page: Page, act: () => Promise<unknown>): Promise<void> {
  await Promise.all([page.waitForNavigation(), act()]);
}

const isNear = (href: string, base: string): boolean =>
  new URL(href).origin === new URL(base).origin && !new URL(href).pathname.startsWith('/dev/');
