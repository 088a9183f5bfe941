/** Writes events in the background: bounded, in batches, and again until Redis has taken them. */

import type { MagicLinkEvent } from '../events/events.js';
import { within } from '../util/deadline.js';
import { warn } from '../util/warn.js';
import type { AuditStreams } from './streams.js';

/** Events that are written at one time. */
const BATCH = 100;
/**
 * Milliseconds between two batches: 2,000 events a second of this process are written, however many more
 * wait, because logins want the same processor and the same Redis. Who flushes does not wait for it.
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
  /** What is being written stays in it until it is. */
  readonly #buffer: MagicLinkEvent[] = [];
  #dropped = 0;
  #warned = false;
  #isRunning = false;
  /** Ends the rest between two batches. */
  #goOn = () => {};
  #isClosed = false;
  #written = 0;
  readonly #waiting: { readonly upTo: number; readonly resolve: () => void }[] = [];

  constructor(streams: AuditStreams, size: number) {
    this.#streams = streams;
    this.#size = size;
  }

  /** Takes the event, or drops and counts it where there is no room. Does nothing else: a login is waiting. */
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
   * Resolves when what was pushed before is written.
   * @throws MagicLinkError with the code ETIMEDOUT past the deadline
   */
  async flush(deadlineMs: number): Promise<void> {
    if (this.#buffer.length === 0) return;
    this.#start();
    const upTo = this.#written + this.#buffer.length;
    const written = new Promise<void>((resolve) => this.#waiting.push({ upTo, resolve }));
    this.#goOn();
    await within(deadlineMs, () => written);
  }

  /** Writes what it has, as far as that goes in time, and takes no more. */
  async close(deadlineMs: number): Promise<void> {
    const left = this.flush(deadlineMs);
    this.#isClosed = true;
    await left.catch(() => undefined);
    const lost = this.#buffer.splice(0).length;
    // Nothing comes after this that could say so.
    this.#warned = false;
    if (lost > 0) this.#drop(lost, `closed before Redis took ${lost} of them`);
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

  /** A command whose answer is lost may have been carried out: then the entry is there twice, with one id. */
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
      this.#warn('Redis does not take events; they are tried again');
      await new Promise<void>((resolve) => setTimeout(resolve, pause).unref());
      // `close` has given them up.
      if (this.#buffer.length === 0) return;
    }
  }

  /** Each stream once, in the order of the events. The first entry says how many have been dropped by now. */
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

  /** Once, until nothing waits any more: the warnings would be a storm, too. */
  #warn(what: string): void {
    if (this.#warned) return;
    this.#warned = true;
    warn('PBL_AUDIT', `the audit log: ${what}`);
  }
}

export const accountsIn = ({ account, formerAccount }: Pick<MagicLinkEvent, 'account' | 'formerAccount'>): string[] =>
  [account, formerAccount].filter((one) => one !== undefined);

/** Only whoever has mailbox and browser can bring it about: from here on it is somebody's account. */
const isOwners = ({ type }: MagicLinkEvent) => type === 'link.redeemed' || type === 'address.changed';

/**
 * What costs the login no command costs the log none either: anybody can bring it about as often as he likes,
 * so it goes with whatever comes next.
 */
const canWait = ({ type, reason }: MagicLinkEvent) => type === 'link.expired' || reason === 'forged_tokens';

/** What is in the way will be so next time: a key that is no stream, or a right that is missing. */
const isHopeless = (reason: unknown) => reason instanceof Error && /^(WRONGTYPE|NOPERM)\b/.test(reason.message);
