/** Factors in Redis: one string for each user, without an end, changed by one script. */
import type { ScriptClient } from '../../protocol/store.js';
import { RedisStore, type RedisStoreOptions } from '../../store/redis.js';
import type { RedisClient } from '../../store/redis-client.js';
import type { FactorStore } from './factor-store.js';

const READ = `return redis.call('GET', KEYS[1])`;

/** ARGV: the document that is expected and the one to come; empty stands for none. 1: written. 0: another is there. */
const WRITE = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1
`;

/**
 * Factors are for good, as links are not: the Redis must persist what it acknowledges (`appendonly yes`),
 * and evict nothing. Where it does not, keep them where the users are; docs/step-up.md has a SQL table.
 */
export class RedisFactorStore implements FactorStore {
  readonly #redis: ScriptClient;

  /**
   * @param client as RedisStore takes it; options likewise, `keyPrefix` and `redisTimeoutMs`
   * @throws TypeError for another client or a wrong option
   */
  constructor(client: RedisClient, options: RedisStoreOptions = {}) {
    this.#redis = new RedisStore(client, options).scriptClient;
  }

  async read(user: string): Promise<string | undefined> {
    const document = await this.#redis.eval(READ, { keys: [keyOf(user)], arguments: [] });
    return document === null ? undefined : String(document);
  }

  async write(user: string, expected = '', sealed = ''): Promise<boolean> {
    return (await this.#redis.eval(WRITE, { keys: [keyOf(user)], arguments: [expected, sealed] })) === 1;
  }
}

const keyOf = (user: string) => `factors:{${user}}`;
