/** The token of a mail's "this was not me" link: it names a login link and cannot open it. It needs no store. */
import { timingSafeEqual } from 'node:crypto';
import { hmac } from './crypto.js';
import { ACCOUNT_TAG_BYTES, KEY_ID_BYTES, type Keyring, type KeySet } from './keys.js';
import type { LinkRef } from './store.js';
import { maskAccount, RECORD_ID_BYTES } from './token.js';

/*
 * `pbn_` and base64url of 54 bytes, a multiple of three like the login's:
 *
 *   key id 4 | account tag 16, masked | record id 16 | expiry 6, ms | MAC 12
 */
const PREFIX = 'pbn_';
const EXPIRY = 6;
const MAC = 12;
const AT_ACCOUNT = KEY_ID_BYTES;
const AT_RECORD_ID = AT_ACCOUNT + ACCOUNT_TAG_BYTES;
const AT_EXPIRY = AT_RECORD_ID + RECORD_ID_BYTES;
const AT_MAC = AT_EXPIRY + EXPIRY;
const BYTES = AT_MAC + MAC;

/** A week: mail may be read long after the login link has expired. */
const LIFE_MS = 7 * 24 * 60 * 60 * 1000;

/** @param now epoch milliseconds */
export function mintNotMe(keys: KeySet, link: LinkRef, now: number): string {
  const recordId = Buffer.from(link.recordId, 'base64url');
  const bytes = Buffer.alloc(BYTES);
  keys.id.copy(bytes);
  maskAccount(keys, recordId, Buffer.from(link.account, 'base64url')).copy(bytes, AT_ACCOUNT);
  recordId.copy(bytes, AT_RECORD_ID);
  bytes.writeUIntBE(now + LIFE_MS, AT_EXPIRY, EXPIRY);
  mac(keys, bytes).copy(bytes, AT_MAC);
  return PREFIX + bytes.toString('base64url');
}

/** The link whose mail this token was in; undefined for anything forged or older than a week. Never throws. */
export function readNotMe(keyring: Keyring, text: unknown, now: number): LinkRef | undefined {
  if (typeof text !== 'string' || !text.startsWith(PREFIX)) return undefined;
  const encoded = text.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, 'base64url');
  if (bytes.length !== BYTES || bytes.toString('base64url') !== encoded) return undefined;
  const keys = keyring.find(bytes.subarray(0, KEY_ID_BYTES));
  if (!keys || !timingSafeEqual(mac(keys, bytes), bytes.subarray(AT_MAC))) return undefined;
  if (now >= bytes.readUIntBE(AT_EXPIRY, EXPIRY)) return undefined;
  const recordId = bytes.subarray(AT_RECORD_ID, AT_EXPIRY);
  const account = maskAccount(keys, recordId, bytes.subarray(AT_ACCOUNT, AT_RECORD_ID));
  return { account: account.toString('base64url'), recordId: recordId.toString('base64url') };
}

const mac = (keys: KeySet, bytes: Buffer) => hmac(keys.notMe, bytes.subarray(0, AT_MAC)).subarray(0, MAC);
