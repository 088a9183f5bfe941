/** The login itself, from asking for a link to spending it. It knows no Express, Redis or mail. */
import { UnavailableError } from '../errors.js';
import type { EventDetails, EventType, Reporter, Severity } from '../events/events.js';
import { parseAddress } from './address.js';
import { type Ask, type BrowserFamily, type Claims, type KeyedLink, sealClaims, unsealClaims } from './claims.js';
import { CODE_TRIES, codeDigest, readCode, spellCode } from './code.js';
import { digest } from './crypto.js';
import { accountTag, type Keyring } from './keys.js';
import { mintNotMe, readNotMe } from './not-me.js';
import type { Judged, JudgedCode, Lane, LinkRef, LinkStore, Presented } from './store.js';
import { mintToken, readToken, type Token } from './token.js';

/** The two things that only the asking browser's session holds together. */
export interface Browser {
  readonly sessionId: string;
  readonly nonce: string;
}

/** The link that a session asked for last, so that its code can be typed there. It opens nothing. */
export interface AskedLink extends LinkRef {
  /** Which of the app's keys it was made under. */
  readonly keyId: string;
}

export interface IssuedLink extends AskedLink {
  readonly url: string;
  /** What may be typed in the asking browser in place of opening the link; undefined: nothing may. */
  readonly code: string | undefined;
  /** The token of the mail's "this was not me". */
  readonly notMe: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** What a string is worth, before any store is asked. */
export type Read = { readonly status: 'invalid' } | { readonly status: 'expired' | 'current'; readonly token: Token };

/**
 * What became of a link that was to be spent. `parallel`: the same browser spent it a moment ago,
 * as a double click does; no second login, and nothing suspicious either.
 */
export type Redeemed =
  | { readonly status: 'invalid' | 'expired' | 'revoked' | 'used' }
  | { readonly status: 'redeemed' | 'parallel'; readonly claims: Claims }
  /** By POST, what helps the person to the browser that asked. `reused`: whose link it is, where it was used before. */
  | { readonly status: 'mismatch'; readonly help: ElsewhereHelp | undefined; readonly reused: Claims | undefined };

/** What another browser may be shown of a link: none of it says whose it is. */
export interface ElsewhereHelp {
  /** To be typed where the link was asked for, such as `ABCD-EFGH`. */
  readonly code: string;
  readonly requestedIn: BrowserFamily;
  /** Epoch seconds. */
  readonly requestedAt: number;
}

/** Why a code did not work is nobody's to know. */
export type RedeemedByCode =
  | { readonly status: 'redeemed' | 'parallel'; readonly claims: Claims }
  /** `locked`: whose code it was that takes no more tries from this one on. */
  | { readonly status: 'wrong'; readonly locked?: Claims | undefined };

/** Milliseconds after a login in which another click on its link counts as parallel to it. */
export const PARALLEL_MS = 10_000;
/** Refused browsers on one link from which on somebody should look; told once. */
const FLOOD = 10;
/** Wrong codes of one account in a day, each hundred of which somebody should look at. */
const WRONG_CODES = 100;
/** Forged tokens within an hour of which each hundredth is told: guessing is hopeless, and somebody should know. */
const FORGERIES = { every: 100, withinMs: 3_600_000 };

/** `asked` is alike in both, so that a session shows nothing of which it was. */
export type Issued =
  | { readonly status: 'issued'; readonly asked: AskedLink; readonly link: IssuedLink }
  | { readonly status: 'limited'; readonly asked: AskedLink };

/** A link that works if it is opened now, in the browser that asked for it. */
export interface OutstandingLink {
  /** The record id, as in events. */
  readonly id: string;
  /** Epoch seconds, by the store's clock. */
  readonly expiresAt: number;
}

export interface MagicLinkConfig {
  readonly keyring: Keyring;
  readonly store: LinkStore;
  readonly events: Reporter;
  readonly clock: () => number;
  readonly ttl: number;
  readonly origin: string;
  readonly callbackPath: string;
  /** Whether a code may stand for a link (`otherBrowser: 'code'`). */
  readonly codes: boolean;
}

export class MagicLink {
  readonly #config: MagicLinkConfig;
  /** Of this process, for the alert alone: nothing is decided by it. */
  readonly #forged: { count: number; since: number };

  constructor(config: MagicLinkConfig, forged = { count: 0, since: 0 }) {
    this.#config = config;
    this.#forged = forged;
  }

  /** The same login, told of elsewhere: to whoever knows which request it is in. */
  withReporter(events: Reporter): MagicLink {
    return new MagicLink({ ...this.#config, events }, this.#forged);
  }

  /** A new link, bound to the browser that asks, if its lanes have room. It may be mailed once this has resolved. */
  async issue(ask: Ask, browser: Browser, lanes: readonly Lane[] = []): Promise<Issued> {
    const { keyring, store, clock, ttl, origin, callbackPath, codes } = this.#config;
    const keys = keyring.current;
    const now = clock();
    const expiresAt = now + ttl * 1000;

    const { text, token } = mintToken(keys, accountTag(keys, ask.mailbox), expiresAt);
    const { account, recordId, code } = token;
    const outcome = await reach(() =>
      store.issue({
        ...{ account, recordId, ttlMs: ttl * 1000, lanes },
        digest: token.digest,
        codeDigest: codes ? codeDigest(keys, recordId, code) : '',
        binding: bind(token, browser),
        sealed: sealClaims(origin, token, ask, Math.floor(now / 1000)),
      }),
    );

    this.#report(outcome === 'issued' ? 'link.requested' : 'link.limited', token);
    const asked = { keyId: keys.id.toString('base64url'), account, recordId };
    if (outcome === 'limited') return { status: 'limited', asked };
    const link = {
      ...asked,
      url: `${origin}${callbackPath}?token=${text}`,
      code: codes ? spellCode(code) : undefined,
      notMe: mintNotMe(keys, token, now),
      expiresAt,
    };
    return { status: 'issued', asked, link };
  }

  /** Is this string a link of ours, and still within its life? Asks no store. */
  read(text: unknown): Read {
    const token = readToken(this.#config.keyring, text);
    if (!token) {
      this.#countForgery();
      return { status: 'invalid' };
    }
    if (this.#config.clock() < token.expiresAt) return { status: 'current', token };
    this.#report('link.expired', token);
    return { status: 'expired', token };
  }

  /** Looks at the link and changes nothing. A browser that asked for none is told so without a look. */
  async open(token: Token, browser: Browser | undefined): Promise<Judged['status']> {
    const { status } = browser ? await reach(() => this.#config.store.open(present(token, browser))) : MISMATCH;
    if (status === 'mismatch') this.#report('link.opened_elsewhere', token);
    if (status === 'used') this.#report('link.used_again', token);
    if (status === 'expired') this.#report('link.expired', token);
    return status;
  }

  /** Spends the link if this browser asked for it, once. By GET, another browser has merely opened it. */
  async redeem(token: Token, browser: Browser | undefined, by: 'GET' | 'POST'): Promise<Redeemed> {
    const judged = await reach(() => this.#config.store.redeem(present(token, browser), by === 'POST'));
    if (judged.status === 'live' || judged.status === 'used') return this.#spent(token, judged);
    if (judged.status === 'mismatch') return this.#elsewhere(token, judged, by);
    if (judged.status === 'expired') this.#report('link.expired', token);
    return { status: judged.status };
  }

  /** The same by the code, typed in the browser that asked, for the link that it asked for last. */
  async redeemByCode(asked: AskedLink, typed: string, browser: Browser): Promise<RedeemedByCode> {
    const keys = this.#config.keyring.find(Buffer.from(asked.keyId, 'base64url'));
    const code = readCode(typed);
    // Codes may have been taken until the last deploy.
    if (!this.#config.codes || !keys || code === undefined) return { status: 'wrong' };
    const { account, recordId } = asked;
    const link = { keys, account, recordId };
    const presented = {
      ...{ account, recordId },
      codeDigest: codeDigest(keys, recordId, code),
      binding: bind(link, browser),
    };
    const judged = await reach(() => this.#config.store.redeemByCode(presented, CODE_TRIES));
    if (judged.status === 'wrong') return this.#wrong(link, judged);
    if (judged.status !== 'live' && judged.status !== 'used') return { status: 'wrong' };
    const spent = this.#spent(link, judged, { reason: 'code' });
    return spent.status === 'redeemed' || spent.status === 'parallel' ? spent : { status: 'wrong' };
  }

  /**
   * Ends every live link of this address's mailbox; one that was issued before this resolves never
   * works after it. Resolves with how many there were.
   * @throws TypeError for anything but one plain address
   */
  async revokeAll(address: string): Promise<number> {
    let revoked = 0;
    for (const account of this.accountTags(address, 'revokeAll')) revoked += await this.revokeAccount(account);
    return revoked;
  }

  /** The live links of this address's mailbox, the first to end first; one round trip a key. */
  async outstanding(address: string): Promise<OutstandingLink[]> {
    const { store } = this.#config;
    const live = await Promise.all(
      this.accountTags(address, 'outstanding').map((account) => reach(() => store.outstanding(account))),
    );
    return live
      .flat()
      .sort((a, b) => a.expiresAt - b.expiresAt)
      .map(({ recordId, expiresAt }) => ({ id: recordId, expiresAt: Math.floor(expiresAt / 1000) }));
  }

  /**
   * What stands for this address's mailbox in the store and in events, under each of the app's keys.
   * @throws TypeError for anything but one plain address
   */
  accountTags(address: string, caller = 'accountTags'): string[] {
    const parsed = parseAddress(address);
    if (!parsed) throw new TypeError(`${caller} takes one plain email address`);
    return this.#config.keyring.all.map((keys) => accountTag(keys, parsed.mailbox).toString('base64url'));
  }

  /**
   * Somebody has another address now: nothing that either was sent works any more. Nobody can do that to a
   * mailbox that is not proven to be his.
   */
  async addressChanged(from: string, to: string, isProven: boolean): Promise<number> {
    const [account] = this.accountTags(to, 'addressChanged.to') as [string];
    const [formerAccount] = this.accountTags(from, 'addressChanged.from') as [string];
    const revoked = (await this.revokeAll(from)) + (isProven ? await this.revokeAll(to) : 0);
    this.#config.events.report('address.changed', { ...(isProven && { account }), formerAccount });
    return revoked;
  }

  /** The link whose mail this "not me" token was in; undefined for anything forged or old. */
  readNotMe(text: unknown): LinkRef | undefined {
    const { keyring, clock } = this.#config;
    return readNotMe(keyring, text, clock());
  }

  /** Somebody got a mail that he did not ask for. A scanner may say so, too: nothing else follows. */
  reportNotMe(link: LinkRef): void {
    this.#report('link.not_me', link);
  }

  /** Ends every live link of this account tag. Resolves with how many there were. */
  async revokeAccount(account: string): Promise<number> {
    const count = await reach(() => this.#config.store.revoke(account));
    if (count > 0) this.#config.events.report('link.revoked', { account, count });
    return count;
  }

  /** Ends one live link, for a mail that went astray. */
  async revoke(link: LinkRef): Promise<void> {
    const count = await reach(() => this.#config.store.revoke(link.account, link.recordId));
    if (count > 0) this.#report('link.revoked', link, { count });
  }

  #spent(
    link: KeyedLink,
    judged: Extract<Judged, { status: 'live' | 'used' }>,
    details?: EventDetails,
  ): Exclude<Redeemed, { status: 'mismatch' }> {
    const claims = unsealClaims(this.#config.origin, link, judged.sealed);
    if (!claims) return { status: 'invalid' };
    if (judged.status === 'live') {
      this.#report('link.redeemed', link, details);
      return { status: 'redeemed', claims };
    }
    if (judged.usedAgoMs < PARALLEL_MS) return { status: 'parallel', claims };
    this.#report('link.used_again', link, details);
    return { status: 'used' };
  }

  #wrong(link: KeyedLink, { count, today, sealed }: Extract<JudgedCode, { status: 'wrong' }>): RedeemedByCode {
    const isLast = count === CODE_TRIES;
    this.#report('code.wrong', link, { count });
    if (isLast) this.#report('code.locked', link);
    if (today % WRONG_CODES === 0) this.#report('signal.raised', link, { reason: 'wrong_codes', count: today });
    return { status: 'wrong', locked: isLast ? unsealClaims(this.#config.origin, link, sealed) : undefined };
  }

  /** Told apart by what it took: a scanner opens, a person who wants to log in presses the button, too. */
  #elsewhere(token: Token, judged: Extract<Judged, { status: 'mismatch' }>, by: 'GET' | 'POST'): Redeemed {
    if (by === 'GET') {
      this.#report('link.opened_elsewhere', token);
      return { status: 'mismatch', help: undefined, reused: undefined };
    }
    this.#report('link.wrong_browser', token, { count: judged.count }, judged.count === FLOOD ? 'high' : undefined);
    const { codes, origin } = this.#config;
    // Opened whatever comes of it: the time of the answer does not tell whether the link was used.
    const claims = unsealClaims(origin, token, judged.sealed);
    if (!claims) return { status: 'mismatch', help: undefined, reused: undefined };
    const { requestedIn, issuedAt } = claims;
    const help = { code: spellCode(token.code), requestedIn, requestedAt: issuedAt };
    return { status: 'mismatch', help: codes ? help : undefined, reused: judged.used ? claims : undefined };
  }

  #countForgery(): void {
    const now = this.#config.clock();
    if (now - this.#forged.since > FORGERIES.withinMs) Object.assign(this.#forged, { count: 0, since: now });
    const count = ++this.#forged.count;
    if (count % FORGERIES.every === 0) this.#config.events.report('signal.raised', { reason: 'forged_tokens', count });
  }

  #report(type: EventType, { account, recordId }: LinkRef, details?: EventDetails, severity?: Severity): void {
    this.#config.events.report(type, { account, link: recordId, ...details }, severity);
  }
}

/** A store rejects only when it could not answer, and what that was is not the person's to know. */
async function reach<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new UnavailableError('store', { cause });
  }
}

const MISMATCH = { status: 'mismatch' } as const;

const present = (token: Token, browser: Browser | undefined): Presented => ({
  account: token.account,
  recordId: token.recordId,
  digest: token.digest,
  binding: browser ? bind(token, browser) : '',
});

/** Neither the session ID nor the nonce can be had from it, and it holds for this one record. */
const bind = ({ keys, recordId }: Pick<KeyedLink, 'keys' | 'recordId'>, { sessionId, nonce }: Browser): string =>
  digest(keys.binding, JSON.stringify([sessionId, nonce, recordId]));
