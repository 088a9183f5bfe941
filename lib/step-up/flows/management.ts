/** Removes factors, renews recovery codes, and handles reports of a lost device. */
import { UnavailableError } from '../../errors.js';
import { within } from '../../util/deadline.js';
import { secondsOf } from '../../util/seconds.js';
import { makeRecoveryCodes, RECOVERY } from '../factors/recovery-codes.js';
import { type FactorRefusal, mayChange } from '../session/assurance.js';
import type { StepUpRequest } from '../session/step-up-request.js';
import { activeIn, highestLevel, without } from '../store/document.js';
import type { Notify } from './factor-notifier.js';
import type { FlowConfig } from './flow.js';

/** The way back for a person who has lost all factors and codes, if the app allows it. */
export interface Recovery {
  /** Seconds from the report of a lost device to the end of all factors, an hour to 90 days. */
  delay: number;
  /**
   * Tells a second channel: a phone, a letter or an administrator, never the mailbox that logs in. It may take 10 seconds. If
   * it rejects, the delay does not begin.
   */
  notify: Notify;
}

export interface ManagementConfig extends Pick<FlowConfig, 'records' | 'notifier' | 'clock'> {
  /** Undefined if the app allows none. */
  readonly recovery: Recovery | undefined;
}

/** Milliseconds that the second channel may take. */
const NOTIFY_TIMEOUT_MS = 10_000;

export class Management {
  readonly #config: ManagementConfig;

  constructor(config: ManagementConfig) {
    this.#config = config;
  }

  /** Removes a factor. Any session of the user may cancel one that waits. To remove one that counts takes the highest level. */
  async remove(request: StepUpRequest, id: unknown): Promise<{ factor: string } | FactorRefusal> {
    const { records, notifier } = this.#config;
    const { person, assurance } = request;
    type Removed = { factor: string; waited: boolean };
    const outcome = await records.update<Removed | FactorRefusal>(person.id, (document) => {
      const now = secondsOf(this.#config.clock);
      const found = document.credentials.find((one) => one.id === id);
      if (!found) return { result: 'invalid_request' };
      const waited = found.activeAt > now;
      if (!waited && !mayChange(assurance, highestLevel(document, now))) return { result: 'step_up_required' };
      return { document: without(document, found), result: { factor: found.factor, waited } };
    });
    if (typeof outcome === 'string') return outcome;
    const { factor, waited } = outcome;
    const how = waited ? 'cancelled' : 'removed';
    notifier.event('factor.removed', request, { factor, reason: how });
    notifier.notify(how, request, factor);
    return { factor };
  }

  /** Makes new recovery codes. The old ones end. */
  async renewRecoveryCodes(request: StepUpRequest): Promise<readonly string[] | FactorRefusal> {
    const { records, notifier } = this.#config;
    const { person, assurance } = request;
    const outcome = await records.update<readonly string[] | FactorRefusal>(person.id, (document) => {
      const now = secondsOf(this.#config.clock);
      if (activeIn(document, now).length === 0) return { result: 'invalid_request' };
      if (!mayChange(assurance, highestLevel(document, now))) return { result: 'step_up_required' };
      const { codes, kept } = makeRecoveryCodes();
      return { document: { ...document, recovery: kept }, result: codes };
    });
    if (typeof outcome !== 'string') notifier.notify('recovery_codes_renewed', request, RECOVERY);
    return outcome;
  }

  /**
   * Reports that all factors and codes are lost. All factors end after the delay, unless one is used before.
   * @throws UnavailableError if the second channel could not be told; then the delay has not begun
   */
  async reportLoss(request: StepUpRequest): Promise<{ expiresAt: number } | FactorRefusal> {
    const { records, notifier, recovery } = this.#config;
    const { person } = request;
    const now = secondsOf(this.#config.clock);
    const document = await records.read(person.id);
    if (!recovery || activeIn(document, now).length === 0) return 'invalid_request';
    if (document.expiresAt !== undefined) return { expiresAt: document.expiresAt };
    const expiresAt = now + recovery.delay;
    try {
      const notice = notifier.notice('lost', request, undefined, expiresAt);
      await within(NOTIFY_TIMEOUT_MS, async () => recovery.notify(notice));
    } catch (cause) {
      throw new UnavailableError('second channel', { cause });
    }
    await records.update(person.id, (current) => ({ document: { ...current, expiresAt }, result: undefined }));
    notifier.event('factor.removed', request, { reason: 'loss_reported' }, 'high');
    notifier.notify('lost', request, undefined, expiresAt);
    return { expiresAt };
  }

  /** Withdraws the report of a loss. Any session of the user may. */
  async withdrawLoss(request: StepUpRequest): Promise<void> {
    const { records, notifier } = this.#config;
    const withdrawn = await records.update<boolean>(request.person.id, (document) =>
      document.expiresAt === undefined
        ? { result: false }
        : { document: { ...document, expiresAt: undefined }, result: true },
    );
    if (withdrawn) notifier.notify('loss_withdrawn', request);
  }
}
