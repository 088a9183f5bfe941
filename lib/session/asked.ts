/** What was typed to ask for a link, kept sealed in the session, so that it need not be typed again. */
import { openValue, sealValue } from '../protocol/envelope.js';
import type { Keyring } from '../protocol/keys.js';
import { sealedAsk } from './binding.js';
import type { Session } from './session.js';

export interface TypedAsk {
  readonly address: string;
  readonly returnTo: string | undefined;
}

const PURPOSE = 'ask';

export const sealAsk = (keyring: Keyring, { address, returnTo }: TypedAsk): string =>
  sealValue(keyring, PURPOSE, [address, returnTo]);

/** What this session asked for last, since its last login. */
export function typedAsk(keyring: Keyring, session: Session): TypedAsk | undefined {
  const value = openValue(keyring, PURPOSE, sealedAsk(session)) as [string, string | null] | undefined;
  return value && { address: value[0], returnTo: value[1] ?? undefined };
}
