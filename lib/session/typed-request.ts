/** What was typed to request a link, kept sealed in the session, so that it need not be typed again. */
import { openValue, sealValue } from '../protocol/envelope.js';
import type { Keyring } from '../protocol/keys.js';
import { sealedRequest } from './binding.js';
import type { Session } from './session.js';

export interface TypedRequest {
  readonly address: string;
  readonly returnTo: string | undefined;
}

const PURPOSE = 'ask';

export const sealRequest = (keyring: Keyring, { address, returnTo }: TypedRequest): string =>
  sealValue(keyring, PURPOSE, [address, returnTo]);

/** What this session requested last, since its last login. */
export function typedRequest(keyring: Keyring, session: Session): TypedRequest | undefined {
  const value = openValue(keyring, PURPOSE, sealedRequest(session)) as [string, string | null] | undefined;
  return value && { address: value[0], returnTo: value[1] ?? undefined };
}
