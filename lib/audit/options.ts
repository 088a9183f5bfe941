/** What the user says of the audit log, and what is made of it. */

import type { RedisClient } from '../store/redis-client.js';
import { checkNames, namesOf, wholeNumber } from '../util/check.js';

export interface AuditOptions {
  /** Of ioredis 5 or 6 or node-redis 5 or 6, or a cluster of one of these; best not the one that logins wait for. */
  client: RedisClient;
  /** Before every key, without braces. Default `pbl:`. */
  keyPrefix?: string;
  /** Events kept at most, 100 to 10,000,000; a few hundred more may be there. Default 100,000. Of one account: 1,000. */
  maxEvents?: number;
  /** Days that an event is kept, 1 to 3,650. Default 90. */
  maxAgeDays?: number;
  /** Events that wait to be written, 100 to 1,000,000; past it they are dropped, and counted. Default 10,000. */
  bufferSize?: number;
}

export interface AuditConfig extends Required<Omit<AuditOptions, 'maxAgeDays' | 'keyPrefix'>> {
  /** Checked by RedisScripts. Undefined: its default. */
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
