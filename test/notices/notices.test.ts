/** One notice: who gets it, what it says, how many there may be, and what becomes of it when something fails. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { RedisStore } from '../../lib/index.js';
import type { MailMessage } from '../../lib/mail/transport.js';
import type { NoticeKind } from '../../lib/notices/notice-options.js';
import type { WindowCounter } from '../../lib/protocol/store.js';
import { de } from '../../lib/texts/de.js';
import { en } from '../../lib/texts/en.js';
import { LETTER } from '../support/mailer.js';
import { HAPPENING, startNotices } from '../support/notices.js';
import { dump, startRedis } from '../support/redis.js';
import { IOREDIS } from '../support/redis-clients.js';

const KINDS = Object.keys(en.notices) as NoticeKind[];
const DAY_MS = 24 * 60 * 60 * 1000;
/** As many as there may be, to one mailbox in a day. */
const SHARE = 5;

type App = ReturnType<typeof startNotices>;

function tellTimes(
  { notices }: App,
  times: number,
  kind: NoticeKind = 'wrongCodes',
  address = HAPPENING.address,
): void {
  for (let i = 0; i < times; i++) notices.notify(kind, { ...HAPPENING, address });
}

/** All that was told has come to something. */
const settled = ({ delivery }: App) => delivery.close(1000);

async function told(app: App, kind: NoticeKind, more = {}): Promise<MailMessage> {
  app.notices.notify(kind, { ...HAPPENING, ...more });
  return app.mailbox.nextNotice();
}

const addressesOf = ({ mailbox }: App) => mailbox.messages.map(({ to }) => to.address);
const reasonsOf = ({ events }: App) => events.filter(({ type }) => type === 'mail.failed').map(({ reason }) => reason);
const plain = (html: string) => html.slice(html.indexOf('<body')).replace(/<[^>]*>/g, '');

describe.each(KINDS)('AL-06: %s', (kind) => {
  test('AL-06, ML-03, ML-04: is a mail to one address that no machine answers, and no list’s', async () => {
    const app = startNotices({ mail: { from: 'Acme <login@acme.example>', replyTo: 'help@acme.example' } });
    expect(await told(app, kind)).toMatchObject({
      to: { name: '', address: 'ada@example.com' },
      from: 'Acme <login@acme.example>',
      replyTo: 'help@acme.example',
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    await settled(app);
    expect(app.mailbox.messages).toHaveLength(1);
    expect(app.events).toMatchObject([{ type: 'mail.sent', notice: kind }]);
  });

  test.each([en, de])(
    'AL-06, ML-09: says the same as text and as HTML, and leads nowhere: $language',
    async (texts) => {
      const { subject, text, html } = await told(startNotices(), kind, { texts: () => texts });
      const words = texts.notices[kind];
      expect(subject).toBe(words.subject('app.example.com'));
      for (const body of [text, plain(html)]) {
        for (const said of [words.what('app.example.com'), words.ifYou, words.ifNot('app.example.com')]) {
          expect(body).toContain(said);
        }
      }
      expect(text).toMatch(/12:30(\s| )?(PM)? UTC/);
      expect(text + html).not.toMatch(/https?:|<a\b|href|pb[ln]_|ada/);
      expect(html).toContain(`<html lang="${texts.language}" dir="ltr">`);
      expect(html).toContain('@media (prefers-color-scheme: dark)');
    },
  );

  test('can be turned off, and the others stay', async () => {
    const app = startNotices({ options: { [kind]: false } });
    for (const one of KINDS) tellTimes(app, 1, one);
    await settled(app);
    expect(app.events.map(({ notice }) => notice).sort()).toEqual(KINDS.filter((one) => one !== kind).sort());
  });
});

test('AL-06: a notice names the browser and the time, and of a change of address the time alone', async () => {
  const { browser: _, ...nowhere } = HAPPENING;
  expect((await told(startNotices(), 'newBrowser')).text).toMatch(
    /^On Mar 5, 2026, 12:30\sPM UTC, in Firefox on Windows\.$/m,
  );
  expect((await told(startNotices(), 'newBrowser', { browser: {} })).text).toContain(', in an unknown browser.');
  const app = startNotices();
  app.notices.notify('addressChanged', nowhere);
  expect((await app.mailbox.nextNotice()).text).toMatch(/^Mar 5, 2026, 12:30\sPM UTC$/m);
});

describe('EN-04: the share of a mailbox', () => {
  test('EN-04: of each kind that a stranger can bring about it is five, whatever the +tag, and that there are more is told once', async () => {
    const app = startNotices();
    tellTimes(app, SHARE, 'wrongCodes', 'ada+x@example.com');
    tellTimes(app, 20, 'wrongCodes');
    await settled(app);
    expect(addressesOf(app)).toEqual(Array(SHARE).fill('ada+x@example.com'));
    expect(reasonsOf(app)).toEqual(['notice_limit']);
    expect(app.events.find(({ type }) => type === 'mail.failed')).toMatchObject({ notice: 'wrongCodes' });
  });

  test('EN-04: another kind and another mailbox have their own', async () => {
    const app = startNotices();
    tellTimes(app, SHARE + 1);
    tellTimes(app, 1, 'usedElsewhere');
    tellTimes(app, 1, 'wrongCodes', 'bob@example.com');
    await settled(app);
    expect(addressesOf(app).filter((to) => to === 'bob@example.com')).toHaveLength(1);
    expect(app.events.filter(({ type, notice }) => type === 'mail.sent' && notice === 'usedElsewhere')).toHaveLength(1);
  });

  test('EN-04: after a day it is full again', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    try {
      const app = startNotices();
      tellTimes(app, SHARE + 1);
      await vi.waitFor(() => expect(app.mailbox.messages).toHaveLength(SHARE));
      vi.setSystemTime(Date.now() + DAY_MS - 1000);
      tellTimes(app, 1);
      await vi.advanceTimersByTimeAsync(2000);
      expect(app.mailbox.messages).toHaveLength(SHARE);
      tellTimes(app, 1);
      await vi.waitFor(() => expect(app.mailbox.messages).toHaveLength(SHARE + 1));
    } finally {
      vi.useRealTimers();
    }
  });

  test('EN-04, SE-07: two processes share it, and Redis holds no address', async () => {
    const redis = await startRedis();
    const process = async () => {
      const { client, close } = await IOREDIS.connect([redis.port]);
      onTestFinished(close);
      return startNotices({ store: new RedisStore(client, { redisTimeoutMs: 20_000 }) });
    };
    onTestFinished(() => redis.stop());
    const [one, two] = [await process(), await process()];
    tellTimes(one, 7);
    tellTimes(two, 7);
    await Promise.all([settled(one), settled(two)]);
    expect(addressesOf(one).length + addressesOf(two).length).toBe(SHARE);
    const held = [...(await dump(redis))].flat().join();
    expect(held).toMatch(/pbl:notice:[\w-]{22}/);
    expect(held).not.toMatch(/ada|example|wrongCodes/);
  });

  test('EN-07: what cannot be counted is told to nobody, and the event says so', async () => {
    const down: WindowCounter = { increment: () => Promise.reject(new Error('ada@example.com: down')) };
    const app = startNotices({ store: down });
    tellTimes(app, 1);
    await settled(app);
    expect(app.mailbox.messages).toEqual([]);
    expect(reasonsOf(app)).toEqual(['limit_unavailable']);
    expect(JSON.stringify(app.events)).not.toContain('ada');
  });

  test('AL-06: a login in a new browser has no share that could be used up, and nothing is counted for it', async () => {
    const app = startNotices({ store: { increment: () => Promise.reject(new Error('counted')) } });
    tellTimes(app, 20, 'newBrowser');
    await settled(app);
    expect(app.mailbox.messages).toHaveLength(20);
    expect(reasonsOf(app)).toEqual([]);
  });

  test('AL-06: a change of second factors has no share that could be used up', async () => {
    const app = startNotices({ store: { increment: () => Promise.reject(new Error('down')) } });
    const words = { language: 'en', direction: 'ltr', subject: 'Removed', paragraphs: ['It was removed.'] } as const;
    for (let i = 0; i < 20; i++) app.notices.notifyOwner('removed', 'ada@example.com', words);
    await settled(app);
    expect(app.mailbox.messages).toHaveLength(20);
    expect(app.mailbox.messages[0]).toMatchObject({ subject: 'Removed', text: 'It was removed.\n' });
  });
});

describe('EN-09: who may have mail', () => {
  test.each(['newBrowser', 'usedElsewhere', 'wrongCodes'] as const)(
    'EN-09, IN-13: %s goes where a link would go, or nowhere',
    async (kind) => {
      const closed = startNotices({ mayReceive: () => false });
      tellTimes(closed, 1, kind);
      await settled(closed);
      expect([closed.mailbox.messages, closed.events]).toEqual([[], []]);
      const stored = await told(startNotices({ mayReceive: () => 'Ada.Stored@example.com' }), kind);
      expect(stored.to.address).toBe('Ada.Stored@example.com');
    },
  );

  test('AL-07: the address that was left is told, although it is nobody’s any more', async () => {
    const mayReceive = vi.fn(() => false);
    const app = startNotices({ mayReceive });
    expect((await told(app, 'addressChanged')).to.address).toBe('ada@example.com');
    expect(mayReceive).not.toHaveBeenCalled();
  });
});

describe('EN-04: logins come first', () => {
  const hanging = () => new Promise<never>(() => {});

  test('EN-04: where no notice has room any more, each link has', async () => {
    const app = startNotices({ mail: { deliver: hanging, queueSize: 4, concurrency: 2 } });
    for (let i = 0; i < 3; i++) tellTimes(app, 1, 'wrongCodes', `person-${i}@example.com`);
    expect(reasonsOf(app)).toEqual(['outbox_full']);
    expect(app.events).toMatchObject([{ notice: 'wrongCodes', account: expect.any(String) }]);
    expect([1, 2, 3, 4].map(() => app.delivery.reserve()).includes(undefined)).toBe(false);
    await app.delivery.close(1);
  });

  test('EN-04: notices that hang hold up no link', async () => {
    const app = startNotices({ mail: { concurrency: 1 } });
    const { deliver } = app.mailbox;
    const tarpit = startNotices({
      mail: { concurrency: 1, deliver: (mail) => (mail.subject.startsWith('Wrong') ? hanging() : deliver(mail)) },
    });
    tellTimes(tarpit, 5);
    const letter = { ...LETTER, requestedAt: tarpit.clock.now, expiresAt: tarpit.clock.now + 600_000 };
    tarpit.delivery.reserve()?.send(letter);
    expect((await app.mailbox.next()).link).toBe(LETTER.link);
    await tarpit.delivery.close(1);
  });
});

describe('FT-14: what fails', () => {
  test('FT-08: is tried again for a day, and told', async () => {
    let tries = 0;
    const app: App = startNotices({
      mail: {
        deliver: (mail) => {
          if (++tries < 3) throw Object.assign(new Error('ada@example.com'), { responseCode: 451 });
          return app.mailbox.deliver(mail);
        },
      },
    });
    await told(app, 'newBrowser');
    await settled(app);
    const failed = { type: 'mail.failed', notice: 'newBrowser', reason: '451', retried: true };
    expect(app.events).toMatchObject([failed, failed, { type: 'mail.sent', notice: 'newBrowser' }]);
  });

  test('FT-14: a text of the app’s that throws is told, and throws at nobody', async () => {
    const app = startNotices();
    const texts = () => {
      throw new Error('ada@example.com');
    };
    app.notices.notify('newBrowser', { ...HAPPENING, texts });
    await settled(app);
    expect(app.mailbox.messages).toEqual([]);
    expect(reasonsOf(app)).toEqual(['render']);
    expect(JSON.stringify(app.events)).not.toContain('ada@');
  });

  test('ML-01: a notice that reached somebody else is critical, not sent again, and ends no link', async () => {
    const deliver = vi.fn(() => ({ accepted: ['eve@example.net'] }));
    const revoke = vi.fn(async () => {});
    const app = startNotices({ mail: { deliver }, revoke });
    tellTimes(app, 1);
    await settled(app);
    expect(app.events).toMatchObject([{ type: 'mail.misdelivered', severity: 'critical', notice: 'wrongCodes' }]);
    expect(deliver).toHaveBeenCalledTimes(1);
    expect(revoke).not.toHaveBeenCalled();
  });

  test('FT-16: what is being told at the shutdown is told', async () => {
    const app = startNotices({ store: { increment: async () => ({ count: 1, expiresInMs: 1000 }) } });
    tellTimes(app, 1);
    await settled(app);
    expect(app.mailbox.messages).toHaveLength(1);
  });
});

describe('mail.renderNotice', () => {
  test('frames the words in the app’s own way', async () => {
    const renderNotice = vi.fn(() => ({ subject: 'Ours', text: 'a text', html: '<p>some HTML</p>' }));
    const app = startNotices({ mail: { renderNotice } });
    expect(await told(app, 'newBrowser')).toMatchObject({ subject: 'Ours', text: 'a text', html: '<p>some HTML</p>' });
    const { newBrowser } = en.notices;
    expect(renderNotice).toHaveBeenCalledWith({
      notice: 'newBrowser',
      name: 'app.example.com',
      theme: app.theme,
      language: 'en',
      direction: 'ltr',
      subject: newBrowser.subject('app.example.com'),
      fact: expect.stringMatching(/^On .* UTC, in Firefox on Windows\.$/),
      paragraphs: [newBrowser.what('app.example.com'), newBrowser.ifYou, newBrowser.ifNot('app.example.com')],
    });
  });

  test('IN-22: what is said is escaped in ours', async () => {
    const hostile = `"'><script>alert(1)</script>&`;
    const app = startNotices();
    const words = { language: 'en', direction: 'ltr', subject: hostile, fact: hostile, paragraphs: [hostile] } as const;
    app.notices.notifyOwner('removed', 'ada@example.com', words);
    const { html } = await app.mailbox.nextNotice();
    expect(html).not.toContain('<script');
    expect(html.split('&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;')).toHaveLength(5);
  });
});
