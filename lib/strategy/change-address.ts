/** A change of address: revokes the links of both addresses and notifies the old one. */
import { parseAddress } from '../protocol/address.js';
import type { Services } from './exchange.js';

export interface AddressChange<User = unknown> {
  /** The user whose address changes, for `endSessions`. */
  readonly user: User;
  readonly from: string;
  readonly to: string;
  /**
   * Whether the person has proven `to`. Default true. With false, the links of `to` stay live and the event does not
   * appear in its history: entering an address must not revoke the links of its owner.
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
  // Sent before the sessions end, so that the person is notified even if ending them fails.
  if (left) notices.notify('addressChanged', { address: left.address, texts: () => config.languages.named(language) });
  await accountHooks.endSessions(user);
  return revoked;
}
