/** The limits of asking: whether this network may ask, and as what the account counts it. */
import type { Request, Response } from 'express';
import type { Keyring } from '../protocol/keys.js';
import type { Lane, ScriptClient } from '../protocol/store.js';
import { accountLanes } from './account-lanes.js';
import { DeviceCookie } from './device-cookie.js';
import type { Limits } from './limit-options.js';
import { NetworkLimit } from './network-limit.js';
import { networksOf } from './networks.js';

export interface RequestLimitsConfig {
  readonly limits: Limits | undefined;
  readonly keyring: Keyring;
  readonly origin: string;
  readonly name: string;
  readonly store: { readonly scriptClient?: ScriptClient };
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
    this.#network = limits && new NetworkLimit(limits.network, keyring.current.limits, store.scriptClient);
    this.#device = new DeviceCookie(config);
  }

  /**
   * Counts one ask of this network. Resolves with the seconds to wait where that was one too many, else 0.
   * @throws UnavailableError when it cannot be counted: then there is no mail
   */
  async networkWait(req: Request): Promise<number> {
    return (await this.#network?.consume(networksOf(req.ip))) ?? 0;
  }

  /** What the account's limit counts this ask as. */
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

  /** From this login on, the browser has a lane of this account to itself. */
  remember(req: Request, res: Response, mailbox: string): void {
    this.#device.remember(req, res, mailbox);
  }
}
