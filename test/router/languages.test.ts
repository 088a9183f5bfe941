/** Pages, refusals and mail in the language of whoever reads them. */
import { describe, expect, test } from 'vitest';
import { de, en, type MagicLinkOptions, type Texts } from '../../lib/index.js';
import { ada, CALLBACK, CODE, startApp, startRouter, tellingRoutes } from '../support/app.js';
import { JSON_HEADERS } from '../support/browser.js';

const GERMAN = { 'accept-language': 'de-AT, de;q=0.9, en;q=0.5' };
const FRENCH = { 'accept-language': 'fr' };

/** Stands for a language that is written from right to left. */
const ar: Texts = { ...en, language: 'ar', direction: 'rtl', form: { ...en.form, title: 'تسجيل الدخول' } };

async function start(options: Partial<MagicLinkOptions> = {}) {
  let now = Date.now();
  const { app, browser } = await startRouter({ options: { clock: () => now, ...options } });
  return { app, browser, pass: (seconds: number) => (now += seconds * 1000) };
}

const langOf = ({ text }: { text: string }) => text.match(/<html lang="([\w-]+)" dir="(\w+)">/)?.slice(1);

test.each([
  [GERMAN, 'de', 'Anmelden'],
  [{ 'accept-language': 'en-GB' }, 'en', 'Log in'],
  [FRENCH, 'en', 'Log in'],
  [{ 'accept-language': 'fr, de;q=0.1' }, 'de', 'Anmelden'],
  [{ 'accept-language': '*' }, 'en', 'Log in'],
  [{ 'accept-language': ';;;=,\u00ff' }, 'en', 'Log in'],
  [{}, 'en', 'Log in'],
])('the form for %j is in %s', async (headers, language, title) => {
  const { browser } = await start();
  const answer = await browser.get('/login', headers as Record<string, string>);
  expect(langOf(answer)).toEqual([language, 'ltr']);
  expect(answer.headers['content-language']).toBe(language);
  expect(answer.text).toContain(`<h1>${title}</h1>`);
});

test('every page and every refusal on the way is in German for who reads that, and says that it varies', async () => {
  const { app, browser, pass } = await start({ confirm: 'always', limits: {} });
  const phone = app.browser();
  await browser.post('/login', ada, GERMAN);
  const { path, token, notMe } = await app.mailbox.next();
  const german = { headers: GERMAN };
  const post = (form: Record<string, string>) => ({ ...german, method: 'POST', form });
  const pages: [string, Promise<{ text: string; headers: object }>][] = [
    [de.refusals.invalid_address, browser.send('/login', post({ email: 'nobody' }))],
    ['Bitte warten Sie 30 Sekunden', browser.send('/login', post(ada))],
    [de.sent.title, browser.send('/login/sent', german)],
    [de.landing.title, phone.send(path, german)],
    [de.hop.title, phone.send(path, { headers: { ...GERMAN, 'sec-fetch-site': 'cross-site' } })],
    [de.code.title, phone.send(CALLBACK, post({ token }))],
    [de.refusals.code_wrong, browser.send(CODE, post({ code: 'ABCD-EFGH' }))],
    [de.confirm.intro, browser.send(path, german)],
    [de.notMe.intro, phone.send(notMe.path, german)],
    [de.reported.title, phone.send('/login/not-me', post({ token: notMe.token }))],
    [de.refusals.link_invalid, browser.send(`${CALLBACK}?token=x`, german)],
    [de.refusals.method_not_allowed, browser.send('/login', { ...german, method: 'PUT' })],
    [de.refusals.payload_too_large, browser.send('/login', post({ email: 'x'.repeat(200_000) }))],
    [de.refusals.cross_site, browser.send('/login', { ...post(ada), headers: { ...GERMAN, origin: 'null' } })],
  ];
  for (const [words, answered] of pages) {
    const answer = await answered;
    expect(langOf(answer), words).toEqual(['de', 'ltr']);
    expect(answer.text).toContain(words);
    expect(answer.headers).toMatchObject({
      'content-language': 'de',
      vary: expect.stringMatching(/(?:^|, )Accept-Language(?:,|$)/),
    });
  }
  pass(600);
  expect((await browser.get(path, GERMAN)).text).toContain(de.refusals.link_expired);
});

test('the code page names browser and time in German', async () => {
  const { app } = await start({ clock: () => Date.UTC(2030, 0, 2, 13, 5) });
  await app.browser().post('/login', ada, { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/140.0' });
  const { token } = await app.mailbox.next();
  const { text } = await app.browser().post(CALLBACK, { token }, GERMAN);
  expect(text).toContain('Angefordert am 02.01.2030, 13:05 UTC, in Firefox (Windows).');
});

test('the message of Passport’s refusal is in German; its code is no language', async () => {
  const app = await startApp({ routes: tellingRoutes });
  const answer = await app.browser().get(`${CALLBACK}?token=x`, GERMAN);
  expect(answer.json()).toMatchObject({ code: 'link_invalid', message: de.refusals.link_invalid });
});

test('JSON is the same in every language', async () => {
  const { browser } = await start();
  const answers = [];
  for (const headers of [GERMAN, FRENCH])
    answers.push(await browser.post(CODE, { code: 'x' }, { ...headers, ...JSON_HEADERS }));
  expect(answers.map(({ text }) => text)).toEqual(Array(2).fill('{"error":"code_wrong"}'));
});

describe('the mail', () => {
  test('is in the language of the request, wherever it is opened', async () => {
    const { app, browser } = await start();
    await browser.post('/login', ada, GERMAN);
    const { message } = await app.mailbox.next();
    expect(message.subject).toBe(`Anmelden bei ${new URL(app.origin).host}`);
    expect(message.text).toContain(de.mail.where);
    expect(message.html).toContain('<html lang="de" dir="ltr">');
  });

  test.each([
    [undefined, en],
    ['de', de],
    ['en', en],
  ])('of an invitation with language %j is in that, whatever anybody asks for', async (language, texts) => {
    const { app } = await start();
    await app.strategy.invite({ address: ada.email, ...(language && { language }) });
    const { message } = await app.mailbox.next();
    expect(message.subject).toBe(texts.invitation.subject(new URL(app.origin).host));
    expect(message.html).toContain(`<html lang="${texts.language}" dir="ltr">`);
  });
});

describe('the app chooses', () => {
  test('by its own language option, of pages and mail, whatever the browser says', async () => {
    const { app, browser } = await start({ language: (req) => (req.query.in ? String(req.query.in) : undefined) });
    expect(langOf(await browser.get('/login?in=de', FRENCH))).toEqual(['de', 'ltr']);
    expect(langOf(await browser.get('/login?in=en', GERMAN))).toEqual(['en', 'ltr']);
    expect(langOf(await browser.get('/login', GERMAN))).toEqual(['de', 'ltr']);
    await browser.post('/login?in=de', ada, FRENCH);
    expect((await app.mailbox.next()).message.subject).toContain('Anmelden');
  });

  test.each(['fr', '', '__proto__', 'constructor', 'DE'])(
    'a choice of %j, which it has not, is its first',
    async (tag) => {
      const { browser } = await start({ languages: { de, en }, language: () => tag });
      expect(langOf(await browser.get('/login', FRENCH))).toEqual(['de', 'ltr']);
    },
  );

  test('its own texts, in place of ours or beside them', async () => {
    const { browser } = await start({ languages: { en: { ...en, form: { ...en.form, title: 'Welcome <b>' } }, ar } });
    expect((await browser.get('/login', GERMAN)).text).toContain('<h1>Welcome &lt;b&gt;</h1>');
    expect((await browser.get('/login', { 'accept-language': 'ar-EG' })).text).toContain(`<h1>${ar.form.title}</h1>`);
  });
});

test('right to left: pages and mail say so, and the code stays left to right', async () => {
  const { app, browser } = await start({ languages: { en, ar } });
  const headers = { 'accept-language': 'ar' };
  await browser.post('/login', ada, headers);
  const { message, path, token } = await app.mailbox.next();
  expect(message.html).toContain('<html lang="ar" dir="rtl">');
  const phone = app.browser();
  const pages = [
    await browser.get('/login/sent', headers),
    await phone.get(path, headers),
    await phone.post(CALLBACK, { token }, headers),
  ];
  for (const page of pages) {
    expect(langOf(page)).toEqual(['ar', 'rtl']);
    expect(page.text).toMatch(/\.code \{ direction: ltr;/);
  }
});

test('a language option that throws is the app’s error, not a hung request', async () => {
  const { browser } = await start({
    language: () => {
      throw new Error('no such session');
    },
  });
  for (const answer of [
    await browser.get('/login'),
    await browser.post('/login', {}),
    await browser.post('/login', ada),
  ]) {
    expect([answer.status, answer.json().message]).toEqual([500, 'no such session']);
  }
});
