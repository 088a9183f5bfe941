// This package in an app, from whatever checkout of it is to be measured.
import { randomBytes } from 'node:crypto';
import { SECRET } from './express-app.js';

/** @typedef {typeof import('../../lib/index.js')} Package */
/** @typedef {import('../systems/system.js').Context} Context */

/** @param {Context} context @returns {Promise<Package>} */
export const loadPackage = ({ checkout }) => import(new URL('dist/esm/index.js', checkout).href);

/** @param {Context} context @returns {Promise<typeof import('../../lib/doctor/index.js')>} */
export const loadDoctor = ({ checkout }) => import(new URL('dist/esm/doctor/index.js', checkout).href);

/** @param {Context} context @returns {Promise<typeof import('../../lib/audit/index.js')>} */
const loadAudit = ({ checkout }) => import(new URL('dist/esm/audit/index.js', checkout).href);

/** Events of strangers, as scanners bring them about, into the audit log: `storm` of a system. @param {Context} context @param {import('../../lib/index.js').MagicLinkStrategy} strategy */
export function stormOf(context, strategy) {
  const accounts = Array.from({ length: 1000 }, () => randomBytes(16).toString('base64url'));
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<unknown> | undefined} */
  let log;
  return async (/** @type {number} */ perSecond) => {
    log ??= openLog();
    await log;
    clearInterval(timer);
    if (perSecond === 0) return;
    const begun = performance.now();
    let told = 0;
    timer = setInterval(() => {
      for (const due = ((performance.now() - begun) / 1000) * perSecond; told < due; told++) {
        const account = accounts[told % accounts.length] ?? '';
        // What the strategy itself has for this, its own protocol excepted: a storm of requests would be measured instead.
        strategy.events.report('link.opened_elsewhere', {
          account,
          link: account,
          request: String(told),
          network: account,
        });
      }
    }, 1);
  };

  async function openLog() {
    const { AuditLog } = await loadAudit(context);
    return new AuditLog(strategy, { client: await context.connectRedis() });
  }
}

export const CALLBACK = '/login/callback';

/**
 * @param {Context} context
 * @param {Package} ours
 * @param {import('../../lib/index.js').LinkStore} store
 * @param {Pick<import('../../lib/index.js').MagicLinkOptions, 'dangerouslyNoLimits' | 'notices'>} [options]
 */
export function newStrategy({ origin, deliver, closedSignup }, { MagicLinkStrategy }, store, options) {
  return new MagicLinkStrategy(
    {
      secret: SECRET,
      origin,
      callbackPath: CALLBACK,
      store,
      mail: {
        // Notices of new browsers come after the click, and are nobody's way to log in.
        deliver: ({ to, subject, text }) => isLogin(subject) && deliver(to.address, () => linkIn(text)),
      },
      ...(closedSignup && { mayReceive: isKnown }),
      ...options,
    },
    async ({ address }) => ({ address }),
  );
}

/** Without what others do not have either. An older checkout knows no notices. @param {Package} ours */
export const nothingMore = ({ en }) => ({
  dangerouslyNoLimits: true,
  ...('notices' in en && { notices: { newBrowser: false } }),
});

/** Whether an address is one of those that exist, where the sign-up is closed. @param {string} address */
export const isKnown = (address) => address.startsWith('known');

/** @param {string} subject */
const isLogin = (subject) => subject.startsWith('Log in to ');

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
