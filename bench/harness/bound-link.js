// This package in an app, from whatever checkout of it is to be measured.
import { SECRET } from './express-app.js';

/** @typedef {typeof import('../../lib/index.js')} Package */
/** @typedef {import('../systems/system.js').Context} Context */

/** @param {Context} context @returns {Promise<Package>} */
export const loadPackage = ({ checkout }) => import(new URL('dist/esm/index.js', checkout).href);

/** @param {Context} context @returns {Promise<typeof import('../../lib/doctor/index.js')>} */
export const loadDoctor = ({ checkout }) => import(new URL('dist/esm/doctor/index.js', checkout).href);

export const CALLBACK = '/login/callback';

/**
 * @param {Context} context
 * @param {Package} ours
 * @param {import('../../lib/index.js').LinkStore} store
 * @param {Pick<import('../../lib/index.js').MagicLinkOptions, 'dangerouslyNoLimits'>} [options]
 */
export function newStrategy({ origin, deliver, closedSignup }, { MagicLinkStrategy }, store, options) {
  return new MagicLinkStrategy(
    {
      secret: SECRET,
      origin,
      callbackPath: CALLBACK,
      store,
      mail: { deliver: ({ to, text }) => deliver(to.address, () => linkIn(text)) },
      ...(closedSignup && { mayReceive: isKnown }),
      ...options,
    },
    async ({ address }) => ({ address }),
  );
}

/** Whether an address is one of those that exist, where the sign-up is closed. @param {string} address */
export const isKnown = (address) => address.startsWith('known');

/** @param {string} text */
export const linkIn = (text) => /https?:\/\/\S+/.exec(text)?.[0] ?? '';

/** The two routes, wired by hand. @param {import('express').Express} app @param {import('passport').Authenticator} passport @param {import('express').RequestHandler} parser */
export function wireByHand(app, passport, parser) {
  const ask = /** @type {import('passport').AuthenticateOptions} */ ({
    action: 'request',
    successRedirect: '/login/sent',
  });
  app.post('/login', parser, passport.authenticate('magic-link', ask));
  app.all(CALLBACK, passport.authenticate('magic-link', { successReturnToOrRedirect: '/' }));
}
