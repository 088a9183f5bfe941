/** Delivers mail: reserves room in the outbox before the answer and sends after it. */
import type { Response } from 'express';
import type { EventDetails, Events } from '../events/events.js';
import { afterAnswer } from '../util/express.js';
import { type AnyLetter, aboutOf, type Letter, type NoticeLetter } from './letter.js';
import { Mailer, type MailerConfig } from './mailer.js';
import { Outbox, type OutboxConfig, type Slot } from './outbox.js';

/** Room for one mail. Use it once: send or release. */
export interface Reservation<L extends AnyLetter = Letter> {
  send(letter: L): void;
  /** Sends after the answer, so that the answer's time tells nothing about the address. */
  sendAfter(answer: Response, letter: L): void;
  release(): void;
}

export class Delivery {
  readonly #links: Outbox;
  /** Notices have an outbox of their own, half as large, so that no number of them delays or displaces a login. */
  readonly #notices: Outbox;
  readonly #mailer: Mailer;
  readonly #events: Events;

  constructor(config: OutboxConfig & MailerConfig) {
    this.#links = new Outbox(config);
    this.#notices = new Outbox({
      ...config,
      capacity: Math.ceil(config.capacity / 2),
      concurrency: Math.ceil(config.concurrency / 2),
    });
    this.#mailer = new Mailer(config);
    this.#events = config.events;
  }

  /** Reserves room for a link. Undefined if the outbox is full, or after `close`. */
  reserve(): Reservation | undefined {
    return this.#reservation(this.#links.reserve(), {});
  }

  /** Reserves room for a notice. Undefined if the outbox is full, or after `close`. */
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

  /** Closes both outboxes; see `Outbox.close`. */
  async close(deadlineMs: number): Promise<void> {
    await Promise.all([this.#links.close(deadlineMs), this.#notices.close(deadlineMs)]);
  }
}
