/** How often one network may request links, whatever the addresses. */
import type { KeyObject } from 'node:crypto';
import { digest } from '../protocol/crypto.js';
import { reachStore } from '../protocol/reach-store.js';
import type { WindowCounter } from '../protocol/store.js';
import type { Networks } from './networks.js';

/** Requests at most in 15 minutes. */
export interface NetworkLimits {
  /** Of one IPv4 address, or one IPv6 /64. */
  readonly quarterHour: number;
  /** Of one IPv6 /48. */
  readonly siteQuarterHour: number;
}

const WINDOW_MS = 15 * 60 * 1000;

export class NetworkLimit {
  readonly #limits: NetworkLimits;
  readonly #key: KeyObject;
  readonly #counter: WindowCounter;

  /** @param key of the digests that the counter gets in place of networks */
  constructor(limits: NetworkLimits, key: KeyObject, counter: WindowCounter) {
    this.#limits = limits;
    this.#key = key;
    this.#counter = counter;
  }

  /**
   * Counts one request. Resolves with the seconds to wait; 0 if the request is within the limit.
   * @throws UnavailableError when it cannot be counted: then no mail is sent
   */
  async count({ network, site }: Networks): Promise<number> {
    const { quarterHour, siteQuarterHour } = this.#limits;
    const waits = await Promise.all([
      this.#wait('network', network, quarterHour),
      site === undefined ? 0 : this.#wait('site', site, siteQuarterHour),
    ]);
    return Math.max(...waits);
  }

  async #wait(kind: string, who: string, max: number): Promise<number> {
    const name = `${kind}:${digest(this.#key, who)}`;
    const { count, expiresInMs } = await reachStore(() => this.#counter.increment(name, WINDOW_MS));
    return count > max ? Math.max(1, Math.ceil(expiresInMs / 1000)) : 0;
  }
}
