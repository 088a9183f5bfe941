/** A person has another address now: what either was sent ends, and the one that was left is told. */
import { parseAddress } from '../protocol/address.js';
import type { Services } from './actions/action.js';

export interface AddressChange {
  /** Whose it is, for `endSessions`. */
  readonly user: unknown;
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

export async function changeAddress(
  { config, accountLinks, notices }: Services,
  change: AddressChange,
): Promise<number> {
  const { user, from, to, isProven = true, language } = change;
  const revoked = await accountLinks.addressChanged(from, to, isProven);
  const left = parseAddress(from);
  // Before the sessions: where those cannot be ended, the person is told all the same.
  if (left) notices.notify('addressChanged', { address: left.address, texts: () => config.languages.named(language) });
  await config.endSessions(user);
  return revoked;
}
