/** The login's routes, ready to mount. */
import express, { type Router } from 'express';
import { parseReturnTo } from '../protocol/return-to.js';
import { MagicLinkStrategy } from '../strategy/strategy.js';
import { checkNames, isFunction, namesOf, need } from '../util/check.js';
import { answering, answerOutage, onlyMethods, protect, refuseBrokenBody } from '../web/routing.js';
import { type Authenticator, createHandlers } from './handlers.js';
import { createPages } from './pages.js';

export interface RouterOptions {
  /** Where a login goes that was requested without a `returnTo`. Default `/`. */
  successRedirect?: string;
}

const ROUTER_OPTION_NAMES = namesOf<RouterOptions>({ successRedirect: true });

const CALLBACK = '/callback';

/**
 * Mount it where `callbackPath` says, which must end in `/callback`: for `/login/callback`,
 * `app.use('/login', magicLinkRouter(passport, strategy))`. It brings its own body parsers.
 * HTML to browsers, JSON to `Accept: application/json`.
 * @throws TypeError for another callbackPath
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
  const { config } = strategy.services;
  const { origin, callbackPath } = config;
  need(parseReturnTo(origin, successRedirect), 'successRedirect must be a path of the origin');
  need(
    callbackPath.endsWith(CALLBACK) && callbackPath !== CALLBACK,
    `magicLinkRouter serves <mount>${CALLBACK}: set callbackPath to, for example, /login${CALLBACK}`,
  );
  const pages = createPages(config);
  const handle = createHandlers({ passport, name: strategy.name, pages, config, successRedirect });
  const only = (allowed: string) => onlyMethods(allowed, pages.refuseCode);

  const router = express.Router();
  router.use(protect);
  router.post(/./, express.urlencoded({ extended: false }), express.json());
  router.use(refuseBrokenBody(pages.refuseCode));
  // The route of most requests that matter comes first.
  router.all(CALLBACK, handle.callback);
  router.route('/').get(answering(pages.form)).post(handle.request).all(only('GET, HEAD, POST'));
  router.route('/sent').get(answering(pages.sent)).all(only('GET, HEAD'));
  router.all('/code', handle.code);
  router.all('/not-me', handle.notMe);
  router.use(answerOutage(pages.unavailable));
  return router;
}
