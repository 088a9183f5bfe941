/** Names browsers and times in a language. */
import type { BrowserFamily } from '../protocol/claims.js';
import type { Texts } from './texts.js';

/** For example "Firefox on Windows". */
export function describeBrowser(texts: Texts, { browser, system }: BrowserFamily): string {
  const name = browser === undefined ? texts.unknownBrowser : isolated(texts, browser);
  return system === undefined ? name : texts.browserOnSystem(name, isolated(texts, system));
}

/** The date and time in UTC, and says so, because the reader's time zone is not known. */
export const describeTime = (texts: Texts, time: Date): string =>
  isolated(texts, `${formatOf(texts.language).format(time)} UTC`);

/** The same for a time in epoch seconds. */
export const describeSeconds = (texts: Texts, seconds: number): string => describeTime(texts, new Date(seconds * 1000));

/** One format per language: making one takes longer than rendering a whole mail. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: string): Intl.DateTimeFormat {
  const format =
    formats.get(language) ??
    new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  formats.set(language, format);
  return format;
}

/** Keeps Latin words and numbers in their own order in right-to-left text (UAX 9, FSI and PDI). */
const isolated = ({ direction }: Texts, text: string): string => (direction === 'rtl' ? `\u2068${text}\u2069` : text);
