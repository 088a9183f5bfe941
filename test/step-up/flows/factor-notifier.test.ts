/** What the owner is told: by mail, to one plain address, without a link; and a mail that fails changes nothing. */
import { expect, test, vi } from 'vitest';
import { mailNotice } from '../../../lib/step-up/flows/factor-notifier.js';
import type { NoticeType } from '../../../lib/step-up/index.js';
import { de } from '../../../lib/texts/de.js';
import { describeTime } from '../../../lib/texts/describe.js';
import { en } from '../../../lib/texts/en.js';
import type { Texts } from '../../../lib/texts/texts.js';
import { he } from '../../browser/hebrew.js';
import { startNotices } from '../../support/notices.js';
import { enrolTotp, startStepUp } from '../../support/step-up.js';

const TYPES = Object.keys(en.stepUp.notices) as NoticeType[];
const TIME = 1_900_000_000;
const AT = 1_900_086_400;

function mailer() {
  const { notices, mailbox, theme, events } = startNotices({
    mail: { from: 'Acme <acme@example.com>', replyTo: 'help@example.com' },
  });
  const send = mailNotice({ theme, notify: (...notice) => notices.notifyOwner(...notice) });
  const notify = async (type: NoticeType, address?: string, texts: Texts = en) =>
    send({
      type,
      person: { id: '1', name: '<b>Ada</b>', ...(address !== undefined && { address }) },
      factor: 'totp',
      label: 'Authenticator <app>',
      time: TIME,
      at: AT,
      texts,
    });
  return { mailbox, notify, events };
}

test.each(TYPES)(
  'AL-06: %s is a mail to one address, which says what happened, when and where, and has no link',
  async (type) => {
    const { mailbox, notify, events } = mailer();
    await notify(type, 'Ada+x@Example.com');
    const mail = await mailbox.nextNotice();
    expect(mailbox.messages).toHaveLength(1);
    await vi.waitFor(() => expect(events).toMatchObject([{ type: 'mail.sent', notice: type }]));
    expect(mail).toMatchObject({
      from: 'Acme <acme@example.com>',
      replyTo: 'help@example.com',
      to: { name: '', address: 'ada+x@example.com' },
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    expect(mail.subject).toContain('app.example.com');
    expect(mail.text).toContain(describeTime(en, new Date(TIME * 1000)));
    expect(mail.text.includes(describeTime(en, new Date(AT * 1000)))).toBe(type === 'waiting' || type === 'lost');
    expect(mail.text).toContain(en.stepUp.ifNotYou);
    expect(mail.html).not.toMatch(/<a |https?:|<app>/);
    expect(mail.html).toContain('Mar 17, 2030');
  },
);

test.each([de, he])('AL-06: a mail is in the language that it is given: $language', async (texts) => {
  const { mailbox, notify } = mailer();
  for (const type of TYPES) {
    await notify(type, 'ada@example.com', texts);
    const mail = await mailbox.nextNotice();
    expect(mail.subject).toBe(texts.stepUp.notices[type].subject('app.example.com'));
    expect(mail.text).toContain(texts.stepUp.ifNotYou);
    expect(mail.text).toContain(describeTime(texts, new Date(TIME * 1000)));
    expect(mail.html).toMatch(new RegExp(`<html[^>]* lang="${texts.language}"[^>]* dir="${texts.direction}"`));
  }
});

test('AL-06: a notice is in the language of the request that caused it', async () => {
  const app = await startStepUp();
  const browser = await app.logIn();
  const german = { 'accept-language': 'de' };
  const { secret } = (await browser.postJson('/step-up/totp/enrol', {}, german)).json<{ secret: string }>();
  await browser.postJson('/step-up/totp/confirm', { code: app.code(secret) }, german);
  expect(app.notices).toMatchObject([{ type: 'enrolled', label: 'Authenticator-App', texts: { language: 'de' } }]);
});

test('ML-01: without an address there is no mail, and to more than one plain address neither', async () => {
  const { mailbox, notify } = mailer();
  await notify('enrolled');
  for (const address of [
    'a@example.com,eve@evil.test',
    'Ada <a@example.com>',
    'a@example.com\r\nBcc: eve@evil.test',
    '',
  ]) {
    await expect(notify('enrolled', address)).rejects.toThrow('address must be one plain email address');
  }
  expect(mailbox.messages).toEqual([]);
});

test('by default the strategy mails it, without a word of configuration', async () => {
  const app = await startStepUp({
    stepUp: { notify: undefined as never, user: () => ({ id: '1', name: 'Ada', address: 'ada@example.com' }) },
  });
  const browser = await app.logIn();
  await enrolTotp(app, browser);
  await vi.waitFor(() => expect(app.mailbox.messages).toHaveLength(2));
  expect(app.mailbox.messages[1]).toMatchObject({ to: { address: 'ada@example.com' } });
  expect(app.mailbox.messages[1]?.subject).toMatch(/^A second factor is about to be added at /);
});

test('FT-14: a notice that fails or hangs holds up nobody, and is an event', async () => {
  for (const notify of [
    () => {
      throw new Error('ada@example.com');
    },
    async () => {
      throw new Error('ada@example.com');
    },
  ]) {
    const app = await startStepUp({ stepUp: { notify } });
    const browser = await app.logIn();
    expect((await enrolTotp(app, browser)).recoveryCodes).toHaveLength(10);
    await vi.waitFor(() => expect(app.events.at(-1)).toMatchObject({ type: 'mail.failed', reason: 'notice' }));
    expect(JSON.stringify(app.events)).not.toContain('ada@');
  }
  const hangs = await startStepUp({ stepUp: { notify: () => new Promise(() => {}) } });
  expect((await enrolTotp(hangs, await hangs.logIn())).recoveryCodes).toHaveLength(10);
});
