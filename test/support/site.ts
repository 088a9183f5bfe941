/** A site to attack: the example app as one process or two, a real SMTP server and, where wanted, a real Redis. */
import { domainToUnicode } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, onTestFinished, vi } from 'vitest';
import { SECRET } from './app.js';
import type { Answer, Browser } from './browser.js';
import { type Example, startExample } from './example.js';
import { startRedis, type TestRedis } from './redis.js';
import { isNotice, linkIn, notMeLinkIn, type ReceivedMail, startSmtp, type TestSmtp, tokenIn } from './smtp.js';

export interface SiteConfig {
  readonly env?: Record<string, string>;
  readonly redis?: boolean;
  /** Two share one Redis, by a client each, one origin and their secrets. */
  readonly processes?: 1 | 2;
}

export interface Asked {
  readonly answer: Answer;
  readonly mail: ReceivedMail;
  readonly link: string;
  /** The link without its origin, for whichever process is to be asked. */
  readonly path: string;
  readonly token: string;
  /** The token of the mail's "this was not me". */
  readonly notMe: string;
}

export class Site {
  smtp!: TestSmtp;
  redis!: TestRedis;
  apps!: readonly Example[];
  readonly #taken = new Set<ReceivedMail>();

  async start({ env = {}, redis = false, processes = 1 }: SiteConfig): Promise<void> {
    this.smtp = await startSmtp();
    if (redis || processes === 2) this.redis = await startRedis();
    const whole = {
      SMTP_URL: this.smtp.url,
      MAGIC_LINK_SECRET: SECRET,
      SESSION_SECRET: SECRET,
      ...(this.redis && { REDIS_URL: this.redis.url }),
      ...(processes === 2 && { ORIGIN: 'http://localhost:9' }),
      ...env,
    };
    const clients = ['ioredis', 'node-redis'].slice(0, processes);
    this.apps = await Promise.all(clients.map((client) => startExample({ REDIS_CLIENT: client, ...whole })));
  }

  async stop(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.stop()));
    await Promise.all([this.smtp.close(), this.redis?.stop()]);
  }

  get app(): Example {
    return this.apps[0] as Example;
  }

  get origin(): string {
    return this.app.origin;
  }

  browser(): Browser {
    return this.app.browser();
  }

  /** Asks for a link, and waits for its mail. */
  async requestLink(browser: Browser, email = newAddress(), fields = {}, headers = {}): Promise<Asked> {
    const answer = await browser.post('/login', { email, ...fields }, headers);
    if (answer.status !== 303) throw new Error(`the ask was refused: ${answer.status}`);
    const mail = await this.mailTo(email);
    const { text } = mail.email;
    const link = linkIn(text);
    const { pathname, search } = new URL(link);
    const notMe = tokenIn(notMeLinkIn(text));
    return { answer, mail, link, path: pathname + search, token: tokenIn(link), notMe };
  }

  /** The next mail with a link to this address that nobody has been given yet. */
  mailTo(email: string): Promise<ReceivedMail> {
    return this.#nextTo(email);
  }

  /** The next mail to this address that tells something in these words. */
  noticeTo(email: string, subject: RegExp): Promise<ReceivedMail> {
    return this.#nextTo(email, subject);
  }

  async #nextTo(email: string, notice?: RegExp): Promise<ReceivedMail> {
    const isMeant = ({ email: mail }: ReceivedMail) =>
      notice ? isNotice(mail) && notice.test(mail.subject ?? '') : !isNotice(mail);
    const mail = await vi.waitFor(
      () => {
        const found = this.smtp.mails.find((one) => one.to[0] === email && !this.#taken.has(one) && isMeant(one));
        if (!found) throw new Error(`no ${notice ?? 'link'} to ${email}`);
        return found;
      },
      { timeout: 10_000, interval: 5 },
    );
    this.#taken.add(mail);
    return mail;
  }

  /** What another browser is shown in place of a login. */
  async codeOf({ token }: Pick<Asked, 'token'>): Promise<string> {
    const { code } = (await this.browser().postJson('/login/callback', { token })).json<{ code: string }>();
    if (!/^[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(code)) throw new Error(`that is no code: ${code}`);
    return code;
  }

  /** A browser that has just logged in by its link. */
  async logIn(email = newAddress(), browser = this.browser()): Promise<Asked & { browser: Browser; opened: Answer }> {
    const asked = await this.requestLink(browser, email);
    const opened = await browser.get(asked.path);
    if ((await whoIs(browser)) !== email) throw new Error(`the login failed: ${opened.status}`);
    return { ...asked, browser, opened };
  }

  /** Ends the apps, mail in hand delivered first: who got links. Nobody else has got any other mail. */
  async recipients(): Promise<string[]> {
    await Promise.all(this.apps.map((app) => app.stop()));
    const to = (notices: boolean) =>
      this.smtp.mails.filter(({ email }) => isNotice(email) === notices).flatMap((mail) => mail.to);
    const links = to(false).sort();
    const strangers = to(true).filter((address) => !links.includes(address));
    if (strangers.length > 0) throw new Error(`notices to those who got no link: ${strangers}`);
    return links;
  }

  /** To look at and touch what lies in Redis; closed with the test. */
  admin(): Redis {
    const admin = new Redis(this.redis.port, '127.0.0.1');
    onTestFinished(() => admin.disconnect());
    return admin;
  }
}

/** Started before the file's first test and gone after its last. */
export function useSite(config: SiteConfig = {}): Site {
  const site = new Site();
  beforeAll(() => site.start(config));
  afterAll(() => site.stop());
  return site;
}

/** Gone with the test. */
export async function startSite(config: SiteConfig = {}): Promise<Site> {
  const site = new Site();
  await site.start(config);
  onTestFinished(() => site.stop());
  return site;
}

let addresses = 0;

/** An address that no other test of the file has used. */
export const newAddress = (): string => `user${++addresses}@example.test`;

/** smtp-server shows a domain that came as `xn--` in Unicode. */
export const seenBySmtp = (address: string): string => {
  const [local = '', domain = ''] = address.split('@');
  return `${local}@${domainToUnicode(domain)}`;
};

/** Who is logged in in this browser; undefined: nobody. */
export async function whoIs(browser: Browser): Promise<string | undefined> {
  const answer = await browser.getJson('/account');
  if (answer.status === 401) return undefined;
  if (answer.status !== 200) throw new Error(`/account answered ${answer.status}`);
  return answer.json<{ email: string }>().email;
}

/** The session's ID in this jar, as the session store knows it. */
export const sessionIdIn = (browser: Browser): string =>
  decodeURIComponent(browser.cookies.get('sid') ?? '').match(/^s:([^.]+)\./)?.[1] ?? '';
