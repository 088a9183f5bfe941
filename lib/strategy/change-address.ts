/** A change of address: links sent to either address end, and the old address is told. */
import { parseAddress } from '../protocol/address.js';
import type { Services } from './exchange.js';

export interface AddressChange<User = unknown> {
  /** Whose it is, for `endSessions`. */
  readonly user: User;
  readonly from: string;
  readonly to: string;
  /**
   * Whether the person has proven `to`. Default true. With false its links live on, and its history does not
   * have the event: to name a mailbox must not end what its owner was sent.
   */
  readonly isProven?: boolean;
  /** The tag of one of `languages`, for the mail to `from`. Default: the first. */
  readonly language?: string;
}

export async function changeAddress(services: Services, change: AddressChange): Promise<number> {
  const { config, accountLinks, notices, accountHooks } = services;
  const { user, from, to, isProven = true, language } = change;
  const revoked = await accountLinks.addressChanged(from, to, isProven);
  const left = parseAddress(from);
  // Before the sessions: where those cannot be ended, the person is told all the same.
  if (left) notices.notify('addressChanged', { address: left.address, texts: () => config.languages.named(language) });
  await accountHooks.endSessions(user);
  return revoked;
}
