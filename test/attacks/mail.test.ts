/** ML: one mail to one address, that says what it is, holds one login link and nothing that the requester typed. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { newAddress, startSite, useSite } from '../support/site.js';

const site = useSite();
const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

const headersOf = (raw: string) => (raw.split('\r\n\r\n')[0] ?? '').replaceAll(/\r\n[ \t]+/g, ' ');

test('ML-01: one recipient in the envelope, and the same one in the mail', async () => {
  const email = newAddress();
  const { mail } = await site.requestLink(site.browser(), email);
  expect(mail.to).toEqual([email]);
  expect(headersOf(mail.raw).match(/^(?:to|cc|bcc):.*$/gim)).toEqual([`To: ${email}`]);
});

test('ML-02: nodemailer is 9.0.1 or later, where the last of its advisories is mended', () => {
  const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
  const oldest = read('package.json').peerDependencies.nodemailer.replace(/^>=/, '');
  for (const version of [oldest, read('node_modules/nodemailer/package.json').version]) {
    const [major, minor, patch] = version.split('.').map(Number);
    expect(major * 1e6 + minor * 1e3 + patch, version).toBeGreaterThanOrEqual(9_000_001);
  }
});

test('ML-03, ML-04, ML-10: its headers stop auto-replies, make no list of it, and name nothing secret', async () => {
  const asked = await Promise.all(Array.from({ length: 5 }, () => site.requestLink(site.browser())));
  const ids = new Set<string>();
  for (const { mail, token, notMe } of asked) {
    const headers = headersOf(mail.raw);
    expect(headers).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(headers).toMatch(/^X-Auto-Response-Suppress: All$/m);
    expect(headers).not.toMatch(/^(?:List-|Precedence|Feedback-ID|Disposition-Notification|Return-Receipt)/im);
    expect(headers).toMatch(/^From: Example <login@example\.test>$/m);
    const [id = ''] = headers.match(/^Message-ID: <[^>]+>$/m) ?? [];
    expect(id).not.toBe('');
    ids.add(id);
    for (const secret of [token, notMe]) {
      for (let at = 0; at + 16 <= secret.length; at++) expect(headers).not.toContain(secret.slice(at, at + 16));
    }
  }
  expect(ids.size).toBe(5);
});

test('ML-06: it says which browser requested it, when, for how long, and that it works only there', async () => {
  const before = new Date();
  const { mail, notMe } = await site.requestLink(site.browser(), newAddress(), {}, { 'user-agent': BROWSER });
  for (const content of [mail.email.text ?? '', mail.email.html ?? '']) {
    expect(content).toContain('Firefox on Windows');
    expect(content).toContain(before.toLocaleDateString('en', { dateStyle: 'medium', timeZone: 'UTC' }));
    expect(content).toMatch(/\d:\d\d\s[AP]M UTC/);
    expect(content).toContain('10 minutes');
    expect(content).toMatch(
      /Open the link in the browser where you requested it\. Any other browser only shows a code/,
    );
    expect(content).toMatch(/If you didn’t request this email/);
    expect(content).toContain(`/login/not-me?token=${notMe}`);
  }
});

test('ML-06: without a code for other browsers it says that the link does nothing there', async () => {
  const denying = await startSite({ env: { OTHER_BROWSER: 'deny' } });
  const { mail } = await denying.requestLink(denying.browser());
  for (const content of [mail.email.text ?? '', mail.email.html ?? '']) {
    expect(content).toMatch(
      /only in the browser where you requested it\. Open it there\. In any other browser, it does nothing/,
    );
    expect(content).not.toMatch(/\bcode\b(?!\s*\{)/i);
  }
});

test('ML-07: nothing that the requester can choose is in it', async () => {
  const evil = 'Pay-at-evil.test';
  const { mail } = await site.requestLink(
    site.browser(),
    newAddress(),
    { returnTo: `/${evil}`, name: evil, subject: evil, from: evil, text: evil, state: evil },
    {
      'user-agent': `${evil} ${BROWSER} ${evil}`,
      referer: `http://localhost/${evil}`,
      'accept-language': evil,
      'x-forwarded-for': evil,
      'x-forwarded-host': evil,
    },
  );
  expect(mail.raw.replaceAll('=\r\n', '')).not.toMatch(/evil/i);
});

describe('ML-08: TLS to the mail server', () => {
  test('ML-08: in production a server without STARTTLS gets no mail, and the person is told nothing of it', async () => {
    const production = await startSite({
      redis: true,
      env: { ORIGIN: 'https://app.example.com', TRUST_PROXY: '1', LIMITS: 'on' },
    });
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' };
    const answer = await production.browser().post('/login', { email: newAddress() }, proxied);
    expect(answer.status).toBe(303);
    expect(await production.recipients()).toEqual([]);
  });
});

test('ML-09: text and HTML hold one login link and one "not me" link, whole and each on its own line', async () => {
  const { mail, link, notMe } = await site.requestLink(site.browser(), newAddress(), {
    returnTo: `/${'x'.repeat(1500)}`,
  });
  const { text = '', html = '' } = mail.email;
  const notMeLink = `${site.origin}/login/not-me?token=${notMe}`;
  expect(text.split(/\r?\n/)).toEqual(expect.arrayContaining([link, notMeLink]));
  expect(text.match(/https?:\/\/\S+/g)).toEqual([link, notMeLink]);
  // The button's, the same spelt out, and the last line's.
  expect(html.match(/https?:\/\/[^"<\s]+/g)).toEqual([link, link, notMeLink]);
  for (const line of mail.raw.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998);
  expect(mail.raw).not.toMatch(/format=flowed/i);
  expect(mail.raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
});
