/** The handlers that remove factors, renew recovery codes, and report a loss. */
import { wantsJson } from '../../web/answer.js';
import { bodyField } from '../../web/body.js';
import type { Services } from '../services.js';
import type { StepUpRequest } from '../session/step-up-request.js';
import type { Answers } from './answers.js';
import type { StepUpHandler } from './request.js';

export function managementHandlers({ management, config }: Services, answers: Answers) {
  /** JSON clients get the result. A person goes to the factors and sees it. */
  const done = ({ req, res }: StepUpRequest, json: object): void => {
    if (wantsJson(req)) res.json(json);
    else res.redirect(303, `${config.path}/factors`);
  };

  const remove: StepUpHandler = async (request) => {
    const removed = await management.remove(request, bodyField(request.req, 'id'));
    if (typeof removed === 'string') return answers.refuseRequest(request, removed);
    return done(request, { status: 'removed' });
  };

  const renewRecoveryCodes: StepUpHandler = async (request) => {
    const recoveryCodes = await management.renewRecoveryCodes(request);
    if (typeof recoveryCodes === 'string') return answers.refuseRequest(request, recoveryCodes);
    if (wantsJson(request.req)) return request.res.json({ status: 'renewed', recoveryCodes });
    const continueTo = `${config.path}/factors`;
    return answers.enrolled(request, { label: undefined, activeAt: undefined, recoveryCodes, continueTo });
  };

  const reportLoss: StepUpHandler = async (request) => {
    const reported = await management.reportLoss(request);
    if (typeof reported === 'string') return answers.refuseRequest(request, reported);
    return done(request, { status: 'loss_reported', expiresAt: reported.expiresAt });
  };

  const withdrawLoss: StepUpHandler = async (request) => {
    await management.withdrawLoss(request);
    return done(request, { status: 'loss_withdrawn' });
  };

  return { remove, renewRecoveryCodes, reportLoss, withdrawLoss };
}
