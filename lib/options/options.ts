/** Checks the options once, and makes one complete config of them. */
import { misuse } from '../errors.js';
import { type Limits, parseLimits } from '../limits/limit-options.js';
import { type MailConfig, parseMail } from '../mail/mail-options.js';
import type { MayReceive } from '../mail/mailer.js';
import { smtpWeakness } from '../mail/smtp-security.js';
import { type NoticeKind, parseNotices } from '../notices/notice-options.js';
import { Keyring } from '../protocol/keys.js';
import type { LinkStore } from '../protocol/store.js';
import { Languages } from '../texts/languages.js';
import { parseTheme, type Theme } from '../texts/theme.js';
import { checkNames, isFunction, namesOf, need, oneOf, wholeNumber } from '../util/check.js';
import { warn } from '../util/warn.js';
import type { PageName } from '../web/page-data.js';
import { Pages, type Views } from '../web/pages.js';
import { type ParsedAccountHooks, parseAccountHooks } from './account-hooks.js';
import type { Assess } from './assess.js';
import { type CompleteOptions, withDefaults } from './defaults.js';
import type { MagicLinkOptions } from './magic-link-options.js';
import { isLoopback, parseCallbackPath, parseOrigin } from './origin.js';
import { OTHER_PACKAGES } from './other-packages.js';
import { type AnyVerify, parseVerify, type VerifyUser } from './verify.js';

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
