/** What the user passes, checked once and for all, and made one complete config. */
import type { Request } from 'express';
import { misuse } from '../errors.js';
import { type LimitOptions, type Limits, parseLimits } from '../limits/limit-options.js';
import { type MailConfig, type MailOptions, parseMail } from '../mail/mail-options.js';
import type { MayReceive } from '../mail/mailer.js';
import { smtpWeakness } from '../mail/smtp-security.js';
import { type NoticeKind, type NoticeOptions, parseNotices } from '../notices/notice-options.js';
import type { Claims } from '../protocol/claims.js';
import { Keyring } from '../protocol/keys.js';
import type { LinkStore } from '../protocol/store.js';
import { Languages } from '../texts/languages.js';
import type { Texts } from '../texts/texts.js';
import { parseTheme, type Theme, type ThemeOptions } from '../texts/theme.js';
import { checkNames, isFunction, namesOf, need, oneOf, wholeNumber } from '../util/check.js';
import { warn } from '../util/warn.js';
import { type PageName, Pages, type Views } from '../web/pages.js';
import { type AccountHooks, type AfterVerify, parseAccountHooks } from './account-hooks.js';

export interface MagicLinkOptions extends AccountHooks {
  /** The name that `passport.authenticate()` knows the strategy by. Default `magic-link`. */
  name?: string;
  /**
   * Of 32 bytes at least, random, known to all servers of the app. Several: the first signs, all
   * verify. To rotate, deploy the new one as the last, then as the first, and drop the old one
   * when its links have ended.
   */
  secret: string | readonly string[];
  /** Where the app lives, such as `https://app.example.com`; http only on loopback. The only source of links. */
  origin: string;
  /** The path of the callback route at that origin. For the drop-in router it ends in `/callback`. */
  callbackPath: string;
  /** Keeps the links: `new RedisStore(client)`; in development `new MemoryStore()`. */
  store: LinkStore;
  mail: MailOptions;
  /** Seconds that a link lives, 1 to 600 (NIST SP 800-63B-4 3.1.3.2, ASVS 5.0 6.5.5). Default 600. */
  ttl?: number;
  /** Allows a `ttl` of up to 86,400. The longer a link lives, the longer a mailbox left open is a login. */
  dangerouslyLongTtl?: boolean;
  /** `always`: the asking browser, too, asks for a click before it logs in. Default `auto`. */
  confirm?: 'auto' | 'always';
  /**
   * What a link does in another browser than the one that asked. `code`: it shows a code to type where it
   * was asked for; that login is worth less (level 0), because a phisher can relay a code. `deny`: it says
   * where it works, and no more. Default `code`.
   */
  otherBrowser?: 'code' | 'deny';
  /**
   * May this address have a link? Called after the answer. False sends nothing; a string sends to
   * that address instead, the one stored with the account. Asked for notices too, but for the one of
   * `addressChanged`. Default: every address may.
   */
  mayReceive?: MayReceive;
  limits?: LimitOptions;
  /** What people are told by mail: each kind five times a day at most, whatever is said of limits. */
  notices?: NoticeOptions;
  /** Lifts all limits: anybody can then fill anybody's mailbox. For load tests; refused where the origin is not loopback. */
  dangerouslyNoLimits?: boolean;
  /** `promise`: verify returns the user, or a promise of it. `callback`: it calls `done`. Default `promise`. */
  verifyStyle?: 'promise' | 'callback';
  /** Passes the request to verify as its first argument. Default false. */
  passReqToCallback?: boolean;
  /** The app's own pages in place of ours, each a function that answers. */
  views?: Views;
  theme?: ThemeOptions;
  /** Every text of pages and mail, by BCP 47 tags; the first is for who asks for none of them. Default `{ en, de }`. */
  languages?: Readonly<Record<string, Texts>>;
  /** The tag of one of `languages` for this request, as the app knows it. Default: by Accept-Language. */
  language?: (req: Request) => string | undefined;
  /** Epoch milliseconds. Default `Date.now`. */
  clock?: () => number;
}

/** The user, or anything falsy to refuse. */
export type Verify = (claims: Claims) => unknown;
export type VerifyWithRequest = (req: Request, claims: Claims) => unknown;
/** `info.message` of a refusal is shown to the person. */
export type VerifyDone = (error: unknown, user?: unknown, info?: object) => void;
export type VerifyCallback = (claims: Claims, done: VerifyDone) => void;
export type VerifyCallbackWithRequest = (req: Request, claims: Claims, done: VerifyDone) => void;
export type AnyVerify = Verify | VerifyWithRequest | VerifyCallback | VerifyCallbackWithRequest;

export interface Verdict {
  readonly user: unknown;
  readonly info: object | undefined;
  /** Nobody had proven before that this mailbox is the user's. */
  readonly isFirstProof?: boolean;
}

export interface Config {
  readonly name: string;
  readonly keyring: Keyring;
  readonly origin: string;
  readonly callbackPath: string;
  /** The folder of `callbackPath`, where the form is: `/login` of `/login/callback`. */
  readonly loginPath: string;
  /** Beside the callback, where a mail's "this was not me" leads. */
  readonly notMePath: string;
  readonly store: LinkStore;
  readonly ttl: number;
  readonly confirm: 'auto' | 'always';
  /** Whether a code may stand for a link. */
  readonly codes: boolean;
  /** Undefined: nothing is limited. */
  readonly limits: Limits | undefined;
  readonly notices: Readonly<Record<NoticeKind, boolean>>;
  readonly mayReceive: MayReceive;
  /** With what comes of a first proof. */
  readonly verify: (req: Request, claims: Claims) => Promise<Verdict>;
  readonly endSessions: (user: unknown) => Promise<void>;
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
export function parseOptions(options: MagicLinkOptions, verify: AnyVerify): Config {
  checkNames('MagicLinkStrategy', options, OPTION_NAMES, FOREIGN);
  const { name = 'magic-link', store, clock = Date.now, mayReceive = () => true, views = {} } = options;
  checkNames('views', views, VIEW_NAMES);

  need(typeof name === 'string' && /^[\w-]{1,64}$/.test(name), 'name must be of letters, digits, - and _, 64 at most');
  need(isFunction(clock), 'clock must be a function that returns epoch milliseconds');
  need(isFunction(mayReceive), 'mayReceive must be a function of an address that returns true, false or an address');
  need(isStore(store), 'store must keep links: pass new RedisStore(client), or new MemoryStore() in development');
  for (const [page, view] of Object.entries(views)) {
    need(isFunction(view), `views.${page} must be a function (req, res, page) that answers`);
  }
  const codes = oneOf('otherBrowser', options.otherBrowser, ['code', 'deny']) === 'code';
  const origin = parseOrigin(options.origin);
  const callbackPath = parseCallbackPath(options.callbackPath, origin);
  const languages = new Languages(options);
  const theme = parseTheme(options.theme, origin);
  const mail = parseMail(options.mail);
  need(codes || !mail.code, "mail.code needs otherBrowser: 'code'");
  const { afterVerify, endSessions } = parseAccountHooks(options);
  const limits = parseLimits(options.limits, options.dangerouslyNoLimits);
  if (!isLoopback(origin)) {
    need(!store.developmentOnly, `${origin} is not loopback: this store is for development; use RedisStore`);
    need(!options.dangerouslyNoLimits, `${origin} is not loopback: dangerouslyNoLimits is for load tests`);
    need(!options.mail.transport?.developmentOnly, `${origin} is not loopback: this mail transport is for development`);
    const weakness = smtpWeakness(options.mail.transport);
    need(weakness === undefined, `${origin} is not loopback: ${weakness}`);
  }
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
    verify: followed(parseVerify(options, verify), afterVerify),
    endSessions,
    languages,
    theme,
    pages: new Pages({ views: { ...views }, languages, theme }),
    clock,
    mail,
  });
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

function parseOrigin(origin: unknown): string {
  const url = typeof origin === 'string' && URL.canParse(origin) ? new URL(origin) : undefined;
  need(url && url.origin === origin, 'origin must be scheme, host and port alone, such as https://app.example.com');
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.origin));
  need(secure, 'origin must be https, except on loopback: a link sent over http is everybody’s');
  return origin as string;
}

/** Development is an origin that no other machine reaches. */
export function isLoopback(origin: string): boolean {
  const { hostname } = new URL(origin);
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

function parseCallbackPath(path: unknown, origin: string): string {
  const canonical =
    typeof path === 'string' && URL.canParse(path, origin) && new URL(path, origin).href === origin + path;
  need(canonical && !/[?#]/.test(path), 'callbackPath must be a path such as /login/callback');
  return path as string;
}

function parseTtl({ ttl = MAX_TTL, dangerouslyLongTtl = false }: MagicLinkOptions): number {
  need(typeof dangerouslyLongTtl === 'boolean', 'dangerouslyLongTtl must be true or false');
  wholeNumber('ttl', 'seconds', ttl, dangerouslyLongTtl ? MAX_DANGEROUS_TTL : MAX_TTL);
  if (ttl > MAX_TTL) {
    warn('PBL_LONG_TTL', `a link lives ${ttl} s; NIST and OWASP allow ${MAX_TTL} at most`);
  }
  return ttl;
}

function parseVerify(
  { verifyStyle, passReqToCallback = false }: MagicLinkOptions,
  verify: AnyVerify,
): Config['verify'] {
  const style = oneOf('verifyStyle', verifyStyle, ['promise', 'callback']);
  need(typeof passReqToCallback === 'boolean', 'passReqToCallback must be true or false');
  need(isFunction(verify), 'MagicLinkStrategy takes verify as its second argument: (claims) => user');
  const given = 1 + Number(passReqToCallback) + Number(style === 'callback');
  need(
    verify.length <= given,
    `verify takes ${verify.length} arguments and would be given ${given}: ` +
      `verifyStyle: 'callback' adds done, passReqToCallback: true puts the request first`,
  );
  const call = verify as (...args: unknown[]) => unknown;
  const leading = (req: Request, claims: Claims) => (passReqToCallback ? [req, claims] : [claims]);
  if (style === 'promise') {
    return async (req, claims) => ({ user: await call(...leading(req, claims)), info: undefined });
  }
  return (req, claims) =>
    new Promise((resolve, reject) => {
      const done: VerifyDone = (error, user, info) => (error ? reject(error) : resolve({ user, info }));
      const returned = Promise.resolve(call(...leading(req, claims), done));
      // An async function may fail without done, too; and one that returns a user has not been told of done.
      returned.then((user) => {
        if (user) reject(misuse("verify returned a user: call done, or leave out verifyStyle: 'callback'"));
      }, reject);
    });
}

const followed =
  (verify: Config['verify'], afterVerify: AfterVerify): Config['verify'] =>
  async (req, claims) => {
    const verdict = await verify(req, claims);
    const isFirstProof = await afterVerify(verdict.user, claims);
    return { ...verdict, isFirstProof };
  };

const isStore = (store: unknown): store is LinkStore =>
  typeof store === 'object' &&
  store !== null &&
  ['issue', 'open', 'redeem', 'redeemByCode', 'revoke', 'outstanding', 'ping'].every((method) =>
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

/** Options of passport-magic-link and passport-magic-login, and what does their work here. */
const FOREIGN: Readonly<Record<string, string>> = {
  callbackUrl: 'origin and callbackPath',
  callbackURL: 'origin and callbackPath',
  sendMagicLink: 'mail.deliver, or mail.transport',
  sendToken: 'mail.deliver, or mail.transport',
  verify: 'the second argument of the constructor',
  jwtOptions: 'ttl',
  expiresIn: 'ttl',
  storage: 'store',
  userFields: 'nothing: the form field is email',
  tokenField: 'nothing: the parameter is token',
  passReqToCallbacks: 'passReqToCallback',
  allowReuse: 'nothing: a link works once',
  verifyUserAfterToken: 'nothing: verify is always called after the link was spent',
  userPrimaryKey: 'nothing: verify returns the user',
  algorithm: 'nothing: the token is opaque',
  allowPost: 'nothing: the callback takes GET and POST',
  confirmUrl: 'nothing: the callback route shows the confirm page',
};
