/** The audit log's keys in Redis: one stream for time, and one for each account, on the account's own slot. */

import { type Send, sender } from '../store/redis-client.js';
import { runScript } from '../store/run-script.js';
import { type Script, script } from '../store/scripts.js';
import { within } from '../util/deadline.js';
import type { AuditConfig } from './options.js';

/** An entry as it lies in its stream. */
export interface Stored {
  /** Redis's own time and a number: `1700000000000-0`. */
  readonly id: string;
  readonly text: string;
}

export interface Range {
  /** The first and the last id, as XRANGE takes them. */
  readonly start: string;
  readonly end: string;
  readonly newestFirst: boolean;
}

/** Entries of one account at most: whoever opens a link again and again fills no more than this. */
const MAX_OF_ACCOUNT = 1000;
/** Milliseconds that an account's stream is kept while nobody has logged in to it: asking is everybody's. */
const STRANGER_MS = 60 * 60 * 1000;
/** Milliseconds; nobody who logs in waits for it. */
const TIMEOUT_MS = 5000;
const PAGE = 100;

const CUTOFF = `
local time = redis.call('TIME')
local cutoff = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[2])
`;

/**
 * KEYS[1]: a stream. ARGV: entries at most, their age at most in ms, for how long the stream is kept
 * unless it is kept longer already, and the entries.
 */
const APPEND = script(`${CUTOFF}
for i = 4, #ARGV do redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'e', ARGV[i]) end
redis.call('XTRIM', KEYS[1], 'MINID', cutoff)
local life = redis.call('PTTL', KEYS[1]) > tonumber(ARGV[3]) and ARGV[2] or ARGV[3]
redis.call('PEXPIRE', KEYS[1], life)
`);

/** KEYS[1]: a stream. ARGV: entries at most, their age at most in ms. Returns how many are gone. */
const TRIM = script(`${CUTOFF}
local gone = redis.call('XTRIM', KEYS[1], 'MINID', cutoff) + redis.call('XTRIM', KEYS[1], 'MAXLEN', ARGV[1])
if redis.call('XLEN', KEYS[1]) == 0 then redis.call('DEL', KEYS[1]) end
return gone
`);

export class AuditStreams {
  readonly ofTime: string;
  readonly #config: AuditConfig;
  readonly #send: Send;

  /** @throws TypeError for a client that is none of the four */
  constructor(config: AuditConfig) {
    this.#config = config;
    this.#send = sender(config.client);
    this.ofTime = `${config.keyPrefix}audit`;
  }

  ofAccount(account: string): string {
    return `${this.#config.keyPrefix}{${account}}/audit`;
  }

  /** @param lasting whether the stream is kept for as long as its entries; a stranger's is not */
  async append(key: string, entries: readonly string[], lasting: boolean): Promise<void> {
    const life = lasting ? this.#config.maxAgeMs : Math.min(STRANGER_MS, this.#config.maxAgeMs);
    await this.#eval(APPEND, key, [...this.#bounds(key), String(life), ...entries]);
  }

  /** What is there now, a page at a time. */
  async *read(key: string, { start, end, newestFirst }: Range): AsyncGenerator<Stored> {
    let last: string | undefined;
    for (;;) {
      const from = last === undefined ? undefined : `(${last}`;
      const bounds = newestFirst ? [from ?? end, start] : [from ?? start, end];
      const command = newestFirst ? 'xrevrange' : 'xrange';
      const page = (await this.#run(key, [command, key, ...bounds, 'COUNT', String(PAGE)])) as [string, string[]][];
      for (const [id, [, text = '']] of page) yield { id: String(id), text: String(text) };
      if (page.length < PAGE) return;
      last = String(page.at(-1)?.[0]);
    }
  }

  /** Resolves with how many entries are gone. */
  async trim(key: string): Promise<number> {
    return Number(await this.#eval(TRIM, key, this.#bounds(key)));
  }

  async remove(key: string, ids: readonly string[]): Promise<number> {
    return ids.length === 0 ? 0 : Number(await this.#run(key, ['xdel', key, ...ids]));
  }

  /** Resolves with how many entries there were. */
  async drop(key: string): Promise<number> {
    const count = Number(await this.#run(key, ['xlen', key]));
    await this.#run(key, ['del', key]);
    return count;
  }

  #bounds(key: string): string[] {
    const { maxEvents, maxAgeMs } = this.#config;
    return [String(key === this.ofTime ? maxEvents : MAX_OF_ACCOUNT), String(maxAgeMs)];
  }

  #eval(script: Script, key: string, args: readonly string[]): Promise<unknown> {
    return within(TIMEOUT_MS, (late) => runScript(this.#send, script, [key], args, late));
  }

  #run(key: string, command: [string, ...string[]]): Promise<unknown> {
    return within(TIMEOUT_MS, (late) => this.#send(key, command, late));
  }
}
