/** What the routes do that step up: a challenge, its answer, a code. */
import { parseReturnTo } from '../../protocol/return-to.js';
import { wantsJson } from '../../web/answer.js';
import { bodyField } from '../../web/body.js';
import type { Factor } from '../factors/factor.js';
import type { Proved } from '../flows/proofs.js';
import type { FactorRefusal } from '../session/assurance.js';
import { elevate, pendingStepUpOf } from '../session/context.js';
import type { StepUp } from '../step-up.js';
import type { Answers } from './answers.js';
import { responseIn, type StepUpHandler, type StepUpRequest } from './request.js';

export function proofRoutes({ proofs, config }: StepUp, answers: Answers) {
  const challenge =
    (factor: Factor): StepUpHandler =>
    async (request) => {
      const begun = await proofs.challenge(request.person, request.assurance, factor);
      return typeof begun === 'string' ? answers.refuseRequest(request, begun) : request.res.json(begun.clientOptions);
    };

  const prove =
    (factor: Factor): StepUpHandler =>
    async (request) => {
      const { req, res, person, assurance } = request;
      const response = responseIn(req, factor);
      if (response === undefined) return answers.refuse(req, res, 'invalid_request');
      return stepUpBy(request, await proofs.prove(person, assurance, factor, response));
    };

  const recover: StepUpHandler = async (request) => {
    const { req, res, person } = request;
    const code = bodyField(req, 'code');
    if (typeof code !== 'string') return answers.refuse(req, res, 'invalid_request');
    return stepUpBy(request, await proofs.recover(person, code));
  };

  const stepUpBy = async ({ req, res, person }: StepUpRequest, outcome: Proved | FactorRefusal): Promise<void> => {
    if (typeof outcome === 'string') {
      return wantsJson(req) ? answers.refuse(req, res, outcome) : answers.confirm(req, res, person, outcome);
    }
    const target = parseReturnTo(config.origin, pendingStepUpOf(req)?.returnTo);
    if (!(await elevate(req, outcome))) return answers.loginRequired(req, res);
    await config.onStepUp(req);
    if (wantsJson(req)) res.json({ status: 'stepped_up' });
    else res.redirect(303, target ?? config.successRedirect ?? `${req.baseUrl}/factors`);
  };

  return { challenge, prove, recover };
}
