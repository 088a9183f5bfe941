/** From the ask to a real SMTP server, by nodemailer: what arrives, what is answered, and what a fault does. */
import { request } from 'node:http';
import { createTransport, type Transporter } from 'nodemailer';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  type EventType,
  type MagicLinkEvent,
  type MagicLinkOptions,
  type MailOptions,
  MemoryStore,
} from '../../lib/index.js';
import { type MessageContext, renderMessage } from '../../lib/mail/message.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/client.js';
import { freePort } from '../support/ports.js';
import { linkIn, startSmtp, tokenIn } from '../support/smtp.js';

const ADA = 'ada@example.com';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Setup {
  smtp?: SMTPServerOptions;
  options?: Partial<MagicLinkOptions>;
  mail?: Partial<MailOptions>;
  /** Instead of the server's. */
  port?: number;
  before?: NonNullable<Parameters<typeof startApp>[0]>['before'];
}

async function start({ smtp: smtpOptions, options, mail, port, before }: Setup = {}) {
  const smtp = await startSmtp({ closeTimeout: 1, ...smtpOptions });
  closers.push(() => smtp.close());
  const transport: Transporter = createTransport({ host: '127.0.0.1', port: port ?? smtp.port });
  const app = await startApp({
    options: { mail: { transport, from: 'Acme <login@acme.example>', retryDelayMs: 5, ...mail }, ...options },
    ...(before && { before }),
  });
  closers.push(() => app.close());
  const ask = (email = ADA, headers = {}) => app.browser().post('/login', { email, returnTo: '/typed' }, headers);
  return { smtp, transport, app, ask };
}

/** The first event of this type, past or to come. */
const eventOf = async ({ events, strategy }: TestApp, type: EventType): Promise<MagicLinkEvent> =>
  events.find((event) => event.type === type) ??
  new Promise((resolve) => strategy.events.on(type, (event) => resolve(event)));

const turn = () => new Promise((resolve) => setImmediate(resolve));

const typesOf = ({ events }: TestApp) => events.map(({ type }) => type);

describe('what arrives', () => {
  async function arrived(headers = {}, options: Partial<MagicLinkOptions> = {}) {
    const { smtp, app, ask } = await start({ options });
    await ask(ADA, headers);
    const mail = await smtp.next();
    return { app, mail, link: linkIn(mail.email.text) };
  }

  test('has one link in text and HTML, of the origin alone', async () => {
    const { app, mail, link } = await arrived();
    const { text = '', html = '' } = mail.email;
    expect(new URL(link).origin).toBe(app.origin);
    expect(new Set([...text.matchAll(/https?:[^\s"<]+/g), ...html.matchAll(/https?:[^\s"<]+/g)].map(String))).toEqual(
      new Set([link]),
    );
  });

  test('logs in the browser that asked', async () => {
    const { smtp, app } = await start();
    const browser = app.browser();
    await browser.post('/login', { email: ADA });
    const answer = await browser.get(linkIn((await smtp.next()).email.text));
    expect(answer.json()).toMatchObject({ user: { email: ADA } });
  });

  test('IN-04: has exactly one recipient, in envelope and header', async () => {
    const { mail } = await arrived();
    expect(mail.to).toEqual([ADA]);
    expect(mail.email.to?.map(({ address }) => address)).toEqual([ADA]);
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
      expect(body).toContain('Asked for in Firefox on Linux, 5 Mar 2026, 23:07 UTC.');
      expect(body).toContain(`to ${new URL(app.origin).host}. It works once, for 5 minutes.`);
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

describe('the answer', () => {
  test('EN-02: comes before the mail is thought of', async () => {
    const order: string[] = [];
    const { app, ask } = await start({
      before: (express) =>
        express.use((_req, res, next) => {
          res.once('close', () => order.push('answered'));
          next();
        }),
      options: {
        mayReceive: () => {
          order.push('mayReceive');
          return true;
        },
      },
    });
    await ask();
    await eventOf(app, 'mail.sent');
    expect(order).toEqual(['answered', 'mayReceive']);
  });

  /** All that the client sees, but what is new in every answer. */
  const seen = ({ status, headers, text }: Answer) => ({
    status,
    text,
    headers: {
      ...headers,
      date: '',
      'set-cookie': headers['set-cookie']?.map((cookie) => cookie.replace(/(^sid|Expires)=[^;]*/g, '$1=')),
    },
  });

  const FAULTS: Record<string, () => Promise<Setup>> = {
    'SMTP is down': async () => ({ port: await freePort() }),
    'the address is refused': async () => ({ smtp: refusing(550) }),
    'the address is greylisted': async () => ({ smtp: refusing(451) }),
    'SMTP never answers': async () => ({ smtp: { onRcptTo: () => {} }, mail: { timeoutMs: 20 } }),
    'SMTP never greets': async () => ({ smtp: { onConnect: () => {} }, mail: { timeoutMs: 20 } }),
    'the address may not receive': async () => ({ options: { mayReceive: () => false } }),
    'mayReceive throws': async () => ({ options: { mayReceive: () => Promise.reject(new Error('no database')) } }),
    'the app’s words throw': async () => ({ mail: { render: () => Promise.reject(new Error('no template')) } }),
  };

  test.each(Object.keys(FAULTS))('EN-01, FT-08, FT-09: is the same, byte for byte, where %s', async (fault) => {
    const [well, ill] = [await start(), await start(await FAULTS[fault]?.())];
    expect(seen(await ill.ask())).toEqual(seen(await well.ask()));
  });
});

/** Refuses the recipient: always, or so many times. */
function refusing(responseCode: number, times = Number.POSITIVE_INFINITY) {
  let tries = 0;
  const onRcptTo: SMTPServerOptions['onRcptTo'] = ({ address }, _session, callback) => {
    const error = Object.assign(new Error(`${address}: not now`), { responseCode });
    callback(tries++ < times ? error : null);
  };
  return { onRcptTo, tries: () => tries };
}

describe('a fault', () => {
  const LIVES_A_SECOND = { ttl: 1 };

  test('FT-08: 550 is final: one attempt, and an event with the code', async () => {
    const { tries, ...smtp } = refusing(550);
    const { app, ask } = await start({ smtp });
    await ask();
    expect(await eventOf(app, 'mail.failed')).toMatchObject({ reason: '550', account: expect.any(String) });
    expect(tries()).toBe(1);
  });

  test('451 twice, then taken: sent at the third attempt, once', async () => {
    const { tries, ...smtp } = refusing(451, 2);
    const { smtp: server, app, ask } = await start({ smtp });
    await ask();
    await eventOf(app, 'mail.sent');
    expect([tries(), server.mails.length]).toEqual([3, 1]);
    expect(typesOf(app)).toEqual(['link.asked', 'mail.sent']);
  });

  test.each([
    ['451 to the end', async () => ({ smtp: refusing(451) as SMTPServerOptions }), '451'],
    ['nobody listens', async () => ({ port: await freePort() }), 'ESOCKET'],
    ['a tarpit', async () => ({ smtp: { onRcptTo: () => {} }, mail: { timeoutMs: 50 } }), 'ETIMEDOUT'],
    ['a template that throws', async () => ({ mail: { render: () => Promise.reject(new Error(ADA)) } }), 'render'],
  ] as [string, () => Promise<Setup>, string][])(
    '%s: given up with the link, and the event quotes nobody',
    async (_name, fault, reason) => {
      const { app, ask } = await start({ ...(await fault()), options: LIVES_A_SECOND });
      await ask();
      expect(await eventOf(app, 'mail.failed')).toMatchObject({ severity: 'warning', reason });
      expect(typesOf(app)).toEqual(['link.asked', 'mail.failed']);
      expect(JSON.stringify(app.events)).not.toMatch(/@|example|token=/);
    },
  );

  test('a connection cut in the middle: tried again, and sent', async () => {
    let cut = false;
    const server: SMTPServerOptions = {
      onRcptTo(_address, session, callback) {
        if (cut) return callback();
        cut = true;
        // No reply: the socket itself goes.
        const { connections } = this as unknown as { connections: Set<{ id: string; _socket: { destroy(): void } }> };
        for (const { id, _socket } of connections) if (id === session.id) _socket.destroy();
      },
    };
    const { smtp, app, ask } = await start({ smtp: server });
    await ask();
    await eventOf(app, 'mail.sent');
    expect([cut, smtp.mails.length]).toEqual([true, 1]);
  });

  test('words that throw are tried no more often than the backoff says', async () => {
    const render = vi.fn((_context: MessageContext) => Promise.reject(new Error('no template')));
    const { app, ask } = await start({ mail: { render, retryDelayMs: 100 }, options: LIVES_A_SECOND });
    await ask();
    await eventOf(app, 'mail.failed');
    // At 0, 100, 300 and 700 ms; the next would be past the second that the link lives.
    expect(render.mock.calls.length).toBeLessThanOrEqual(4);
  });

  test('FT-14: an attempt past its timeout sends nothing any more', async () => {
    let answer: (may: boolean) => void = () => {};
    const late = new Promise<boolean>((resolve) => {
      answer = resolve;
    });
    const mayReceive = vi.fn(() => true as boolean | Promise<boolean>).mockReturnValueOnce(late);
    const deliver = vi.fn(async () => {});
    const app = await startApp({ options: { mayReceive, mail: { deliver, timeoutMs: 20, retryDelayMs: 5 } } });
    closers.push(() => app.close());
    await app.browser().post('/login', { email: ADA });
    await eventOf(app, 'mail.sent');
    answer(true);
    // What the late answer sets off is done within this turn of the loop: nothing in it waits for anything.
    await turn();
    expect(deliver).toHaveBeenCalledOnce();
  });

  test('FT-16: close tries at once what waits for its next attempt', async () => {
    const { smtp, app, transport, ask } = await start({ smtp: refusing(451, 1), mail: { retryDelayMs: 60_000 } });
    const sendMail = vi.spyOn(transport, 'sendMail');
    await ask();
    while (sendMail.mock.settledResults[0]?.type !== 'rejected') await turn();
    await turn();
    await app.strategy.close(5000);
    expect([smtp.mails.length, typesOf(app)]).toEqual([1, ['link.asked', 'mail.sent']]);
  });
});

describe('who is reached', () => {
  /** A transport that writes another recipient on the envelope. */
  const misrouting = (transport: Transporter, to: string) =>
    transport.use('compile', (mail, callback) => {
      mail.data.envelope = { from: 'login@acme.example', to: [to] };
      callback();
    });

  test('ML-01: somebody else: the link is dead before anybody can click, and no second mail goes out', async () => {
    const { smtp, app, transport } = await start();
    misrouting(transport, 'eve@example.com');
    const browser = app.browser();
    await browser.post('/login', { email: ADA });
    await eventOf(app, 'link.revoked');
    expect(typesOf(app)).toEqual(['link.asked', 'mail.misdelivered', 'link.revoked']);
    const answer = await browser.get(linkIn((await smtp.next()).email.text));
    expect(answer.status).toBe(401);
    await app.strategy.close(1000);
    expect(smtp.mails).toHaveLength(1);
  });

  test('the same domain in capitals is the same address', async () => {
    const { app, transport, ask } = await start();
    misrouting(transport, 'ada@EXAMPLE.COM');
    await ask();
    await eventOf(app, 'mail.sent');
    expect(typesOf(app)).toEqual(['link.asked', 'mail.sent']);
  });

  test('IN-11: the address in its one spelling, however it was typed', async () => {
    const { smtp, ask } = await start();
    await ask('Ada@EXAMPLE.com');
    expect((await smtp.next()).to).toEqual([ADA]);
  });

  test('IN-13: the address as it is stored, not as it was typed', async () => {
    const { smtp, ask } = await start({ options: { mayReceive: async () => 'Ada@Example.COM' } });
    await ask('ADA@example.com');
    expect((await smtp.next()).to).toEqual(['Ada@example.com']);
  });

  test('EN-09: nobody, where the address may not receive', async () => {
    const { smtp, app, ask } = await start({ options: { mayReceive: (address) => address !== ADA } });
    await ask();
    await ask('bob@example.com');
    await eventOf(app, 'mail.sent');
    await app.strategy.close(1000);
    expect(smtp.mails.flatMap(({ to }) => to)).toEqual(['bob@example.com']);
  });
});

describe('room in the outbox', () => {
  const ONE = { queueSize: 1 };

  test('FT-09: none: 503 with Retry-After before anything is written, and an event', async () => {
    const store = new MemoryStore();
    const issue = vi.spyOn(store, 'issue');
    const { app, ask } = await start({ smtp: { onRcptTo: () => {} }, mail: ONE, options: { store } });
    await ask();
    const answer = await ask('bob@example.com');
    expect([answer.status, answer.headers['retry-after'], answer.setCookies]).toEqual([503, '5', []]);
    expect(issue).toHaveBeenCalledOnce();
    expect(app.events.at(-1)).toMatchObject({ type: 'mail.failed', reason: 'outbox_full' });
  });

  test('FT-01: an ask that fails gives its room back', async () => {
    const store = new MemoryStore();
    vi.spyOn(store, 'issue').mockRejectedValueOnce(new Error('down'));
    const { smtp, ask } = await start({ mail: ONE, options: { store } });
    expect([(await ask()).status, (await ask()).status]).toEqual([503, 202]);
    await smtp.next();
  });

  test('a client that goes before the answer takes no room with it', async () => {
    const store = new MemoryStore();
    let issuing: () => void = () => {};
    let goOn: () => void = () => {};
    let gone: () => void = () => {};
    const issues = new Promise<void>((resolve) => {
      issuing = resolve;
    });
    const released = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const closed = new Promise<void>((resolve) => {
      gone = resolve;
    });
    vi.spyOn(store, 'issue').mockImplementationOnce(async (link) => {
      issuing();
      await released;
      return MemoryStore.prototype.issue.call(store, link);
    });
    const { smtp, app, ask } = await start({
      mail: ONE,
      options: { store },
      before: (express) =>
        express.use((_req, res, next) => {
          res.once('close', () => gone());
          next();
        }),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const client = request(`${app.origin}/login`, { method: 'POST', headers }).on('error', () => {});
    client.end(String(new URLSearchParams({ email: ADA })));
    await issues;
    client.destroy();
    await closed;
    goOn();
    await eventOf(app, 'mail.sent');
    expect((await ask()).status).toBe(202);
    await smtp.next();
    await smtp.next();
  });
});

test.each([
  ['at once', (context: MessageContext) => renderMessage({ ...context, host: 'Acme' })],
  ['later', async (context: MessageContext) => renderMessage({ ...context, host: 'Acme' })],
])('the app’s own words, given %s, arrive', async (_name, render) => {
  const { smtp, ask } = await start({ mail: { render } });
  await ask();
  expect((await smtp.next()).email.subject).toBe('Log in to Acme');
});

test('a deliver() of the app’s own is given the message, and its link logs in', async () => {
  const app = await startApp();
  closers.push(() => app.close());
  const browser = app.browser();
  await browser.post('/login', { email: ADA });
  const { message, path } = await app.mailbox.next();
  expect(message.to).toEqual({ name: '', address: ADA });
  expect((await browser.get(path)).json()).toMatchObject({ user: { email: ADA } });
});
