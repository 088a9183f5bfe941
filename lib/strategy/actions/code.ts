/** The code, typed in the browser that asked: whatever is wrong about it, the answer is the same. */

import { PARALLEL_MS } from '../../protocol/magic-link.js';
import { authContext } from '../../session/auth-context.js';
import { askedLink, boundBrowser, isSpent } from '../../session/binding.js';
import { leaveSessionUntouched } from '../../session/leave-untouched.js';
import { responseTo } from '../../util/express.js';
import { bodyField } from '../../web/body.js';
import { isSameOrigin } from '../../web/same-origin.js';
import { refuse, refuseMethod, sendOn } from '../exits.js';
import { notify } from '../notify.js';
import type { Action } from './action.js';
import { goTo, logIn } from './log-in.js';

export const code: Action = async (login, req, options) => {
  const { config, magicLink } = login;
  if (req.method !== 'POST') return refuseMethod(config, req, 'POST');
  if (!isSameOrigin(req, config.origin)) return refuse(config, req, 'cross_site');
  const session = login.sessionOf(req);
  const typed = bodyField(req, 'code');
  if (typeof typed !== 'string') return refuse(config, req, 'invalid_request');

  const browser = boundBrowser(req, session);
  const asked = askedLink(session);
  if (!browser || !asked) {
    const auth = authContext(req);
    // The form sent twice: the login that the first one made lives.
    const isSecondClick = auth?.level === 0 && config.clock() - auth.authTime * 1000 < PARALLEL_MS;
    return isSecondClick ? sendOn(req, auth.returnTo) : refuse(config, req, 'code_wrong');
  }
  const redeemed = await magicLink.redeemByCode(asked, typed, browser);
  if (redeemed.status === 'redeemed') return logIn(login, req, session, redeemed.claims, options, 'code');
  if (redeemed.status === 'wrong' && redeemed.locked) notify(login, req, 'wrongCodes', redeemed.locked);
  if (redeemed.status === 'wrong' || isSpent(session, asked.recordId)) return refuse(config, req, 'code_wrong');
  const target = goTo(config, redeemed.claims, options);
  leaveSessionUntouched(req, responseTo(req));
  return (passport) => passport.redirect(target, 303);
};
