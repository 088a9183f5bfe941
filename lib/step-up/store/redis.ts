/** Keeps factors in Redis: one string for each user, without an expiry, changed by one script. */
import type { RedisStoreOptions } from '../../store/redis.js';
import type { RedisClient } from '../../store/redis-client.js';
import { RedisScripts, script } from '../../store/redis-scripts.js';
import type { FactorStore } from './factor-store.js';

const READ = script(`return redis.call('GET', KEYS[1])`);

/** ARGV: the expected document and the new one; empty means none. Returns 1 if written, 0 if another document is there. */
const WRITE = script(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1
`);

/**
 * Unlike links, factors must not be lost: this Redis must persist every write (`appendonly yes`) and evict nothing.
 * Otherwise keep the factors in your users' database; docs/step-up.md has a SQL table.
 */
export class RedisFactorStore implements FactorStore {
  readonly #redis: RedisScripts;

  /**
   * @param client as for RedisStore, and the same options
   * @throws TypeError for another client or a wrong option
   */
  constructor(client: RedisClient, options: RedisStoreOptions = {}) {
    this.#redis = new RedisScripts(client, options, 'RedisFactorStore');
  }

  async read(user: string): Promise<string | undefined> {
    const document = await this.#redis.run(READ, [keyOf(user)]);
    return document === null ? undefined : String(document);
  }

  async write(user: string, expected = '', sealed = ''): Promise<boolean> {
    return (await this.#redis.run(WRITE, [keyOf(user)], [expected, sealed])) === 1;
  }
}

const keyOf = (user: string) => `factors:{${user}}`;
