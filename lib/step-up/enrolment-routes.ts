/** What the routes of an enrolment do. */
import { wantsJson } from '../web/answer.js';
import type { Answers } from './answers.js';
import { errandOf } from './context.js';
import type { Enrolled } from './enrolment.js';
import type { Factor } from './factor.js';
import type { StepUp } from './step-up.js';
import { responseIn, type Visit, type Visited } from './visit.js';

export function enrolmentRoutes({ enrolment }: StepUp, answers: Answers) {
  const begin =
    (factor: Factor): Visited =>
    async (visit) => {
      const { req, res, person, standing } = visit;
      const begun = await enrolment.begin(person, standing, factor);
      if (typeof begun === 'string') return answers.refuseVisit(visit, begun);
      if (wantsJson(req) || factor.challenge) res.json(begun.told);
      else await answers.enrol(req, res, factor, begun.told);
    };

  const finish =
    (factor: Factor): Visited =>
    async (visit) => {
      const { req, res, person, standing } = visit;
      const response = responseIn(req, factor);
      if (response === undefined) return answers.refuse(req, res, 'invalid_request');
      const outcome = await enrolment.finish(person, standing, factor, response);
      if (typeof outcome !== 'string') return show(visit, outcome, factor.label);
      if (wantsJson(req) || outcome !== 'factor_wrong') return answers.refuseVisit(visit, outcome);
      // A mistyped code: the page again, with what it had told, while that holds.
      const told = factor.challenge ? undefined : await enrolment.told(person, standing, factor);
      if (told === undefined) await answers.refuse(req, res, outcome);
      else await answers.enrol(req, res, factor, told, outcome);
    };

  const show = async ({ req, res }: Visit, enrolled: Enrolled, label: string): Promise<void> => {
    const { activeAt, recoveryCodes } = enrolled;
    if (wantsJson(req)) {
      res.json({
        status: 'enrolled',
        ...(recoveryCodes && { recoveryCodes }),
        ...(activeAt !== undefined && { activeAt }),
      });
      return;
    }
    const continueTo = errandOf(req) ? req.baseUrl : `${req.baseUrl}/factors`;
    await answers.page(req, res, 200, 'enrolled', { label, activeAt, recoveryCodes, continueTo });
  };

  return { begin, finish };
}
