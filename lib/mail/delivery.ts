/** A mail's way: a place in the outbox before the answer, out into the world after it. */
import type { Response } from 'express';
import type { EventDetails, Events } from '../events/events.js';
import { afterAnswer } from '../util/express.js';
import { type AnyLetter, aboutOf, type Letter, Mailer, type MailerConfig, type NoticeLetter } from './mailer.js';
import { Outbox, type OutboxConfig, type Slot } from './outbox.js';

/** Room for one mail, to be used or given back. */
export interface Reservation<L extends AnyLetter = Letter> {
  send(letter: L): void;
  /** Sends once the answer is out, so that its time tells nothing of the address. */
  sendAfter(answer: Response, letter: L): void;
  release(): void;
}

export class Delivery {
  readonly #links: Outbox;
  /** Of their own, half as large: however many there are, no login waits for one or finds its place taken. */
  readonly #notices: Outbox;
  readonly #mailer: Mailer;
  readonly #events: Events;

  constructor(config: OutboxConfig & MailerConfig) {
    const [capacity, concurrency] = [Math.ceil(config.capacity / 2), Math.ceil(config.concurrency / 2)];
    this.#links = new Outbox(config);
    this.#notices = new Outbox({ ...config, capacity, concurrency });
    this.#mailer = new Mailer(config);
    this.#events = config.events;
  }

  /** For a link. Undefined when there is no room, or after `close`. */
  reserve(): Reservation | undefined {
    return this.#reservation(this.#links.reserve(), {});
  }

  /** The same for a notice. */
  reserveNotice(about: EventDetails): Reservation<NoticeLetter> | undefined {
    return this.#reservation(this.#notices.reserve(), about);
  }

  #reservation<L extends AnyLetter>(slot: Slot | undefined, about: EventDetails): Reservation<L> | undefined {
    if (!slot) {
      this.#events.report('mail.failed', { ...about, reason: 'outbox_full' });
      return undefined;
    }
    const send = (letter: L) =>
      slot.send({
        expiresAt: letter.expiresAt,
        attempt: (late) => this.#mailer.send(letter, late),
        failed: (failure) => this.#events.report('mail.failed', { ...aboutOf(letter), ...failure }),
      });
    return {
      send,
      sendAfter: (answer, letter) => afterAnswer(answer, () => send(letter)),
      release: () => slot.release(),
    };
  }

  /** See Outbox. */
  async close(deadlineMs: number): Promise<void> {
    await Promise.all([this.#links.close(deadlineMs), this.#notices.close(deadlineMs)]);
  }
}
