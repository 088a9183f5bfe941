/** The limits of requesting links: whether this network may, and in which lanes of the account it counts. */
import type { Request, Response } from 'express';
import type { Keyring } from '../protocol/keys.js';
import type { Lane, WindowCounter } from '../protocol/store.js';
import { accountLanes } from './account-lanes.js';
import { DeviceCookie } from './device-cookie.js';
import type { Limits } from './limit-options.js';
import { NetworkLimit } from './network-limit.js';
import { networksOf } from './networks.js';

export interface RequestLimitsConfig {
  /** Undefined: nothing is limited. */
  readonly limits: Limits | undefined;
  readonly keyring: Keyring;
  readonly origin: string;
  readonly name: string;
  readonly store: WindowCounter;
}

export class RequestLimits {
  readonly #limits: Limits | undefined;
  readonly #keyring: Keyring;
  readonly #network: NetworkLimit | undefined;
  readonly #device: DeviceCookie;

  constructor(config: RequestLimitsConfig) {
    const { limits, keyring, store } = config;
    this.#limits = limits;
    this.#keyring = keyring;
    this.#network = limits && new NetworkLimit(limits.network, keyring.current.limits, store);
    this.#device = new DeviceCookie(config);
  }

  /**
   * Counts one request of this network. Resolves with the seconds to wait; 0 if the request is within the limit.
   * @throws UnavailableError when it cannot be counted: then no mail is sent
   */
  async networkWait(req: Request): Promise<number> {
    return (await this.#network?.count(networksOf(req.ip))) ?? 0;
  }

  /** The lanes of the account that this request counts in. */
  lanes(req: Request, mailbox: string): Lane[] {
    if (!this.#limits) return [];
    const { network } = networksOf(req.ip);
    const device = this.#device.knownDevice(req, mailbox);
    return accountLanes(this.#limits.account, this.#keyring.current.limits, { network, device });
  }

  /** Whether this browser has logged in to this mailbox before. */
  isKnown(req: Request, mailbox: string): boolean {
    return this.#device.knownDevice(req, mailbox) !== undefined;
  }

  /** After a login: from now on this browser has a lane of the account to itself. */
  remember(req: Request, res: Response, mailbox: string): void {
    this.#device.remember(req, res, mailbox);
  }
}
