/** The login code: shown in the browser where a link was opened, typed in the browser that requested it. */
import { bytesForCrockford, readCrockford } from './crockford.js';
import { digest } from './crypto.js';
import type { KeySet } from './keys.js';

/** Characters: 40 bits. */
const LENGTH = 8;
/** Bytes that a code is made of. */
export const CODE_BYTES = bytesForCrockford(LENGTH);

/** Wrong codes after which a link accepts no code (ASVS 5.0 6.6.3, NIST SP 800-63B-4 3.2.2). */
export const CODE_TRIES = 5;

/** The code that was meant, however it was typed. Undefined if it cannot be a code. Never throws. */
export function readCode(typed: string): string | undefined {
  const code = readCrockford(typed);
  return code?.length === LENGTH ? code : undefined;
}

/** What the store keeps of a code. Keyed, because 40 bits alone could be searched. */
export const codeDigest = (keys: KeySet, recordId: string, code: string): string =>
  digest(keys.codeDigest, JSON.stringify([recordId, code]));
