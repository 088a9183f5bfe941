/** The input of the last request for a link, sealed in the session, so that the person need not type it again. */
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

/** The input of the last request for a link since this session's last login. */
export function typedRequest(keyring: Keyring, session: Session): TypedRequest | undefined {
  const value = openValue(keyring, PURPOSE, sealedRequest(session)) as [string, string | null] | undefined;
  return value && { address: value[0], returnTo: value[1] ?? undefined };
}
