/** The options of the limits, checked and completed. */
import { checkNames, namesOf, need, wholeNumber } from '../util/check.js';
import { warn } from '../util/warn.js';
import type { AccountLimits } from './account-lanes.js';
import type { NetworkLimits } from './network-limit.js';

export interface LimitOptions {
  /**
   * Links that one mailbox may be sent, whatever the `+tag`; 1 to 100 each. A request beyond them is answered like any
   * other. Default 5 in 15 minutes (`quarterHour`) and 20 a day (`day`), of which one network may use 2
   * (`networkQuarterHour`) and 5 (`networkDay`). A browser that has logged in to the account before has 5 and 20 of
   * its own.
   */
  account?: Partial<AccountLimits>;
  /**
   * Requests in 15 minutes from one network, 1 to 100,000 each; more are answered 429. Default 20 from an IPv4 address
   * or an IPv6 /64 (`quarterHour`), 200 from a /48 (`siteQuarterHour`). The network is that of `req.ip`: set
   * `trust proxy` to the proxies that are really in front.
   */
  network?: Partial<NetworkLimits>;
  /** Seconds before one browser may request another link, 1 to 600; earlier ones are answered 429. Default 30. */
  resend?: number;
}

export interface Limits {
  readonly account: AccountLimits;
  readonly network: NetworkLimits;
  readonly resend: number;
}

const LIMIT_NAMES = namesOf<LimitOptions>({ account: true, network: true, resend: true });

const ACCOUNT_LIMIT_NAMES = namesOf<AccountLimits>({
  quarterHour: true,
  day: true,
  networkQuarterHour: true,
  networkDay: true,
});

const NETWORK_LIMIT_NAMES = namesOf<NetworkLimits>({ quarterHour: true, siteQuarterHour: true });

/**
 * Undefined if nothing is to be limited.
 * @throws TypeError for a wrong or unknown option
 */
export function parseLimits(limits: Limits, dangerouslyNoLimits: boolean): Limits | undefined {
  need(typeof dangerouslyNoLimits === 'boolean', 'dangerouslyNoLimits must be true or false');
  checkNames('limits', limits, LIMIT_NAMES);
  const { account, network, resend } = limits;
  checkNames('limits.account', account, ACCOUNT_LIMIT_NAMES);
  checkNames('limits.network', network, NETWORK_LIMIT_NAMES);
  for (const [name, value] of Object.entries(account))
    wholeNumber(`limits.account.${name}`, 'links', value, { max: 100 });
  for (const [name, value] of Object.entries(network))
    wholeNumber(`limits.network.${name}`, 'requests', value, { max: 100_000 });
  wholeNumber('limits.resend', 'seconds', resend, { max: 600 });
  if (!dangerouslyNoLimits) return Object.freeze({ account, network, resend });
  warn('PBL_NO_LIMITS', 'dangerouslyNoLimits: anyone can fill any mailbox with mail');
  return undefined;
}
