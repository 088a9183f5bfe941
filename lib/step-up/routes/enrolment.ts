/** The handlers of an enrolment. */
import { wantsJson } from '../../web/answer.js';
import { type Factor, labelOf } from '../factors/factor.js';
import type { Enrolled } from '../flows/enrolment.js';
import type { Services } from '../services.js';
import { pendingStepUpOf } from '../session/context.js';
import type { StepUpRequest } from '../session/step-up-request.js';
import type { Answers } from './answers.js';
import { responseIn, type StepUpHandler } from './request.js';

export function enrolmentHandlers({ enrolment, config }: Services, answers: Answers) {
  const begin =
    (factor: Factor): StepUpHandler =>
    async (request) => {
      const begun = await enrolment.begin(request, factor);
      if (typeof begun === 'string') return answers.refuseRequest(request, begun);
      if (!wantsJson(request.req) && !factor.challenge) return answers.enrol(request, factor, begun.clientOptions);
      return request.res.json(begun.clientOptions);
    };

  const finish =
    (factor: Factor): StepUpHandler =>
    async (request) => {
      const { req, res } = request;
      const response = responseIn(request, factor);
      if (response === undefined) return answers.refuse(req, res, 'invalid_request');
      const outcome = await enrolment.finish(request, factor, response);
      if (typeof outcome !== 'string') return show(request, factor, outcome);
      if (wantsJson(req) || outcome !== 'factor_wrong') return answers.refuseRequest(request, outcome);
      // After a mistyped code, the same page again while the enrolment lasts.
      const clientOptions = factor.challenge ? undefined : await enrolment.clientOptions(request, factor);
      if (clientOptions === undefined) return answers.refuse(req, res, outcome);
      return answers.enrol(request, factor, clientOptions, outcome);
    };

  const show = (request: StepUpRequest, factor: Factor, { activeAt, recoveryCodes }: Enrolled): unknown => {
    const { req, res, texts } = request;
    if (wantsJson(req)) {
      return res.json({
        status: 'enrolled',
        ...(recoveryCodes && { recoveryCodes }),
        ...(activeAt !== undefined && { activeAt }),
      });
    }
    const continueTo = pendingStepUpOf(req) ? config.path : `${config.path}/factors`;
    return answers.enrolled(request, { label: labelOf(factor, texts), activeAt, recoveryCodes, continueTo });
  };

  return { begin, finish };
}
