/** The handlers of a step-up: begin a challenge, answer it, use a code. */
import { parseReturnTo } from '../../protocol/return-to.js';
import { sessionRequest } from '../../session/session.js';
import { wantsJson } from '../../web/answer.js';
import { bodyField } from '../../web/body.js';
import type { Factor } from '../factors/factor.js';
import type { Proved } from '../flows/proofs.js';
import type { Services } from '../services.js';
import type { FactorRefusal } from '../session/assurance.js';
import { elevate, pendingStepUpOf } from '../session/context.js';
import type { StepUpRequest } from '../session/step-up-request.js';
import type { Answers } from './answers.js';
import { responseIn, type StepUpHandler } from './request.js';

export function proofHandlers({ proofs, config }: Services, answers: Answers) {
  const challenge =
    (factor: Factor): StepUpHandler =>
    async (request) => {
      const begun = await proofs.challenge(request, factor);
      return typeof begun === 'string' ? answers.refuseRequest(request, begun) : request.res.json(begun.clientOptions);
    };

  const prove =
    (factor: Factor): StepUpHandler =>
    async (request) => {
      const response = responseIn(request, factor);
      if (response === undefined) return answers.refuse(request.req, request.res, 'invalid_request');
      return stepUpBy(request, await proofs.prove(request, factor, response));
    };

  const recover: StepUpHandler = async (request) => {
    const code = bodyField(request.req, 'code');
    if (typeof code !== 'string') return answers.refuse(request.req, request.res, 'invalid_request');
    return stepUpBy(request, await proofs.recover(request, code));
  };

  const stepUpBy = async (request: StepUpRequest, outcome: Proved | FactorRefusal): Promise<unknown> => {
    if (typeof outcome === 'string') return answers.refuseFactor(request, outcome);
    const { req, res } = request;
    const { user } = sessionRequest(req);
    // Read first: `elevate` forgets where the person came from.
    const target = parseReturnTo(config.origin, pendingStepUpOf(req)?.returnTo);
    const address = config.heldAddress(req);
    if (!(await elevate(req, outcome))) return answers.loginRequired(req, res);
    await config.onStepUp({ req, user, address });
    if (wantsJson(req)) return res.json({ status: 'stepped_up' });
    return res.redirect(303, target ?? config.successRedirect ?? `${config.path}/factors`);
  };

  return { challenge, prove, recover };
}
