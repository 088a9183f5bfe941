/** What the user passes, checked once, and made one complete config. */
import type { Request } from 'express';
import { misuse } from '../errors.js';
import { type LimitOptions, type Limits, parseLimits } from '../limits/limit-options.js';
import { type MailConfig, type MailOptions, parseMail } from '../mail/mail-options.js';
import type { MayReceive } from '../mail/mailer.js';
import { smtpWeakness } from '../mail/smtp-security.js';
import { type NoticeKind, type NoticeOptions, parseNotices } from '../notices/notice-options.js';
import { Keyring } from '../protocol/keys.js';
import type { LinkStore } from '../protocol/store.js';
import { Languages } from '../texts/languages.js';
import type { Texts } from '../texts/texts.js';
import { parseTheme, type Theme, type ThemeOptions } from '../texts/theme.js';
import { checkNames, isFunction, namesOf, need, oneOf, wholeNumber } from '../util/check.js';
import { warn } from '../util/warn.js';
import type { PageName } from '../web/page-data.js';
import { Pages, type Views } from '../web/pages.js';
import { type AccountHooks, type ParsedAccountHooks, parseAccountHooks } from './account-hooks.js';
import type { Assess } from './assess.js';
import { type CompleteOptions, withDefaults } from './defaults.js';
import { isLoopback, parseCallbackPath, parseOrigin } from './origin.js';
import { OTHER_PACKAGES } from './other-packages.js';
import { type AnyVerify, parseVerify, type VerifyOptions, type VerifyUser } from './verify.js';

/** Every default is in `defaults.ts`. */
export interface MagicLinkOptions<User = unknown, Strategy = unknown>
  extends AccountHooks<User, Strategy>,
    VerifyOptions {
  /** The name that `passport.authenticate()` knows the strategy by: letters, digits, - and _. Default `magic-link`. */
  name?: string;
  /**
   * Random, at least 32 bytes, the same on all servers of the app. Of several, the first signs and all verify. To rotate,
   * deploy the new secret as the last one, then as the first one, and remove the old one when its links have ended.
   */
  secret: string | readonly string[];
  /** The app's origin, such as `https://app.example.com`; http only on loopback. All links lead to it. */
  origin: string;
  /** The path of the callback route at that origin. For the drop-in router it ends in `/callback`. */
  callbackPath: string;
  /** Keeps the links: `new RedisStore(client)`; in development `new MemoryStore()`. */
  store: LinkStore;
  mail: MailOptions;
  /** Seconds that a link is valid, 1 to 600 (NIST SP 800-63B-4 3.1.3.2, ASVS 5.0 6.5.5). Default 600. */
  ttl?: number;
  /** Allows a `ttl` of up to 86,400 seconds. A mailbox that is left open stays a way to log in for as long. */
  dangerouslyLongTtl?: boolean;
  /** `always`: the browser that requested the link asks for a click, too, before it logs in. Default `auto`. */
  confirm?: 'auto' | 'always';
  /**
   * What a link does in another browser than the one that requested it. `code`: it shows a code to type in that browser;
   * such a login has level 0, because a phisher can relay a code. `deny`: it only says where the link works. Default
   * `code`.
   */
  otherBrowser?: 'code' | 'deny';
  /**
   * Whether this address may have mail. Called after the answer, for links and for notices. False sends nothing; a string
   * sends to that address instead, the one stored with the account. Not called for the notice of `addressChanged`.
   * Default: every address may.
   */
  mayReceive?: MayReceive;
  limits?: LimitOptions;
  /** What people are told by mail: each kind at most five times a day, whatever `limits` says. */
  notices?: NoticeOptions;
  /** Lifts all limits: anyone can then fill any mailbox. For load tests; refused where the origin is not loopback. */
  dangerouslyNoLimits?: boolean;
  /**
   * Judges a login after `verify` and before anybody is logged in: `allow`, `stepUp` (needs a `StepUp`, else it means
   * `deny`) or `deny`. It may take 5 seconds; if it throws or is late, the answer is 503. Default: allows every login.
   */
  assess?: Assess<User>;
  /** The app's own pages in place of ours. Each is a function that answers. */
  views?: Views;
  theme?: ThemeOptions;
  /** All texts of pages and mail, by BCP 47 tag. The first one is the fallback. Default `{ en, de }`. */
  languages?: Readonly<Record<string, Texts>>;
  /** The tag of one of `languages` for this request, if the app knows it. Default: by Accept-Language. */
  language?: (req: Request) => string | undefined;
  /** Epoch milliseconds. Default `Date.now`. */
  clock?: () => number;
}

export interface Config {
  readonly name: string;
  readonly keyring: Keyring;
  readonly origin: string;
  readonly callbackPath: string;
  /** The folder of `callbackPath`, where the form is: `/login` for `/login/callback`. */
  readonly loginPath: string;
  /** Beside the callback: where the mail's "this was not me" leads. */
  readonly notMePath: string;
  readonly store: LinkStore;
  readonly ttl: number;
  readonly confirm: 'auto' | 'always';
  /** Whether a code may be typed in place of opening the link. */
  readonly codes: boolean;
  /** Undefined: nothing is limited. */
  readonly limits: Limits | undefined;
  readonly notices: Readonly<Record<NoticeKind, boolean>>;
  readonly mayReceive: MayReceive;
  readonly verify: VerifyUser;
  readonly assess: Assess;
  readonly accountHooks: ParsedAccountHooks;
  readonly languages: Languages;
  readonly theme: Theme;
  readonly pages: Pages;
  readonly clock: () => number;
  readonly mail: MailConfig;
}

const MAX_TTL = 600;
const MAX_DANGEROUS_TTL = 86_400;
const MIN_SECRET_BYTES = 32;

/** @throws TypeError for a wrong, unknown, missing or misspelt option */
export function parseOptions(given: MagicLinkOptions, verify: AnyVerify): Config {
  checkNames('MagicLinkStrategy', given, OPTION_NAMES, OTHER_PACKAGES);
  const options = withDefaults(given);
  const { name, store, clock, mayReceive, assess, dangerouslyNoLimits } = options;
  need(typeof name === 'string' && /^[\w-]{1,64}$/.test(name), 'name must be of letters, digits, - and _, 64 at most');
  need(isFunction(clock), 'clock must be a function that returns epoch milliseconds');
  need(isFunction(mayReceive), 'mayReceive must be a function of an address that returns true, false or an address');
  need(isFunction(assess), "assess must be a function of a login that returns 'allow', 'stepUp' or 'deny'");
  need(isStore(store), 'store must keep links: pass new RedisStore(client), or new MemoryStore() in development');
  const codes = oneOf('otherBrowser', options.otherBrowser, ['code', 'deny']) === 'code';
  const origin = parseOrigin(options.origin);
  const callbackPath = parseCallbackPath(options.callbackPath, origin);
  const languages = new Languages(options);
  const theme = parseTheme(options.theme, origin);
  const mail = parseMail(options.mail);
  need(codes || !mail.code, "mail.code needs otherBrowser: 'code'");
  const limits = parseLimits(options.limits, dangerouslyNoLimits);
  if (!isLoopback(origin)) refuseDevelopment(options);
  return Object.freeze({
    name,
    keyring: new Keyring(parseSecrets(options.secret), `${origin}|${name}`),
    origin,
    callbackPath,
    loginPath: callbackPath.replace(/\/[^/]*$/, '') || '/',
    notMePath: callbackPath.replace(/[^/]*$/, 'not-me'),
    store,
    ttl: parseTtl(options),
    confirm: oneOf('confirm', options.confirm, ['auto', 'always']),
    codes,
    limits,
    notices: parseNotices(options.notices),
    mayReceive,
    verify: parseVerify(verify, options),
    assess,
    accountHooks: parseAccountHooks(options),
    languages,
    theme,
    pages: new Pages({ views: parseViews(options.views), languages, theme }),
    clock,
    mail,
  });
}

/** An origin that is not loopback is in production, which must not run on what is for development. */
function refuseDevelopment({ origin, store, mail, dangerouslyNoLimits }: CompleteOptions): void {
  need(!store.developmentOnly, `${origin} is not loopback: this store is for development; use RedisStore`);
  need(!dangerouslyNoLimits, `${origin} is not loopback: dangerouslyNoLimits is for load tests`);
  need(!mail.transport?.developmentOnly, `${origin} is not loopback: this mail transport is for development`);
  const weakness = smtpWeakness(mail.transport);
  need(weakness === undefined, `${origin} is not loopback: ${weakness}`);
}

function parseViews(views: Views): Views {
  checkNames('views', views, VIEW_NAMES);
  for (const [page, view] of Object.entries(views)) {
    need(isFunction(view), `views.${page} must be a function (req, res, page) that answers`);
  }
  return { ...views };
}

function parseSecrets(secret: unknown): [string, ...string[]] {
  const secrets: unknown[] = Array.isArray(secret) ? secret : [secret];
  const long = (one: unknown): one is string => typeof one === 'string' && Buffer.byteLength(one) >= MIN_SECRET_BYTES;
  const [first, ...rest] = secrets;
  if (!long(first) || !rest.every(long)) {
    throw misuse(
      `secret must be a random string of ${MIN_SECRET_BYTES} bytes at least, or several of them; make one with: ` +
        `node -p "require('crypto').randomBytes(32).toString('base64url')"`,
    );
  }
  need(new Set(secrets).size === secrets.length, 'secret names the same secret twice');
  return [first, ...rest];
}

function parseTtl({ ttl, dangerouslyLongTtl }: CompleteOptions): number {
  need(typeof dangerouslyLongTtl === 'boolean', 'dangerouslyLongTtl must be true or false');
  wholeNumber('ttl', 'seconds', ttl, { max: dangerouslyLongTtl ? MAX_DANGEROUS_TTL : MAX_TTL });
  if (ttl > MAX_TTL) {
    warn('PBL_LONG_TTL', `a link lives ${ttl} s; NIST and OWASP allow ${MAX_TTL} at most`);
  }
  return ttl;
}

const isStore = (store: unknown): store is LinkStore =>
  typeof store === 'object' &&
  store !== null &&
  ['issue', 'open', 'redeem', 'redeemByCode', 'revoke', 'outstanding', 'increment', 'ping'].every((method) =>
    isFunction(Reflect.get(store, method)),
  );

const OPTION_NAMES = namesOf<MagicLinkOptions>({
  name: true,
  secret: true,
  origin: true,
  callbackPath: true,
  store: true,
  mail: true,
  ttl: true,
  dangerouslyLongTtl: true,
  confirm: true,
  otherBrowser: true,
  mayReceive: true,
  limits: true,
  notices: true,
  dangerouslyNoLimits: true,
  verifyStyle: true,
  passReqToCallback: true,
  isFirstProof: true,
  onFirstProof: true,
  endSessions: true,
  assess: true,
  views: true,
  theme: true,
  languages: true,
  language: true,
  clock: true,
});

const VIEW_NAMES = namesOf<Record<PageName, unknown>>({
  form: true,
  sent: true,
  landing: true,
  confirm: true,
  code: true,
  hop: true,
  refused: true,
  notMe: true,
  reported: true,
  unavailable: true,
});
