/** Mail that waits to be sent: bounded, a few at a time, tried again while the link lives. */
import { type Late, within } from '../util/deadline.js';
import { UndeliverableError } from './mailer.js';

export interface OutboxConfig {
  /** Mails at most that wait, are being sent, or are promised. */
  readonly capacity: number;
  /** Mails at most that are being sent at one time. */
  readonly concurrency: number;
  /** Milliseconds that one attempt may take. */
  readonly timeoutMs: number;
  /** Milliseconds before the second attempt; each further one waits twice as long, a minute or a 24th of the mail's life at most. */
  readonly retryDelayMs: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

export interface Mail {
  /** One attempt, which sends nothing any more once it is `late`. Rejects with UndeliverableError where no other will do better. */
  attempt(late: Late): Promise<void>;
  /** Told after each attempt that failed; the last one is not `retried`. `reason` is a short word. */
  failed(failure: Failure): void;
  /** Epoch milliseconds; no attempt is made after it. */
  readonly expiresAt: number;
}

export interface Failure {
  readonly reason: string;
  /** Attempts so far. */
  readonly count: number;
  readonly retried: boolean;
}

/** Room for one mail, held from before the answer until the mail is sent or given up. */
export interface Slot {
  send(mail: Mail): void;
  release(): void;
}

const MAX_DELAY_MS = 60_000;
/** What lives for days need not be tried each minute. */
const DELAYS_A_LIFE = 24;

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

  /** Undefined when there is no room, or after `close`. */
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
        const life = mail.expiresAt - this.#config.clock();
        const sending = { mail, attempts: 0, maxDelayMs: Math.max(MAX_DELAY_MS, life / DELAYS_A_LIFE) };
        this.#unfinished.add(sending);
        this.#enqueue(sending);
      },
      release: () => {
        if (take()) this.#free();
      },
    };
  }

  /**
   * Takes no more, tries what is left once, and gives up what is not sent within `deadlineMs`.
   * Whoever was promised a slot before may still use it until then.
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
    const hopeless = isPermanent(error) || this.#config.clock() + delay >= sending.mail.expiresAt;
    if (hopeless || this.#closing) {
      this.#finish(sending, reasonOf(error));
      return;
    }
    sending.mail.failed({ reason: reasonOf(error), count: sending.attempts, retried: true });
    const timer = setTimeout(() => {
      this.#waiting.delete(sending);
      this.#enqueue(sending);
    }, delay);
    // A mail to be tried again keeps no process alive; `close` is there for that.
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

/** SMTP's 5yz is final (RFC 5321 4.2.1); EENVELOPE without a reply is nodemailer's own refusal to send. */
function isPermanent(error: unknown): boolean {
  const { responseCode, code } = Object(error) as { responseCode?: unknown; code?: unknown };
  if (error instanceof UndeliverableError) return true;
  return responseCode === undefined ? code === 'EENVELOPE' : Number(responseCode) >= 500;
}

/** Never the error's text: SMTP servers quote the recipient in it. */
function reasonOf(error: unknown): string {
  if (error instanceof UndeliverableError) return error.reason;
  const { responseCode, code, name } = Object(error) as Record<string, unknown>;
  const word = [responseCode, code, name].find((value) => value !== undefined) ?? '';
  return /^\w{1,32}$/.test(String(word)) ? String(word) : 'unknown';
}
