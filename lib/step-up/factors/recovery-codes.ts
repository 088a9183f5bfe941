/** Ten codes for the day on which the device is lost: each works once, and only digests are kept. */
import { createSecretKey } from 'node:crypto';
import { hmac, random } from '../../protocol/crypto.js';

/** What is kept of them. */
export interface RecoveryCodes {
  /** What the digests are keyed with. */
  readonly key: string;
  readonly digests: readonly string[];
}

/** The name that the guard and the events know them by. */
export const RECOVERY = 'recovery';

/** RFC 8176 has no word for a look-up secret. */
export const RECOVERY_AMR = ['urn:passport-bound-link:recovery-code'] as const;

const COUNT = 10;
/** Of 5 bits each: 80 in all, where NIST SP 800-63B-4 3.1.2.2 asks for 64 at least. */
const LETTERS = 16;
/** Crockford's: no letter is taken for another. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** New codes, to be shown once, and what is kept of them. */
export function makeRecoveryCodes(): { codes: string[]; kept: RecoveryCodes } {
  const codes = Array.from({ length: COUNT }, () =>
    // 32 divides 256, so that no letter is likelier than another.
    [...random(LETTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join(''),
  );
  const key = random(32).toString('base64url');
  return {
    codes: codes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-')),
    kept: { key, digests: codes.map((code) => digestOf(key, code)) },
  };
}

/** What is left after this code was used; undefined where it is none of them. */
export function spendRecoveryCode(kept: RecoveryCodes, code: unknown): RecoveryCodes | undefined {
  const typed = typeof code === 'string' && code.length <= 64 ? asMeant(code) : '';
  const digest = digestOf(kept.key, typed);
  if (typed.length !== LETTERS || !kept.digests.includes(digest)) return undefined;
  return { ...kept, digests: kept.digests.filter((other) => other !== digest) };
}

/** In any case, with or without dashes and spaces, O for 0 and I or L for 1. */
const asMeant = (code: string): string =>
  code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');

const digestOf = (key: string, code: string): string =>
  hmac(createSecretKey(Buffer.from(key, 'base64url')), code).toString('base64url');
