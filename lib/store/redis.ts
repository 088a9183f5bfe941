/** Links in Redis: one script and one round trip a step, on one slot. Holds digests and sealed bytes only. */
import { MagicLinkError } from '../errors.js';
import type {
  LinkRef,
  LinkStore,
  LiveLink,
  NewLink,
  OpenResult,
  Presented,
  PresentedCode,
  RedeemByCodeResult,
  RedeemResult,
  WindowCount,
} from '../protocol/store.js';
import type { RedisClient } from './redis-client.js';
import { type RedisOptions, RedisScripts } from './redis-scripts.js';
import { INCREMENT, ISSUE, OPEN, OUTCOMES, OUTSTANDING, REDEEM, REDEEM_BY_CODE, REVOKE } from './scripts.js';

export type RedisStoreOptions = RedisOptions;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * @param client of ioredis 5 or 6 or node-redis 5 or 6, or a cluster of one of these; connected and
 *   closed by the app
 * @throws TypeError for another client or a wrong option
 */
export class RedisStore implements LinkStore {
  /** @internal The same Redis for other keys of ours: the doctor's. */
  readonly scripts: RedisScripts;

  constructor(client: RedisClient, options: RedisStoreOptions = {}) {
    this.scripts = new RedisScripts(client, options, 'RedisStore');
  }

  async issue(link: NewLink): Promise<'issued' | 'limited'> {
    const { recordId, digest, codeDigest, binding, sealed, ttlMs, lanes = [] } = link;
    const record = { d: digest, b: binding, c: sealed, ...(codeDigest !== '' && { k: codeDigest }) };
    const limits = lanes.flatMap(({ name, limits }) => [
      name,
      limits.length,
      ...limits.flatMap(({ count, windowMs }) => [count, windowMs]),
    ]);
    const args = [recordId, JSON.stringify(record), ...[ttlMs, ...limits].map(String)];
    return (await this.scripts.run(ISSUE, keysOf(link), args)) === 1 ? 'issued' : 'limited';
  }

  async open(link: Presented): Promise<OpenResult> {
    const { recordId, digest, binding } = link;
    return resultOf(await this.scripts.run(OPEN, keysOf(link), [recordId, digest, binding])) as OpenResult;
  }

  async redeem(link: Presented, countMismatch: boolean): Promise<RedeemResult> {
    const { recordId, digest, binding } = link;
    const args = [recordId, digest, binding, countMismatch ? '1' : '0'];
    return resultOf(await this.scripts.run(REDEEM, keysOf(link), args)) as RedeemResult;
  }

  async redeemByCode(code: PresentedCode, maxTries: number): Promise<RedeemByCodeResult> {
    const { account, recordId, codeDigest, binding } = code;
    const keys: [string, ...string[]] = [...keysOf(code), `${accountKey(account)}/wrong`];
    const args = [recordId, codeDigest, binding, String(maxTries), String(DAY_MS)];
    return resultOf(await this.scripts.run(REDEEM_BY_CODE, keys, args)) as RedeemByCodeResult;
  }

  async revoke(account: string, recordId?: string): Promise<number> {
    const args = recordId === undefined ? [] : [recordId];
    return Number(await this.scripts.run(REVOKE, [accountKey(account)], args));
  }

  async outstanding(account: string): Promise<LiveLink[]> {
    const reply = (await this.scripts.run(OUTSTANDING, [accountKey(account)])) as string[];
    return Array.from({ length: reply.length / 2 }, (_, i) => ({
      recordId: String(reply[2 * i]),
      expiresAt: Number(reply[2 * i + 1]),
    }));
  }

  async increment(name: string, windowMs: number): Promise<WindowCount> {
    const [count, left] = (await this.scripts.run(INCREMENT, [name], [String(windowMs)])) as [number, number];
    return { count: Number(count), expiresInMs: Number(left) };
  }

  async ping(): Promise<void> {
    await this.scripts.command('ping');
  }
}

/** The account's key, on whose slot all of its other keys are, too. */
const accountKey = (account: string): string => `{${account}}`;

/** KEYS[1] and KEYS[2] of the scripts about one link. */
const keysOf = ({ account, recordId }: LinkRef): [string, string] => [
  `${accountKey(account)}:${recordId}`,
  accountKey(account),
];

function resultOf(reply: unknown): OpenResult | RedeemResult | RedeemByCodeResult {
  const [code, first, second, third] = reply as [number, ...(number | string)[]];
  const status = OUTCOMES[code];
  switch (status) {
    case 'live':
    case 'redeemed':
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
      throw new MagicLinkError('redis_reply_unknown', 'Redis sent a reply that none of our scripts sends');
  }
}
