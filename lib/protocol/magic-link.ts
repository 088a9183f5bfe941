/** The login itself, from asking for a link to spending it. It knows no Express, Redis or mail. */
import { UnavailableError } from '../errors.js';
import type { EventDetails, Events, EventType, Severity } from '../events.js';
import { type Address, parseAddress } from './address.js';
import { hmac, seal, unseal } from './crypto.js';
import { accountTag, type Keyring, type KeySet } from './keys.js';
import type { Judged, Lane, LinkRef, LinkStore, Presented } from './store.js';
import { mintToken, readToken, type Token } from './token.js';

/** The two things that only the asking browser's session holds together. */
export interface Browser {
  readonly sessionId: string;
  readonly nonce: string;
}

export interface Ask extends Address {
  /** A full URL of this origin, judged. */
  readonly returnTo?: string | undefined;
  /** The app's own words, brought back with the claims. */
  readonly state?: string | undefined;
}

/** What is known of somebody who spent a link, beside having read one mail. */
export interface Claims {
  /** Who logs in: what was typed, in lower-case ASCII. The mail went there, or where `mayReceive` said. */
  readonly address: string;
  /** A full URL of this origin. */
  readonly returnTo: string | undefined;
  readonly state: string | undefined;
  readonly recordId: string;
  /** Epoch seconds. */
  readonly issuedAt: number;
}

export interface IssuedLink extends LinkRef {
  readonly url: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/**
 * What became of a link that was to be spent. `parallel`: the same browser spent it a moment ago,
 * as a double click does; no second login, and nothing suspicious either.
 */
export type Redeemed =
  | { readonly status: 'invalid' | 'expired' | 'mismatch' | 'revoked' }
  | { readonly status: 'redeemed' | 'parallel' | 'used'; readonly claims: Claims };

/** Milliseconds after a login in which another click on its link counts as parallel to it. */
const PARALLEL_MS = 10_000;
/** Refused browsers on one link from which on somebody should look; told once. */
const FLOOD = 10;
/** Forged tokens within an hour of which each hundredth is told: guessing is hopeless, and somebody should know. */
const FORGERIES = { every: 100, withinMs: 3_600_000 };

export interface MagicLinkConfig {
  readonly keyring: Keyring;
  readonly store: LinkStore;
  readonly events: Events;
  readonly clock: () => number;
  readonly ttl: number;
  readonly origin: string;
  readonly callbackPath: string;
}

export class MagicLink {
  readonly #config: MagicLinkConfig;
  /** Of this process, for the alert alone: nothing is decided by it. */
  #forged = { count: 0, since: 0 };

  constructor(config: MagicLinkConfig) {
    this.#config = config;
  }

  /** A new link, bound to the browser that asks, if its lanes have room. It may be mailed once this has resolved. */
  async issue(ask: Ask, browser: Browser, lanes: readonly Lane[] = []): Promise<IssuedLink | 'limited'> {
    const { keyring, store, clock, ttl, origin, callbackPath } = this.#config;
    const keys = keyring.current;
    const now = clock();
    const expiresAt = now + ttl * 1000;

    const { text, token } = mintToken(keys, accountTag(keys, ask.mailbox), expiresAt);
    const { account, recordId, digest } = token;
    const sealed = this.#sealClaims(token, ask, Math.floor(now / 1000));
    const outcome = await reach(() =>
      store.issue({ account, recordId, digest, binding: bind(token, browser), sealed, ttlMs: ttl * 1000, lanes }),
    );

    this.#report(outcome === 'issued' ? 'link.asked' : 'link.limited', token);
    if (outcome === 'limited') return outcome;
    return { account, recordId, url: `${origin}${callbackPath}?token=${text}`, expiresAt };
  }

  /** Is this string a link of ours, and still within its life? Asks no store. */
  read(text: unknown): Token | 'invalid' | 'expired' {
    const token = readToken(this.#config.keyring, text);
    if (!token) {
      this.#countForgery();
      return 'invalid';
    }
    if (this.#config.clock() < token.expiresAt) return token;
    this.#report('link.expired', token);
    return 'expired';
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
    if ('sealed' in judged) {
      const parallel = judged.status === 'used' && judged.usedAgoMs < PARALLEL_MS;
      const claims = this.#unsealClaims(token, judged.sealed);
      if (!claims) return { status: 'invalid' };
      if (judged.status === 'live') this.#report('link.redeemed', token);
      else if (!parallel) this.#report('link.used_again', token);
      return { status: judged.status === 'live' ? 'redeemed' : parallel ? 'parallel' : 'used', claims };
    }
    if (judged.status === 'expired') this.#report('link.expired', token);
    if (judged.status === 'mismatch' && by === 'GET') this.#report('link.opened_elsewhere', token);
    if (judged.status === 'mismatch' && by === 'POST') {
      const flood = judged.count === FLOOD;
      this.#report('link.wrong_browser', token, { count: judged.count }, flood ? 'high' : undefined);
    }
    return { status: judged.status };
  }

  /**
   * Ends every live link of this address's mailbox; one that was issued before this resolves never
   * works after it. Resolves with how many there were.
   * @throws TypeError for anything but one plain address
   */
  async revokeAll(address: string): Promise<number> {
    const { keyring, store, events } = this.#config;
    const parsed = parseAddress(address);
    if (!parsed) throw new TypeError('revokeAll takes one plain email address');
    let revoked = 0;
    for (const keys of keyring.all) {
      const account = accountTag(keys, parsed.mailbox).toString('base64url');
      const count = await reach(() => store.revoke(account));
      if (count > 0) events.report('link.revoked', { account, count });
      revoked += count;
    }
    return revoked;
  }

  /** Ends one live link, for a mail that went astray. */
  async revoke(link: LinkRef): Promise<void> {
    const count = await reach(() => this.#config.store.revoke(link.account, link.recordId));
    if (count > 0) this.#report('link.revoked', link, { count });
  }

  #countForgery(): void {
    const now = this.#config.clock();
    if (now - this.#forged.since > FORGERIES.withinMs) this.#forged = { count: 0, since: now };
    const count = ++this.#forged.count;
    if (count % FORGERIES.every === 0) this.#config.events.report('signal.raised', { reason: 'forged_tokens', count });
  }

  #report(type: EventType, { account, recordId }: LinkRef, details?: EventDetails, severity?: Severity): void {
    this.#config.events.report(type, { account, link: recordId, ...details }, severity);
  }

  #sealClaims(token: Token, { address, returnTo, state }: Ask, issuedAt: number): string {
    return seal(token.keys.seal, this.#sealContext(token), JSON.stringify([issuedAt, address, returnTo, state]));
  }

  /** Undefined for bytes that were not sealed here for this record: whoever wrote them is not us. */
  #unsealClaims(token: Token, sealed: string): Claims | undefined {
    const plain = unseal(token.keys.seal, this.#sealContext(token), sealed);
    if (plain === undefined) return undefined;
    const [issuedAt, address, returnTo, state] = JSON.parse(plain) as [number, string, string | null, string | null];
    return { address, returnTo: returnTo ?? undefined, state: state ?? undefined, recordId: token.recordId, issuedAt };
  }

  #sealContext(token: Token): string {
    return `${this.#config.origin}|${token.recordId}|claims`;
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
const bind = ({ keys, recordId }: { keys: KeySet; recordId: string }, { sessionId, nonce }: Browser): string =>
  hmac(keys.binding, JSON.stringify([sessionId, nonce, recordId])).toString('base64url');
