/** The token in the mail: one opaque, keyed string, told from a forged one without asking anybody. */
import { timingSafeEqual } from 'node:crypto';
import { codeOf } from './code.js';
import { digest, hmac, random } from './crypto.js';
import { ACCOUNT_TAG_BYTES, KEY_ID_BYTES, type Keyring, type KeySet } from './keys.js';

/*
 * `pbl_` and base64url of 84 bytes: a multiple of three, so that no character carries spare bits
 * and exactly one string stands for a token.
 *
 *   key id 4 | account tag 16, masked | record id 16 | expiry 6, ms | secret 32 | MAC 10
 */
const PREFIX = 'pbl_';
export const RECORD_ID_BYTES = 16;
const EXPIRY = 6;
const SECRET = 32;
const MAC = 10;
const AT_ACCOUNT = KEY_ID_BYTES;
const AT_RECORD_ID = AT_ACCOUNT + ACCOUNT_TAG_BYTES;
const AT_EXPIRY = AT_RECORD_ID + RECORD_ID_BYTES;
const AT_SECRET = AT_EXPIRY + EXPIRY;
const AT_MAC = AT_SECRET + SECRET;
const BYTES = AT_MAC + MAC;

/** Matches every token, for log scrubbers and secret scanners. Global: use it with `replaceAll`. */
export const TOKEN_PATTERN = /pbl_[A-Za-z0-9_-]{112}/g;

/** What a genuine token says of its link. Holding one proves nothing yet. */
export interface Token {
  readonly keys: KeySet;
  /** The account tag, base64url: which mailbox, for the store alone. */
  readonly account: string;
  /** Names the link; not a secret. */
  readonly recordId: string;
  /** Epoch milliseconds, by the clock that issued it. */
  readonly expiresAt: number;
  /** What the store keeps in place of the secret. */
  readonly digest: string;
  /** What may be typed in its place, in the browser that asked. */
  readonly code: string;
}

/** A new token for this account, and what the server keeps of it. */
export function mintToken(keys: KeySet, account: Buffer, expiresAt: number): { text: string; token: Token } {
  const recordId = random(RECORD_ID_BYTES);
  const bytes = Buffer.alloc(BYTES);
  keys.id.copy(bytes);
  maskAccount(keys, recordId, account).copy(bytes, AT_ACCOUNT);
  recordId.copy(bytes, AT_RECORD_ID);
  bytes.writeUIntBE(expiresAt, AT_EXPIRY, EXPIRY);
  random(SECRET).copy(bytes, AT_SECRET);
  mac(keys, bytes).copy(bytes, AT_MAC);
  return { text: PREFIX + bytes.toString('base64url'), token: describe(keys, bytes) };
}

/** The token that this string stands for, or undefined for anything not made here. Never throws. */
export function readToken(keyring: Keyring, text: unknown): Token | undefined {
  if (typeof text !== 'string' || !text.startsWith(PREFIX)) return undefined;
  const encoded = text.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, 'base64url');
  // Node decodes many strings to the same bytes; only the canonical one is a token (RFC 4648 3.5).
  if (bytes.length !== BYTES || bytes.toString('base64url') !== encoded) return undefined;
  const keys = keyring.find(bytes.subarray(0, KEY_ID_BYTES));
  if (!keys || !timingSafeEqual(mac(keys, bytes), bytes.subarray(AT_MAC))) return undefined;
  return describe(keys, bytes);
}

function describe(keys: KeySet, bytes: Buffer): Token {
  const recordId = bytes.subarray(AT_RECORD_ID, AT_EXPIRY);
  const secret = bytes.subarray(AT_SECRET, AT_MAC);
  return {
    keys,
    account: maskAccount(keys, recordId, bytes.subarray(AT_ACCOUNT, AT_RECORD_ID)).toString('base64url'),
    recordId: recordId.toString('base64url'),
    expiresAt: bytes.readUIntBE(AT_EXPIRY, EXPIRY),
    digest: digest(keys.digest, recordId, secret),
    code: codeOf(keys, recordId, secret),
  };
}

const mac = (keys: KeySet, bytes: Buffer) => hmac(keys.mac, bytes.subarray(0, AT_MAC)).subarray(0, MAC);

/** Its own inverse. Without it, two mails to one address would show that they belong together. */
export function maskAccount(keys: KeySet, recordId: Buffer, account: Buffer): Buffer {
  const pad = hmac(keys.mask, recordId);
  return Buffer.from(account.map((byte, i) => byte ^ (pad[i] as number)));
}
