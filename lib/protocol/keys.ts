/** The keys that are derived from the app's secrets: one for each purpose, origin and strategy. */
import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { hmac } from './crypto.js';

export const KEY_ID_BYTES = 4;
export const ACCOUNT_TAG_BYTES = 16;

/** The keys of one secret. No two purposes share a key, nor do two origins or two strategies. */
export interface KeySet {
  /** Says in a token which secret it was made with. Public. */
  readonly id: Buffer;
  readonly account: KeyObject;
  readonly mask: KeyObject;
  readonly token: KeyObject;
  readonly codeDigest: KeyObject;
  readonly notMe: KeyObject;
  readonly binding: KeyObject;
  readonly seal: KeyObject;
  readonly limits: KeyObject;
  readonly device: KeyObject;
  /** Of the optional parts, each of which derives its own from it. */
  readonly parts: KeyObject;
}

/** The first secret signs, all verify. */
export class Keyring {
  readonly current: KeySet;
  readonly all: readonly KeySet[];

  /** @param realm the origin and the strategy's name: a key is valid only there */
  constructor(secrets: readonly [string, ...string[]], realm: string) {
    const [first, ...rest] = secrets;
    this.current = derive(first, realm);
    this.all = [this.current, ...rest.map((secret) => derive(secret, realm))];
  }

  find(id: Buffer): KeySet | undefined {
    return this.all.find((keys) => keys.id.equals(id));
  }
}

function derive(secret: string, realm: string): KeySet {
  // HKDF (RFC 5869): the info string separates the keys.
  const bytes = (purpose: string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', `passport-bound-link/1/${purpose}/${realm}`, length));
  const key = (purpose: string) => createSecretKey(bytes(purpose, 32));
  return {
    id: bytes('key-id', KEY_ID_BYTES),
    account: key('account'),
    mask: key('mask'),
    token: key('token'),
    codeDigest: key('code-digest'),
    notMe: key('not-me'),
    binding: key('binding'),
    seal: key('seal'),
    limits: key('limits'),
    device: key('device'),
    parts: key('parts'),
  };
}

/** 16 bytes that stand for a mailbox in the store. Without the key they cannot be told from random bytes. */
export const accountTag = (keys: KeySet, mailbox: string): Buffer =>
  hmac(keys.account, mailbox).subarray(0, ACCOUNT_TAG_BYTES);

/** The same as text. */
export const accountOf = (keys: KeySet, mailbox: string): string => accountTag(keys, mailbox).toString('base64url');
