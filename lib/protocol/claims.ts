/** The claims of a link, sealed in its record: who logs in, where they go then, and which browser requested it. */
import type { Address } from './address.js';
import { seal, unseal } from './crypto.js';
import type { KeySet } from './keys.js';
import type { LinkRef } from './store.js';

export interface LinkRequest extends Address {
  /** A full URL of this origin, already checked. */
  readonly returnTo?: string | undefined;
  /** A string of the app's own, returned with the claims. */
  readonly state?: string | undefined;
  readonly requestedIn?: BrowserFamily | undefined;
}

/** The requesting browser, in words of our own: text from the User-Agent header is never repeated. */
export interface BrowserFamily {
  /** Such as `Firefox`; undefined if it is not known. */
  readonly browser?: string | undefined;
  /** Such as `Windows`. */
  readonly system?: string | undefined;
}

/** What a redeemed link says of the person who redeemed it. */
export interface Claims {
  /** The typed address in lower-case ASCII: it logs in. The mail went to it, or to the one that `mayReceive` returned. */
  readonly address: string;
  /** A full URL of this origin. */
  readonly returnTo: string | undefined;
  readonly state: string | undefined;
  /** The link and the keyed digest of the mailbox, as in events. */
  readonly recordId: string;
  readonly account: string;
  /** Epoch seconds. */
  readonly issuedAt: number;
  readonly requestedIn: BrowserFamily;
}

/** A link, and the keys that it was made with. */
export interface KeyedLink extends LinkRef {
  readonly keys: KeySet;
}

/** @param issuedAt epoch seconds */
export function sealClaims(origin: string, link: KeyedLink, request: LinkRequest, issuedAt: number): string {
  const { address, returnTo, state, requestedIn } = request;
  const fields = [issuedAt, address, requestedIn?.browser, requestedIn?.system, returnTo, state];
  // Most requests fill only the first few fields, and every byte is kept for each live link.
  while (fields.at(-1) === undefined) fields.pop();
  return seal(link.keys.seal, contextOf(origin, link), JSON.stringify(fields));
}

/** Undefined for bytes that were not sealed by this app for this record. */
export function unsealClaims(origin: string, link: KeyedLink, sealed: string): Claims | undefined {
  const plain = unseal(link.keys.seal, contextOf(origin, link), sealed);
  if (plain === undefined) return undefined;
  const [issuedAt, address, ...rest] = JSON.parse(plain) as [number, string, ...(string | null)[]];
  const [browser, system, returnTo, state] = rest.map((value) => value ?? undefined);
  const { recordId, account } = link;
  return { address, returnTo, state, recordId, account, issuedAt, requestedIn: { browser, system } };
}

const contextOf = (origin: string, { recordId }: KeyedLink) => `${origin}|${recordId}|claims`;
