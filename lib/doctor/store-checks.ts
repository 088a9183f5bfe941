/** Checks of the store's Redis: whether it may evict links, and whether all instances know each other's secrets. */
import { RedisStore } from '../store/redis.js';
import { script } from '../store/redis-scripts.js';
import type { StrategyPort } from '../strategy/port.js';
import type { FindingCode } from './findings.js';

/** Milliseconds for which an instance counts as running after it was last seen. */
const ALIVE_MS = 5 * 60_000;

/**
 * KEYS[1]: the ids of the secrets with which instances sign, each with the time at which it was last seen. The ids are
 * public. ARGV: this instance's id, and the ms for which an id counts. Returns the memory section of INFO, and the ids.
 */
const LOOK = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { redis.call('INFO', 'memory'), redis.call('ZRANGE', KEYS[1], 0, -1) }
`);

type Looked = Pick<StrategyPort, 'store' | 'keyIds' | 'origin' | 'name'>;

/** Checks a RedisStore. Other stores are not checked. */
export async function checkStore({ store, keyIds, origin, name }: Looked, found: (code: FindingCode) => void) {
  if (!(store instanceof RedisStore)) return;
  const key = `doctor:${origin}:${name}`;
  const [own = ''] = keyIds;
  const reply = await store.scripts.run(LOOK, [key], [own, String(ALIVE_MS)]);
  const [memory, signers] = reply as [string, string[]];
  if (field(memory, 'maxmemory') !== '0' && field(memory, 'maxmemory_policy') !== 'noeviction') found('redis_evicts');
  if (!signers.every((id) => keyIds.includes(id))) found('different_secrets');
}

const field = (info: string, name: string) => info.match(new RegExp(`^${name}:(.*?)\\r?$`, 'm'))?.[1];
