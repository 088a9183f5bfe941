/** The routes of step-up, ready to mount: enrol, use, recover, remove. */
import express, {
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import { need } from '../check.js';
import { refusal, UnavailableError } from '../errors.js';
import { parseReturnTo } from '../protocol/return-to.js';
import { protectAnswer, wantsJson } from '../web/answer.js';
import { bodyField } from '../web/body.js';
import { isSameOrigin } from '../web/same-origin.js';
import { Answers } from './answers.js';
import { BROWSER_SCRIPT } from './browser-script.js';
import { elevate, rememberedTarget } from './context.js';
import type { Enrolled } from './enrolment.js';
import type { Factor, Person } from './factor.js';
import type { Proved } from './proofs.js';
import type { FactorRefusal, Standing } from './standing.js';
import { StepUp } from './step-up.js';

/** A request of somebody who is logged in by a link. */
interface Visit {
  readonly req: Request;
  readonly res: Response;
  readonly person: Person;
  readonly standing: Standing;
}

/**
 * Mount it where the guard's `path` says: `app.use('/step-up', stepUpRouter(stepUp))`, after
 * express-session and `passport.session()`. It brings its own body parsers. HTML to browsers, JSON to
 * `Accept: application/json`.
 * @throws TypeError for anything but a StepUp
 */
export function stepUpRouter(stepUp: StepUp): Router {
  need(stepUp instanceof StepUp, 'stepUpRouter takes a StepUp');
  const { config, enrolment, proofs, upkeep } = stepUp;
  const answers = new Answers(stepUp);

  const visited =
    (answer: (visit: Visit) => Promise<unknown>): RequestHandler =>
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

  const refuse = ({ req, res, person }: Visit, refused: FactorRefusal): Promise<void> =>
    refused === 'step_up_required' ? answers.stepUpRequired(req, res, person) : answers.refuse(req, res, refused);

  // -- enrolment

  const beginEnrolment = (factor: Factor) =>
    visited(async (visit) => {
      const { req, res, person, standing } = visit;
      const begun = await enrolment.begin(person, standing, factor);
      if (typeof begun === 'string') return refuse(visit, begun);
      if (wantsJson(req) || factor.challenge) res.json(begun.told);
      else await answers.enrol(req, res, factor, begun.told);
    });

  const finishEnrolment = (factor: Factor) =>
    visited(async (visit) => {
      const { req, res, person, standing } = visit;
      const response = responseIn(req, factor);
      if (response === undefined) return answers.refuse(req, res, 'invalid_request');
      const outcome = await enrolment.finish(person, standing, factor, response);
      if (typeof outcome !== 'string') return showEnrolled(visit, outcome, factor.label);
      const told =
        outcome === 'factor_wrong' && !wantsJson(req) && !factor.challenge
          ? await enrolment.told(person, standing, factor)
          : undefined;
      return told === undefined
        ? refuse(visit, outcome)
        : answers.enrol(req, res, factor, told, outcome as 'factor_wrong');
    });

  const showEnrolled = async ({ req, res }: Visit, enrolled: Enrolled, label: string): Promise<void> => {
    const { activeAt, recoveryCodes } = enrolled;
    if (wantsJson(req)) {
      res.json({
        status: 'enrolled',
        ...(recoveryCodes && { recoveryCodes }),
        ...(activeAt !== undefined && { activeAt }),
      });
    } else {
      const continueTo = rememberedTarget(req) === undefined ? `${req.baseUrl}/factors` : req.baseUrl;
      await answers.page(req, res, 200, 'enrolled', { label, activeAt, recoveryCodes, continueTo });
    }
  };

  // -- use

  const challenge = (factor: Factor) =>
    visited(async (visit) => {
      const begun = await proofs.challenge(visit.person, visit.standing, factor);
      return typeof begun === 'string' ? refuse(visit, begun) : visit.res.json(begun.told);
    });

  const prove = (factor: Factor) =>
    visited(async (visit) => {
      const { req, res, person, standing } = visit;
      const response = responseIn(req, factor);
      if (response === undefined) return answers.refuse(req, res, 'invalid_request');
      return stepUpBy(visit, await proofs.prove(person, standing, factor, response));
    });

  const recover = visited(async (visit) => {
    const { req, res, person } = visit;
    const code = bodyField(req, 'code');
    if (typeof code !== 'string') return answers.refuse(req, res, 'invalid_request');
    return stepUpBy(visit, await proofs.recover(person, code));
  });

  const stepUpBy = async ({ req, res, person }: Visit, outcome: Proved | FactorRefusal): Promise<void> => {
    if (typeof outcome === 'string') {
      return wantsJson(req) ? answers.refuse(req, res, outcome) : answers.confirm(req, res, person, outcome);
    }
    // Judged here and not where it came from: the session's data is not what the guard alone can write.
    const target = parseReturnTo(config.origin, rememberedTarget(req));
    if (!(await elevate(req, outcome))) return answers.loginRequired(req, res);
    if (wantsJson(req)) res.json({ status: 'stepped_up' });
    else res.redirect(303, target ?? config.successRedirect ?? `${req.baseUrl}/factors`);
  };

  // -- upkeep

  const remove = visited(async (visit) => {
    const { req, res, person, standing } = visit;
    const removed = await upkeep.remove(person, standing, bodyField(req, 'id'));
    if (typeof removed === 'string') return refuse(visit, removed);
    if (wantsJson(req)) res.json({ status: 'removed' });
    else res.redirect(303, `${req.baseUrl}/factors`);
  });

  const renewRecoveryCodes = visited(async (visit) => {
    const { req, res, person, standing } = visit;
    const recoveryCodes = await upkeep.renewRecoveryCodes(person, standing);
    if (typeof recoveryCodes === 'string') return refuse(visit, recoveryCodes);
    if (wantsJson(req)) return res.json({ status: 'renewed', recoveryCodes });
    const continueTo = `${req.baseUrl}/factors`;
    await answers.page(req, res, 200, 'enrolled', { label: undefined, activeAt: undefined, recoveryCodes, continueTo });
  });

  const reportLoss = visited(async (visit) => {
    const { req, res, person } = visit;
    const reported = await upkeep.reportLoss(person);
    if (typeof reported === 'string') return refuse(visit, reported);
    if (wantsJson(req)) res.json({ status: 'loss_reported', endsAt: reported.endsAt });
    else res.redirect(303, `${req.baseUrl}/factors`);
  });

  const withdrawLoss = visited(async ({ req, res, person }) => {
    await upkeep.withdrawLoss(person);
    if (wantsJson(req)) res.json({ status: 'loss_withdrawn' });
    else res.redirect(303, `${req.baseUrl}/factors`);
  });

  // -- wiring

  const router = express.Router();
  router.use((_req, res, next) => {
    protectAnswer(res);
    next();
  });
  const get = (path: string, answer: RequestHandler) => router.route(path).get(answer).all(only('GET, HEAD'));
  const post = (path: string, answer: RequestHandler) =>
    router.route(path).post(sameOrigin, parseForm, parseJson, badBody, answer).all(only('POST'));
  const only =
    (allowed: string): RequestHandler =>
    (req, res, next) => {
      res.set('Allow', allowed);
      answers.refuse(req, res, 'method_not_allowed').catch(next);
    };
  const badBody: ErrorRequestHandler = (error: unknown, req, res, next) => {
    const { status } = Object(error) as { status?: number };
    if (status === undefined || status < 400 || status > 499) return next(error);
    answers.refuse(req, res, status === 413 ? 'payload_too_large' : 'invalid_request').catch(next);
  };

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
    post(path, prove(factor));
    if (factor.challenge) {
      post(`${path}/options`, challenge(factor));
      post(`${path}/enrol/options`, beginEnrolment(factor));
      post(`${path}/enrol`, finishEnrolment(factor));
    } else {
      post(`${path}/enrol`, beginEnrolment(factor));
      post(`${path}/confirm`, finishEnrolment(factor));
    }
  }
  post('/recovery', recover);
  post('/recovery/renew', renewRecoveryCodes);
  post('/remove', remove);
  if (config.recovery) {
    post('/loss', reportLoss);
    post('/loss/withdraw', withdrawLoss);
  }

  const fail: ErrorRequestHandler = (error: unknown, req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent || !(error instanceof UnavailableError)) return next(error);
    config.events.report('store.unavailable', { reason: error.part });
    answers.unavailable(req, res, error).catch(next);
  };
  router.use(fail);
  return router;
}

const parseForm = express.urlencoded({ extended: false });
const parseJson = express.json();

/**
 * What the client proves by: a typed `code`, or a browser's whole answer to a challenge, as JSON or in the
 * form field `response`. Undefined where it is of another type.
 */
function responseIn(req: Request, factor: Factor): unknown {
  if (!factor.challenge) {
    const code = bodyField(req, 'code');
    return typeof code === 'string' ? code : undefined;
  }
  const body: unknown = req.is('urlencoded') ? parsed(bodyField(req, 'response')) : req.body;
  return typeof body === 'object' && body !== null ? body : undefined;
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
