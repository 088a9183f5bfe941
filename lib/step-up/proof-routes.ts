/** What the routes do that step up: a challenge, its answer, a code. */
import { parseReturnTo } from '../protocol/return-to.js';
import { wantsJson } from '../web/answer.js';
import { bodyField } from '../web/body.js';
import type { Answers } from './answers.js';
import { elevate, errandOf } from './context.js';
import type { Factor } from './factor.js';
import type { Proved } from './proofs.js';
import type { FactorRefusal } from './standing.js';
import type { StepUp } from './step-up.js';
import { responseIn, type Visit, type Visited } from './visit.js';

export function proofRoutes({ proofs, config }: StepUp, answers: Answers) {
  const challenge =
    (factor: Factor): Visited =>
    async (visit) => {
      const begun = await proofs.challenge(visit.person, visit.standing, factor);
      return typeof begun === 'string' ? answers.refuseVisit(visit, begun) : visit.res.json(begun.told);
    };

  const prove =
    (factor: Factor): Visited =>
    async (visit) => {
      const { req, res, person, standing } = visit;
      const response = responseIn(req, factor);
      if (response === undefined) return answers.refuse(req, res, 'invalid_request');
      return stepUpBy(visit, await proofs.prove(person, standing, factor, response));
    };

  const recover: Visited = async (visit) => {
    const { req, res, person } = visit;
    const code = bodyField(req, 'code');
    if (typeof code !== 'string') return answers.refuse(req, res, 'invalid_request');
    return stepUpBy(visit, await proofs.recover(person, code));
  };

  const stepUpBy = async ({ req, res, person }: Visit, outcome: Proved | FactorRefusal): Promise<void> => {
    if (typeof outcome === 'string') {
      return wantsJson(req) ? answers.refuse(req, res, outcome) : answers.confirm(req, res, person, outcome);
    }
    const target = parseReturnTo(config.origin, errandOf(req)?.returnTo);
    if (!(await elevate(req, outcome))) return answers.loginRequired(req, res);
    await config.onStepUp(req);
    if (wantsJson(req)) res.json({ status: 'stepped_up' });
    else res.redirect(303, target ?? config.successRedirect ?? `${req.baseUrl}/factors`);
  };

  return { challenge, prove, recover };
}
