/** The routes of step-up, ready to mount: enrol, use, recover, remove. */
import express, {
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import { UnavailableError } from '../../errors.js';
import { need } from '../../util/check.js';
import { protectAnswer, wantsJson } from '../../web/answer.js';
import { isSameOrigin } from '../../web/same-origin.js';
import { BROWSER_SCRIPT } from '../pages/browser-script.js';
import { StepUp } from '../step-up.js';
import { Answers } from './answers.js';
import { enrolmentRoutes } from './enrolment.js';
import { managementRoutes } from './management.js';
import { proofRoutes } from './proofs.js';
import type { StepUpHandler } from './request.js';

/**
 * Mount it where the guard's `path` says: `app.use('/step-up', stepUpRouter(stepUp))`, after
 * express-session and `passport.session()`. It brings its own body parsers. HTML to browsers, JSON to
 * `Accept: application/json`.
 * @throws TypeError for anything but a StepUp
 */
export function stepUpRouter(stepUp: StepUp): Router {
  need(stepUp instanceof StepUp, 'stepUpRouter takes a StepUp');
  const { config } = stepUp;
  const answers = new Answers(stepUp);
  const enrolment = enrolmentRoutes(stepUp, answers);
  const proof = proofRoutes(stepUp, answers);
  const upkeep = managementRoutes(stepUp, answers);

  const router = express.Router();
  router.use((_req, res, next) => {
    protectAnswer(res);
    next();
  });

  const visited =
    (answer: StepUpHandler): RequestHandler =>
    (req, res, next) => {
      const visit = async () => {
        const who = await stepUp.whoIs(req);
        if (who) await answer({ req, res, ...who });
        else answers.loginRequired(req, res);
      };
      // Express 4 does not look at a handler's promise.
      visit().catch(next);
    };
  const sameOrigin: RequestHandler = (req, res, next) => {
    if (isSameOrigin(req, config.origin)) next();
    else answers.refuse(req, res, 'cross_site').catch(next);
  };
  /** What the body parsers refuse is the client's mistake. */
  const badBody: ErrorRequestHandler = (error: unknown, req, res, next) => {
    const { status } = Object(error) as { status?: number };
    if (status === undefined || status < 400 || status > 499) return next(error);
    answers.refuse(req, res, status === 413 ? 'payload_too_large' : 'invalid_request').catch(next);
  };
  const only =
    (allowed: string): RequestHandler =>
    (req, res, next) => {
      res.set('Allow', allowed);
      answers.refuse(req, res, 'method_not_allowed').catch(next);
    };
  const parsers = [express.urlencoded({ extended: false }), express.json()];
  const get = (path: string, answer: RequestHandler) => router.route(path).get(answer).all(only('GET, HEAD'));
  const post = (path: string, answer: StepUpHandler) =>
    router.route(path).post(sameOrigin, parsers, badBody, visited(answer)).all(only('POST'));

  get(
    '/',
    visited(async ({ req, res, person }) =>
      wantsJson(req) ? answers.overview(res, await stepUp.overview(person.id)) : answers.confirm(req, res, person),
    ),
  );
  get(
    '/factors',
    visited(({ req, res, person }) => answers.factors(req, res, person)),
  );
  get('/passkey.js', (_req, res) => void res.type('js').send(BROWSER_SCRIPT));
  for (const factor of config.factors.values()) {
    const path = `/${factor.name}`;
    post(path, proof.prove(factor));
    if (factor.challenge) {
      post(`${path}/options`, proof.challenge(factor));
      post(`${path}/enrol/options`, enrolment.begin(factor));
      post(`${path}/enrol`, enrolment.finish(factor));
    } else {
      post(`${path}/enrol`, enrolment.begin(factor));
      post(`${path}/confirm`, enrolment.finish(factor));
    }
  }
  post('/recovery', proof.recover);
  post('/recovery/renew', upkeep.renewRecoveryCodes);
  post('/remove', upkeep.remove);
  if (config.recovery) {
    post('/loss', upkeep.reportLoss);
    post('/loss/withdraw', upkeep.withdrawLoss);
  }

  const fail: ErrorRequestHandler = (error: unknown, req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent || !(error instanceof UnavailableError)) return next(error);
    config.events.report('store.unavailable', { reason: error.part });
    answers.unavailable(req, res, error).catch(next);
  };
  router.use(fail);
  return router;
}
