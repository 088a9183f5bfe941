/** What the routes do that take factors away, make codes anew, and report a loss. */
import { wantsJson } from '../../web/answer.js';
import { bodyField } from '../../web/body.js';
import type { StepUp } from '../step-up.js';
import type { Answers } from './answers.js';
import type { StepUpHandler, StepUpRequest } from './request.js';

export function managementRoutes({ management }: StepUp, answers: Answers) {
  /** JSON says what was done; a person sees it. */
  const done = ({ req, res }: StepUpRequest, told: object): void => {
    if (wantsJson(req)) res.json(told);
    else res.redirect(303, `${req.baseUrl}/factors`);
  };

  const remove: StepUpHandler = async (request) => {
    const removed = await management.remove(request.person, request.assurance, bodyField(request.req, 'id'));
    if (typeof removed === 'string') return answers.refuseRequest(request, removed);
    done(request, { status: 'removed' });
  };

  const renewRecoveryCodes: StepUpHandler = async (request) => {
    const { req, res, person, assurance } = request;
    const recoveryCodes = await management.renewRecoveryCodes(person, assurance);
    if (typeof recoveryCodes === 'string') return answers.refuseRequest(request, recoveryCodes);
    if (wantsJson(req)) return res.json({ status: 'renewed', recoveryCodes });
    const continueTo = `${req.baseUrl}/factors`;
    await answers.page(req, res, 200, 'enrolled', { label: undefined, activeAt: undefined, recoveryCodes, continueTo });
  };

  const reportLoss: StepUpHandler = async (request) => {
    const reported = await management.reportLoss(request.person);
    if (typeof reported === 'string') return answers.refuseRequest(request, reported);
    done(request, { status: 'loss_reported', expiresAt: reported.expiresAt });
  };

  const withdrawLoss: StepUpHandler = async (request) => {
    await management.withdrawLoss(request.person);
    done(request, { status: 'loss_withdrawn' });
  };

  return { remove, renewRecoveryCodes, reportLoss, withdrawLoss };
}
