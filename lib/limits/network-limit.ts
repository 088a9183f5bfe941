/** How often one network may ask, for whatever addresses. */
import type { KeyObject } from 'node:crypto';
import { hmac } from '../protocol/crypto.js';
import type { ScriptClient } from '../protocol/store.js';
import { Limiter } from './limiter.js';
import type { Networks } from './networks.js';

/** Asks at most in 15 minutes. */
export interface NetworkLimits {
  /** Of one IPv4 address, or one IPv6 /64. */
  readonly quarterHour: number;
  /** Of one IPv6 /48. */
  readonly siteQuarterHour: number;
}

const SECONDS = 15 * 60;

export class NetworkLimit {
  readonly #network: Limiter;
  readonly #site: Limiter;
  readonly #key: KeyObject;

  /** @param client counts for all processes; without it each process counts for itself */
  constructor(limits: NetworkLimits, key: KeyObject, client: ScriptClient | undefined) {
    const limiter = (keyPrefix: string, points: number) =>
      new Limiter({ keyPrefix, points, duration: SECONDS }, client);
    this.#network = limiter('network', limits.quarterHour);
    this.#site = limiter('site', limits.siteQuarterHour);
    this.#key = key;
  }

  /**
   * Counts one ask. Resolves with the seconds to wait where that was one too many.
   * @throws UnavailableError when it cannot be counted: then there is no mail
   */
  async consume({ network, site }: Networks): Promise<number | undefined> {
    const waits = await Promise.all([
      this.#count(this.#network, network),
      site === undefined ? undefined : this.#count(this.#site, site),
    ]);
    const seconds = waits.filter((wait) => wait !== undefined);
    return seconds.length > 0 ? Math.max(...seconds) : undefined;
  }

  async #count(limiter: Limiter, name: string): Promise<number | undefined> {
    const { isFull, msBeforeNext } = await limiter.count(hmac(this.#key, name).toString('base64url', 0, 16));
    return isFull ? Math.max(1, Math.ceil(msBeforeNext / 1000)) : undefined;
  }
}
