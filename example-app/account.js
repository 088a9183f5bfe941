// The account page, and the change of the account's address.
import express from 'express';
import { requireSameOrigin } from 'passport-bound-link';
import { accountPage } from './pages.js';
import { knownUser, outlive, userOf, wantsJson } from './request.js';

/**
 * @param {object} parts
 * @param {string} parts.origin
 * @param {import('passport').Authenticator} parts.passport
 * @param {import('passport-bound-link/step-up').StepUp<import('./users.js').User>} parts.stepUp
 * @param {import('./accounts.js').Accounts} parts.accounts
 */
export function accountRoutes({ origin, passport, stepUp, accounts }) {
  const router = express.Router();

  router.get('/', (req, res) => {
    const login = stepUp.currentContext(req);
    const user = userOf(req);
    if (!user || !login) {
      if (wantsJson(req)) res.status(401).json({ error: 'login_required' });
      else res.redirect(303, '/login?returnTo=/account');
      return;
    }
    const { amr, acr, level, authTime } = login;
    // The page shows the new address as soon as the change is requested. That address cannot log in until it is proven.
    const account = { email: user.change?.address ?? user.email, amr, acr, level, authTime };
    if (wantsJson(req)) res.json(account);
    else res.type('html').send(accountPage(account, user));
  });

  // The mailbox alone must not be enough to take over the account: a change needs a second factor (ASVS 5.0 7.5.1).
  router.post(
    '/email',
    requireSameOrigin(origin),
    stepUp.require({ level: 2, maxAge: 300, returnTo: '/account' }),
    express.urlencoded({ extended: false }),
    express.json(),
    (req, res, next) => {
      const change = accounts.changeOf(knownUser(req));
      res.locals.change = change;
      // All other fields are dropped. An invitation would replace the address.
      req.body = { email: Object(req.body).email, returnTo: '/account' };
      /** @type {import('passport-bound-link').AuthenticateOptions} */
      const options = { action: 'request', state: change.state };
      const ask = passport.authenticate('magic-link', options, (/** @type {unknown} */ error) =>
        next(error ?? refusalOf(req)),
      );
      ask(req, res, next);
    },
    // A request that was refused, for a wrong address or too many requests, changes nothing. The mail is sent after the
    // answer.
    async (req, res) => {
      if (req.magicLink?.status !== 'sent') throw new Error('no outcome');
      const { address } = req.magicLink;
      const user = knownUser(req);
      await res.locals.change.begin(address);
      outlive(req, user);
      if (wantsJson(req)) res.json({ status: 'changed', email: address });
      else res.redirect(303, '/account');
    },
  );
  return router;
}

/** @param {express.Request} req */
function refusalOf({ magicLink }) {
  if (magicLink?.status !== 'refused') return new Error('no outcome');
  const { status, code, message } = magicLink.refusal;
  return Object.assign(new Error(code), { status, code, told: message });
}
