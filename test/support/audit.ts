/** An audit log of an app in this process, on the tests' own Redis. */
import { onTestFinished } from 'vitest';
import { AuditLog, type AuditOptions } from '../../lib/audit/index.js';
import type { MagicLinkStrategy } from '../../lib/index.js';
import type { Servers } from './redis.js';
import { type ClientKind, IOREDIS } from './redis-clients.js';

let logs = 0;

/** A prefix that no other test has used. */
export const newPrefix = (): string => `audit-${++logs}:`;

/** Closed with the test. */
export async function newAuditLog(
  servers: Servers,
  strategy: MagicLinkStrategy,
  options: Partial<AuditOptions> = {},
  kind: ClientKind = IOREDIS,
): Promise<AuditLog> {
  const { client } = await servers.connect(kind);
  const log = new AuditLog(strategy, { client, keyPrefix: newPrefix(), ...options });
  onTestFinished(() => log.close(1));
  return log;
}

export async function all<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}
