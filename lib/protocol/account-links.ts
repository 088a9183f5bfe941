/** All links of one account: listed, revoked, and reported as "this was not me". */
import { misuse } from '../errors.js';
import type { Reporter } from '../events/events.js';
import { parseAddress } from './address.js';
import { accountOf, type Keyring } from './keys.js';
import { reportLink } from './link-events.js';
import { readNotMe } from './not-me.js';
import { reachStore } from './reach-store.js';
import type { LinkRef, LinkStore } from './store.js';

/** A link that works if it is opened now, in the browser that requested it. */
export interface OutstandingLink {
  /** The record id, as in events. */
  readonly id: string;
  /** Epoch seconds, by the store's clock. */
  readonly expiresAt: number;
}

export interface AccountLinksConfig {
  readonly keyring: Keyring;
  readonly store: LinkStore;
  readonly events: Reporter;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Every method that takes an address means its mailbox: a `+tag` makes no difference. */
export class AccountLinks {
  readonly #config: AccountLinksConfig;

  constructor(config: AccountLinksConfig) {
    this.#config = config;
  }

  /** The same links, with another receiver of their events: that of one request. */
  withReporter(events: Reporter): AccountLinks {
    return new AccountLinks({ ...this.#config, events });
  }

  /**
   * The account tag of this address in the store and in events, under each of the app's secrets; the first is the
   * current one.
   * @param caller the method that the error names
   * @throws TypeError for anything but one plain address
   */
  accountTags(address: string, caller = 'accountTags'): [string, ...string[]] {
    const parsed = parseAddress(address);
    if (!parsed) throw misuse(`${caller} takes one plain email address`);
    const tags = this.#config.keyring.all.map((keys) => accountOf(keys, parsed.mailbox));
    return tags as [string, ...string[]];
  }

  /**
   * The live links of this address, in the order in which they expire.
   * @throws TypeError for anything but one plain address
   * @throws UnavailableError when the store does not answer
   */
  async outstanding(address: string): Promise<OutstandingLink[]> {
    const { store } = this.#config;
    const tags = this.accountTags(address, 'outstanding');
    const live = await Promise.all(tags.map((account) => reachStore(() => store.outstanding(account))));
    return live
      .flat()
      .sort((a, b) => a.expiresAt - b.expiresAt)
      .map(({ recordId, expiresAt }) => ({ id: recordId, expiresAt: Math.floor(expiresAt / 1000) }));
  }

  /**
   * Ends every live link of this address. A link that was issued before this resolves never works after it.
   * Resolves with the number of links that were live.
   * @throws TypeError for anything but one plain address
   * @throws UnavailableError when the store does not answer; some links may then live on
   */
  async revokeAll(address: string): Promise<number> {
    let revoked = 0;
    for (const account of this.accountTags(address, 'revokeAll')) revoked += await this.revokeAccount(account);
    return revoked;
  }

  /** The same for one account tag. */
  async revokeAccount(account: string): Promise<number> {
    const count = await reachStore(() => this.#config.store.revoke(account));
    if (count > 0) this.#config.events.report('link.revoked', { account, count });
    return count;
  }

  /** Ends one live link, because its mail went to the wrong person. */
  async revoke(link: LinkRef): Promise<void> {
    const count = await reachStore(() => this.#config.store.revoke(link.account, link.recordId));
    if (count > 0) reportLink(this.#config.events, 'link.revoked', link, { count });
  }

  /**
   * Ends the live links of the address that a person had, and also those of the new address if it is proven to be
   * theirs: naming another person's address must not end that person's links. Resolves with the number of links.
   */
  async addressChanged(from: string, to: string, isProven: boolean): Promise<number> {
    const [account] = this.accountTags(to, 'addressChanged.to');
    const [formerAccount] = this.accountTags(from, 'addressChanged.from');
    const revoked = (await this.revokeAll(from)) + (isProven ? await this.revokeAll(to) : 0);
    this.#config.events.report('address.changed', { ...(isProven && { account }), formerAccount });
    return revoked;
  }

  /** The link whose mail this "not me" token was in; undefined if the token is forged or older than a week. */
  readNotMe(text: unknown): LinkRef | undefined {
    const { keyring, clock } = this.#config;
    return readNotMe(keyring, text, clock());
  }

  /** A mail was reported as not asked for. Mail scanners press the button too, so nothing else follows from it. */
  reportNotMe(link: LinkRef): void {
    reportLink(this.#config.events, 'link.not_me', link);
  }
}
