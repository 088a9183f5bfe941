/** A bounded queue of mail: sends a few at a time and retries until the mail expires. */
import { type Late, within } from '../util/deadline.js';
import { UndeliverableError } from './mailer.js';

export interface OutboxConfig {
  /** The most mails that may wait, be in transit or be reserved. */
  readonly capacity: number;
  /** The most mails sent at the same time. */
  readonly concurrency: number;
  /** The most milliseconds that one attempt may take. */
  readonly timeoutMs: number;
  /** Milliseconds before the second attempt. Each further delay doubles, up to a minute or a 24th of the mail's lifetime. */
  readonly retryDelayMs: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

export interface Mail {
  /** Makes one attempt, which must not send once it is `late`. Rejects with UndeliverableError if another is pointless. */
  attempt(late: Late): Promise<void>;
  /** Called after each failed attempt. */
  failed(failure: Failure): void;
  /** Epoch milliseconds. No attempt is made after it. */
  readonly expiresAt: number;
}

export interface Failure {
  /** One short word, without any address. */
  readonly reason: string;
  /** Attempts so far. */
  readonly count: number;
  /** False if this was the last attempt. */
  readonly retried: boolean;
}

/** Room for one mail, held until the mail is sent or given up. */
export interface Slot {
  send(mail: Mail): void;
  release(): void;
}

const MAX_DELAY_MS = 60_000;
/** A mail that is valid for days need not be retried every minute. */
const DELAYS_PER_LIFETIME = 24;

export class Outbox {
  readonly #config: OutboxConfig;
  readonly #ready: Sending[] = [];
  readonly #waiting = new Map<Sending, NodeJS.Timeout>();
  readonly #unfinished = new Set<Sending>();
  #held = 0;
  #active = 0;
  #closing = false;
  readonly #idle: (() => void)[] = [];

  constructor(config: OutboxConfig) {
    this.#config = config;
  }

  /** Undefined if the outbox is full, or after `close`. */
  reserve(): Slot | undefined {
    if (this.#closing || this.#held >= this.#config.capacity) return undefined;
    this.#held++;
    let open = true;
    const take = () => {
      const was = open;
      open = false;
      return was;
    };
    return {
      send: (mail) => {
        if (!take()) return;
        const lifetime = mail.expiresAt - this.#config.clock();
        const maxDelayMs = Math.max(MAX_DELAY_MS, lifetime / DELAYS_PER_LIFETIME);
        const sending = { mail, maxDelayMs, attempts: 0 };
        this.#unfinished.add(sending);
        this.#enqueue(sending);
      },
      release: () => {
        if (take()) this.#free();
      },
    };
  }

  /**
   * Accepts no more mail, tries each remaining mail once, and gives up what is not sent within `deadlineMs`.
   * Slots reserved before can still be used until then.
   */
  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    for (const [sending, timer] of this.#waiting) {
      clearTimeout(timer);
      this.#enqueue(sending);
    }
    this.#waiting.clear();
    if (this.#held > 0) {
      const idle = new Promise<void>((resolve) => {
        this.#idle.push(resolve);
      });
      await within(deadlineMs, () => idle).catch(() => undefined);
    }
    for (const sending of this.#unfinished) this.#finish(sending, 'shutdown');
  }

  #enqueue(sending: Sending): void {
    this.#ready.push(sending);
    this.#next();
  }

  #next(): void {
    while (this.#active < this.#config.concurrency) {
      const sending = this.#ready.shift();
      if (!sending) return;
      if (!this.#unfinished.has(sending)) continue;
      this.#active++;
      void this.#try(sending).then(() => {
        this.#active--;
        this.#next();
      });
    }
  }

  async #try(sending: Sending): Promise<void> {
    if (this.#config.clock() >= sending.mail.expiresAt) {
      this.#finish(sending, 'expired');
      return;
    }
    try {
      await within(this.#config.timeoutMs, (late) => sending.mail.attempt(late));
      this.#finish(sending);
    } catch (error) {
      this.#retry(sending, error);
    }
  }

  #retry(sending: Sending, error: unknown): void {
    const delay = Math.min(this.#config.retryDelayMs * 2 ** sending.attempts, sending.maxDelayMs);
    sending.attempts++;
    const isFinal = isPermanent(error) || this.#config.clock() + delay >= sending.mail.expiresAt;
    if (isFinal || this.#closing) {
      this.#finish(sending, reasonOf(error));
      return;
    }
    sending.mail.failed({ reason: reasonOf(error), count: sending.attempts, retried: true });
    const timer = setTimeout(() => {
      this.#waiting.delete(sending);
      this.#enqueue(sending);
    }, delay);
    // A retry does not keep the process alive. An app that shuts down calls `close`.
    timer.unref();
    this.#waiting.set(sending, timer);
  }

  #finish(sending: Sending, failure?: string): void {
    if (!this.#unfinished.delete(sending)) return;
    if (failure !== undefined) sending.mail.failed({ reason: failure, count: sending.attempts, retried: false });
    this.#free();
  }

  #free(): void {
    this.#held--;
    if (this.#held === 0) for (const wake of this.#idle.splice(0)) wake();
  }
}

interface Sending {
  readonly mail: Mail;
  readonly maxDelayMs: number;
  attempts: number;
}

/** SMTP replies 5yz are final (RFC 5321 4.2.1). EENVELOPE without a reply is nodemailer's own refusal to send. */
function isPermanent(error: unknown): boolean {
  const { responseCode, code } = Object(error) as { responseCode?: unknown; code?: unknown };
  if (error instanceof UndeliverableError) return true;
  return responseCode === undefined ? code === 'EENVELOPE' : Number(responseCode) >= 500;
}

/** A code or name, never the error's text, because SMTP servers quote the recipient in it. */
function reasonOf(error: unknown): string {
  if (error instanceof UndeliverableError) return error.reason;
  const { responseCode, code, name } = Object(error) as Record<string, unknown>;
  const word = [responseCode, code, name].find((value) => value !== undefined) ?? '';
  return /^\w{1,32}$/.test(String(word)) ? String(word) : 'unknown';
}
