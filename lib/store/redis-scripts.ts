/** Scripts and commands on the app's Redis: every key has the prefix, and every call a deadline. */
import { createHash } from 'node:crypto';
import { checkNames, namesOf, need, wholeNumber } from '../util/check.js';
import { within } from '../util/deadline.js';
import { type RedisClient, type Send, sender } from './redis-client.js';

export interface RedisOptions {
  /** Before every key. No braces: they would move the keys of one account to several slots. Default `pbl:`. */
  keyPrefix?: string;
  /** Milliseconds that a command may take, 1 to 60,000, before it counts as failed. Default 500. */
  redisTimeoutMs?: number;
}

const OPTION_NAMES = namesOf<RedisOptions>({ keyPrefix: true, redisTimeoutMs: true });

/** Lua that Redis runs as one atomic step. */
export interface Script {
  readonly source: string;
  readonly sha1: string;
}

export const script = (source: string): Script => ({ source, sha1: createHash('sha1').update(source).digest('hex') });

/** What the stores, the audit log and the doctor share. */
export class RedisScripts {
  readonly #send: Send;
  readonly #prefix: string;
  readonly #timeoutMs: number;

  /**
   * @param client of ioredis 5 or 6 or node-redis 5 or 6, or a cluster of one of these; connected and closed by the app
   * @param owner the class that the errors name
   * @throws TypeError for another client or a wrong option
   */
  constructor(client: RedisClient, options: RedisOptions, owner: string) {
    checkNames(owner, options, OPTION_NAMES);
    const { keyPrefix = 'pbl:', redisTimeoutMs = 500 } = options;
    need(typeof keyPrefix === 'string' && !/[{}]/.test(keyPrefix), 'keyPrefix must be a string without braces');
    wholeNumber('redisTimeoutMs', 'milliseconds', redisTimeoutMs, { max: 60_000 });
    this.#send = sender(client, owner);
    this.#prefix = keyPrefix;
    this.#timeoutMs = redisTimeoutMs;
  }

  /**
   * Runs a script in one round trip; in two if Redis does not know it yet.
   * @param keys without the prefix, all on one slot; the first decides which node of a cluster runs the script
   * @throws an Error with the code ETIMEDOUT past the deadline
   */
  run({ source, sha1 }: Script, keys: readonly [string, ...string[]], args: readonly string[] = []): Promise<unknown> {
    const prefixed = keys.map((key) => this.#prefix + key);
    const rest = [String(keys.length), ...prefixed, ...args];
    // Our own deadline: by its defaults a client may wait for as long as Redis is away.
    return within(this.#timeoutMs, async (late) => {
      try {
        return await this.#send(prefixed[0], ['evalsha', sha1, ...rest], late);
      } catch (error) {
        if (!isUnknownScript(error) || late.aborted) throw error;
        return await this.#send(prefixed[0], ['eval', source, ...rest], late);
      }
    });
  }

  /**
   * Sends one plain command.
   * @param key without the prefix; undefined for a command without a key, which any node may answer
   * @throws an Error with the code ETIMEDOUT past the deadline
   */
  command(name: string, key?: string, args: readonly string[] = []): Promise<unknown> {
    const prefixed = key === undefined ? undefined : this.#prefix + key;
    const command: [string, ...string[]] = prefixed === undefined ? [name, ...args] : [name, prefixed, ...args];
    return within(this.#timeoutMs, (late) => this.#send(prefixed, command, late));
  }
}

/**
 * Only this reply says that nothing was done. After any other error the script may have run, and sending it again
 * could use a link that it has just used.
 */
const isUnknownScript = (error: unknown): boolean => error instanceof Error && error.message.startsWith('NOSCRIPT');
