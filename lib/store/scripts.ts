/** The Lua that makes each step of a link's life atomic. Times are Redis's own, in milliseconds. */
import { createHash } from 'node:crypto';

/*
 * Two keys, one slot (the account is the hash tag):
 *
 *   KEYS[1]  the link, a hash that ends with the link's life
 *              d  digest of the token's secret
 *              b  digest of the asking browser
 *              c  the claims, sealed
 *              k  digest of the code; absent: it has none
 *              t  wrong codes; absent: none
 *              m  counted mismatches; absent: none
 *              u  when it was used; absent: it was not
 *   KEYS[2]  the account's live links, a sorted set: record id -> end
 *
 *   KEYS[3…] as it issues: lanes of the account, sorted sets: record id -> when it was issued;
 *            as it takes a code: how many wrong ones the account has had in a day
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
 * ARGV: record id, digest, binding, sealed claims, digest of the code or nothing, life in ms; then for each lane the number of its
 * limits, and for each of these a count and a window in ms, the longest window last.
 * 1: issued. 0: a lane is full, and nothing was done.
 */
export const ISSUE = script(`${NOW}
local id, life = ARGV[1], tonumber(ARGV[6])
local at, windows = 7, {}
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
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'k', ARGV[5]) end
redis.call('PEXPIREAT', KEYS[1], now + life)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
redis.call('ZADD', KEYS[2], now + life, id)
if redis.call('PTTL', KEYS[2]) < life then redis.call('PEXPIREAT', KEYS[2], now + life) end
return 1
`);

/** Codes of an outcome in a reply, by position. */
export const OUTCOMES = ['invalid', 'expired', 'mismatch', 'used', 'revoked', 'live', 'locked', 'wrong'] as const;

/*
 * The judgement, in its order. Each part leaves `now`, `id` and `link` to the next, or returns one of
 * {0} invalid, {1} expired, {2, mismatches, claims}, {3, used ms ago, claims}, {4} revoked, {5, claims} live,
 * {6} locked, {7, wrong codes, of the account today}.
 */
const FIND = `${NOW}
local id = ARGV[1]
local found = redis.call('HMGET', KEYS[1], 'd', 'b', 'c', 'u', 'm', 'k', 't')
local link = { digest = found[1], binding = found[2], claims = found[3], used = found[4],
  mismatches = tonumber(found[5] or 0), code = found[6], tries = tonumber(found[7] or 0) }
`;

/** An end that is not a time to come is over, whatever stands there (CVE-2026-18363). */
const END = `
local live_until = redis.call('ZSCORE', KEYS[2], id)
if live_until and not (tonumber(live_until) > now and tonumber(live_until) < math.huge) then return {1} end
`;

const STATE = `
if link.used then return {3, now - link.used, link.claims} end
if not live_until then return {4} end
`;

const SPEND = `
redis.call('ZREM', KEYS[2], id)
redis.call('HSET', KEYS[1], 'u', now)
return {5, link.claims}
`;

/** ARGV: record id, digest, binding, and `1` where a mismatch is counted. */
const JUDGE = `${FIND}
if link.digest ~= ARGV[2] then return {0} end
${END}
if ARGV[3] == '' or link.binding ~= ARGV[3] then
  if ARGV[4] == '1' then link.mismatches = redis.call('HINCRBY', KEYS[1], 'm', 1) end
  return {2, link.mismatches, link.claims}
end
${STATE}`;

export const OPEN = script(`${JUDGE}
return {5, link.claims}
`);

export const REDEEM = script(`${JUDGE}${SPEND}`);

/** ARGV: record id, digest of the code, binding, wrong codes that are too many, a day in ms. */
export const REDEEM_BY_CODE = script(`${FIND}
if not link.digest then return {0} end
${END}
if ARGV[3] == '' or link.binding ~= ARGV[3] then return {2} end
if link.tries >= tonumber(ARGV[4]) then return {6} end
-- A full Redis takes no writes: what it could not count it must not compare.
redis.call('HSET', KEYS[1], 't', link.tries)
if ARGV[2] == '' or link.code ~= ARGV[2] then
  local today = redis.call('INCR', KEYS[3])
  if today == 1 then redis.call('PEXPIRE', KEYS[3], ARGV[5]) end
  return {7, redis.call('HINCRBY', KEYS[1], 't', 1), today}
end
${STATE}${SPEND}`);

/** KEYS[1]: the account's live links. ARGV: one record id, or none for all. Returns how many were live. */
export const REVOKE = script(`${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if ARGV[1] then return redis.call('ZREM', KEYS[1], ARGV[1]) end
local live = redis.call('ZCARD', KEYS[1])
redis.call('DEL', KEYS[1])
return live
`);
