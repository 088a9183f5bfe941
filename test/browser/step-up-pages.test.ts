/** axe-core finds nothing on any page of step-up, and none scrolls sideways: three languages, light and dark, desk and phone. */
import { createServer } from 'node:http';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../../lib/errors.js';
import { de, en, type Texts } from '../../lib/index.js';
import { totp } from '../../lib/step-up/factors/totp.js';
import type { StepUpPageData, StepUpPageName } from '../../lib/step-up/index.js';
import { BROWSER_SCRIPT } from '../../lib/step-up/pages/browser-script.js';
import { PAGES as TABLE } from '../../lib/step-up/pages/page-content.js';
import { STYLE } from '../../lib/step-up/pages/style.js';
import { parseTheme } from '../../lib/texts/theme.js';
import { PageSet } from '../../lib/web/page-set.js';
import { type Chromium, startChromium } from '../support/chromium.js';
import { listen } from '../support/ports.js';
import { DESKTOP, PHONE } from '../support/sites.js';
import { faultsOf } from './axe.js';
import { he } from './hebrew.js';

const LANGUAGES: Readonly<Record<string, Texts>> = { en, de, he };
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const URI = `otpauth://totp/app:ada@example.com?secret=${SECRET}&issuer=app`;

/** Every page in its fullest shapes. */
function samples(texts: Texts): [StepUpPageName, StepUpPageData[StepUpPageName]][] {
  const { passkey, totp: app } = texts.stepUp.labels;
  const base = '/step-up';
  const choices = [
    { name: 'passkey', label: passkey, challenged: true },
    { name: 'totp', label: app, challenged: false },
  ];
  const entry = { id: 'x', label: app, enrolledAt: 1_900_000_000, activeAt: 1_900_086_400 };
  const wrong = refusal('factor_wrong', texts);
  const confirm = { base, choices, isEnrolled: true, isHeld: false, waiting: [entry], hasRecoveryCodes: true };
  const factors = { base, entries: [entry], waiting: [entry], choices, recoveryCodes: 9, canReportLoss: true };
  const clientOptions = { secret: SECRET, uri: URI };
  const enrol = {
    base,
    choice: choices[1] as (typeof choices)[0],
    clientOptions,
    qrCode: totp().qrCode?.(clientOptions),
  };
  const recoveryCodes = Array.from({ length: 10 }, (_, i) => `ABCD-EFGH-JKMN-PQR${i}`);
  return [
    ['confirm', { ...confirm, refusal: wrong }],
    ['confirm', { ...confirm, isHeld: true, refusal: undefined }],
    ['confirm', { ...confirm, choices: [], isEnrolled: false, hasRecoveryCodes: false, refusal: undefined }],
    ['factors', { ...factors, expiresAt: undefined }],
    ['factors', { ...factors, expiresAt: 1_900_600_000 }],
    ['factors', { ...factors, entries: [], waiting: [], expiresAt: undefined }],
    ['enrol', { ...enrol, refusal: wrong }],
    ['enrolled', { label: app, activeAt: undefined, recoveryCodes, continueTo: base }],
    ['enrolled', { label: app, activeAt: 1_900_086_400, recoveryCodes: undefined, continueTo: base }],
    ['withoutFactor', { loginPath: '/login' }],
    ['refused', { base, refusal: wrong }],
    ['unavailable', { base }],
  ];
}

let chromium: Chromium;
let origin: string;
const app = express();
const server = createServer(app);

beforeAll(async () => {
  [chromium, origin] = await Promise.all([startChromium(), listen(server)]);
  app.get('/step-up/passkey.js', (_req, res) => void res.type('js').send(BROWSER_SCRIPT));
  app.get('/:language/:page', (req, res, next) => {
    const texts = LANGUAGES[req.params.language] as Texts;
    const pages = new PageSet<StepUpPageData>({
      table: TABLE,
      views: {},
      theme: parseTheme({}, origin),
      texts: () => texts,
      style: STYLE,
    });
    const [name, page] = samples(texts)[Number(req.params.page)] as [StepUpPageName, never];
    pages.send(req, res, name, page).catch(next);
  });
});
afterAll(async () => {
  await chromium.stop();
  server.closeAllConnections();
  server.close();
});

test.each(Object.keys(LANGUAGES))(
  'SC-09: every page of step-up: %s',
  async (language) => {
    const context = await chromium.newContext(PHONE);
    const page = await context.newPage();
    const found: string[] = [];
    for (const [i, [name]] of samples(LANGUAGES[language] as Texts).entries()) {
      await page.goto(`${origin}/${language}/${i}`);
      for (const [device, { viewport }] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
        if (viewport) await page.setViewportSize(viewport);
        const faults = await page.evaluate<string[]>(`(() => {
          const wide = document.documentElement.scrollWidth > innerWidth;
          const direction = getComputedStyle(document.body).direction;
          const codes = [...document.querySelectorAll('code')].map((code) => getComputedStyle(code).direction);
          return [...(wide ? ['scrolls sideways'] : []), ...new Set([direction, ...codes.filter((one) => one !== 'ltr')])];
        })()`);
        const expected = language === 'he' ? 'rtl' : 'ltr';
        found.push(...faults.filter((fault) => fault !== expected).map((fault) => `${name} ${i}, ${device}: ${fault}`));
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          found.push(
            ...(await faultsOf(page, name)).map((fault) => `${name} ${i}, ${device}, ${colorScheme}: ${fault}`),
          );
        }
      }
    }
    expect(found).toEqual([]);
    await context.close();
  },
  120_000,
);
