/** Repeated failures that an operator should look at: they are counted here, and nothing is decided by them. */
import type { Reporter } from '../events/events.js';
import { CODE_TRIES } from './code.js';
import { linkDetails, reportLink } from './link-events.js';
import type { LinkRef } from './store.js';

/** Forged tokens of this process within an hour. Guessing one is hopeless, but each hundredth raises an alert. */
const FORGED_TOKENS = 100;
const FORGED_TOKENS_WINDOW_MS = 3_600_000;
/** The refused browser of one link that raises an alert, once. */
const WRONG_BROWSERS = 10;
/** Wrong codes of one account in a day. Each hundredth raises an alert. */
const WRONG_CODES = 100;

export class Alerts {
  readonly #clock: () => number;
  #forged = 0;
  #forgedSince = 0;

  /** @param clock epoch milliseconds */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  forgedToken(events: Reporter): void {
    const now = this.#clock();
    if (now - this.#forgedSince > FORGED_TOKENS_WINDOW_MS) {
      this.#forgedSince = now;
      this.#forged = 0;
    }
    const count = ++this.#forged;
    if (count % FORGED_TOKENS === 0) events.report('signal.raised', { reason: 'forged_tokens', count });
  }

  /** @param count wrong browsers of this link so far */
  wrongBrowser(events: Reporter, link: LinkRef, count: number): void {
    const severity = count === WRONG_BROWSERS ? 'high' : undefined;
    events.report('link.wrong_browser', { ...linkDetails(link), count }, severity);
  }

  /** @param wrong codes of this link so far, and of its account today */
  wrongCode(events: Reporter, link: LinkRef, { count, today }: { count: number; today: number }): void {
    reportLink(events, 'code.wrong', link, { count });
    if (count === CODE_TRIES) reportLink(events, 'code.locked', link);
    if (today % WRONG_CODES === 0) {
      reportLink(events, 'signal.raised', link, { reason: 'wrong_codes', count: today });
    }
  }
}
