/** How often something may happen in a while, counted by rate-limiter-flexible. */
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { UnavailableError } from '../errors.js';
import type { ScriptClient } from '../protocol/store.js';

export interface LimiterConfig {
  readonly keyPrefix: string;
  /** Times at most, in `duration` seconds from the first. */
  readonly points: number;
  readonly duration: number;
}

/** One time. `isFull`: it was one too many; `isFirstTooMany`: and the first of these. */
export interface Counted {
  readonly isFull: boolean;
  readonly isFirstTooMany: boolean;
  readonly msBeforeNext: number;
}

export class Limiter {
  readonly #limiter: RateLimiterMemory | RateLimiterRedis;
  readonly #points: number;

  /** @param client counts for all processes; without it each process counts for itself */
  constructor(config: LimiterConfig, client: ScriptClient | undefined) {
    this.#points = config.points;
    // Of the whole client it needs `eval` alone, and adds nothing to it.
    this.#limiter = client
      ? new RateLimiterRedis({ ...config, storeClient: client, useRedisPackage: true })
      : new RateLimiterMemory(config);
  }

  /**
   * @param key what is counted; it is stored as it is
   * @throws UnavailableError when it cannot be counted
   */
  async count(key: string): Promise<Counted> {
    try {
      const { msBeforeNext } = await this.#limiter.consume(key);
      return { isFull: false, isFirstTooMany: false, msBeforeNext };
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw new UnavailableError('store', { cause: refused });
      const { consumedPoints, msBeforeNext } = refused;
      return { isFull: true, isFirstTooMany: consumedPoints === this.#points + 1, msBeforeNext };
    }
  }
}
