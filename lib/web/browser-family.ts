/** Names a browser for mail and pages: one of a few fixed words, never a text that the requester chose. */
import type { BrowserFamily } from '../protocol/claims.js';

/** In order: each later browser's User-Agent also names earlier ones. */
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

/** No User-Agent of a browser is longer; more is not read. */
const MAX_LENGTH = 512;

/** For example Firefox on Windows; what is not recognised is undefined. */
export function browserFamily(userAgent: string | undefined): BrowserFamily {
  const text = (userAgent ?? '').slice(0, MAX_LENGTH);
  const named = (known: readonly (readonly [string, RegExp])[]) => known.find(([, pattern]) => pattern.test(text))?.[0];
  return { browser: named(BROWSERS), system: named(SYSTEMS) };
}
