/** Writes events in the background: from a bounded buffer, in batches, with retries until Redis accepts them. */

import type { MagicLinkEvent } from '../events/events.js';
import { within } from '../util/deadline.js';
import { warn } from '../util/warn.js';
import type { AuditStreams } from './streams.js';

/** The number of events in a batch. */
const BATCH = 100;
/**
 * Milliseconds between two batches. This process writes at most 2,000 events a second, however many wait, because
 * logins need the same processor and the same Redis. A flush does not wait for this pause.
 */
const PACE_MS = 50;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 1000;

interface Write {
  readonly key: string;
  readonly entries: string[];
  lasting: boolean;
}

export class AuditWriter {
  readonly #streams: AuditStreams;
  readonly #size: number;
  /** An event stays here until it is written. */
  readonly #buffer: MagicLinkEvent[] = [];
  #dropped = 0;
  #warned = false;
  #isRunning = false;
  /** Ends the pause between two batches. */
  #goOn = () => {};
  #isClosed = false;
  #written = 0;
  readonly #waiting: { readonly upTo: number; readonly resolve: () => void }[] = [];

  constructor(streams: AuditStreams, size: number) {
    this.#streams = streams;
    this.#size = size;
  }

  /**
   * Buffers the event, or drops and counts it if the buffer is full. It does nothing else, because a login is waiting.
   */
  push(event: MagicLinkEvent): void {
    if (this.#isClosed) return;
    if (this.#buffer.length >= this.#size) {
      this.#drop(1, 'the buffer is full');
      return;
    }
    this.#buffer.push(event);
    if (canWait(event) && this.#buffer.length < BATCH) return;
    this.#start();
  }

  /**
   * Resolves when all events that were pushed before are written.
   * @throws MagicLinkError with the code ETIMEDOUT after the deadline
   */
  async flush(deadlineMs: number): Promise<void> {
    if (this.#buffer.length === 0) return;
    this.#start();
    const upTo = this.#written + this.#buffer.length;
    const written = new Promise<void>((resolve) => this.#waiting.push({ upTo, resolve }));
    this.#goOn();
    await within(deadlineMs, () => written);
  }

  /** Accepts no more events, and writes as many of the waiting ones as the deadline allows. */
  async close(deadlineMs: number): Promise<void> {
    const left = this.flush(deadlineMs);
    this.#isClosed = true;
    await left.catch(() => undefined);
    const lost = this.#buffer.splice(0).length;
    // No later entry can report this loss, so warn even after an earlier warning.
    this.#warned = false;
    if (lost > 0) this.#drop(lost, `closed before Redis accepted ${lost} of them`);
  }

  #start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#buffer.length > 0) {
      const batch = this.#buffer.slice(0, BATCH);
      await this.#write(this.#writesOf(batch));
      this.#buffer.splice(0, batch.length);
      this.#written += batch.length;
      const isDone = ({ upTo }: { upTo: number }) => upTo <= this.#written;
      while (this.#waiting[0] && isDone(this.#waiting[0])) this.#waiting.shift()?.resolve();
      if (this.#buffer.length > 0 && this.#waiting.length === 0) await this.#rest();
    }
    this.#isRunning = false;
    this.#warned = false;
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PACE_MS);
      this.#goOn = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /**
   * A command whose answer is lost may have been executed. The retry then stores the entry twice, under the same event
   * id.
   */
  async #write(writes: Write[]): Promise<void> {
    let left = writes;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      const outcomes = await Promise.allSettled(
        left.map(({ key, entries, lasting }) => this.#streams.append(key, entries, lasting)),
      );
      left = left.filter(({ entries }, i) => {
        const outcome = outcomes[i];
        if (outcome?.status !== 'rejected') return false;
        if (!isHopeless(outcome.reason)) return true;
        this.#drop(entries.length, 'Redis refuses them');
        return false;
      });
      if (left.length === 0) return;
      this.#warn('Redis does not accept events; they will be retried');
      await new Promise<void>((resolve) => setTimeout(resolve, pause).unref());
      // `close` has dropped them.
      if (this.#buffer.length === 0) return;
    }
  }

  /**
   * One write for each stream, with its entries in the order of the events. The first entry says how many events were
   * dropped before it.
   */
  #writesOf(batch: readonly MagicLinkEvent[]): Write[] {
    const writes = new Map<string, Write>();
    const add = (key: string, entry: string, lasting: boolean) => {
      const write = writes.get(key) ?? { key, entries: [], lasting };
      write.entries.push(entry);
      write.lasting ||= lasting;
      writes.set(key, write);
    };
    for (const event of batch) {
      const entry = JSON.stringify(this.#dropped > 0 ? { ...event, dropped: this.#dropped } : event);
      this.#dropped = 0;
      add(this.#streams.ofTime, entry, true);
      for (const account of accountsIn(event)) add(this.#streams.ofAccount(account), entry, isOwners(event));
    }
    return [...writes.values()];
  }

  #drop(count: number, why: string): void {
    this.#dropped += count;
    this.#warn(`events are dropped: ${why}`);
  }

  /** Warns once until the buffer is empty again, so that an outage does not cause many warnings. */
  #warn(what: string): void {
    if (this.#warned) return;
    this.#warned = true;
    warn('PBL_AUDIT', `the audit log: ${what}`);
  }
}

export const accountsIn = ({ account, formerAccount }: Pick<MagicLinkEvent, 'account' | 'formerAccount'>): string[] =>
  [account, formerAccount].filter((one) => one !== undefined);

/**
 * Only a person with both the mailbox and the browser can cause these events. From then on, the account has an owner.
 */
const isOwners = ({ type }: MagicLinkEvent) => type === 'link.redeemed' || type === 'address.changed';

/**
 * Events that cost the login no Redis command. Anybody can cause as many as they like, so they must cost the log no
 * command either: they are written together with the next event.
 */
const canWait = ({ type, reason }: MagicLinkEvent) => type === 'link.expired' || reason === 'forged_tokens';

/** Errors that a retry cannot fix: a key that is not a stream, or a missing permission. */
const isHopeless = (reason: unknown) => reason instanceof Error && /^(WRONGTYPE|NOPERM)\b/.test(reason.message);
