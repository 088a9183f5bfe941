/** The address of a held login, sealed in its session until a second factor shows that the login is the person's own. */
import { openValue, sealValue } from '../protocol/envelope.js';
import type { Keyring } from '../protocol/keys.js';

const PURPOSE = 'held-address';

export const sealHeldAddress = (keyring: Keyring, address: string): string => sealValue(keyring, PURPOSE, address);

/** Undefined if there is none, or if the secret that sealed it is gone. */
export const openHeldAddress = (keyring: Keyring, sealed: string | undefined): string | undefined =>
  openValue(keyring, PURPOSE, sealed) as string | undefined;
