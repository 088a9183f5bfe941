/** Links in this process's memory, for development and tests: gone at a restart, unknown to a second process. */

import { MagicLinkError } from '../errors.js';
import type {
  Judged,
  JudgedCode,
  Lane,
  LinkStore,
  LiveLink,
  NewLink,
  Presented,
  PresentedCode,
} from '../protocol/store.js';
import { checkNames, isFunction, namesOf, need, wholeNumber } from '../util/check.js';

export interface MemoryStoreOptions {
  /** Links kept at most, 1 to 1,000,000; past it asking is answered 503, and none is pushed out. Default 10,000. */
  maxLinks?: number;
  /** Epoch milliseconds. Default `Date.now`. */
  clock?: () => number;
}

interface Record extends Omit<NewLink, 'ttlMs' | 'lanes'> {
  readonly expiresAt: number;
  live: boolean;
  usedAt?: number;
  mismatches: number;
  wrongCodes: number;
}

const OPTION_NAMES = namesOf<MemoryStoreOptions>({ maxLinks: true, clock: true });

const DAY_MS = 24 * 60 * 60 * 1000;

/** Lanes outlive their links, and an account has a few. */
const LANES_A_LINK = 3;

/** Nothing here awaits, so that each method is atomic as the contract asks. */
export class MemoryStore implements LinkStore {
  readonly developmentOnly = true;
  readonly #records = new Map<string, Record>();
  readonly #lanes = new Map<string, { times: number[]; expiresAt: number }>();
  readonly #maxLinks: number;
  readonly #clock: () => number;

  /** @throws TypeError for a wrong option */
  constructor(options: MemoryStoreOptions = {}) {
    checkNames('MemoryStore', options, OPTION_NAMES);
    const { maxLinks = 10_000, clock = Date.now } = options;
    wholeNumber('maxLinks', 'links', maxLinks, 1_000_000);
    need(isFunction(clock), 'clock must be a function that returns epoch milliseconds');
    this.#maxLinks = maxLinks;
    this.#clock = clock;
  }

  async issue({ ttlMs, lanes = [], ...link }: NewLink): Promise<'issued' | 'limited'> {
    const now = this.#clock();
    const counted = lanes.map((lane) => ({ ...lane, times: this.#lane(`${link.account}/${lane.name}`, lane, now) }));
    const isFull = ({ times, limits }: (typeof counted)[number]) =>
      limits.some(({ count, windowMs }) => times.filter((time) => time > now - windowMs).length >= count);
    if (counted.some(isFull)) return 'limited';
    if (this.#isFull) this.#forgetEnded(now);
    if (this.#isFull) throw new MagicLinkError('memory_store_full', 'the memory store is full');
    this.#records.set(link.recordId, { ...link, expiresAt: now + ttlMs, live: true, mismatches: 0, wrongCodes: 0 });
    for (const { times } of counted) times.push(now);
    return 'issued';
  }

  get #isFull(): boolean {
    return this.#records.size >= this.#maxLinks || this.#lanes.size >= this.#maxLinks * LANES_A_LINK;
  }

  async open(link: Presented): Promise<Judged> {
    return this.#judge(link, false)[0];
  }

  async redeem(link: Presented, countMismatch: boolean): Promise<Judged> {
    const [judged, record] = this.#judge(link, countMismatch);
    return record ? this.#spend(record) : judged;
  }

  async redeemByCode({ account, recordId, codeDigest, binding }: PresentedCode, maxTries: number): Promise<JudgedCode> {
    const now = this.#clock();
    const record = this.#records.get(recordId);
    if (record?.account !== account) return { status: 'invalid' };
    if (record.expiresAt <= now) return { status: 'expired' };
    if (binding === '' || record.binding !== binding) return { status: 'mismatch' };
    if (record.wrongCodes >= maxTries) return { status: 'locked' };
    if (codeDigest === '' || record.codeDigest !== codeDigest) {
      const today = this.#countWrongCode(account, now);
      return { status: 'wrong', count: ++record.wrongCodes, today, sealed: record.sealed };
    }
    const judged = this.#stateOf(record, now);
    return judged.status === 'live' ? this.#spend(record) : judged;
  }

  async revoke(account: string, recordId?: string): Promise<number> {
    const now = this.#clock();
    let revoked = 0;
    for (const record of this.#records.values()) {
      const meant = record.account === account && (recordId === undefined || record.recordId === recordId);
      if (!meant || !record.live || record.expiresAt <= now) continue;
      record.live = false;
      revoked++;
    }
    return revoked;
  }

  async outstanding(account: string): Promise<LiveLink[]> {
    const now = this.#clock();
    return [...this.#records.values()]
      .filter((record) => record.account === account && record.live && record.expiresAt > now)
      .map(({ recordId, expiresAt }) => ({ recordId, expiresAt }));
  }

  async ping(): Promise<void> {}

  /** With the record, where it is live. */
  #judge(link: Presented, countMismatch: boolean): [Judged, Record?] {
    const now = this.#clock();
    const record = this.#records.get(link.recordId);
    if (record?.account !== link.account || record.digest !== link.digest) return [{ status: 'invalid' }];
    if (record.expiresAt <= now) return [{ status: 'expired' }];
    if (link.binding === '' || record.binding !== link.binding) {
      if (countMismatch) record.mismatches++;
      const { mismatches: count, sealed, usedAt } = record;
      return [{ status: 'mismatch', count, used: usedAt !== undefined, sealed }];
    }
    const judged = this.#stateOf(record, now);
    return judged.status === 'live' ? [judged, record] : [judged];
  }

  #stateOf({ live, sealed, usedAt }: Record, now: number) {
    if (usedAt !== undefined) return { status: 'used', usedAgoMs: now - usedAt, sealed } as const;
    return live ? ({ status: 'live', sealed } as const) : ({ status: 'revoked' } as const);
  }

  #spend(record: Record) {
    record.live = false;
    record.usedAt = this.#clock();
    return { status: 'live', sealed: record.sealed } as const;
  }

  /** A lane like any other, but that nothing is refused by it. */
  #countWrongCode(account: string, now: number): number {
    const windows = { name: 'wrong', limits: [{ count: Number.POSITIVE_INFINITY, windowMs: DAY_MS }] };
    return this.#lane(`${account}/wrong`, windows, now).push(now);
  }

  /** When links were issued in this lane, as far back as its longest window goes. */
  #lane(name: string, { limits }: Lane, now: number): number[] {
    const longest = Math.max(...limits.map(({ windowMs }) => windowMs));
    const times = (this.#lanes.get(name)?.times ?? []).filter((time) => time > now - longest);
    this.#lanes.set(name, { times, expiresAt: now + longest });
    return times;
  }

  #forgetEnded(now: number): void {
    for (const map of [this.#records, this.#lanes]) {
      for (const [key, { expiresAt }] of map) if (expiresAt <= now) map.delete(key);
    }
  }
}
