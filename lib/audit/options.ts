/** The options of the audit log, checked and with defaults applied. */

import type { RedisClient } from '../store/redis-client.js';
import { checkNames, namesOf, wholeNumber } from '../util/check.js';

export interface AuditOptions {
  /**
   * A client of ioredis 5 or 6 or of node-redis 5 or 6, or a cluster client of either. Give it a connection of its own,
   * so that no login waits for it.
   */
  client: RedisClient;
  /** The prefix of every key, without braces. Default `pbl:`. */
  keyPrefix?: string;
  /**
   * The most events to keep, 100 to 10,000,000. Default 100,000. A few hundred more may be stored. For one account the
   * limit is 1,000.
   */
  maxEvents?: number;
  /** Days to keep an event, 1 to 3,650. Default 90. */
  maxAgeDays?: number;
  /**
   * The most events that wait to be written, 100 to 1,000,000. Default 10,000. Further events are dropped and counted.
   */
  bufferSize?: number;
}

export interface AuditConfig extends Required<Omit<AuditOptions, 'maxAgeDays' | 'keyPrefix'>> {
  /** Checked by RedisScripts. Undefined: the default of RedisScripts. */
  readonly keyPrefix: string | undefined;
  readonly maxAgeMs: number;
}

const NAMES = namesOf<AuditOptions>({
  client: true,
  keyPrefix: true,
  maxEvents: true,
  maxAgeDays: true,
  bufferSize: true,
});

const DAY_MS = 24 * 60 * 60 * 1000;

/** @throws TypeError for a wrong or unknown option */
export function parseAuditOptions(options: AuditOptions): AuditConfig {
  checkNames('AuditLog', options, NAMES);
  const { client, keyPrefix, maxEvents = 100_000, maxAgeDays = 90, bufferSize = 10_000 } = options;
  wholeNumber('maxEvents', 'events', maxEvents, { min: 100, max: 10_000_000 });
  wholeNumber('maxAgeDays', 'days', maxAgeDays, { max: 3650 });
  wholeNumber('bufferSize', 'events', bufferSize, { min: 100, max: 1_000_000 });
  return { client, keyPrefix, maxEvents, maxAgeMs: maxAgeDays * DAY_MS, bufferSize };
}
