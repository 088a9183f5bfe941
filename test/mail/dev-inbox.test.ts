/** The dev inbox: what it keeps, and what its page and its JSON show. */
import { createServer } from 'node:http';
import express from 'express';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type InboxMail, MagicLinkStrategy } from '../../lib/index.js';
import { DevInbox } from '../../lib/mail/dev-inbox.js';
import type { MailMessage } from '../../lib/mail/transport.js';
import { ada, eventOf, SECRET, startApp } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { never, store } from '../support/options.js';
import { listen } from '../support/ports.js';

const LINK = `http://localhost:3000/login/callback?token=pbl_${'Ab-9'.repeat(28)}`;

const message = (fields: Partial<MailMessage> = {}): MailMessage => ({
  to: { name: '', address: 'ada@example.com' },
  subject: 'Log in',
  text: `Open it:\n\n${LINK}\n\nGoodbye.\n`,
  html: '<p>Open it</p>',
  headers: { 'Auto-Submitted': 'auto-generated' },
  disableFileAccess: true,
  disableUrlAccess: true,
  ...fields,
});

/** The inbox behind `/dev/inbox` and `/dev/inbox.json`. */
async function served(inbox: DevInbox): Promise<Browser> {
  const app = express().get(['/dev/inbox', '/dev/inbox.json'], inbox.handler);
  const server = createServer(app);
  onTestFinished(() => void server.close());
  return new Browser(await listen(server));
}

describe('what it keeps', () => {
  test('says that it took the mail for its one recipient', async () => {
    expect(await new DevInbox().sendMail(message())).toEqual({ accepted: ['ada@example.com'] });
  });

  test('the newest comes first', async () => {
    const inbox = new DevInbox();
    for (const subject of ['first', 'second', 'third']) await inbox.sendMail(message({ subject }));
    expect(inbox.mails.map(({ subject }) => subject)).toEqual(['third', 'second', 'first']);
  });

  test('a hundred at most, and the oldest go', async () => {
    const inbox = new DevInbox();
    for (let i = 1; i <= 103; i++) await inbox.sendMail(message({ subject: String(i) }));
    const subjects = inbox.mails.map(({ subject }) => subject);
    expect([subjects.length, subjects.at(0), subjects.at(-1)]).toEqual([100, '103', '4']);
  });

  test('what it shows is a copy', async () => {
    const inbox = new DevInbox();
    await inbox.sendMail(message());
    (inbox.mails as InboxMail[]).length = 0;
    expect(inbox.mails).toHaveLength(1);
  });

  test.each([
    ['on a line of its own', `Open it:\n\n${LINK}\n`, LINK],
    ['in a sentence', `Open ${LINK} now`, LINK],
    [
      'before the not-me link',
      `${LINK}\n\nNot you?\nhttp://localhost:3000/login/not-me?token=pbn_${'A'.repeat(72)}`,
      LINK,
    ],
    ['after the not-me link', `http://localhost:3000/login/not-me?token=pbn_${'A'.repeat(72)}\n\n${LINK}`, LINK],
    ['not in a not-me link', `http://localhost:3000/login/not-me?token=pbn_${'A'.repeat(72)}`, undefined],
    ['not in an invitation', `http://localhost:3000/login?invite=${'A'.repeat(200)}`, undefined],
    ['nowhere', 'Hello', undefined],
    ['as a bare token', `Type ${LINK.slice(LINK.indexOf('pbl_'))}`, undefined],
  ])('the link is found %s', async (_name, text, link) => {
    const inbox = new DevInbox();
    await inbox.sendMail(message({ text }));
    expect(inbox.mails[0]?.link).toBe(link);
  });
});

describe('its page', () => {
  const HOSTILE = `"'><script>alert(1)</script>&`;

  test('shows each mail with its link', async () => {
    const inbox = new DevInbox();
    await inbox.sendMail(message({ to: { name: '', address: 'eve@example.com' } }));
    await inbox.sendMail(message());
    const { status, headers, text } = await (await served(inbox)).get('/dev/inbox');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text.match(/<article>/g)).toHaveLength(2);
    expect(text.indexOf('To ada@')).toBeLessThan(text.indexOf('To eve@'));
    expect(text).toContain(`<a href="${LINK}">`);
  });

  test('says so when there is none', async () => {
    const { status, text } = await (await served(new DevInbox())).get('/dev/inbox');
    expect(status).toBe(200);
    expect(text).toContain('No email yet');
    expect(text).not.toContain('<article>');
  });

  test.each([
    ['recipient', { to: { name: '', address: HOSTILE } }],
    ['subject', { subject: HOSTILE }],
    ['text', { text: HOSTILE }],
    ['link', { text: `${LINK}${HOSTILE}` }],
    ['HTML', { html: HOSTILE }],
  ] as [string, Partial<MailMessage>][])('SC-07: the %s is escaped', async (_name, fields) => {
    const inbox = new DevInbox();
    await inbox.sendMail(message(fields));
    const { text } = await (await served(inbox)).get('/dev/inbox');
    expect(text).toContain('&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;');
    expect(text).not.toContain('<script');
  });

  test('the HTML of a mail may run and load nothing', async () => {
    const inbox = new DevInbox();
    await inbox.sendMail(message());
    const { headers, text } = await (await served(inbox)).get('/dev/inbox');
    expect(text).toMatch(/<iframe title="[^"]*" sandbox srcdoc="/);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('script-src');
  });

  test.each(['/dev/inbox', '/dev/inbox.json'])('%s is kept by no cache and named to no other site', async (path) => {
    const { headers } = await (await served(new DevInbox())).get(path);
    expect([headers['cache-control'], headers['referrer-policy']]).toEqual(['no-store', 'no-referrer']);
  });
});

test('the JSON is as the contract says', async () => {
  const inbox = new DevInbox();
  const { text, html, headers } = message();
  await inbox.sendMail(message());
  const answer = await (await served(inbox)).get('/dev/inbox.json');
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.json()).toEqual([{ to: 'ada@example.com', subject: 'Log in', text, html, link: LINK, headers }]);
});

test('it serves as the strategy’s transport', async () => {
  const inbox = new DevInbox();
  const app = await startApp({ options: { mail: { transport: inbox, from: 'login@example.com' } } });
  await app.browser().post('/login', ada);
  await eventOf(app, 'mail.sent');
  expect(inbox.mails[0]).toMatchObject({
    to: 'ada@example.com',
    link: expect.stringContaining(`${app.origin}/login/`),
  });
});

test('SE-14: it is refused where the origin is not loopback', () => {
  const options = { secret: SECRET, origin: 'https://app.example.com', callbackPath: '/login/callback', store };
  const mail = { transport: new DevInbox(), from: 'login@example.com' };
  expect(() => new MagicLinkStrategy({ ...options, mail }, never)).toThrow(/mail transport is for development/);
});
