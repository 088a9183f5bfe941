/** Values that leave the server sealed, in a session or a link: sealed with the first secret, readable with all. */
import { seal, unseal } from './crypto.js';
import { KEY_ID_BYTES, type Keyring } from './keys.js';

/** @param purpose authenticated too: a value that was sealed for one purpose opens for no other */
export const sealValue = ({ current }: Keyring, purpose: string, value: unknown): string =>
  current.id.toString('base64url') + seal(current.seal, purpose, JSON.stringify(value));

const KEY_ID_CHARACTERS = Math.ceil((KEY_ID_BYTES * 4) / 3);

/** Undefined for anything that was not sealed here for this purpose. Never throws. */
export function openValue(keyring: Keyring, purpose: string, text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  const keys = keyring.find(Buffer.from(text.slice(0, KEY_ID_CHARACTERS), 'base64url'));
  const plain = keys && unseal(keys.seal, purpose, text.slice(KEY_ID_CHARACTERS));
  return plain === undefined ? undefined : JSON.parse(plain);
}
