/** An invitation: an address, sealed for the login form. It uses no link and logs nobody in. */
import { parseAddress } from './address.js';
import { openValue, sealValue } from './envelope.js';
import type { Keyring } from './keys.js';

export interface Invitation {
  readonly address: string;
  readonly returnTo: string | undefined;
  readonly state: string | undefined;
}

const PURPOSE = 'invitation';

/** @param expiresAt epoch milliseconds */
export const sealInvitation = (keyring: Keyring, { address, returnTo, state }: Invitation, expiresAt: number): string =>
  sealValue(keyring, PURPOSE, [expiresAt, address, returnTo, state]);

/** Undefined for anything forged, truncated or expired. Never throws. */
export function openInvitation(keyring: Keyring, text: unknown, now: number): Invitation | undefined {
  const value = openValue(keyring, PURPOSE, text);
  if (!Array.isArray(value)) return undefined;
  const [expiresAt, address, returnTo, state] = value as [number, string, string | null, string | null];
  if (now >= expiresAt || !parseAddress(address)) return undefined;
  return { address, returnTo: returnTo ?? undefined, state: state ?? undefined };
}
