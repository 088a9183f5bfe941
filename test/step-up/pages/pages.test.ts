/** The pages: every value escaped, the app's own views in their place, and a way on from each. */

import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import { refusal } from '../../../lib/errors.js';
import type { StepUpDemand, StepUpPageData, StepUpPageName, StepUpViews } from '../../../lib/step-up/index.js';
import { PAGES as TABLE } from '../../../lib/step-up/pages/page-content.js';
import { de } from '../../../lib/texts/de.js';
import { en } from '../../../lib/texts/en.js';
import { PageSet } from '../../../lib/web/page-set.js';
import { he } from '../../browser/hebrew.js';
import { themeOf } from '../../support/parsed.js';
import { enrolTotp, startStepUp, withTotp } from '../../support/step-up.js';
import { wrongCode } from '../../support/totp.js';

const EVIL = `"><script>alert(1)</script>'&`;
const entry = { id: EVIL, label: EVIL, enrolledAt: 1, activeAt: 2 };
const choices = [true, false].map((challenged) => ({ name: EVIL, label: EVIL, challenged }));

const PAGES: { [P in StepUpPageName]: StepUpPageData[P] } = {
  confirm: {
    base: EVIL,
    choices,
    isEnrolled: true,
    isHeld: false,
    waiting: [entry],
    hasRecoveryCodes: true,
    refusal: undefined,
  },
  factors: {
    base: EVIL,
    entries: [entry],
    waiting: [entry],
    choices,
    recoveryCodes: 1,
    expiresAt: 5,
    canReportLoss: true,
  },
  enrol: {
    base: EVIL,
    choice: { name: EVIL, label: EVIL, challenged: false },
    clientOptions: { secret: EVIL, uri: EVIL },
    qrCode: '<svg/>',
    refusal: { ...refusal('factor_wrong', en), message: EVIL },
  },
  enrolled: { label: EVIL, activeAt: 5, recoveryCodes: [EVIL], continueTo: EVIL },
  withoutFactor: { loginPath: EVIL },
  refused: { base: EVIL, refusal: { ...refusal('factor_wrong', en), message: EVIL } },
  unavailable: { base: EVIL },
};

/** Every page in this language, as it is sent. */
async function render<P extends StepUpPageName>(name: P, page: StepUpPageData[P], texts = en): Promise<string> {
  let sent = '';
  const send = (body: string) => {
    sent = body;
  };
  const res = { vary: () => res, set: () => res, type: () => res, send };
  const theme = themeOf({}, 'http://localhost');
  const pages = new PageSet<StepUpPageData>({ table: TABLE, views: {}, theme, texts: () => texts });
  await pages.send({} as Request, res as unknown as Response, name, page);
  return sent;
}

test.each(Object.keys(PAGES) as StepUpPageName[])('SC-07: %s escapes whatever it is given', async (name) => {
  const text = await render(name, PAGES[name] as never);
  expect(text).toContain('&lt;script&gt;');
  expect(text).not.toContain('<script>alert');
});

test.each([en, de, he])(
  'each page says in its own language what it is, and which language that is: $language',
  async (texts) => {
    const { language, direction, stepUp, refused } = texts;
    const titles: { [P in StepUpPageName]: string } = {
      confirm: stepUp.confirm.title,
      factors: stepUp.factors.title,
      enrol: stepUp.factors.add('').trim(),
      enrolled: stepUp.enrolled.title,
      withoutFactor: stepUp.withoutFactor.title,
      refused: refused.title,
      unavailable: stepUp.unavailable.title,
    };
    for (const name of Object.keys(PAGES) as StepUpPageName[]) {
      const text = await render(name, PAGES[name] as never, texts);
      expect(text).toContain(`<html lang="${language}" dir="${direction}">`);
      const [, title = ''] = /<h1>(.*)<\/h1>/.exec(text) ?? [];
      expect(title.replace('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;', '').trim()).toBe(
        titles[name].replaceAll("'", '&#39;'),
      );
    }
  },
);

test('a person reads the pages in the language that the browser asks for, labels of factors too', async () => {
  const app = await startStepUp({ options: { languages: { en, de, he } } });
  const { browser } = await withTotp(app);
  for (const [language, { direction, stepUp, refusals }] of Object.entries({ en, de, he })) {
    const headers = { 'accept-language': language };
    const confirm = await browser.get('/step-up', headers);
    expect(confirm.headers['content-language']).toBe(language);
    expect(confirm.text).toContain(`<html lang="${language}" dir="${direction}">`);
    expect(confirm.text).toContain(stepUp.confirm.code(stepUp.labels.totp));
    const factors = await browser.get('/step-up/factors', headers);
    expect(factors.text).toContain(`<span>${stepUp.labels.totp}<small>`);
    const refused = await browser.post('/step-up/remove', { id: 'x' }, headers);
    expect(refused.text).toContain(refusals.invalid_request.replaceAll("'", '&#39;'));
  }
});

test('each page is as the step before it left things', async () => {
  const app = await startStepUp({ stepUp: { recovery: { delay: 86_400, notify: () => {} } } });
  const browser = await app.logIn();
  expect((await browser.get('/step-up')).text).toContain(en.stepUp.confirm.none);
  const begun = await browser.post('/step-up/totp/enrol');
  expect(begun.status).toBe(200);
  const [, key = ''] = /<code>([A-Z2-7 ]+)<\/code>/.exec(begun.text) ?? [];
  const secret = key.replaceAll(' ', '');
  expect(begun.text).toContain('<svg');
  const wrong = await browser.post('/step-up/totp/confirm', { code: wrongCode(secret, app.now()) });
  expect(wrong.status).toBe(401);
  expect(wrong.text).toContain(key);
  expect(wrong.text).toContain('role="alert"');
  const added = await browser.post('/step-up/totp/confirm', { code: app.code(secret) });
  expect(added.text.match(/<li><code>/g)).toHaveLength(10);
  expect(added.text).toContain('href="/step-up/factors"');
  // What was shown once is in no later page.
  const page = await browser.get('/step-up/factors');
  expect(page.text).toContain('You have 10 recovery codes left.');
  expect(page.text).not.toContain(secret);
  const refused = await browser.post('/step-up/totp', { code: app.code(secret) });
  expect([refused.status, refused.setCookies]).toEqual([401, []]);
  expect(refused.text).toContain(en.refusals.factor_wrong);
  // Begun anew or never begun, a code that confirms nothing is a refusal with a way back.
  const other = await app.logIn('eve@example.com');
  expect((await other.post('/step-up/totp/confirm', { code: '123456' })).text).toContain('href="/step-up/factors"');
});

test('where a step-up was requested, the enrolment leads back to it', async () => {
  const app = await startStepUp();
  const browser = await app.logIn();
  await browser.get('/guarded');
  const begun = (await browser.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>();
  const added = await browser.post('/step-up/totp/confirm', { code: app.code(begun.secret) });
  expect(added.text).toContain('<a href="/step-up">Continue</a>');
});

test('new recovery codes are shown to a person once', async () => {
  const app = await startStepUp();
  const { browser, recoveryCodes } = await withTotp(app);
  await browser.post('/step-up/recovery', { code: recoveryCodes[0] ?? '' });
  const page = await browser.post('/step-up/recovery/renew');
  expect(page.text.match(/<li><code>/g)).toHaveLength(10);
  expect(page.text).not.toContain(recoveryCodes[1]);
});

test("the app's views answer in place of ours, with what ours get", async () => {
  const shown: [string, unknown][] = [];
  const names = Object.keys(PAGES) as StepUpPageName[];
  const views = Object.fromEntries(
    names.map((name) => [
      name,
      (_req: Request, res: Response, page: unknown) => {
        shown.push([name, page]);
        res.send(name);
      },
    ]),
  ) as StepUpViews;
  const app = await startStepUp({ stepUp: { views } });
  const browser = await app.logIn();
  expect((await browser.get('/step-up')).text).toBe('confirm');
  expect((await browser.get('/step-up/factors')).text).toBe('factors');
  const begun = await browser.post('/step-up/totp/enrol');
  expect(begun.text).toBe('enrol');
  const { clientOptions, qrCode } = Object(shown.at(-1)?.[1]) as { clientOptions: { secret: string }; qrCode: string };
  expect(qrCode).toMatch(/^<svg/);
  expect((await browser.post('/step-up/totp/confirm', { code: app.code(clientOptions.secret) })).text).toBe('enrolled');
  expect(shown.at(-1)?.[1]).toMatchObject({ label: 'Authenticator app', recoveryCodes: expect.any(Array) });
  expect((await browser.post('/step-up/remove', { id: 'x' })).text).toBe('refused');
  app.store.read = async () => {
    throw new Error('down');
  };
  const down = await browser.get('/step-up');
  expect([down.status, down.text]).toEqual([503, 'unavailable']);
  expect(down.headers['content-security-policy']).toBeDefined();
});

test('a factor that waits says from when it counts, where it is added and wherever it is shown', async () => {
  const app = await startStepUp();
  await app.logIn();
  const browser = await app.logIn();
  await enrolTotp(app, browser);
  for (const path of ['/step-up', '/step-up/factors']) {
    expect((await browser.get(path)).text).toMatch(/Active from Jan 2, 2030, 12:00\sAM UTC/);
  }
});

test('a person is offered what will be enough, and told where they have none of it', async () => {
  const app = await startStepUp({
    routes: (express, { stepUp }) => {
      const guard = (path: string, demand: StepUpDemand) =>
        express.get(path, stepUp.require(demand), (_req, res) => void res.end());
      guard('/passkey', { level: 3 });
      guard('/no-recovery', { level: 2, factors: ['totp', 'passkey'] });
    },
  });
  const { browser } = await withTotp(app);
  const offered = async (path: string) => {
    await browser.get(path);
    const { text } = await browser.get('/step-up');
    return [...text.matchAll(/action="\/step-up\/(\w+)"/g)].map(([, name]) => name);
  };
  expect(await offered('/guarded')).toEqual(['totp', 'recovery']);
  expect(await offered('/no-recovery')).toEqual(['totp']);
  expect(await offered('/passkey')).toEqual([]);
  expect((await browser.get('/step-up')).text).toContain(en.stepUp.confirm.notEnough);
  // To change what there is, a recovery code will do.
  await browser.post('/step-up/recovery/renew');
  expect(await offered('/step-up')).toEqual(['totp', 'recovery']);
});
