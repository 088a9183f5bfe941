/** What a browser presents for a link: the digests that the store compares with its record. */
import type { KeyedLink } from './claims.js';
import { codeDigest } from './code.js';
import { digest } from './crypto.js';
import type { Browser } from './outcomes.js';
import type { Presented, PresentedCode } from './store.js';
import type { Token } from './token.js';

/** The link's binding to a browser. It reveals neither the session ID nor the nonce, and is valid for this one record. */
export const bindingOf = ({ keys, recordId }: KeyedLink, { sessionId, nonce }: Browser): string =>
  digest(keys.binding, JSON.stringify([sessionId, nonce, recordId]));

/** A browser that requested no link has no binding, and matches none. */
export const presentedLink = (token: Token, browser: Browser | undefined): Presented => ({
  account: token.account,
  recordId: token.recordId,
  digest: token.digest,
  binding: browser ? bindingOf(token, browser) : '',
});

export const presentedCode = (link: KeyedLink, code: string, browser: Browser): PresentedCode => ({
  account: link.account,
  recordId: link.recordId,
  codeDigest: codeDigest(link.keys, link.recordId, code),
  binding: bindingOf(link, browser),
});
