/** The token in the mail: one opaque, keyed string. A forged one is recognised without asking the store. */
import { timingSafeEqual } from 'node:crypto';
import { CODE_BYTES } from './code.js';
import { encodeCrockford } from './crockford.js';
import { DIGEST_BYTES, hmac, random } from './crypto.js';
import { ACCOUNT_TAG_BYTES, KEY_ID_BYTES, type Keyring, type KeySet } from './keys.js';

/*
 * `pbl_` and base64url of 84 bytes: a multiple of three, so that no character has unused bits and exactly one string
 * stands for a token.
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

/**
 * Matches every token, that of a login link and that of a "not me" link, for log scrubbers and secret scanners. It is
 * global: use it with `replaceAll`.
 */
export const TOKEN_PATTERN = /pbl_[A-Za-z0-9_-]{112}|pbn_[A-Za-z0-9_-]{72}/g;

/** What a genuine token says of its link. A token alone does not log in. */
export interface Token {
  readonly keys: KeySet;
  /** The account tag, base64url: stands for the mailbox in the store. */
  readonly account: string;
  /** Names the link. Not a secret. */
  readonly recordId: string;
  /** Epoch milliseconds, by the clock that issued it. */
  readonly expiresAt: number;
  /** Kept by the store in place of the secret. */
  readonly digest: string;
  /** May be typed in the requesting browser in place of opening the link. */
  readonly code: string;
}

/** A new token for this account: its text, and what the server knows of it. */
export function mintToken(keys: KeySet, account: Buffer, expiresAt: number): { text: string; token: Token } {
  const recordId = random(RECORD_ID_BYTES);
  const bytes = Buffer.alloc(BYTES);
  keys.id.copy(bytes);
  maskAccount(keys, recordId, account).copy(bytes, AT_ACCOUNT);
  recordId.copy(bytes, AT_RECORD_ID);
  bytes.writeUIntBE(expiresAt, AT_EXPIRY, EXPIRY);
  random(SECRET).copy(bytes, AT_SECRET);
  const marks = marksOf(keys, bytes.subarray(0, AT_MAC));
  marks.mac.copy(bytes, AT_MAC);
  return { text: PREFIX + bytes.toString('base64url'), token: describe(keys, bytes, account, marks) };
}

/** The token that this string stands for; undefined for anything that this app did not make. Never throws. */
export function readToken(keyring: Keyring, text: unknown): Token | undefined {
  if (typeof text !== 'string' || !text.startsWith(PREFIX)) return undefined;
  const encoded = text.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, 'base64url');
  // Node decodes several strings to the same bytes. Only the canonical one is a token (RFC 4648 3.5).
  if (bytes.length !== BYTES || bytes.toString('base64url') !== encoded) return undefined;
  const keys = keyring.find(bytes.subarray(0, KEY_ID_BYTES));
  const marks = keys && marksOf(keys, bytes.subarray(0, AT_MAC));
  if (!marks || !timingSafeEqual(marks.mac, bytes.subarray(AT_MAC))) return undefined;
  const recordId = bytes.subarray(AT_RECORD_ID, AT_EXPIRY);
  return describe(keys, bytes, maskAccount(keys, recordId, bytes.subarray(AT_ACCOUNT, AT_RECORD_ID)), marks);
}

const describe = (keys: KeySet, bytes: Buffer, account: Buffer, { digest, code }: Marks): Token => ({
  keys,
  account: account.toString('base64url'),
  recordId: bytes.toString('base64url', AT_RECORD_ID, AT_EXPIRY),
  expiresAt: bytes.readUIntBE(AT_EXPIRY, EXPIRY),
  digest,
  code,
});

/** What is derived from a token's bytes and the key. */
interface Marks extends Pick<Token, 'digest' | 'code'> {
  readonly mac: Buffer;
}

/**
 * One HMAC, cut into three parts. The MAC is readable in the mail; it reveals nothing of the other two parts, because
 * the bits of an HMAC are as good as independent.
 * @param bytes the token's bytes before its MAC
 */
export function marksOf(keys: KeySet, bytes: Buffer): Marks {
  const marks = hmac(keys.token, bytes);
  const [atDigest, atCode] = [MAC, MAC + DIGEST_BYTES];
  return {
    mac: marks.subarray(0, atDigest),
    digest: marks.toString('base64url', atDigest, atCode),
    code: encodeCrockford(marks.subarray(atCode, atCode + CODE_BYTES)),
  };
}

/** Its own inverse. Unmasked, the tags in two mails to one address would show that they belong together. */
export function maskAccount(keys: KeySet, recordId: Buffer, account: Buffer): Buffer {
  const masked = hmac(keys.mask, recordId).subarray(0, ACCOUNT_TAG_BYTES);
  for (const [i, byte] of account.entries()) masked[i] = (masked[i] as number) ^ byte;
  return masked;
}
