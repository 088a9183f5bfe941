/** The login's routes, ready to mount. */
import express, { type Router } from 'express';
import { parseReturnTo } from '../protocol/return-to.js';
import { MagicLinkStrategy } from '../strategy/strategy.js';
import { checkNames, isFunction, namesOf, need } from '../util/check.js';
import { checkMount } from '../web/mount.js';
import { answerOutage } from '../web/outage.js';
import { answering, onlyMethods, protect, refuseBrokenBody } from '../web/routing.js';
import { createAnswers } from './answers.js';
import { type Authenticator, createHandlers } from './handlers.js';

export interface RouterOptions {
  /** The target of a login whose link was requested without a `returnTo`: a path of the origin. Default `/`. */
  successRedirect?: string;
}

const ROUTER_OPTION_NAMES = namesOf<RouterOptions>({ successRedirect: true });

const CALLBACK = '/callback';

/**
 * Creates the login's routes. `callbackPath` must end in `/callback`, and the path before it is where to mount the
 * router: for `/login/callback`, `app.use('/login', magicLinkRouter(passport, strategy))`. The router has its own body
 * parsers. It answers browsers with HTML, and `Accept: application/json` with JSON.
 * @throws TypeError for a wrong option, or for another callbackPath
 */
export function magicLinkRouter<User>(
  passport: Authenticator,
  strategy: MagicLinkStrategy<User>,
  options: RouterOptions = {},
): Router {
  need(isFunction(passport?.authenticate), 'magicLinkRouter takes the app’s passport first');
  need(strategy instanceof MagicLinkStrategy, 'magicLinkRouter takes a MagicLinkStrategy second');
  checkNames('magicLinkRouter', options, ROUTER_OPTION_NAMES);
  const { successRedirect = '/' } = options;
  const { origin, callbackPath, loginPath } = strategy.services.config;
  need(parseReturnTo(origin, successRedirect), 'successRedirect must be a path of the origin');
  need(
    callbackPath.endsWith(CALLBACK) && callbackPath !== CALLBACK,
    `magicLinkRouter serves <mount>${CALLBACK}: set callbackPath to, for example, /login${CALLBACK}`,
  );
  const answers = createAnswers(strategy.services);
  const handle = createHandlers({ passport, answers, config: strategy.services.config, successRedirect });
  const only = (allowed: string) => onlyMethods(allowed, answers.refuseCode);

  const router = express.Router();
  router.use(protect, checkMount({ router: 'magicLinkRouter()', path: loginPath, option: 'callbackPath' }));
  router.post(/./, express.urlencoded({ extended: false }), express.json());
  router.use(refuseBrokenBody(answers.refuseCode));
  // The route of most requests that matter comes first.
  router.all(CALLBACK, handle.callback);
  router.route('/').get(answering(answers.form)).post(handle.request).all(only('GET, HEAD, POST'));
  router.route('/sent').get(answering(answers.sent)).all(only('GET, HEAD'));
  router.all('/code', handle.code);
  router.all('/not-me', handle.notMe);
  router.use(answerOutage(answers.unavailable));
  return router;
}
