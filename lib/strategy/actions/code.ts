/** Login by code, in the browser that requested the link. Every code that is refused gets the same answer. */
import { PARALLEL_MS } from '../../protocol/outcomes.js';
import { authContext } from '../../session/auth-context.js';
import { boundBrowser, isSpent, requestedLink } from '../../session/binding.js';
import { bodyField } from '../../web/body.js';
import { type Action, followWinner, refuse, sendOn } from '../exits.js';
import { notify } from '../notify.js';
import { logIn, returnTarget } from './log-in.js';

export const code: Action = async (exchange) => {
  const { req, config, magicLink } = exchange;
  const { session } = exchange;
  const typed = bodyField(req, 'code');
  if (typeof typed !== 'string') return refuse(exchange, 'invalid_request');

  const browser = boundBrowser(req, session);
  const requested = requestedLink(session);
  if (!browser || !requested) {
    const auth = authContext(req);
    // The form was sent twice, and the login of the first request still exists.
    const isSecondClick = auth?.level === 0 && config.clock() - auth.authTime * 1000 < PARALLEL_MS;
    return isSecondClick ? sendOn(exchange, auth.returnTo) : refuse(exchange, 'code_wrong');
  }
  const redeemed = await magicLink.redeemByCode(requested, typed, browser);
  if (redeemed.status === 'redeemed') return logIn(exchange, redeemed.claims, 'code');
  if (redeemed.status === 'wrong' && redeemed.lockedClaims) notify(exchange, 'wrongCodes', redeemed.lockedClaims);
  if (redeemed.status === 'wrong' || isSpent(session, requested.recordId)) return refuse(exchange, 'code_wrong');
  return followWinner(exchange, returnTarget(exchange, redeemed.claims));
};
