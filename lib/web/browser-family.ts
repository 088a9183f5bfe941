/** Names the browser of a request in fixed words, so that no text chosen by the requester reaches mail or pages. */
import type { BrowserFamily } from '../protocol/claims.js';

/** The order matters: most User-Agents also name browsers further down. */
const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
] as const;

const SYSTEMS = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
] as const;

/** Characters read. No browser's User-Agent is longer. */
const MAX_LENGTH = 512;

/** For example Firefox on Windows. A part that is not recognised is undefined. */
export function browserFamily(userAgent: string | undefined): BrowserFamily {
  const text = (userAgent ?? '').slice(0, MAX_LENGTH);
  const nameIn = (known: readonly (readonly [string, RegExp])[]) =>
    known.find(([, pattern]) => pattern.test(text))?.[0];
  return { browser: nameIn(BROWSERS), system: nameIn(SYSTEMS) };
}
