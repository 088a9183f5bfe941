/** How step-up answers: a page to a person, JSON to a program, and the way to the login for who has none. */
import type { Request, Response } from 'express';
import { type RefusalCode, refusal, UnavailableError } from '../../errors.js';
import { leaveSessionUntouched } from '../../session/leave-untouched.js';
import { type Session, saveSession } from '../../session/session.js';
import { en } from '../../texts/en.js';
import { wantsJson } from '../../web/answer.js';
import type { Factor, Json, Person } from '../factors/factor.js';
import type { Level } from '../factors/levels.js';
import type { EnrolledFactor, Overview, WaitingFactor } from '../flows/overview.js';
import { type FactorChoice, type FactorEntry, type StepUpPageData, type StepUpPageName } from '../pages/pages.js';
import { refuseStepUp } from '../require.js';
import type { FactorRefusal } from '../session/assurance.js';
import { keepPendingStepUp, pendingStepUpOf } from '../session/context.js';
import type { StepUp } from '../step-up.js';
import type { StepUpRequest } from './request.js';

export class Answers {
  readonly #stepUp: StepUp;

  constructor(stepUp: StepUp) {
    this.#stepUp = stepUp;
  }

  page<P extends StepUpPageName>(req: Request, res: Response, status: number, name: P, page: StepUpPageData[P]) {
    return this.#stepUp.config.pages.send(req, res, status, name, page);
  }

  /** A refusal changes no session and no cookie: a step-up or a logout that runs beside it has made the one that counts. */
  async refuse(req: Request, res: Response, code: RefusalCode): Promise<void> {
    leaveSessionUntouched(req, res);
    const refused = refusal(code, en);
    if (wantsJson(req)) res.status(refused.status).json({ error: code });
    else await this.page(req, res, refused.status, 'refused', { base: req.baseUrl, refusal: refused });
  }

  refuseRequest({ req, res, person }: StepUpRequest, refused: FactorRefusal): Promise<void> {
    if (refused === 'step_up_required') return this.stepUpRequired(req, res, person);
    return this.refuse(req, res, refused);
  }

  loginRequired(req: Request, res: Response): void {
    leaveSessionUntouched(req, res);
    const { loginPath } = this.#stepUp.config;
    if (wantsJson(req)) res.status(401).json({ error: 'login_required' });
    else res.redirect(303, `${loginPath}?returnTo=${encodeURIComponent(req.baseUrl)}`);
  }

  /** To change factors takes the highest of them; the person comes back to the factors. */
  async stepUpRequired(req: Request, res: Response, person: Person): Promise<void> {
    const { level } = await this.#stepUp.overview(person.id);
    if (wantsJson(req)) {
      leaveSessionUntouched(req, res);
      refuseStepUp(res, level, this.#stepUp.config.maxAge);
      return;
    }
    const { session } = req as unknown as { session: Session };
    keepPendingStepUp(session, { returnTo: `${req.baseUrl}/factors`, level, factors: undefined, recovery: true });
    await saveSession(session);
    res.redirect(303, req.baseUrl);
  }

  async unavailable(req: Request, res: Response, error: UnavailableError): Promise<void> {
    leaveSessionUntouched(req, res);
    res.set(error.headers);
    if (wantsJson(req)) res.status(error.status).json({ error: error.code });
    else await this.page(req, res, error.status, 'unavailable', { base: req.baseUrl });
  }

  // -- pages of what there is

  async confirm(req: Request, res: Response, person: Person, refused?: RefusalCode): Promise<void> {
    const { enrolled, waiting, recoveryCodes } = await this.#stepUp.overview(person.id);
    if (refused !== undefined) leaveSessionUntouched(req, res);
    const { level = 2, factors = enrolled, recovery = true } = pendingStepUpOf(req) ?? {};
    const choices = this.#choices(
      enrolled.filter((name) => factors.includes(name)),
      level,
    );
    await this.page(req, res, refused === undefined ? 200 : refusal(refused, en).status, 'confirm', {
      base: req.baseUrl,
      choices,
      isEnrolled: enrolled.length > 0,
      waiting: waiting.map(this.#entry),
      hasRecoveryCodes: recovery && recoveryCodes > 0,
      refusal: refused && refusal(refused, en),
    });
  }

  async factors(req: Request, res: Response, { id }: Person): Promise<void> {
    const { factors, waiting, available, recoveryCodes, expiresAt } = await this.#stepUp.overview(id);
    await this.page(req, res, 200, 'factors', {
      base: req.baseUrl,
      entries: factors.map(this.#entry),
      waiting: waiting.map(this.#entry),
      choices: this.#choices(available),
      recoveryCodes,
      expiresAt,
      canReportLoss: this.#stepUp.config.recovery !== undefined,
    });
  }

  async enrol(req: Request, res: Response, factor: Factor, clientOptions: Json, refused?: RefusalCode): Promise<void> {
    if (refused !== undefined) leaveSessionUntouched(req, res);
    await this.page(req, res, refused === undefined ? 200 : refusal(refused, en).status, 'enrol', {
      base: req.baseUrl,
      choice: choiceOf(factor),
      clientOptions,
      qrCode: factor.qrCode?.(clientOptions),
      refusal: refused && refusal(refused, en),
    });
  }

  overview(res: Response, { enrolled, available, factors, waiting, recoveryCodes, expiresAt }: Overview): void {
    res.json({ enrolled, available, factors, waiting, recoveryCodes, ...(expiresAt !== undefined && { expiresAt }) });
  }

  #choices(names: readonly string[], level: Level = 2): FactorChoice[] {
    const { factors } = this.#stepUp.config;
    // One that the app offers no more can be removed, and not used.
    return [...factors.values()].filter((one) => names.includes(one.name) && one.level >= level).map(choiceOf);
  }

  readonly #entry = (one: EnrolledFactor | WaitingFactor): FactorEntry => ({
    ...one,
    label: this.#stepUp.config.factors.get(one.factor)?.label ?? one.factor,
  });
}

const choiceOf = ({ name, label, challenge }: Factor): FactorChoice => ({
  name,
  label,
  challenged: challenge !== undefined,
});
