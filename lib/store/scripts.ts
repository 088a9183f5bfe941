/** The Lua that makes each step of a link's life atomic. Times are Redis's own, in milliseconds. */
import { createHash } from 'node:crypto';

/*
 * Two keys, one slot (the account is the hash tag):
 *
 *   KEYS[1]  the link, a hash that ends with the link's life
 *              d  digest of the token's secret
 *              b  digest of the asking browser
 *              c  the claims, sealed
 *              m  counted mismatches; absent: none
 *              u  when it was used; absent: it was not
 *   KEYS[2]  the account's live links, a sorted set: record id -> end
 *
 *   KEYS[3…] lanes of the account, sorted sets: record id -> when it was issued
 *
 * A link is live exactly while its id is in the set. Taking it out is the one atomic act by which
 * it is used (and `u` set) or revoked (and `u` not).
 */

export interface Script {
  readonly source: string;
  readonly sha1: string;
}

export const script = (source: string): Script => ({ source, sha1: createHash('sha1').update(source).digest('hex') });

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * ARGV: record id, digest, binding, sealed claims, life in ms; then for each lane the number of its
 * limits, and for each of these a count and a window in ms, the longest window last.
 * 1: issued. 0: a lane is full, and nothing was done.
 */
export const ISSUE = script(`${NOW}
local id, life = ARGV[1], tonumber(ARGV[5])
local at, windows = 6, {}
for lane = 3, #KEYS do
  for _ = 1, ARGV[at] do
    local count, window = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    if redis.call('ZCOUNT', KEYS[lane], now - window + 1, '+inf') >= count then return 0 end
    windows[lane] = window
    at = at + 2
  end
  at = at + 1
end
for lane, window in pairs(windows) do
  redis.call('ZREMRANGEBYSCORE', KEYS[lane], '-inf', now - window)
  redis.call('ZADD', KEYS[lane], now, id)
  redis.call('PEXPIRE', KEYS[lane], window)
end
redis.call('HSET', KEYS[1], 'd', ARGV[2], 'b', ARGV[3], 'c', ARGV[4])
redis.call('PEXPIREAT', KEYS[1], now + life)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
redis.call('ZADD', KEYS[2], now + life, id)
if redis.call('PTTL', KEYS[2]) < life then redis.call('PEXPIREAT', KEYS[2], now + life) end
return 1
`);

/** Codes of an outcome in a reply, by position. */
export const OUTCOMES = ['invalid', 'expired', 'mismatch', 'used', 'revoked', 'live'] as const;

/**
 * ARGV: record id, digest, binding, and `1` where a mismatch is counted. Leaves `id` and `link`, or returns one of
 * {0} invalid, {1} expired, {2, mismatches}, {3, used ms ago, claims}, {4} revoked.
 *
 * An end that is not a time to come is over, whatever stands there (CVE-2026-18363).
 */
const JUDGE = `${NOW}
local id = ARGV[1]
local link = redis.call('HMGET', KEYS[1], 'd', 'b', 'c', 'u')
if link[1] ~= ARGV[2] then return {0} end
local live_until = redis.call('ZSCORE', KEYS[2], id)
if live_until and not (tonumber(live_until) > now and tonumber(live_until) < math.huge) then return {1} end
if ARGV[3] == '' or link[2] ~= ARGV[3] then
  if ARGV[4] == '1' then return {2, redis.call('HINCRBY', KEYS[1], 'm', 1)} end
  return {2, tonumber(redis.call('HGET', KEYS[1], 'm') or 0)}
end
if link[4] then return {3, now - link[4], link[3]} end
if not live_until then return {4} end
`;

export const OPEN = script(`${JUDGE}
return {5, link[3]}
`);

export const REDEEM = script(`${JUDGE}
redis.call('ZREM', KEYS[2], id)
redis.call('HSET', KEYS[1], 'u', now)
return {5, link[3]}
`);

/** KEYS[1]: the account's live links. ARGV: one record id, or none for all. Returns how many were live. */
export const REVOKE = script(`${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if ARGV[1] then return redis.call('ZREM', KEYS[1], ARGV[1]) end
local live = redis.call('ZCARD', KEYS[1])
redis.call('DEL', KEYS[1])
return live
`);
