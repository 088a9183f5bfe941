/** Reports events to listeners. A listener that throws, rejects or never resolves does not affect the login. */
import { channel } from 'node:diagnostics_channel';
import { misuse } from '../errors.js';
import { warn } from '../util/warn.js';
import { EVENT_CATALOGUE, type EventType, type Evidence, isEventType, type Severity } from './catalogue.js';

export type { EventType, Severity };

export interface MagicLinkEvent extends Evidence {
  readonly type: EventType;
  readonly severity: Severity;
  /** Unique to this event. */
  readonly id: string;
  /** Epoch seconds. */
  readonly time: number;
}

export interface EventDetails extends Omit<Evidence, 'durationMs'> {
  /** Epoch milliseconds; `durationMs` counts from here. */
  readonly startedAt?: number;
}

export type EventListener = (event: MagicLinkEvent) => unknown;

export interface Reporter {
  /** @param severity default: the severity of the type */
  report(type: EventType, details?: EventDetails, severity?: Severity): void;
}

/** The channel of `node:diagnostics_channel` that carries all events of all strategies of this process. */
export const EVENT_CHANNEL = 'passport-bound-link:event';

/** The maximum length of a text in an event, in characters. */
const MAX_TEXT = 128;

/** Use `on(type, listener)` for one type and `on('*', listener)` for all types. */
export class Events implements Reporter {
  readonly #listeners = new Map<EventType | '*', Set<EventListener>>();
  readonly #channel = channel(EVENT_CHANNEL);
  readonly #failed = new WeakSet<EventListener>();
  readonly #clock: () => number;
  readonly #newId: () => string;

  /** @param clock epoch milliseconds */
  constructor(clock: () => number, newId: () => string) {
    this.#clock = clock;
    this.#newId = newId;
  }

  on(type: EventType | '*', listener: EventListener): this {
    if (type !== '*' && !isEventType(type)) {
      throw misuse(`unknown event '${type}'; there are: ${Object.keys(EVENT_CATALOGUE).join(', ')}`);
    }
    if (typeof listener !== 'function') throw misuse('a listener must be a function of an event');
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return this;
  }

  off(type: EventType | '*', listener: EventListener): this {
    this.#listeners.get(type)?.delete(listener);
    return this;
  }

  report(type: EventType, details: EventDetails = {}, severity: Severity = EVENT_CATALOGUE[type].severity): void {
    if (!this.#isHeard(type)) return;
    const { startedAt, ...evidence } = details;
    const now = this.#clock();
    const event: MagicLinkEvent = Object.freeze({
      type,
      severity,
      id: this.#newId(),
      time: Math.floor(now / 1000),
      ...cleaned(evidence),
      ...(startedAt !== undefined && { durationMs: Math.max(0, Math.round(now - startedAt)) }),
    });
    for (const listener of [...(this.#listeners.get(type) ?? []), ...(this.#listeners.get('*') ?? [])]) {
      this.#tell(listener, event);
    }
    this.#channel.publish(event);
  }

  /**
   * Returns a reporter for the events of one request, which starts now.
   * @param evidence what all of these events have in common; called once, and only if there is a listener
   */
  from(evidence: () => EventDetails): Reporter {
    const startedAt = this.#clock();
    let common: EventDetails | undefined;
    return {
      report: (type, details, severity) => {
        if (!this.#isHeard(type)) return;
        common ??= evidence();
        this.report(type, { startedAt, ...common, ...details }, severity);
      },
    };
  }

  /** An event without a listener is not created, so that it costs nothing. */
  #isHeard(type: EventType): boolean {
    return Boolean(this.#listeners.get(type)?.size || this.#listeners.get('*')?.size || this.#channel.hasSubscribers);
  }

  /** A failing listener causes one warning for the developer. It never affects the person who logs in. */
  #tell(listener: EventListener, event: MagicLinkEvent): void {
    const failed = (cause: unknown) => {
      // Warn once for each listener, so that many events do not cause many warnings.
      if (this.#failed.has(listener)) return;
      this.#failed.add(listener);
      const what = cause instanceof Error ? cause.name : typeof cause;
      warn('PBL_LISTENER', `a listener of ${event.type} failed: ${what}`);
    };
    try {
      Promise.resolve(listener(event)).catch(failed);
    } catch (cause) {
      failed(cause);
    }
  }
}

/** Cleans all texts, so that an event stays one line and one event in a log (CWE-117). */
function cleaned(evidence: Evidence): Evidence {
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(evidence)) {
    if (value !== undefined) known[name] = typeof value === 'string' ? cleanText(value) : value;
  }
  return known;
}

/** Escapes control and format characters, because some of them reverse the direction of the text. */
const cleanText = (text: string): string =>
  PLAIN.test(text)
    ? text
    : text
        .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (one) => `\\u${one.codePointAt(0)?.toString(16).padStart(4, '0')}`)
        .slice(0, MAX_TEXT);

/** Matches nearly all texts of events, which need no cleaning. */
const PLAIN = new RegExp(`^[ -~]{0,${MAX_TEXT}}$`);
