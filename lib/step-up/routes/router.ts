/** The routes of the step-up: confirm, enrol, recover, remove. */
import express, { type RequestHandler, type Router } from 'express';
import { answering, answerOutage, onlyMethods, protect, refuseBrokenBody } from '../../web/routing.js';
import { isSameOrigin } from '../../web/same-origin.js';
import { BROWSER_SCRIPT } from '../pages/browser-script.js';
import type { Services } from '../services.js';
import { Answers } from './answers.js';
import { enrolmentHandlers } from './enrolment.js';
import { managementHandlers } from './management.js';
import { checkMount } from './mount.js';
import { proofHandlers } from './proofs.js';
import { openRequest, type StepUpHandler } from './request.js';

export function createRouter(services: Services): Router {
  const { config } = services;
  const answers = new Answers(services);
  const enrolment = enrolmentHandlers(services, answers);
  const proof = proofHandlers(services, answers);
  const management = managementHandlers(services, answers);

  const router = express.Router();
  const get = (path: string, handle: StepUpHandler) =>
    router.route(path).get(asPerson(handle)).all(onlyMethods('GET, HEAD', answers.refuse));
  const post = (path: string, handle: StepUpHandler) =>
    router.route(path).post(asPerson(handle)).all(onlyMethods('POST', answers.refuse));

  /** Runs the handler for a person who is logged in by a link, and sends all others to the login. */
  const asPerson = (handle: StepUpHandler): RequestHandler =>
    answering(async (req, res) => {
      const request = await openRequest(services, req, res);
      return request ? handle(request) : answers.loginRequired(req, res);
    });

  /** Runs the handler unless the login is held: before it is confirmed, it neither shows nor changes factors. */
  const released =
    (handle: StepUpHandler): StepUpHandler =>
    (request) =>
      request.assurance.isHeld ? answers.stepUpRequired(request) : handle(request);

  const refuseOtherSites: RequestHandler = (req, res, next) => {
    if (isSameOrigin(req, config.origin)) next();
    else answers.refuse(req, res, 'cross_site').catch(next);
  };

  router.use(checkMount(config.path));
  router.use(protect);
  router.post(/./, refuseOtherSites, express.urlencoded({ extended: false }), express.json());
  router.use(refuseBrokenBody(answers.refuse));

  get('/', (request) => answers.start(request));
  get(
    '/factors',
    released((request) => answers.factors(request)),
  );
  router.get('/passkey.js', (_req, res) => void res.type('js').send(BROWSER_SCRIPT));
  for (const factor of config.factors.values()) {
    const path = `/${factor.name}`;
    post(path, proof.prove(factor));
    if (factor.challenge) {
      post(`${path}/options`, proof.challenge(factor));
      post(`${path}/enrol/options`, released(enrolment.begin(factor)));
      post(`${path}/enrol`, released(enrolment.finish(factor)));
    } else {
      post(`${path}/enrol`, released(enrolment.begin(factor)));
      post(`${path}/confirm`, released(enrolment.finish(factor)));
    }
  }
  post('/recovery', proof.recover);
  post('/recovery/renew', released(management.renewRecoveryCodes));
  post('/remove', released(management.remove));
  if (config.recovery) {
    post('/loss', released(management.reportLoss));
    post('/loss/withdraw', released(management.withdrawLoss));
  }
  router.use(answerOutage(answers.unavailable));
  return router;
}
