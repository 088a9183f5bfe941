/** From the request to a real SMTP server, by nodemailer: what arrives. */
import { describe, expect, test } from 'vitest';
import { type MagicLinkOptions, MemoryStore } from '../../lib/index.js';
import { type MessageContext, renderMessage } from '../../lib/mail/message.js';
import { ada, startApp } from '../support/app.js';
import { startMailing } from '../support/mailing.js';
import { linkIn, tokenIn } from '../support/smtp.js';

describe('what arrives', () => {
  async function arrived(headers = {}, options: Partial<MagicLinkOptions> = {}) {
    const { smtp, app, ask } = await startMailing({ options });
    await ask(ada.email, headers);
    const mail = await smtp.next();
    return { app, mail, link: linkIn(mail.email.text) };
  }

  test('ML-09: has one login link and one not-me link in text and HTML, of the origin alone', async () => {
    const { app, mail, link } = await arrived();
    const { text = '', html = '' } = mail.email;
    expect(new URL(link).origin).toBe(app.origin);
    const [inText, inHtml] = [text, html].map((body) => [...new Set(body.match(/https?:[^\s"<]+/g))]);
    expect(inText).toEqual([link, expect.stringContaining(`${app.origin}/login/not-me?token=pbn_`)]);
    expect(inHtml).toEqual(inText);
  });

  test('logs in the browser that requested the link', async () => {
    const { smtp, app } = await startMailing();
    const browser = app.browser();
    await browser.post('/login', ada);
    const answer = await browser.get(linkIn((await smtp.next()).email.text));
    expect(answer.json()).toMatchObject({ user: ada });
  });

  test('IN-04: has exactly one recipient, in envelope and header', async () => {
    const { mail } = await arrived();
    expect(mail.to).toEqual([ada.email]);
    expect(mail.email.to?.map(({ address }) => address)).toEqual([ada.email]);
    expect(mail.raw).not.toMatch(/^b?cc:/im);
  });

  test('has no line over 998 octets (RFC 5322 2.1.1)', async () => {
    const { mail } = await arrived();
    expect(Math.max(...mail.raw.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(998);
  });

  test('ML-03: asks for no automatic reply', async () => {
    const { mail } = await arrived();
    expect(mail.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(mail.raw).toMatch(/^X-Auto-Response-Suppress: All\r$/m);
  });

  test('ML-04: is no list', async () => {
    expect((await arrived()).mail.raw).not.toMatch(/^(?:list-|precedence:)/im);
  });

  test('SE-11: no header holds any part of the token', async () => {
    const { mail, link } = await arrived();
    const head = mail.raw.slice(0, mail.raw.indexOf('\r\n\r\n'));
    const token = tokenIn(link);
    const parts = Array.from({ length: token.length - 7 }, (_, i) => token.slice(i, i + 8));
    expect(mail.email.messageId).toMatch(/^<[^@]+@acme\.example>$/);
    expect(parts.filter((part) => head.includes(part))).toEqual([]);
  });

  test('SE-11: has a code where mail.code says so, in its body alone', async () => {
    const { smtp, ask } = await startMailing({ mail: { code: true } });
    await ask();
    const { raw, email } = await smtp.next();
    const [code = ''] = email.text?.match(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/m) ?? [];
    expect(code).not.toBe('');
    expect(email.html).toContain(code);
    expect(raw.slice(0, raw.indexOf('\r\n\r\n'))).not.toContain(code);
    expect(email.subject).not.toContain(code);
  });

  test('SE-11: has none otherwise', async () => {
    const { mail } = await arrived();
    expect(`${mail.email.text}${mail.email.html}`).not.toMatch(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/);
  });

  test('SE-10: has no image and no attachment', async () => {
    const { mail } = await arrived();
    expect(mail.email.attachments).toEqual([]);
    expect(mail.email.html).not.toMatch(/<img|\bsrc=|url\(/i);
  });

  test('ML-06: says browser, time in UTC, life and host', async () => {
    const clock = () => Date.UTC(2026, 2, 5, 23, 7);
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0';
    const { app, mail } = await arrived(
      { 'user-agent': userAgent },
      { clock, store: new MemoryStore({ clock }), ttl: 300 },
    );
    for (const body of [mail.email.text, mail.email.html]) {
      expect(body).toMatch(/Requested on Mar 5, 2026, 11:07\sPM UTC, in Firefox on Linux\./);
      expect(body).toContain(`to ${new URL(app.origin).host}. It works once and is valid for 5 minutes.`);
    }
  });

  test.each([
    ['no browser’s', 'Evil<script>/1.0 typed'],
    ['half a browser’s', 'Firefox/1 typed " onload=x'],
    ['endless', 'typed'.repeat(1000)],
  ])(
    'ML-07, IN-22: holds nothing that was typed, nor anything of a User-Agent that is %s',
    async (_name, userAgent) => {
      const { mail } = await arrived({ 'user-agent': userAgent });
      expect(`${mail.email.subject}${mail.email.text}${mail.email.html}${mail.raw}`).not.toMatch(
        /typed|Evil|onload|<script/,
      );
    },
  );
});

test.each([
  ['at once', (context: MessageContext) => renderMessage({ ...context, name: 'Acme' })],
  ['later', async (context: MessageContext) => renderMessage({ ...context, name: 'Acme' })],
])('the app’s own words, given %s, arrive', async (_name, render) => {
  const { smtp, ask } = await startMailing({ mail: { render } });
  await ask();
  expect((await smtp.next()).email.subject).toBe('Log in to Acme');
});

test('a deliver() of the app’s own is given the message, and its link logs in', async () => {
  const app = await startApp();
  const browser = app.browser();
  await browser.post('/login', ada);
  const { message, path } = await app.mailbox.next();
  expect(message.to).toEqual({ name: '', address: ada.email });
  expect((await browser.get(path)).json()).toMatchObject({ user: ada });
});
