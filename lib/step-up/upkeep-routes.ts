/** What the routes do that take factors away, make codes anew, and report a loss. */
import { wantsJson } from '../web/answer.js';
import { bodyField } from '../web/body.js';
import type { Answers } from './answers.js';
import type { StepUp } from './step-up.js';
import type { Visit, Visited } from './visit.js';

export function upkeepRoutes({ upkeep }: StepUp, answers: Answers) {
  /** JSON says what was done; a person sees it. */
  const done = ({ req, res }: Visit, told: object): void => {
    if (wantsJson(req)) res.json(told);
    else res.redirect(303, `${req.baseUrl}/factors`);
  };

  const remove: Visited = async (visit) => {
    const removed = await upkeep.remove(visit.person, visit.standing, bodyField(visit.req, 'id'));
    if (typeof removed === 'string') return answers.refuseVisit(visit, removed);
    done(visit, { status: 'removed' });
  };

  const renewRecoveryCodes: Visited = async (visit) => {
    const { req, res, person, standing } = visit;
    const recoveryCodes = await upkeep.renewRecoveryCodes(person, standing);
    if (typeof recoveryCodes === 'string') return answers.refuseVisit(visit, recoveryCodes);
    if (wantsJson(req)) return res.json({ status: 'renewed', recoveryCodes });
    const continueTo = `${req.baseUrl}/factors`;
    await answers.page(req, res, 200, 'enrolled', { label: undefined, activeAt: undefined, recoveryCodes, continueTo });
  };

  const reportLoss: Visited = async (visit) => {
    const reported = await upkeep.reportLoss(visit.person);
    if (typeof reported === 'string') return answers.refuseVisit(visit, reported);
    done(visit, { status: 'loss_reported', endsAt: reported.endsAt });
  };

  const withdrawLoss: Visited = async (visit) => {
    await upkeep.withdrawLoss(visit.person);
    done(visit, { status: 'loss_withdrawn' });
  };

  return { remove, renewRecoveryCodes, reportLoss, withdrawLoss };
}
