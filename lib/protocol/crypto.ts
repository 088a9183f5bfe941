/** The four cryptographic primitives of the protocol, all from node:crypto. */
import { createCipheriv, createDecipheriv, createHmac, type KeyObject, randomBytes } from 'node:crypto';

/** The only source of randomness: 256 bits for secrets (ASVS 5.0 7.2.3), 128 for identifiers. */
export const random = (bytes: number): Buffer => randomBytes(bytes);

/** HMAC-SHA-256. */
export function hmac(key: KeyObject, ...parts: (Buffer | string)[]): Buffer {
  const hash = createHmac('sha256', key);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** 128 bits: the store keeps this much of a secret's HMAC to compare (NIST SP 800-107r1 5.1). */
export const DIGEST_BYTES = 16;

/** The first bits of an HMAC, as text. */
export const digest = (key: KeyObject, ...parts: (Buffer | string)[]): string =>
  hmac(key, ...parts).toString('base64url', 0, DIGEST_BYTES);

const IV = 12;
const TAG = 16;

/** AES-256-GCM. `context` is authenticated too, so a sealed field cannot be moved to another record. */
export function seal(key: KeyObject, context: string, plain: string): string {
  const iv = random(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG }).setAAD(Buffer.from(context));
  return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** Undefined if the bytes were not sealed with this key and context. */
export function unseal(key: KeyObject, context: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < IV + TAG) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(-TAG));
  const plain = decipher.update(bytes.subarray(IV, -TAG), undefined, 'utf8');
  try {
    return plain + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
