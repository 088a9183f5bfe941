// Many live links of other accounts, put where links lie, past the login: a real ask for each would take an hour.
import { randomBytes } from 'node:crypto';

const AT_A_TIME = 2000;

/**
 * Into a store in this process's memory; of the sizes that the protocol writes.
 * @param {import('../../lib/index.js').LinkStore} store @param {number} count
 */
export async function fillStore(store, count) {
  for (let i = 0; i < count; i++) {
    const link = { account: text(16), recordId: text(16), digest: text(32), codeDigest: text(32), binding: text(32) };
    await store.issue({ ...link, sealed: text(100), ttlMs: 600_000 });
  }
}

/** @param {number} bytes */
const text = (bytes) => randomBytes(bytes).toString('base64url');

/** KEYS: those of one link. ARGV: the first number and the last; then for each key its life in ms and its value. */
const COPY = `
local names = {}
for k, key in ipairs(KEYS) do
  -- A number stands in for what is random in a key: words as long as 16 bytes in base64url.
  names[k] = string.gsub(key, '[%w_-]+', function(word)
    if #word < 20 then return word end
    return '%%0' .. #word .. 'd'
  end)
end
for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  for k, name in ipairs(names) do
    redis.call('RESTORE', string.format(name, i, i, i), ARGV[1 + 2 * k], ARGV[2 + 2 * k], 'REPLACE')
  end
end
`;

/**
 * Into Redis, as copies of all that one ask has left there but its session.
 * @param {import('ioredis').Redis} redis @param {number} from @param {number} to the numbers of the copies
 * @param {Template} template
 */
export async function fillRedis(redis, from, to, { keys, values }) {
  for (let first = from; first < to; first += AT_A_TIME) {
    const last = Math.min(first + AT_A_TIME, to) - 1;
    await redis.eval(COPY, keys.length, ...keys, first, last, ...values);
  }
}

/** @typedef {{ keys: string[], values: (Buffer | number)[] }} Template */

/** What lies in Redis now, sessions aside. @param {import('ioredis').Redis} redis @returns {Promise<Template>} */
export async function templateOf(redis) {
  const keys = (await redis.keys('*')).filter((key) => !key.startsWith('sess:'));
  const values = [];
  for (const key of keys) values.push(Math.max(await redis.pttl(key), 0), await redis.dumpBuffer(key));
  return { keys, values };
}
