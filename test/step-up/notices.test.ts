/** What the owner is told: by mail, to one plain address, without a link; and a mail that fails changes nothing. */
import { expect, test, vi } from 'vitest';
import type { MailConfig } from '../../lib/mail/mail-options.js';
import type { MailMessage } from '../../lib/mail/mailer.js';
import type { NoticeType } from '../../lib/step-up/index.js';
import { mailNotice } from '../../lib/step-up/notices.js';
import { enrolTotp, startStepUp } from '../support/step-up.js';

const TYPES: NoticeType[] = [
  ...(['enrolled', 'waiting', 'cancelled', 'removed', 'recovery_code_used', 'recovery_codes_renewed'] as const),
  ...(['locked', 'lost', 'loss_withdrawn'] as const),
];

function mailer(config: Partial<MailConfig> = {}) {
  const mails: MailMessage[] = [];
  const deliver = (message: MailMessage) => mails.push(message);
  const send = mailNotice(
    { deliver, from: 'Acme <acme@example.com>', ...config } as MailConfig,
    'https://app.example.com',
  );
  const notify = (type: NoticeType, address?: string) =>
    send({
      ...{ type, person: { id: '1', name: '<b>Ada</b>', ...(address !== undefined && { address }) } },
      ...{ factor: 'totp', label: 'Authenticator <app>', time: 1_900_000_000, at: 1_900_086_400 },
    });
  return { mails, notify };
}

test.each(TYPES)(
  'AL-06: %s is a mail to one address, which says what happened, when and where, and has no link',
  async (type) => {
    const { mails, notify } = mailer({ replyTo: 'help@example.com' });
    await notify(type, 'Ada+x@Example.com');
    const [mail] = mails as [MailMessage];
    expect(mails).toHaveLength(1);
    expect(mail).toMatchObject({
      from: 'Acme <acme@example.com>',
      replyTo: 'help@example.com',
      to: { name: '', address: 'ada+x@example.com' },
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    expect(mail.subject).toContain('app.example.com');
    expect(mail.text).toContain('17 March 2030');
    expect(mail.text).toContain('If that was not you');
    expect(mail.html).not.toMatch(/<a |https?:|<app>/);
    expect(mail.html).toContain('17 March 2030');
  },
);

test('ML-01: without an address there is no mail, and to more than one plain address neither', async () => {
  const { mails, notify } = mailer();
  await notify('enrolled');
  for (const address of [
    'a@example.com,eve@evil.test',
    'Ada <a@example.com>',
    'a@example.com\r\nBcc: eve@evil.test',
    '',
  ]) {
    await expect(notify('enrolled', address)).rejects.toThrow('address must be one plain email address');
  }
  expect(mails).toEqual([]);
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
