/** Notices on their way from a request, or the app's own call, through the strategy to a real SMTP server. */
import type { Request } from 'express';
import { describe, expect, test, vi } from 'vitest';
import { de, type MagicLinkOptions, MemoryStore } from '../../lib/index.js';
import { ada, CALLBACK, CODE, codeOf, typesOf, userOf } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { startMailing } from '../support/mailing.js';
import { isNotice, linkIn, notMeLinkIn, type ReceivedMail, tokenIn } from '../support/smtp.js';

const FIREFOX = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0' };
const WRONG = { code: 'WRNG-C0DE' };

/** All notices on, as for an app that says nothing. */
async function start(options: Partial<MagicLinkOptions> = {}, config: Parameters<typeof startMailing>[0] = {}) {
  const { app, smtp } = await startMailing({ ...config, options: { notices: {}, ...options } });
  let seen = 0;
  /** The next mail like this, past those that came before it and are not. */
  const nextMail = async (isMeant: (mail: ReceivedMail) => boolean): Promise<ReceivedMail> => {
    for (;;) {
      const mail = await smtp.next();
      seen++;
      if (isMeant(mail)) return mail;
    }
  };
  /** Passes over the links that have been asked for, as soon as they have all come. */
  const skipLinks = async () => {
    const asked = app.events.filter(({ type }) => type === 'link.requested').length;
    await vi.waitFor(() => expect(smtp.mails.filter(({ email }) => !isNotice(email))).toHaveLength(asked), 10_000);
    while (seen < smtp.mails.length) await nextMail(() => true);
  };
  const ask = async (browser: Browser, email = ada.email, headers = {}) => {
    await browser.post('/login', { email }, headers);
    const { email: mail } = await nextMail((one) => !isNotice(one.email));
    const token = tokenIn(linkIn(mail.text));
    return { token, path: `${CALLBACK}?token=${token}`, notMe: tokenIn(notMeLinkIn(mail.text)), mail };
  };
  /** A browser that is logged in from now on, and the link that it has used. */
  const logIn = async (browser = app.browser(), email = ada.email, headers = {}) => {
    const link = await ask(browser, email, headers);
    await browser.get(link.path, headers);
    expect(await userOf(browser)).toEqual({ email });
    return { browser, ...link };
  };
  const nextNotice = () => nextMail((one) => isNotice(one.email));
  /** The notices that came, when no more can come. */
  const allNotices = async () => {
    await app.strategy.close();
    return smtp.mails.filter(({ email }) => isNotice(email));
  };
  return { app, smtp, ask, logIn, skipLinks, nextNotice, allNotices };
}

type Started = Awaited<ReturnType<typeof start>>;

const subjectsOf = (mails: ReceivedMail[]) => mails.map(({ email }) => email.subject);

async function typeWrongCodes(browser: Browser, times: number, headers = {}): Promise<void> {
  for (let i = 0; i < times; i++) await browser.post(CODE, WRONG, headers);
}

const press = ({ app }: Started, token: string, headers = {}) => app.browser().post(CALLBACK, { token }, headers);

describe('AL-06: a login in a new browser', () => {
  test('AL-06: is told to the person, with browser and time', async () => {
    const site = await start();
    await site.logIn(site.app.browser(), ada.email, FIREFOX);
    const { to, email } = await site.nextNotice();
    expect(to).toEqual([ada.email]);
    expect(email.subject).toMatch(/^New login to 127\.0\.0\.1:\d+$/);
    expect(email.text).toMatch(/^On .* UTC, in Firefox on Windows\.$/m);
  });

  test('AL-06: another login in that browser is not', async () => {
    const site = await start();
    const { browser } = await site.logIn();
    await browser.post(CALLBACK, { token: (await site.ask(browser)).token });
    expect(typesOf(site.app).filter((type) => type === 'link.redeemed')).toHaveLength(2);
    expect(await site.allNotices()).toHaveLength(1);
  });

  test('AL-06: nor is the first of all, where the app says that it is; the event comes', async () => {
    let isFirst = true;
    const site = await start({
      isFirstProof: () => isFirst,
      onFirstProof: () => {
        isFirst = false;
      },
    });
    await site.logIn();
    expect(typesOf(site.app)).toContain('login.new_browser');
    await site.logIn();
    expect(await site.allNotices()).toHaveLength(1);
  });

  test('AL-06: in the language that its browser asks for', async () => {
    const site = await start();
    await site.logIn(site.app.browser(), ada.email, { 'accept-language': 'de' });
    expect((await site.nextNotice()).email.text).toContain(de.notices.newBrowser.ifYou);
  });

  test('FT-14: a language that cannot be had breaks no login', async () => {
    let fails = false;
    const site = await start({
      language: () => {
        if (fails) throw new Error('no users');
        return 'en';
      },
    });
    const browser = site.app.browser();
    const { path } = await site.ask(browser);
    fails = true;
    await browser.get(path);
    expect(await userOf(browser)).toEqual(ada);
    expect(await site.allNotices()).toEqual([]);
    expect(site.app.events.at(-1)).toMatchObject({ type: 'mail.failed', notice: 'newBrowser', reason: 'render' });
  });
});

describe('AL-06: a used link tried elsewhere', () => {
  test('AL-06: is told to the person, and to nobody else', async () => {
    const site = await start({ notices: { newBrowser: false } });
    const { token } = await site.logIn();
    await press(site, token, FIREFOX);
    const { to, email } = await site.nextNotice();
    expect(to).toEqual([ada.email]);
    expect(email.subject).toMatch(/^A used login link for .* was tried again$/);
    expect(email.text).toMatch(/^On .* UTC, in Firefox on Windows\.$/m);
  });

  test.each(['code', 'deny'] as const)(
    'AL-06, BD-13: the other browser is answered as before the use: %s',
    async (otherBrowser) => {
      const site = await start({ otherBrowser, notices: { newBrowser: false } });
      const browser = site.app.browser();
      const { token, path } = await site.ask(browser);
      const before = await press(site, token);
      await browser.get(path);
      const after = await press(site, token);
      expect([after.status, after.text, after.setCookies]).toEqual([before.status, before.text, before.setCookies]);
      const { date: _, ...headers } = after.headers;
      expect(before.headers).toMatchObject(headers);
      expect(await site.allNotices()).toHaveLength(1);
    },
  );

  test('AL-06, EN-02: whoever is told, nothing of it is done before the answer is out', async () => {
    const answered: boolean[] = [];
    const language = (req: Request) => {
      answered.push(req.res?.closed ?? false);
      return undefined;
    };
    const site = await start({ language, notices: { newBrowser: false } });
    const { token } = await site.logIn();
    answered.length = 0;
    await press(site, token);
    await site.nextNotice();
    // For the answer, and for the notice.
    expect(answered).toEqual([false, true]);
  });

  test('AL-06: to open it is not enough: scanners do that', async () => {
    const site = await start({ notices: { newBrowser: false } });
    const { path } = await site.logIn();
    for (const method of ['GET', 'HEAD']) await site.app.browser().send(path, { method });
    expect(await site.allNotices()).toEqual([]);
  });

  test('AL-06: a live or a revoked link is none', async () => {
    const site = await start();
    const { token } = await site.ask(site.app.browser());
    await press(site, token);
    await site.app.strategy.revokeAll(ada.email);
    await press(site, token);
    expect(typesOf(site.app).filter((type) => type === 'link.wrong_browser')).toHaveLength(2);
    expect(await site.allNotices()).toEqual([]);
  });

  test('AL-06: a browser that has logged in to the mailbox before is not elsewhere', async () => {
    const site = await start({ notices: { newBrowser: false } });
    const first = await site.logIn();
    const { browser } = await site.logIn();
    await browser.post(CALLBACK, { token: first.token });
    // The same after its login has ended: only what it is known by is left.
    const back = new Browser(site.app.origin);
    for (const [name, value] of browser.cookies) if (name.endsWith('-device')) back.setCookie(name, value);
    await back.post(CALLBACK, { token: first.token });
    expect(typesOf(site.app).filter((type) => type === 'link.wrong_browser')).toHaveLength(2);
    expect(await site.allNotices()).toEqual([]);
  });
});

describe('AL-06: many wrong codes', () => {
  test('AL-06, EN-05: five for one link are told, once', async () => {
    const site = await start();
    const browser = site.app.browser();
    await site.ask(browser, 'ada+shop@example.com');
    await typeWrongCodes(browser, 4, FIREFOX);
    expect(site.smtp.mails).toHaveLength(1);
    await typeWrongCodes(browser, 4, FIREFOX);
    const [notice, ...more] = await site.allNotices();
    expect(more).toEqual([]);
    expect(notice?.to).toEqual(['ada+shop@example.com']);
    expect(notice?.email.subject).toMatch(/^Wrong login codes entered at /);
    expect(notice?.email.text).toMatch(/^On .* UTC, in Firefox on Windows\.$/m);
  });

  test('EN-09: an address that may have no mail has none of these', async () => {
    const site = await start({ mayReceive: () => false });
    const browser = site.app.browser();
    await browser.post('/login', { email: ada.email });
    await typeWrongCodes(browser, 5);
    expect(typesOf(site.app)).toContain('code.locked');
    await site.app.strategy.close();
    expect(site.smtp.mails).toEqual([]);
  });
});

describe('AL-07: a change of address', () => {
  const change = { user: {}, from: 'Ada.Old@Example.com', to: 'ada.new@example.com' };

  test('AL-06, AL-07: is told to the old address, and to that alone, whoever may have links', async () => {
    const site = await start({ mayReceive: (address) => address === change.to });
    await site.app.strategy.addressChanged(change);
    const [notice, ...more] = await site.allNotices();
    expect(more).toEqual([]);
    expect(notice?.to).toEqual(['ada.old@example.com']);
    expect(notice?.email.subject).toMatch(/^Your email address at .* was changed$/);
    expect(notice?.raw).not.toContain('ada.new');
  });

  test('AL-07: in the language that the app says, else in the first', async () => {
    const site = await start();
    await site.app.strategy.addressChanged({ ...change, language: 'de' });
    expect((await site.nextNotice()).email.text).toContain(de.notices.addressChanged.ifYou);
    await site.app.strategy.addressChanged(change);
    expect((await site.nextNotice()).email.text).toContain('If this was you');
  });

  test('AL-07: also where the sessions cannot be ended', async () => {
    const site = await start({ endSessions: () => Promise.reject(new Error('no sessions')) });
    await expect(site.app.strategy.addressChanged(change)).rejects.toThrow('no sessions');
    expect(subjectsOf(await site.allNotices())).toEqual([expect.stringMatching(/^Your email address at /)]);
  });

  test('AL-07: a mail that cannot be sent does not make it fail', async () => {
    const site = await start({}, { smtp: { onRcptTo: (_to, _session, done) => done(new Error('no such user')) } });
    expect(await site.app.strategy.addressChanged(change)).toBe(0);
    await site.app.strategy.close();
    expect(site.app.events.at(-1)).toMatchObject({ type: 'mail.failed', notice: 'addressChanged', retried: false });
  });
});

describe('EN-04: what a stranger can cause', () => {
  /** Fifteen minutes later the lanes of the account have room again; all of it is in one day. */
  async function startWithLimits() {
    const clock = { now: Date.now() };
    const site = await start(
      { clock: () => clock.now, store: new MemoryStore({ clock: () => clock.now }), limits: {} },
      { before: (app) => app.set('trust proxy', true) },
    );
    return { ...site, clock };
  }

  const from = (network: number) => ({ 'x-forwarded-for': `198.51.100.${network}` });

  test('EN-03, EN-04: wrong codes on many links, and a used link pressed a hundred times, are five mails each', async () => {
    const site = await startWithLimits();
    const owner = await site.logIn(site.app.browser(), ada.email, from(1));
    for (let i = 0; i < 100; i++) await press(site, owner.token, from(9));
    for (const quarter of [1, 2]) {
      for (const network of [11, 12, 13]) {
        for (let i = 0; i < 3; i++) {
          const browser = site.app.browser();
          const headers = from(quarter * 20 + network);
          await browser.post('/login', { email: ada.email }, headers);
          await typeWrongCodes(browser, 6, headers);
        }
      }
      site.clock.now += 15 * 60 * 1000;
    }
    expect(typesOf(site.app).filter((type) => type === 'code.locked').length).toBeGreaterThan(5);
    expect(typesOf(site.app).filter((type) => type === 'link.wrong_browser')).toHaveLength(100);

    // The owner has their links, in a browser that is known and in one that is not, and is told of the latter.
    await site.skipLinks();
    const { token } = await site.ask(owner.browser, ada.email, from(1));
    await owner.browser.post(CALLBACK, { token }, from(1));
    expect(typesOf(site.app).filter((type) => type === 'link.redeemed')).toHaveLength(2);
    await site.logIn(site.app.browser(), ada.email, from(2));

    const kinds = (await site.allNotices()).map(({ email }) => email.subject?.split(' ')[0]).sort();
    expect(kinds).toEqual([...Array(5).fill('A'), 'New', 'New', ...Array(5).fill('Wrong')]);
  });
});

test('SE-01, SE-11: no notice holds a token, code, session ID, network or address of anybody', async () => {
  const site = await start({}, { before: (app) => app.set('trust proxy', true) });
  const browser = site.app.browser();
  const other = { ...FIREFOX, 'x-forwarded-for': '198.51.100.7', 'accept-language': 'en' };
  const { token, path, notMe } = await site.ask(browser, ada.email, other);
  const session = decodeURIComponent(browser.cookies.get('sid') ?? '').slice(2, 34);
  await typeWrongCodes(browser, 5, other);
  await browser.get(path, other);
  await press(site, token, other);
  await site.app.strategy.addressChanged({ user: {}, from: ada.email, to: 'lovelace@example.com' });
  const notices = await site.allNotices();
  expect(notices).toHaveLength(4);
  const code = codeOf(site.app, token);
  for (const { raw, email } of notices) {
    const [, ...body] = raw.split('\r\n\r\n');
    for (const said of [body.join('\n'), email.subject, email.text, email.html]) {
      for (const secret of [token, notMe, code, code.replace('-', ''), session, '198.51.100.7', 'ada', 'lovelace']) {
        expect(said).not.toContain(secret);
      }
    }
    expect(raw).not.toMatch(/pb[ln]_|list-unsubscribe/i);
  }
});
