/** How often one network may ask, for whatever addresses. */
import type { KeyObject } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { UnavailableError } from '../errors.js';
import { hmac } from '../protocol/crypto.js';
import type { ScriptClient } from '../protocol/store.js';
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
  readonly #network: RateLimiterMemory | RateLimiterRedis;
  readonly #site: RateLimiterMemory | RateLimiterRedis;
  readonly #key: KeyObject;

  /** @param client counts for all processes; without it each process counts for itself */
  constructor(limits: NetworkLimits, key: KeyObject, client: ScriptClient | undefined) {
    const limiter = (keyPrefix: string, points: number) => {
      const options = { keyPrefix, points, duration: SECONDS };
      // Of the whole client it needs `eval` alone, and adds nothing to it.
      return client
        ? new RateLimiterRedis({ ...options, storeClient: client, useRedisPackage: true })
        : new RateLimiterMemory(options);
    };
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

  async #count(limiter: RateLimiterMemory | RateLimiterRedis, name: string): Promise<number | undefined> {
    try {
      await limiter.consume(hmac(this.#key, name).toString('base64url', 0, 16));
      return undefined;
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw new UnavailableError('store', { cause: refused });
      return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
    }
  }
}
