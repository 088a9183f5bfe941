/** What the cases of the link store's contract have in common. */
import assert from 'node:assert/strict';
import { random } from '../../protocol/crypto.js';
import type { LinkStore, NewLink, Presented, PresentedCode } from '../../protocol/store.js';

export interface StoreHarness {
  /** A store to test. It may hold other links, and the cases may run at the same time. */
  readonly store: LinkStore;
  /** A second client of the same store, as in another process. Default: the same one. */
  readonly other?: LinkStore;
  /** Ends this link's life now: the store's clock is past its end from then on, or its end is moved back. */
  end(link: Presented): Promise<void>;
}

export interface LinkCase {
  readonly name: string;
  readonly run: (harness: Required<StoreHarness>) => Promise<void>;
}

export const linkCase = (name: string, run: LinkCase['run']): LinkCase => ({ name, run });

/** A link as it was issued and as it is presented. */
export type Issued = NewLink & Presented & PresentedCode;

/** A new link that the store has taken. */
export async function issued(store: LinkStore, overrides: Partial<NewLink> = {}): Promise<Issued> {
  const link = newLink(overrides);
  assert.equal(await store.issue(link), 'issued');
  return link;
}

export function newLink(overrides: Partial<NewLink>): Issued {
  return {
    account: name(),
    recordId: name(),
    digest: secret(),
    codeDigest: secret(),
    binding: secret(),
    sealed: random(80).toString('base64url'),
    ttlMs: 600_000,
    ...overrides,
  };
}

export const name = (): string => random(16).toString('base64url');
export const secret = (): string => random(32).toString('base64url');
