/** The Lua that makes each step of a link's life atomic. Times are those of Redis, in milliseconds. */
import { script } from './redis-scripts.js';

/*
 * Two keys, one slot (the account tag is the hash tag):
 *
 *   KEYS[1]  the link, JSON, that ends with the link's life
 *              d  digest of the token's secret
 *              b  digest of the asking browser
 *              c  the claims, sealed
 *              k  digest of the code; absent: it has none
 *              t  wrong codes; absent: none
 *              m  counted mismatches; absent: none
 *              u  when it was redeemed; absent: it was not
 *   KEYS[2]  the account, a sorted set
 *              <record id>         a live link -> when it will end
 *              <lane>/<record id>  a link that counts in a lane -> when it was issued
 *            so that times in the past are counted, and times in the future are live links
 *
 * A link is live exactly while its id is in the set. Removing the id is the one atomic act by which the link is
 * redeemed (and `u` set) or revoked (and `u` not).
 */

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * ARGV: record id, the link, its life in ms; then for each lane its name, the number of its limits, and
 * for each of these a count and a window in ms, the longest window last.
 * 1: issued. 0: a lane is full, and nothing was done.
 */
export const ISSUE = script(`${NOW}
local id, life = ARGV[1], tonumber(ARGV[3])

local lanes, longest, at = {}, 0, 4
while ARGV[at] do
  local lane = { name = ARGV[at], limits = {}, times = {} }
  for i = 1, ARGV[at + 1] do
    local count, window = tonumber(ARGV[at + 2 * i]), tonumber(ARGV[at + 2 * i + 1])
    lane.limits[i] = { count = count, window = window }
    longest = math.max(longest, window)
  end
  lanes[lane.name] = lane
  at = at + 2 + 2 * ARGV[at + 1]
end

if longest > 0 then
  local past = redis.call('ZRANGEBYSCORE', KEYS[2], now - longest, now, 'WITHSCORES')
  for i = 1, #past, 2 do
    local lane = lanes[past[i]:match('^(.*)/')]
    if lane then table.insert(lane.times, tonumber(past[i + 1])) end
  end
end
for _, lane in pairs(lanes) do
  for _, limit in ipairs(lane.limits) do
    local counted = 0
    for _, time in ipairs(lane.times) do
      if time > now - limit.window then counted = counted + 1 end
    end
    if counted >= limit.count then return 0 end
  end
end

-- A full Redis refuses this command, so it comes first: nothing is done by halves.
redis.call('SET', KEYS[1], ARGV[2], 'PX', life)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - longest)
for name in pairs(lanes) do redis.call('ZADD', KEYS[2], now, name .. '/' .. id) end
redis.call('ZADD', KEYS[2], now + life, id)
local keep = math.max(life, longest)
if redis.call('PTTL', KEYS[2]) < keep then redis.call('PEXPIRE', KEYS[2], keep) end
return 1
`);

/** The outcomes; a reply begins with the position of its own. */
export const OUTCOMES = [
  'invalid',
  'expired',
  'mismatch',
  'used',
  'revoked',
  'live',
  'redeemed',
  'locked',
  'wrong',
] as const;

/*
 * The judgement, in its order. Each part leaves `now`, `id` and `link` to the next one, or returns one of
 *
 *   {0} invalid
 *   {1} expired
 *   {2, mismatches, claims, 1 if used} mismatch, in REDEEM_BY_CODE without the rest
 *   {3, ms since it was redeemed, claims} used
 *   {4} revoked
 *   {5, claims} live
 *   {6, claims} redeemed
 *   {7} locked
 *   {8, wrong codes of the link, of the account today, claims} wrong
 */
const FIND = `${NOW}
local id = ARGV[1]
local found = redis.call('GET', KEYS[1])
local link = found and cjson.decode(found) or {}
local function keep()
  redis.call('SET', KEYS[1], cjson.encode(link), 'KEEPTTL')
end
`;

/** An end that is not a time in the future means expired, whatever the value is (CVE-2026-18363). */
const END = `
local live_until = redis.call('ZSCORE', KEYS[2], id)
if live_until and not (tonumber(live_until) > now and tonumber(live_until) < math.huge) then return {1} end
`;

const STATE = `
if link.u then return {3, now - link.u, link.c} end
if not live_until then return {4} end
`;

const USE = `
redis.call('ZREM', KEYS[2], id)
link.u = now
keep()
return {6, link.c}
`;

/** ARGV: record id, digest, binding, and `1` where a mismatch is counted. */
const JUDGE = `${FIND}
if link.d ~= ARGV[2] then return {0} end
${END}
if ARGV[3] == '' or link.b ~= ARGV[3] then
  if ARGV[4] == '1' then
    link.m = (link.m or 0) + 1
    keep()
  end
  return {2, link.m or 0, link.c, link.u and 1 or 0}
end
${STATE}`;

export const OPEN = script(`${JUDGE}
return {5, link.c}
`);

export const REDEEM = script(`${JUDGE}${USE}`);

/**
 * KEYS[3]: the account's wrong codes, in a day from the first. ARGV: record id, digest of the code, binding, the number
 * of wrong codes that locks the link, and a day in ms.
 */
export const REDEEM_BY_CODE = script(`${FIND}
if not link.d then return {0} end
${END}
if ARGV[3] == '' or link.b ~= ARGV[3] then return {2} end
if (link.t or 0) >= tonumber(ARGV[4]) then return {7} end
-- A full Redis refuses this write: a code that could not be counted must not be compared.
keep()
if ARGV[2] == '' or link.k ~= ARGV[2] then
  link.t = (link.t or 0) + 1
  keep()
  local today = redis.call('INCR', KEYS[3])
  if today == 1 then redis.call('PEXPIRE', KEYS[3], ARGV[5]) end
  return {8, link.t, today, link.c}
end
${STATE}${USE}`);

/** KEYS[1]: the account. ARGV: one record id, or none for all. Returns how many were live. */
export const REVOKE = script(`${NOW}
local id = ARGV[1]
if not id then return redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now, '+inf') end
local live_until = redis.call('ZSCORE', KEYS[1], id)
return live_until and tonumber(live_until) > now and redis.call('ZREM', KEYS[1], id) or 0
`);

/** KEYS[1]: the account. Returns the id and the end of each live link, in turn. */
export const OUTSTANDING = script(`${NOW}
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%d', now), '(+inf', 'WITHSCORES')
`);

/**
 * KEYS[1]: a counter, which ends with its window. ARGV: the window in ms. Returns the count, and the ms that are left.
 * A counter without an end would never be reset, so it gets one.
 */
export const INCREMENT = script(`
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end
return {count, left}
`);
