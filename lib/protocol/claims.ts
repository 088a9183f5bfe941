/** What a record keeps of an ask, sealed: who logs in by it, where to, and where it was asked for. */
import type { Address } from './address.js';
import { seal, unseal } from './crypto.js';
import type { KeySet } from './keys.js';
import type { LinkRef } from './store.js';

export interface Ask extends Address {
  /** A full URL of this origin, judged. */
  readonly returnTo?: string | undefined;
  /** The app's own words, brought back with the claims. */
  readonly state?: string | undefined;
  readonly requestedIn?: BrowserFamily | undefined;
}

/** The browser that asked, in words of ours: what its User-Agent says is never repeated. */
export interface BrowserFamily {
  /** Such as `Firefox`; undefined where it is none that is known. */
  readonly browser?: string | undefined;
  /** Such as `Windows`. */
  readonly system?: string | undefined;
}

/** What is known of somebody who spent a link, beside having read one mail. */
export interface Claims {
  /** Who logs in: what was typed, in lower-case ASCII. The mail went there, or where `mayReceive` said. */
  readonly address: string;
  /** A full URL of this origin. */
  readonly returnTo: string | undefined;
  readonly state: string | undefined;
  /** The link, and the keyed digest of the mailbox, as events name them. */
  readonly recordId: string;
  readonly account: string;
  /** Epoch seconds. */
  readonly issuedAt: number;
  readonly requestedIn: BrowserFamily;
}

/** A link, and the keys that it was made under. */
export interface KeyedLink extends LinkRef {
  readonly keys: KeySet;
}

/** @param issuedAt epoch seconds */
export function sealClaims(origin: string, link: KeyedLink, ask: Ask, issuedAt: number): string {
  const { address, returnTo, state, requestedIn } = ask;
  const fields = [issuedAt, address, requestedIn?.browser, requestedIn?.system, returnTo, state];
  // Most asks have no more than the first few, and each byte is kept for every live link.
  while (fields.at(-1) === undefined) fields.pop();
  return seal(link.keys.seal, contextOf(origin, link), JSON.stringify(fields));
}

/** Undefined for bytes that were not sealed here for this record: whoever wrote them is not us. */
export function unsealClaims(origin: string, link: KeyedLink, sealed: string): Claims | undefined {
  const plain = unseal(link.keys.seal, contextOf(origin, link), sealed);
  if (plain === undefined) return undefined;
  const [issuedAt, address, ...rest] = JSON.parse(plain) as [number, string, ...(string | null)[]];
  const [browser, system, returnTo, state] = rest.map((value) => value ?? undefined);
  const { recordId, account } = link;
  return { address, returnTo, state, recordId, account, issuedAt, requestedIn: { browser, system } };
}

const contextOf = (origin: string, { recordId }: KeyedLink) => `${origin}|${recordId}|claims`;
