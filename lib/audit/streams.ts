/** The audit log's streams in Redis: one for all events, and one for each account, on the account's own slot. */
import { RedisScripts, script } from '../store/redis-scripts.js';
import type { AuditConfig } from './options.js';

/** An entry as stored in its stream. */
export interface Stored {
  /** The time of Redis in milliseconds and a sequence number, such as `1700000000000-0`. */
  readonly id: string;
  readonly text: string;
}

export interface Range {
  /** The first and the last id, in the syntax of XRANGE. */
  readonly start: string;
  readonly end: string;
  readonly newestFirst: boolean;
}

/** The most entries of one account, however often one of its links is opened. */
const MAX_OF_ACCOUNT = 1000;
/**
 * Milliseconds to keep an account's stream before the first login. Short, because anyone can request a link for any
 * address.
 */
const STRANGER_MS = 60 * 60 * 1000;
/** Milliseconds to wait for Redis. Longer than for the stores, because no login waits for it. */
const TIMEOUT_MS = 5000;
const PAGE = 100;

const CUTOFF = `
local time = redis.call('TIME')
local cutoff = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[2])
`;

/**
 * KEYS[1]: a stream. ARGV: the maximum number of entries, their maximum age in ms, the stream's lifetime in ms (a
 * longer one is kept), and the entries.
 */
const APPEND = script(`${CUTOFF}
for i = 4, #ARGV do redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'e', ARGV[i]) end
redis.call('XTRIM', KEYS[1], 'MINID', cutoff)
local life = redis.call('PTTL', KEYS[1]) > tonumber(ARGV[3]) and ARGV[2] or ARGV[3]
redis.call('PEXPIRE', KEYS[1], life)
`);

/**
 * KEYS[1]: a stream. ARGV: the maximum number of entries, their maximum age in ms. Returns the number of removed
 * entries.
 */
const TRIM = script(`${CUTOFF}
local gone = redis.call('XTRIM', KEYS[1], 'MINID', cutoff) + redis.call('XTRIM', KEYS[1], 'MAXLEN', ARGV[1])
if redis.call('XLEN', KEYS[1]) == 0 then redis.call('DEL', KEYS[1]) end
return gone
`);

export class AuditStreams {
  readonly ofTime = 'audit';
  readonly #config: AuditConfig;
  readonly #redis: RedisScripts;

  /** @throws TypeError for another client or a wrong `keyPrefix` */
  constructor(config: AuditConfig) {
    this.#config = config;
    const { client, keyPrefix } = config;
    const options = { redisTimeoutMs: TIMEOUT_MS, ...(keyPrefix !== undefined && { keyPrefix }) };
    this.#redis = new RedisScripts(client, options, 'AuditLog');
  }

  ofAccount(account: string): string {
    return `{${account}}/audit`;
  }

  /** @param lasting true once a person has logged in: the stream is then kept as long as its entries */
  async append(key: string, entries: readonly string[], lasting: boolean): Promise<void> {
    const life = lasting ? this.#config.maxAgeMs : Math.min(STRANGER_MS, this.#config.maxAgeMs);
    await this.#redis.run(APPEND, [key], [...this.#bounds(key), String(life), ...entries]);
  }

  /** Reads the current entries, one page at a time. */
  async *read(key: string, { start, end, newestFirst }: Range): AsyncGenerator<Stored> {
    let last: string | undefined;
    for (;;) {
      const from = last === undefined ? undefined : `(${last}`;
      const bounds = newestFirst ? [from ?? end, start] : [from ?? start, end];
      const command = newestFirst ? 'xrevrange' : 'xrange';
      const reply = await this.#redis.command(command, key, [...bounds, 'COUNT', String(PAGE)]);
      const page = reply as [string, string[]][];
      for (const [id, [, text = '']] of page) yield { id: String(id), text: String(text) };
      if (page.length < PAGE) return;
      last = String(page.at(-1)?.[0]);
    }
  }

  /** Resolves with the number of removed entries. */
  async trim(key: string): Promise<number> {
    return Number(await this.#redis.run(TRIM, [key], this.#bounds(key)));
  }

  async remove(key: string, ids: readonly string[]): Promise<number> {
    return ids.length === 0 ? 0 : Number(await this.#redis.command('xdel', key, ids));
  }

  /** Resolves with the number of entries that the stream had. */
  async drop(key: string): Promise<number> {
    const count = Number(await this.#redis.command('xlen', key));
    await this.#redis.command('del', key);
    return count;
  }

  #bounds(key: string): string[] {
    const { maxEvents, maxAgeMs } = this.#config;
    return [String(key === this.ofTime ? maxEvents : MAX_OF_ACCOUNT), String(maxAgeMs)];
  }
}
