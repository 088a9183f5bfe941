/** Recovery codes for a lost device: ten, each for one use. Only digests are kept. */
import { createSecretKey } from 'node:crypto';
import { bytesForCrockford, encodeCrockford, readCrockford, spellCode } from '../../protocol/crockford.js';
import { hmac, random } from '../../protocol/crypto.js';

/** What is kept of the codes. */
export interface RecoveryCodes {
  /** The key of the digests. */
  readonly key: string;
  readonly digests: readonly string[];
}

/** The factor's name in the guard and in events. */
export const RECOVERY = 'recovery';

/** RFC 8176 has no value for a look-up secret. */
export const RECOVERY_AMR = ['urn:passport-bound-link:recovery-code'] as const;

const COUNT = 10;
/** Characters: 80 bits, where NIST SP 800-63B-4 3.1.2.2 asks for at least 64. */
const LENGTH = 16;

/** New codes, to be shown once, and their digests to keep. */
export function makeRecoveryCodes(): { codes: string[]; kept: RecoveryCodes } {
  const codes = Array.from({ length: COUNT }, () => encodeCrockford(random(bytesForCrockford(LENGTH))));
  const key = random(32).toString('base64url');
  return {
    codes: codes.map(spellCode),
    kept: { key, digests: codes.map((code) => digestOf(key, code)) },
  };
}

/** The remaining codes once this one is used. Undefined if it is none of them. */
export function spendRecoveryCode(kept: RecoveryCodes, code: unknown): RecoveryCodes | undefined {
  const typed = (typeof code === 'string' && readCrockford(code)) || '';
  const digest = digestOf(kept.key, typed);
  if (typed.length !== LENGTH || !kept.digests.includes(digest)) return undefined;
  return { ...kept, digests: kept.digests.filter((other) => other !== digest) };
}

const digestOf = (key: string, code: string): string =>
  hmac(createSecretKey(Buffer.from(key, 'base64url')), code).toString('base64url');
