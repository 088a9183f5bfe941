/** axe-core finds nothing on any page of a login: three languages, light and dark, desk and phone. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ThemeOptions } from '../../lib/index.js';
import { type Chromium, startChromium } from '../support/chromium.js';
import { DESKTOP, PHONE } from '../support/sites.js';
import { faultsOf } from './axe.js';
import { everyPage, LANGUAGES, startPages } from './every-page.js';

const OWN: ThemeOptions = { name: 'Café Zürich & Söhne', logo: '/logo.svg', accent: '#a2006d', accentDark: '#ff9ad5' };

/** More than the pages are: or one was left out. */
const PAGES = 22;

let chromium: Chromium;
beforeAll(async () => {
  chromium = await startChromium();
});
afterAll(() => chromium.stop());

/** What is wrong with a page for who reads from the right. */
const unmirrored = (page: Page) =>
  page.evaluate<string[]>(`(() => {
    const found = [];
    const check = (ok, fault) => ok || found.push(fault);
    check(getComputedStyle(document.body).direction === 'rtl', 'reads from the left');
    check(document.documentElement.scrollWidth <= innerWidth, 'scrolls sideways');
    const main = document.querySelector('main, .card').getBoundingClientRect();
    for (const element of document.querySelectorAll('h1, p:not(.code), label')) {
      const range = document.createRange();
      range.selectNodeContents(element);
      const right = Math.max(...Array.from(range.getClientRects(), (rect) => rect.right));
      check(main.right - right <= 40, 'begins at the left: ' + element.textContent);
    }
    for (const list of document.querySelectorAll('ul')) {
      const { paddingLeft, paddingRight } = getComputedStyle(list);
      check(paddingLeft === '0px' && parseFloat(paddingRight) > 0, 'bullets at the left');
    }
    for (const code of document.querySelectorAll('.code')) {
      check(getComputedStyle(code).direction === 'ltr', 'a code reads from the left in any language');
    }
    return found;
  })()`);

const CASES = [
  { language: 'en', theme: {}, words: 'English', looks: 'ours' },
  { language: 'de', theme: OWN, words: 'German', looks: 'the app’s own' },
  { language: 'he', theme: OWN, words: 'Hebrew', looks: 'the app’s own' },
] as const;

test.each(CASES)(
  'SC-09, SC-07: every page in $words, with a theme that is $looks',
  async ({ language, theme }) => {
    const found: string[] = [];
    const names: string[] = [];
    const pages = await startPages(theme);
    const profile = (locale: string) => chromium.newContext({ ...PHONE, locale });
    await everyPage(pages, LANGUAGES[language], profile, async (name, page) => {
      names.push(name);
      expect(await page.evaluate('document.documentElement.lang'), name).toBe(language);
      if (theme === OWN && !name.startsWith('mail'))
        expect(await page.evaluate('document.images[0].naturalWidth')).toBe(120);
      for (const [device, { viewport }] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
        if (viewport) await page.setViewportSize(viewport);
        if (language === 'he') found.push(...(await unmirrored(page)).map((fault) => `${name}, ${device}: ${fault}`));
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          found.push(...(await faultsOf(page, name)).map((fault) => `${name}, ${device}, ${colorScheme}: ${fault}`));
        }
      }
    });
    expect(found).toEqual([]);
    expect(names).toHaveLength(PAGES);
  },
  120_000,
);

test('SC-09, ML-06: from right to left, browser, system and day are read in this order', async () => {
  const { app } = await startPages({});
  const context = await chromium.newContext({ ...DESKTOP, userAgent: PHONE.userAgent ?? '', locale: 'he' });
  const page = await context.newPage();
  await page.goto(`${app.origin}/login`);
  await page.getByRole('textbox').fill('ada@example.com');
  await page.getByRole('button').click();
  const { link } = await app.mailbox.next();
  await context.clearCookies();
  await page.goto(link);
  await page.getByRole('button').click();
  await page.locator('p.code').waitFor();
  const places = await page.evaluate<number[]>(`(() => {
    const texts = document.createTreeWalker(document.querySelector('p.quiet'), NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (texts.nextNode()) nodes.push(texts.currentNode);
    // A day is a number before the name of a month.
    return [/Chrome/, /Android/, /\\d+(?= \u05d1)/].map((pattern) => {
      const node = nodes.find(({ data }) => pattern.test(data));
      const { index, 0: found } = pattern.exec(node.data);
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + found.length);
      const { left, top } = range.getBoundingClientRect();
      // Line after line, and in each from the right.
      return top * 10_000 - left;
    });
  })()`);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  await context.close();
});
