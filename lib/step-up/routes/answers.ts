/** The answers of the step-up: a page to a person, JSON to a program. */
import type { Request, Response } from 'express';
import { isStorePart, type Refusal, type RefusalCode, refusal, type UnavailableError } from '../../errors.js';
import { leaveSessionUntouched } from '../../session/leave-untouched.js';
import type { Level } from '../../session/levels.js';
import { wantsJson } from '../../web/answer.js';
import { type Factor, type Json, labelOf } from '../factors/factor.js';
import type { EnrolledFactor, Overview, WaitingFactor } from '../flows/overview.js';
import type { FactorChoice, FactorEntry, StepUpPageData } from '../pages/page-data.js';
import type { Services } from '../services.js';
import type { FactorRefusal } from '../session/assurance.js';
import { pendingStepUpOf } from '../session/context.js';
import type { StepUpRequest } from '../session/step-up-request.js';
import { loginRequired, sendChallenge, sendToStepUp } from './step-up-required.js';

export class Answers {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Refuses, and leaves session and cookie alone: a parallel step-up or logout may have written the ones that count. */
  readonly refuse = async (req: Request, res: Response, code: RefusalCode): Promise<void> => {
    const { path, pages, texts } = this.#services.config;
    leaveSessionUntouched(req, res);
    const refused = refusal(code, texts(req));
    res.status(refused.status);
    if (wantsJson(req)) res.json({ error: code });
    else await pages.send(req, res, 'refused', { base: path, refusal: refused });
  };

  refuseRequest(request: StepUpRequest, refused: FactorRefusal): Promise<void> {
    if (refused === 'step_up_required') return this.stepUpRequired(request);
    return this.refuse(request.req, request.res, refused);
  }

  loginRequired(req: Request, res: Response): void {
    const { config } = this.#services;
    leaveSessionUntouched(req, res);
    loginRequired(config, req, res, config.path);
  }

  /** Asks for the highest of the person's factors, which a change of factors takes. Then the person comes back to the factors. */
  async stepUpRequired({ req, res, person }: StepUpRequest): Promise<void> {
    const { config, overview } = this.#services;
    const { level: highest } = await overview(person.id);
    const level = highest === 3 ? 3 : 2;
    if (wantsJson(req)) {
      leaveSessionUntouched(req, res);
      return sendChallenge(res, level, config.maxAge);
    }
    const pending = { returnTo: `${config.path}/factors`, level, factors: undefined, recovery: true } as const;
    await sendToStepUp(config, req, res, pending);
  }

  readonly unavailable = async (req: Request, res: Response, error: UnavailableError): Promise<void> => {
    const { reporterFor, path, pages } = this.#services.config;
    if (isStorePart(error.part)) reporterFor(req).report('store.unavailable', { reason: error.part });
    leaveSessionUntouched(req, res);
    res.status(error.status).set(error.headers);
    if (wantsJson(req)) res.json({ error: error.code });
    else await pages.send(req, res, 'unavailable', { base: path });
  };

  /** Asks for a factor. JSON clients get the list of factors. A held login sees only what it can use. */
  async start(request: StepUpRequest): Promise<unknown> {
    const { req, res, person, assurance } = request;
    const overview = await this.#services.overview(person.id);
    if (assurance.isHeld && !this.#canConfirm(request, overview)) return this.#withoutFactor(request);
    if (!wantsJson(req)) return this.#showConfirm(request, overview);
    const { enrolled, available, factors, waiting, recoveryCodes, expiresAt } = overview;
    if (assurance.isHeld) return res.json({ enrolled, recoveryCodes });
    return res.json({
      enrolled,
      available,
      factors,
      waiting,
      recoveryCodes,
      ...(expiresAt !== undefined && { expiresAt }),
    });
  }

  /** Refuses a factor. A person is asked again. */
  async refuseFactor(request: StepUpRequest, code: FactorRefusal): Promise<void> {
    const { req, res, person } = request;
    if (wantsJson(req)) return this.refuse(req, res, code);
    const overview = await this.#services.overview(person.id);
    await this.#showConfirm(request, overview, this.#refusalOn(request, code));
  }

  async factors(request: StepUpRequest): Promise<void> {
    const { config, overview } = this.#services;
    const { factors, waiting, available, recoveryCodes, expiresAt } = await overview(request.person.id);
    await config.pages.send(request.req, request.res, 'factors', {
      base: config.path,
      entries: this.#entries(request, factors),
      waiting: this.#entries(request, waiting),
      choices: this.#choices(request, available),
      recoveryCodes,
      expiresAt,
      canReportLoss: config.recovery !== undefined,
    });
  }

  async enrol(request: StepUpRequest, factor: Factor, clientOptions: Json, code?: RefusalCode): Promise<void> {
    const { req, res, texts } = request;
    const { path, pages } = this.#services.config;
    await pages.send(req, res, 'enrol', {
      base: path,
      choice: choiceOf(factor, texts),
      clientOptions,
      qrCode: factor.qrCode?.(clientOptions),
      refusal: code && this.#refusalOn(request, code),
    });
  }

  async enrolled({ req, res }: StepUpRequest, page: StepUpPageData['enrolled']): Promise<void> {
    await this.#services.config.pages.send(req, res, 'enrolled', page);
  }

  async #showConfirm(request: StepUpRequest, overview: Overview, refused?: Refusal): Promise<void> {
    const { req, res, assurance } = request;
    const { config } = this.#services;
    const { enrolled, waiting, recoveryCodes } = overview;
    const { level = 2, factors = enrolled, recovery = true } = pendingStepUpOf(req) ?? {};
    const usable = enrolled.filter((name) => factors.includes(name));
    await config.pages.send(req, res, 'confirm', {
      base: config.path,
      choices: this.#choices(request, usable, level),
      isEnrolled: enrolled.length > 0,
      isHeld: assurance.isHeld,
      waiting: assurance.isHeld ? [] : this.#entries(request, waiting),
      hasRecoveryCodes: recovery && recoveryCodes > 0,
      refusal: refused,
    });
  }

  /** Whether the person has a factor or a code that can confirm a held login. */
  #canConfirm(request: StepUpRequest, { enrolled, recoveryCodes }: Overview): boolean {
    return recoveryCodes > 0 || this.#choices(request, enrolled).length > 0;
  }

  async #withoutFactor({ req, res }: StepUpRequest): Promise<unknown> {
    const { withoutFactor, pages, loginPath } = this.#services.config;
    if (withoutFactor) return withoutFactor(req, res);
    leaveSessionUntouched(req, res);
    if (wantsJson(req)) return sendChallenge(res, 2, Number.POSITIVE_INFINITY);
    return pages.send(req, res.status(403), 'withoutFactor', { loginPath });
  }

  /** For a page that shows the refusal. The answer gets its status, and leaves session and cookie alone. */
  #refusalOn({ req, res, texts }: StepUpRequest, code: RefusalCode): Refusal {
    const refused = refusal(code, texts);
    leaveSessionUntouched(req, res.status(refused.status));
    return refused;
  }

  #choices({ texts }: StepUpRequest, names: readonly string[], level: Level = 2): FactorChoice[] {
    const { factors } = this.#services.config;
    // A factor that the app no longer offers can be removed but not used.
    return [...factors.values()]
      .filter((one) => names.includes(one.name) && one.level >= level)
      .map((one) => choiceOf(one, texts));
  }

  #entries({ texts }: StepUpRequest, entries: readonly (EnrolledFactor | WaitingFactor)[]): FactorEntry[] {
    const { factors } = this.#services.config;
    return entries.map((one) => {
      const factor = factors.get(one.factor);
      return { ...one, label: factor ? labelOf(factor, texts) : one.factor };
    });
  }
}

const choiceOf = (factor: Factor, texts: StepUpRequest['texts']): FactorChoice => ({
  name: factor.name,
  label: labelOf(factor, texts),
  challenged: factor.challenge !== undefined,
});
