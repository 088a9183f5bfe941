/** An audit log on Redis Streams: keeps every event for a configured time, and reads by account or by time. */

import type { EventListener, MagicLinkEvent } from '../events/events.js';
import type { StrategyPort } from '../strategy/port.js';
import { MagicLinkStrategy } from '../strategy/strategy.js';
import { checkNames, namesOf, need, wholeNumber } from '../util/check.js';
import { merged } from './merge.js';
import { type AuditConfig, type AuditOptions, parseAuditOptions } from './options.js';
import { AuditStreams, type Range, type Stored } from './streams.js';
import { AuditWriter, accountsIn } from './writer.js';

export type { AuditOptions } from './options.js';

export interface AuditEntry extends MagicLinkEvent {
  /** How many events were dropped before this one was written, because the buffer was full or Redis refused them. */
  readonly dropped?: number;
}

export interface AuditRange {
  /** Only events of this mailbox, under any of the app's secrets. */
  readonly address?: string;
  /** Only events of this account, as events name it. */
  readonly account?: string;
  /**
   * Epoch seconds, inclusive, compared with the time at which Redis stored the event. Default: the oldest event kept.
   */
  readonly from?: number;
  /** Epoch seconds, inclusive. Default: now. */
  readonly to?: number;
  /** Default false: oldest first. */
  readonly newestFirst?: boolean;
}

const RANGE_NAMES = namesOf<AuditRange>({ address: true, account: true, from: true, to: true, newestFirst: true });

/** Milliseconds that `flush` and `close` wait for Redis. */
const DEADLINE_MS = 4000;
/** The number of streams to trim, or of entries to remove, at once. */
const CHUNK = 100;

export class AuditLog {
  readonly #port: StrategyPort;
  readonly #config: AuditConfig;
  readonly #streams: AuditStreams;
  readonly #writer: AuditWriter;
  readonly #listener: EventListener;

  /**
   * Records every event of the strategy from now on, in the background.
   * @param options see AuditOptions; only `client` is required
   * @throws TypeError for a wrong or unknown option
   */
  constructor(strategy: MagicLinkStrategy, options: AuditOptions) {
    need(strategy instanceof MagicLinkStrategy, 'AuditLog takes a MagicLinkStrategy first');
    this.#port = strategy.port;
    this.#config = parseAuditOptions(options);
    this.#streams = new AuditStreams(this.#config);
    const writer = new AuditWriter(this.#streams, this.#config.bufferSize);
    this.#writer = writer;
    this.#listener = (event) => writer.push(event);
    this.#port.events.on('*', this.#listener);
  }

  /**
   * Reads entries lazily, page by page, including those of other processes. The entries that this process still holds
   * appear after `flush()`. Rejects if Redis does not answer.
   * @throws TypeError for a wrong or unknown option
   */
  async *read(range: AuditRange = {}): AsyncGenerator<AuditEntry> {
    for await (const { text } of this.#stored(range)) yield JSON.parse(text) as AuditEntry;
  }

  /** The same entries as JSON lines, each ending in a newline. */
  async *toJsonLines(range: AuditRange = {}): AsyncGenerator<string> {
    for await (const { text } of this.#stored(range)) yield `${text}\n`;
  }

  /**
   * Removes exactly the entries that are older than `maxAgeDays` or beyond `maxEvents`. Run it daily. Entries that are
   * too old are not read before that either. Resolves with the number of removed entries.
   */
  async retain(): Promise<number> {
    const accounts = new Set<string>();
    for await (const { text } of this.#streams.read(this.#streams.ofTime, EVERYTHING)) {
      for (const account of accountsIn(JSON.parse(text))) accounts.add(account);
    }
    const keys = [this.#streams.ofTime, ...[...accounts].map((account) => this.#streams.ofAccount(account))];
    let gone = 0;
    for (const some of chunks(keys)) {
      for (const count of await Promise.all(some.map((key) => this.#streams.trim(key)))) gone += count;
    }
    return gone;
  }

  /**
   * Removes every entry about an account from all streams. Later events of the account are recorded again, so revoke
   * its links first. Resolves with the number of removed entries. An entry counts once for each stream that had it.
   * @param who an address, or the account as events name it
   */
  async eraseAccount(who: string): Promise<number> {
    need(isName(who), 'eraseAccount takes an address, or an account as events name it');
    const accounts = who.includes('@') ? this.#port.accountTags(who) : [who];
    await this.flush();
    let gone = 0;
    for (const account of accounts) gone += await this.#streams.drop(this.#streams.ofAccount(account));
    const ids: string[] = [];
    for await (const { id, text } of this.#streams.read(this.#streams.ofTime, EVERYTHING)) {
      if (accountsIn(JSON.parse(text)).some((account) => accounts.includes(account))) ids.push(id);
    }
    for (const some of chunks(ids)) gone += await this.#streams.remove(this.#streams.ofTime, some);
    return gone;
  }

  /**
   * Resolves when all events so far are written.
   * @throws MagicLinkError with the code ETIMEDOUT after 4 seconds
   */
  flush(): Promise<void> {
    return this.#writer.flush(DEADLINE_MS);
  }

  /**
   * Stops listening and writes the remaining events. Events that Redis does not accept in time are dropped, with a
   * warning. Call it after the strategy's own `close`, because the last mails cause events too.
   * @param deadlineMs milliseconds; default 4,000
   */
  async close(deadlineMs = DEADLINE_MS): Promise<void> {
    wholeNumber('deadlineMs', 'milliseconds', deadlineMs, { max: 60_000 });
    this.#port.events.off('*', this.#listener);
    await this.#writer.close(deadlineMs);
  }

  #stored(options: AuditRange): AsyncGenerator<Stored> {
    checkNames('read', options, RANGE_NAMES);
    const { from, to, newestFirst = false } = options;
    const oldest = this.#port.clock() - this.#config.maxAgeMs;
    const start = String(Math.max(oldest, (from ?? 0) * 1000, 0));
    const range: Range = { start, end: to === undefined ? '+' : String(to * 1000 + 999), newestFirst };
    const streams = this.#keysOf(options).map((key) => this.#streams.read(key, range));
    return merged(streams, newestFirst);
  }

  /** An undefined account is a mistake. It must not return the events of all accounts. */
  #keysOf(options: AuditRange): string[] {
    if (!('address' in options || 'account' in options)) return [this.#streams.ofTime];
    const { address, account } = options;
    need(address === undefined || account === undefined, 'read takes an address or an account');
    need(isName(address ?? account), 'address or account must be a string that is not empty');
    const accounts = address === undefined ? [account as string] : this.#port.accountTags(address);
    return accounts.map((one) => this.#streams.ofAccount(one));
  }
}

const isName = (who: unknown): who is string => typeof who === 'string' && who !== '';

const EVERYTHING: Range = { start: '-', end: '+', newestFirst: false };

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let i = 0; i < all.length; i += CHUNK) yield all.slice(i, i + CHUNK);
}
