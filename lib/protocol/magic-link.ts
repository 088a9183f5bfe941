/** The login, from requesting a link to redeeming it. It knows nothing of Express, Redis or mail. */
import type { EventDetails, EventType, Reporter } from '../events/events.js';
import { Alerts } from './alerts.js';
import { type KeyedLink, type LinkRequest, sealClaims, unsealClaims } from './claims.js';
import { CODE_TRIES, codeDigest, readCode } from './code.js';
import { spellCode } from './crockford.js';
import { accountTag, type Keyring } from './keys.js';
import { reportLink } from './link-events.js';
import { mintNotMe } from './not-me.js';
import type {
  Browser,
  Issued,
  Judged,
  Read,
  Redeemed,
  RedeemedByCode,
  RequestedLink,
  WrongBrowser,
} from './outcomes.js';
import { PARALLEL_MS } from './outcomes.js';
import { bindingOf, presentedCode, presentedLink } from './presented.js';
import { reachStore } from './reach-store.js';
import type { Lane, LinkStore, MismatchedLink, OpenResult, RedeemedLink, UsedLink, WrongCode } from './store.js';
import { mintToken, readToken, type Token } from './token.js';

/*
 * A login needs two secrets in two places. The token is in the mail. The nonce is in the session of the browser that
 * requested the link; a keyed digest of the nonce, the session ID and the link's record id is the binding. The store keeps
 * only digests.
 *
 *   issue         a browser requests a link: token and binding are made, and the store keeps a record of them
 *   read          a link arrives: is its token genuine, and is it still valid by its own expiry?
 *   open          is the link live, and did this browser request it? Nothing changes
 *   redeem        the same question; if it is and did, the link is used in the same step
 *   redeemByCode  the same, but by the code that another browser showed; typed in the browser that requested the link
 *
 * The store answers in one atomic step: of any number of parallel clicks exactly one is the login.
 */

export interface MagicLinkConfig {
  readonly keyring: Keyring;
  readonly store: LinkStore;
  readonly events: Reporter;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Seconds. */
  readonly ttl: number;
  readonly origin: string;
  readonly callbackPath: string;
  /** Whether a code may be typed in place of opening the link (`otherBrowser: 'code'`). */
  readonly codes: boolean;
}

/** Each method throws an UnavailableError when the store does not answer. */
export class MagicLink {
  readonly #config: MagicLinkConfig;
  readonly #alerts: Alerts;

  constructor(config: MagicLinkConfig, alerts = new Alerts(config.clock)) {
    this.#config = config;
    this.#alerts = alerts;
  }

  /** The same login, with another receiver of its events: that of one request. */
  withReporter(events: Reporter): MagicLink {
    return new MagicLink({ ...this.#config, events }, this.#alerts);
  }

  /** A new link for this browser, if its lanes have room. It may be mailed once this has resolved. */
  async issue(request: LinkRequest, browser: Browser, lanes: readonly Lane[] = []): Promise<Issued> {
    const { keyring, store, clock, ttl, origin, callbackPath, codes } = this.#config;
    const keys = keyring.current;
    const now = clock();
    const expiresAt = now + ttl * 1000;

    const { text, token } = mintToken(keys, accountTag(keys, request.mailbox), expiresAt);
    const { account, recordId } = token;
    const outcome = await reachStore(() =>
      store.issue({
        account,
        recordId,
        digest: token.digest,
        codeDigest: codes ? codeDigest(keys, recordId, token.code) : '',
        binding: bindingOf(token, browser),
        sealed: sealClaims(origin, token, request, Math.floor(now / 1000)),
        ttlMs: ttl * 1000,
        lanes,
      }),
    );

    this.#report(outcome === 'issued' ? 'link.requested' : 'link.limited', token);
    const requested = { keyId: keys.id.toString('base64url'), account, recordId };
    if (outcome === 'limited') return { status: 'limited', requested };
    const link = {
      ...requested,
      url: `${origin}${callbackPath}?token=${text}`,
      code: codes ? spellCode(token.code) : undefined,
      notMe: mintNotMe(keys, token, now),
      expiresAt,
    };
    return { status: 'issued', requested, link };
  }

  /** Reads a token without asking the store: forged and expired ones cost no more than this. */
  read(text: unknown): Read {
    const token = readToken(this.#config.keyring, text);
    if (!token) {
      this.#alerts.forgedToken(this.#config.events);
      return { status: 'invalid' };
    }
    if (this.#config.clock() < token.expiresAt) return { status: 'current', token };
    this.#report('link.expired', token);
    return { status: 'expired', token };
  }

  /** Looks at the link and changes nothing. A browser that requested no link is not looked up. */
  async open(token: Token, browser: Browser | undefined): Promise<OpenResult['status']> {
    const { status } = browser
      ? await reachStore(() => this.#config.store.open(presentedLink(token, browser)))
      : MISMATCH;
    if (status === 'mismatch') this.#report('link.opened_elsewhere', token);
    if (status === 'used') this.#report('link.used_again', token);
    if (status === 'expired') this.#report('link.expired', token);
    return status;
  }

  /**
   * Uses the link, once, if this browser requested it.
   * @param by a mail scanner may open a link by GET; a POST is a press of the page's button
   */
  async redeem(token: Token, browser: Browser | undefined, by: 'GET' | 'POST'): Promise<Redeemed> {
    const result = await reachStore(() => this.#config.store.redeem(presentedLink(token, browser), by === 'POST'));
    switch (result.status) {
      case 'redeemed':
      case 'used':
        return this.#claimsOf(token, result);
      case 'mismatch':
        if (by === 'POST') return this.#wrongBrowser(token, result);
        this.#report('link.opened_elsewhere', token);
        return MISMATCH;
      case 'expired':
        this.#report('link.expired', token);
        return result;
      default:
        return result;
    }
  }

  /** The same by the code of the link that this browser requested last. */
  async redeemByCode(requested: RequestedLink, typed: string, browser: Browser): Promise<RedeemedByCode> {
    const { keyring, store, codes } = this.#config;
    const keys = keyring.find(Buffer.from(requested.keyId, 'base64url'));
    const code = readCode(typed);
    // A link that was issued before the app turned codes off still has one.
    if (!codes || !keys || code === undefined) return { status: 'wrong' };
    const link = { keys, account: requested.account, recordId: requested.recordId };
    const result = await reachStore(() => store.redeemByCode(presentedCode(link, code, browser), CODE_TRIES));
    if (result.status === 'wrong') return this.#wrongCode(link, result);
    if (result.status !== 'redeemed' && result.status !== 'used') return { status: 'wrong' };
    const spent = this.#claimsOf(link, result, { reason: 'code' });
    return 'claims' in spent ? spent : { status: 'wrong' };
  }

  /** This click has used the link, or an earlier one of the same browser has. */
  #claimsOf(link: KeyedLink, result: RedeemedLink | UsedLink, details?: EventDetails): Judged {
    const claims = unsealClaims(this.#config.origin, link, result.sealed);
    if (!claims) return { status: 'invalid' };
    if (result.status === 'redeemed') {
      this.#report('link.redeemed', link, details);
      return { status: 'redeemed', claims };
    }
    if (result.usedAgoMs < PARALLEL_MS) return { status: 'parallel', claims };
    this.#report('link.used_again', link, details);
    return { status: 'used' };
  }

  /** The button was pressed in another browser. It is shown the code, and the link stays as it was. */
  #wrongBrowser(token: Token, { count, used, sealed }: MismatchedLink): WrongBrowser {
    const { origin, codes, events } = this.#config;
    this.#alerts.wrongBrowser(events, token, count);
    // Unsealed in every case, so that the time of the answer does not tell whether the link was used.
    const claims = unsealClaims(origin, token, sealed);
    if (!claims) return MISMATCH;
    const help = { code: spellCode(token.code), requestedIn: claims.requestedIn, requestedAt: claims.issuedAt };
    return { status: 'mismatch', help: codes ? help : undefined, usedClaims: used ? claims : undefined };
  }

  #wrongCode(link: KeyedLink, result: WrongCode): RedeemedByCode {
    const { origin, events } = this.#config;
    this.#alerts.wrongCode(events, link, result);
    const isLastTry = result.count === CODE_TRIES;
    return { status: 'wrong', lockedClaims: isLastTry ? unsealClaims(origin, link, result.sealed) : undefined };
  }

  #report(type: EventType, link: KeyedLink, details?: EventDetails): void {
    reportLink(this.#config.events, type, link, details);
  }
}

const MISMATCH: WrongBrowser = { status: 'mismatch', help: undefined, usedClaims: undefined };
