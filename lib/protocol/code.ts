/** The short code that stands for a link where the link itself cannot go: shown elsewhere, typed where it was asked for. */
import { digest } from './crypto.js';
import type { KeySet } from './keys.js';

/** Crockford's base 32: no letter that looks like a digit, and no U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 8;
const BITS = 5;
export const CODE_BYTES = (LENGTH * BITS) / 8;

/** Wrong codes after which a link takes no code any more (ASVS 5.0 6.6.3, NIST SP 800-63B-4 3.2.2). */
export const CODE_TRIES = 5;

/** These 40 bits, of a keyed hash of the token: who holds neither it nor the key cannot know them. */
export function codeOf(bytes: Buffer): string {
  let bits = bytes.readUIntBE(0, CODE_BYTES);
  let code = '';
  for (let i = 0; i < LENGTH; i++) {
    code = ALPHABET[bits % ALPHABET.length] + code;
    bits = Math.floor(bits / ALPHABET.length);
  }
  return code;
}

/** In two halves, as people read and type it: `ABCD-EFGH`. */
export const spellCode = (code: string): string => `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;

/** More than anybody types. */
const MAX_TYPED = 64;

/** What was meant: spaces, hyphens, case and look-alikes forgiven. Undefined for what no code is. */
export function readCode(typed: string): string | undefined {
  if (typed.length > MAX_TYPED) return undefined;
  const code = typed
    .normalize('NFKC')
    .replace(/[\s\p{P}\p{Cf}\u2212]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return code.length === LENGTH && [...code].every((character) => ALPHABET.includes(character)) ? code : undefined;
}

/** What the store keeps of a code. Keyed: 40 bits alone would be tried through. */
export const codeDigest = (keys: KeySet, recordId: string, code: string): string =>
  digest(keys.codeDigest, JSON.stringify([recordId, code]));
