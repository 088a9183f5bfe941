/** Tags and sealed bytes for one purpose under one of the app's secrets, for parts that keep data of their own. */
import { createSecretKey } from 'node:crypto';
import { hmac, seal, unseal } from './crypto.js';
import type { KeySet } from './keys.js';

export interface Sealer {
  /** Names the secret; public. */
  readonly keyId: string;
  /** 256 bits, base64url, that stand for `value` where it is kept. Without the secret they tell nothing of it. */
  tag(value: string): string;
  /** @param context authenticated with it, so that sealed bytes cannot be moved, for instance to another user */
  seal(context: string, plain: string): string;
  /** Undefined for anything that was not sealed under this secret for this purpose and context. */
  open(context: string, sealed: string): string | undefined;
}

export function sealerOf(keys: KeySet, purpose: string): Sealer {
  const derived = (use: string) => createSecretKey(hmac(keys.parts, JSON.stringify([purpose, use])));
  const tagKey = derived('tag');
  const sealKey = derived('seal');
  return {
    keyId: keys.id.toString('base64url'),
    tag: (value) => hmac(tagKey, value).toString('base64url'),
    seal: (context, plain) => seal(sealKey, context, plain),
    open: (context, sealed) => unseal(sealKey, context, sealed),
  };
}
