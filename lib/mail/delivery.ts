/** A mail's way: a place in the outbox before the answer, out into the world after it. */
import type { Response } from 'express';
import type { Events } from '../events.js';
import { aboutOf, type Letter, Mailer, type MailerConfig } from './mailer.js';
import { Outbox, type OutboxConfig } from './outbox.js';

/** Room for one mail, to be used or given back. */
export interface Place {
  send(letter: Letter): void;
  /** Sends once the answer is out, so that its time tells nothing of the address. */
  sendAfter(answer: Response, letter: Letter): void;
  release(): void;
}

export class Delivery {
  readonly #outbox: Outbox;
  readonly #mailer: Mailer;
  readonly #events: Events;

  constructor(config: OutboxConfig & MailerConfig) {
    this.#outbox = new Outbox(config);
    this.#mailer = new Mailer(config);
    this.#events = config.events;
  }

  /** Undefined when there is no room, or after `close`. */
  reserve(): Place | undefined {
    const slot = this.#outbox.reserve();
    if (!slot) {
      this.#events.report('mail.failed', { reason: 'outbox_full' });
      return undefined;
    }
    const send = (letter: Letter) =>
      slot.send({
        expiresAt: letter.expiresAt,
        attempt: (late) => this.#mailer.send(letter, late),
        failed: (failure) => this.#events.report('mail.failed', { ...aboutOf(letter), ...failure }),
      });
    return {
      send,
      sendAfter: (answer, letter) => {
        if (answer.closed || answer.destroyed) send(letter);
        else answer.once('close', () => send(letter));
      },
      release: () => slot.release(),
    };
  }

  /** See Outbox. */
  close(deadlineMs: number): Promise<void> {
    return this.#outbox.close(deadlineMs);
  }
}
