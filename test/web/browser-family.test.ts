/** The requesting browser in mail and pages: fixed words, whatever the User-Agent says. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeBrowser } from '../../lib/texts/describe.js';
import { en } from '../../lib/texts/en.js';
import { browserFamily } from '../../lib/web/browser-family.js';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const IOS = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const LINUX = 'Mozilla/5.0 (X11; Linux x86_64)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 10; K)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)';
const IPAD = 'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X)';

test.each([
  ['Chrome on Windows', `${WINDOWS} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`],
  ['Chrome on macOS', `${MAC} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`],
  ['Chrome on Linux', `${LINUX} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`],
  ['Chrome on Linux', `${LINUX} ${WEBKIT} HeadlessChrome/140.0.0.0 Safari/537.36`],
  ['Chrome on Android', `${ANDROID} ${WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36`],
  ['Chrome on ChromeOS', `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`],
  ['Chrome on iPhone', `${IPHONE} ${IOS} CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1`],
  ['Edge on Windows', `${WINDOWS} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`],
  ['Edge on macOS', `${MAC} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`],
  ['Edge on Android', `${ANDROID} ${WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36 EdgA/140.0.0.0`],
  ['Edge on iPhone', `${IPHONE} ${IOS} Version/18.0 EdgiOS/140.0.0.0 Mobile/15E148 Safari/605.1.15`],
  ['Opera on Windows', `${WINDOWS} ${WEBKIT} Chrome/139.0.0.0 Safari/537.36 OPR/123.0.0.0`],
  ['Samsung Internet on Android', `${ANDROID} ${WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`],
  ['Firefox on Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0'],
  ['Firefox on macOS', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:142.0) Gecko/20100101 Firefox/142.0'],
  ['Firefox on Linux', 'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0'],
  ['Firefox on Android', 'Mozilla/5.0 (Android 15; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0'],
  ['Firefox on iPhone', `${IPHONE} ${IOS} FxiOS/142.0 Mobile/15E148 Safari/604.1`],
  ['Safari on macOS', `${MAC} ${IOS} Version/18.5 Safari/605.1.15`],
  ['Safari on iPhone', `${IPHONE} ${IOS} Version/18.5 Mobile/15E148 Safari/604.1`],
  ['Safari on iPad', `${IPAD} ${IOS} Version/17.5 Mobile/15E148 Safari/604.1`],
  ['an unknown browser', 'curl/8.5.0'],
  ['an unknown browser on Linux', 'links (2.29; Linux 6.1 x86_64)'],
  ['an unknown browser', ''],
  ['an unknown browser', undefined],
])('%s: %s', (family, userAgent) => {
  expect(describeBrowser(en, browserFamily(userAgent))).toBe(family);
});

const BROWSERS = [undefined, 'Edge', 'Opera', 'Samsung Internet', 'Firefox', 'Chrome', 'Safari'];
const SYSTEMS = [undefined, 'iPhone', 'iPad', 'Android', 'Windows', 'macOS', 'ChromeOS', 'Linux'];

const pieces = [
  'Firefox/',
  'Chrome/',
  'Edg/',
  'OPR/',
  'Windows',
  'Mac OS X',
  'Android',
  '<b>',
  '\r\nBcc: e@v',
  ' ',
  '/',
  '\u202e',
];

test('ML-07, IN-22: nothing of the User-Agent is in the words', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string())).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(hostile, (userAgent) => {
      const { browser, system, ...more } = browserFamily(userAgent);
      return BROWSERS.includes(browser) && SYSTEMS.includes(system) && Object.keys(more).length === 0;
    }),
  );
});

test('a User-Agent longer than any browser’s is not read to its end', () => {
  expect(browserFamily(`${'x'.repeat(512)} Firefox/142.0`)).toEqual({ browser: undefined, system: undefined });
  const endless = `Firefox/142.0 ${'x'.repeat(1_000_000)} Windows`;
  expect(browserFamily(endless)).toEqual({ browser: 'Firefox', system: undefined });
});
