/** Links in this process's memory, for development and tests: lost at a restart, unknown to other processes. */
import { MagicLinkError } from '../errors.js';
import type {
  Lane,
  LinkStore,
  LiveLink,
  MismatchedLink,
  NewLink,
  OpenResult,
  Presented,
  PresentedCode,
  RedeemByCodeResult,
  RedeemedLink,
  RedeemResult,
  UnusableLink,
  UsedLink,
  WindowCount,
} from '../protocol/store.js';
import { checkNames, isFunction, namesOf, need, wholeNumber } from '../util/check.js';

export interface MemoryStoreOptions {
  /**
   * Links kept at most, 1 to 1,000,000; three times as many lanes and counters. A request beyond that is answered 503,
   * and nothing is removed early. Default 10,000.
   */
  maxLinks?: number;
  /** Epoch milliseconds. Default `Date.now`. */
  clock?: () => number;
}

interface Record extends Omit<NewLink, 'ttlMs' | 'lanes'> {
  readonly expiresAt: number;
  isLive: boolean;
  usedAt?: number;
  mismatches: number;
  wrongCodes: number;
}

interface Counter {
  readonly expiresAt: number;
  count: number;
}

const OPTION_NAMES = namesOf<MemoryStoreOptions>({ maxLinks: true, clock: true });

const DAY_MS = 24 * 60 * 60 * 1000;

/** Lanes and counters outlive their links. */
const PER_LINK = 3;

/** Nothing here awaits, so each method is atomic as the contract requires. */
export class MemoryStore implements LinkStore {
  readonly developmentOnly = true;
  readonly #records = new Map<string, Record>();
  readonly #lanes = new Map<string, { times: number[]; expiresAt: number }>();
  readonly #counters = new Map<string, Counter>();
  readonly #maxLinks: number;
  readonly #clock: () => number;

  /** @throws TypeError for a wrong option */
  constructor(options: MemoryStoreOptions = {}) {
    checkNames('MemoryStore', options, OPTION_NAMES);
    const { maxLinks = 10_000, clock = Date.now } = options;
    wholeNumber('maxLinks', 'links', maxLinks, { max: 1_000_000 });
    need(isFunction(clock), 'clock must be a function that returns epoch milliseconds');
    this.#maxLinks = maxLinks;
    this.#clock = clock;
  }

  async issue({ ttlMs, lanes = [], ...link }: NewLink): Promise<'issued' | 'limited'> {
    const now = this.#clock();
    const keyOf = ({ name }: Lane) => `${link.account}/${name}`;
    if (lanes.some((lane) => isFull(lane, this.#lanes.get(keyOf(lane))?.times ?? [], now))) return 'limited';
    makeRoom(this.#records, this.#maxLinks, now);
    makeRoom(this.#lanes, this.#maxLinks * PER_LINK, now);
    this.#records.set(link.recordId, { ...link, expiresAt: now + ttlMs, isLive: true, mismatches: 0, wrongCodes: 0 });
    for (const lane of lanes) {
      const longest = Math.max(...lane.limits.map(({ windowMs }) => windowMs));
      const times = (this.#lanes.get(keyOf(lane))?.times ?? []).filter((time) => time > now - longest);
      this.#lanes.set(keyOf(lane), { times: [...times, now], expiresAt: now + longest });
    }
    return 'issued';
  }

  async open(link: Presented): Promise<OpenResult> {
    const judged = this.#judge(link, false);
    return 'status' in judged ? judged : { status: 'live', sealed: judged.sealed };
  }

  async redeem(link: Presented, countMismatch: boolean): Promise<RedeemResult> {
    const judged = this.#judge(link, countMismatch);
    return 'status' in judged ? judged : this.#use(judged);
  }

  async redeemByCode(code: PresentedCode, maxTries: number): Promise<RedeemByCodeResult> {
    const { account, recordId, codeDigest, binding } = code;
    const now = this.#clock();
    const record = this.#records.get(recordId);
    if (record?.account !== account) return { status: 'invalid' };
    if (record.expiresAt <= now) return { status: 'expired' };
    if (binding === '' || record.binding !== binding) return { status: 'mismatch' };
    if (record.wrongCodes >= maxTries) return { status: 'locked' };
    // First, because it fails if the store is full: a code that cannot be counted must not be compared.
    const today = this.#counter(`{${account}}/wrong`, DAY_MS, now);
    if (codeDigest === '' || record.codeDigest !== codeDigest) {
      return { status: 'wrong', count: ++record.wrongCodes, today: ++today.count, sealed: record.sealed };
    }
    const judged = this.#stateOf(record, now);
    return 'status' in judged ? judged : this.#use(judged);
  }

  async revoke(account: string, recordId?: string): Promise<number> {
    const meant = this.#liveLinks(account).filter((record) => recordId === undefined || record.recordId === recordId);
    for (const record of meant) record.isLive = false;
    return meant.length;
  }

  async outstanding(account: string): Promise<LiveLink[]> {
    return this.#liveLinks(account).map(({ recordId, expiresAt }) => ({ recordId, expiresAt }));
  }

  async increment(name: string, windowMs: number): Promise<WindowCount> {
    const now = this.#clock();
    const counter = this.#counter(name, windowMs, now);
    return { count: ++counter.count, expiresInMs: counter.expiresAt - now };
  }

  async ping(): Promise<void> {}

  /** The record itself if it is live. */
  #judge(link: Presented, countMismatch: boolean): UnusableLink | MismatchedLink | UsedLink | Record {
    const now = this.#clock();
    const record = this.#records.get(link.recordId);
    if (record?.account !== link.account || record.digest !== link.digest) return { status: 'invalid' };
    if (record.expiresAt <= now) return { status: 'expired' };
    if (link.binding === '' || record.binding !== link.binding) {
      if (countMismatch) record.mismatches++;
      const { mismatches: count, sealed, usedAt } = record;
      return { status: 'mismatch', count, used: usedAt !== undefined, sealed };
    }
    return this.#stateOf(record, now);
  }

  #stateOf(record: Record, now: number): UnusableLink | UsedLink | Record {
    const { isLive, sealed, usedAt } = record;
    if (usedAt !== undefined) return { status: 'used', usedAgoMs: now - usedAt, sealed };
    return isLive ? record : { status: 'revoked' };
  }

  #use(record: Record): RedeemedLink {
    record.isLive = false;
    record.usedAt = this.#clock();
    return { status: 'redeemed', sealed: record.sealed };
  }

  #liveLinks(account: string): Record[] {
    const now = this.#clock();
    return [...this.#records.values()].filter(
      (record) => record.account === account && record.isLive && record.expiresAt > now,
    );
  }

  /** The counter of the current window, or of one that begins now. */
  #counter(name: string, windowMs: number, now: number): Counter {
    const current = this.#counters.get(name);
    if (current && current.expiresAt > now) return current;
    makeRoom(this.#counters, this.#maxLinks * PER_LINK, now);
    const begun = { expiresAt: now + windowMs, count: 0 };
    this.#counters.set(name, begun);
    return begun;
  }
}

const isFull = ({ limits }: Lane, times: readonly number[], now: number): boolean =>
  limits.some(({ count, windowMs }) => times.filter((time) => time > now - windowMs).length >= count);

/** @throws an Error if nothing has expired */
function makeRoom(entries: Map<string, { readonly expiresAt: number }>, max: number, now: number): void {
  if (entries.size < max) return;
  for (const [key, { expiresAt }] of entries) if (expiresAt <= now) entries.delete(key);
  if (entries.size >= max) throw new MagicLinkError('memory_store_full', 'the memory store is full');
}
