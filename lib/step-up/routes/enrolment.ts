/** What the routes of an enrolment do. */
import { wantsJson } from '../../web/answer.js';
import type { Factor } from '../factors/factor.js';
import type { Enrolled } from '../flows/enrolment.js';
import { pendingStepUpOf } from '../session/context.js';
import type { StepUp } from '../step-up.js';
import type { Answers } from './answers.js';
import { responseIn, type StepUpHandler, type StepUpRequest } from './request.js';

export function enrolmentRoutes({ enrolment }: StepUp, answers: Answers) {
  const begin =
    (factor: Factor): StepUpHandler =>
    async (request) => {
      const { req, res, person, assurance } = request;
      const begun = await enrolment.begin(person, assurance, factor);
      if (typeof begun === 'string') return answers.refuseRequest(request, begun);
      if (wantsJson(req) || factor.challenge) res.json(begun.clientOptions);
      else await answers.enrol(req, res, factor, begun.clientOptions);
    };

  const finish =
    (factor: Factor): StepUpHandler =>
    async (request) => {
      const { req, res, person, assurance } = request;
      const response = responseIn(req, factor);
      if (response === undefined) return answers.refuse(req, res, 'invalid_request');
      const outcome = await enrolment.finish(person, assurance, factor, response);
      if (typeof outcome !== 'string') return show(request, outcome, factor.label);
      if (wantsJson(req) || outcome !== 'factor_wrong') return answers.refuseRequest(request, outcome);
      // A mistyped code: the page again, with what it had told, while that holds.
      const clientOptions = factor.challenge ? undefined : await enrolment.clientOptions(person, assurance, factor);
      if (clientOptions === undefined) await answers.refuse(req, res, outcome);
      else await answers.enrol(req, res, factor, clientOptions, outcome);
    };

  const show = async ({ req, res }: StepUpRequest, enrolled: Enrolled, label: string): Promise<void> => {
    const { activeAt, recoveryCodes } = enrolled;
    if (wantsJson(req)) {
      res.json({
        status: 'enrolled',
        ...(recoveryCodes && { recoveryCodes }),
        ...(activeAt !== undefined && { activeAt }),
      });
      return;
    }
    const continueTo = pendingStepUpOf(req) ? req.baseUrl : `${req.baseUrl}/factors`;
    await answers.page(req, res, 200, 'enrolled', { label, activeAt, recoveryCodes, continueTo });
  };

  return { begin, finish };
}
