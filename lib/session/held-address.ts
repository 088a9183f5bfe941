/** The address of a held login, sealed in its session until a second factor shows that the login is the person's own. */
import { openValue, sealValue } from '../protocol/envelope.js';
import type { Keyring } from '../protocol/keys.js';
import { SESSION_KEY, type Session } from './session.js';

const PURPOSE = 'held-address';

export const sealHeldAddress = (keyring: Keyring, address: string): string => sealValue(keyring, PURPOSE, address);

/** Undefined if there is none, or if the secret that sealed it is gone. */
export const openHeldAddress = (keyring: Keyring, sealed: string | undefined): string | undefined =>
  openValue(keyring, PURPOSE, sealed) as string | undefined;

/** After a second factor. From now on the login counts as the person's own in the core, too. */
export function dropHeldAddress(session: Session): void {
  const { auth } = session[SESSION_KEY] ?? {};
  if (auth) session[SESSION_KEY] = { auth: { ...auth, heldAddress: undefined } };
}
