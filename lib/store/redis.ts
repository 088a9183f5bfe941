/** Links in Redis: one script and one round trip a step, on one slot. Holds digests and sealed bytes only. */

import { MagicLinkError } from '../errors.js';
import type {
  Judged,
  JudgedCode,
  LinkStore,
  LiveLink,
  NewLink,
  Presented,
  PresentedCode,
  ScriptClient,
} from '../protocol/store.js';
import { checkNames, namesOf, need, wholeNumber } from '../util/check.js';
import { within } from '../util/deadline.js';
import { type RedisClient, type Send, sender } from './redis-client.js';
import { runScript } from './run-script.js';
import { ISSUE, OPEN, OUTCOMES, OUTSTANDING, REDEEM, REDEEM_BY_CODE, REVOKE, type Script, script } from './scripts.js';

export interface RedisStoreOptions {
  /** Before every key. No braces: they would move the keys of one account to several slots. Default `pbl:`. */
  keyPrefix?: string;
  /** Milliseconds that a command may take, 1 to 60,000, before it counts as failed. Default 500. */
  redisTimeoutMs?: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

const OPTION_NAMES = namesOf<RedisStoreOptions>({ keyPrefix: true, redisTimeoutMs: true });

/**
 * @param client of ioredis 5 or 6 or node-redis 5 or 6, or a cluster of one of these; connected and
 *   closed by the app
 * @throws TypeError for another client or a wrong option
 */
export class RedisStore implements LinkStore {
  readonly #send: Send;
  readonly #prefix: string;
  readonly #timeoutMs: number;
  /** By their source: the few that our own code has. */
  readonly #scripts = new Map<string, Script>();

  constructor(client: RedisClient, options: RedisStoreOptions = {}) {
    checkNames('RedisStore', options, OPTION_NAMES);
    const { keyPrefix = 'pbl:', redisTimeoutMs = 500 } = options;
    need(typeof keyPrefix === 'string' && !/[{}]/.test(keyPrefix), 'keyPrefix must be a string without braces');
    wholeNumber('redisTimeoutMs', 'milliseconds', redisTimeoutMs, 60_000);
    this.#send = sender(client);
    this.#prefix = keyPrefix;
    this.#timeoutMs = redisTimeoutMs;
  }

  /** @internal For the network limits. */
  readonly scriptClient: ScriptClient = {
    eval: (source, { keys: [key = '', ...keys], arguments: args }) => {
      const known = this.#scripts.get(source) ?? script(source);
      this.#scripts.set(source, known);
      return this.#run(known, [this.#prefix + key, ...keys.map((other) => this.#prefix + other)], args);
    },
  };

  async issue({
    account,
    recordId,
    digest,
    codeDigest,
    binding,
    sealed,
    ttlMs,
    lanes = [],
  }: NewLink): Promise<'issued' | 'limited'> {
    const link = { d: digest, b: binding, c: sealed, ...(codeDigest !== '' && { k: codeDigest }) };
    const limits = lanes.flatMap(({ name, limits }) => [
      name,
      limits.length,
      ...limits.flatMap(({ count, windowMs }) => [count, windowMs]),
    ]);
    const args = [recordId, JSON.stringify(link), ...[ttlMs, ...limits].map(String)];
    const issued = await this.#run(ISSUE, this.#keys(account, recordId), args);
    return issued === 1 ? 'issued' : 'limited';
  }

  async open({ account, recordId, digest, binding }: Presented): Promise<Judged> {
    return judged(await this.#run(OPEN, this.#keys(account, recordId), [recordId, digest, binding])) as Judged;
  }

  async redeem({ account, recordId, digest, binding }: Presented, countMismatch: boolean): Promise<Judged> {
    const args = [recordId, digest, binding, countMismatch ? '1' : '0'];
    return judged(await this.#run(REDEEM, this.#keys(account, recordId), args)) as Judged;
  }

  async redeemByCode({ account, recordId, codeDigest, binding }: PresentedCode, maxTries: number): Promise<JudgedCode> {
    const keys: [string, string, string] = [...this.#keys(account, recordId), `${this.#accountKey(account)}/wrong`];
    const args = [recordId, codeDigest, binding, String(maxTries), String(DAY_MS)];
    return judged(await this.#run(REDEEM_BY_CODE, keys, args)) as JudgedCode;
  }

  async revoke(account: string, recordId?: string): Promise<number> {
    return Number(await this.#run(REVOKE, [this.#accountKey(account)], recordId === undefined ? [] : [recordId]));
  }

  async outstanding(account: string): Promise<LiveLink[]> {
    const reply = (await this.#run(OUTSTANDING, [this.#accountKey(account)], [])) as string[];
    return Array.from({ length: reply.length / 2 }, (_, i) => ({
      recordId: String(reply[2 * i]),
      expiresAt: Number(reply[2 * i + 1]),
    }));
  }

  async ping(): Promise<void> {
    await within(this.#timeoutMs, (late) => this.#send(undefined, ['ping'], late));
  }

  /** Links first, so that a script's first key is the one it is about. */
  #keys(account: string, recordId: string): [string, string] {
    return [`${this.#prefix}{${account}}:${recordId}`, this.#accountKey(account)];
  }

  #accountKey(account: string): string {
    return `${this.#prefix}{${account}}`;
  }

  async #run(script: Script, keys: [string, ...string[]], args: string[]): Promise<unknown> {
    // Our own deadline: a client's defaults may wait for as long as Redis is away.
    return within(this.#timeoutMs, (late) => runScript(this.#send, script, keys, args, late));
  }
}

function judged(reply: unknown): Judged | JudgedCode {
  const [code, first, second, third] = reply as [number, ...(number | string)[]];
  const status = OUTCOMES[code];
  switch (status) {
    case 'live':
      return { status, sealed: String(first) };
    case 'used':
      return { status, usedAgoMs: Number(first), sealed: String(second) };
    case 'mismatch':
      if (first === undefined) return { status };
      return { status, count: Number(first), used: third === 1, sealed: String(second) };
    case 'wrong':
      return { status, count: Number(first), today: Number(second), sealed: String(third) };
    case 'invalid':
    case 'expired':
    case 'revoked':
    case 'locked':
      return { status };
    default:
      throw new MagicLinkError('redis_reply_unknown', 'Redis gave a reply that no script of ours gives');
  }
}
