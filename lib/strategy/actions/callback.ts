/** The callback: only the browser that requested the link redeems it, and only after a person's own click. */
import { mailboxOf } from '../../protocol/address.js';
import { accountOf } from '../../protocol/keys.js';
import type { Token } from '../../protocol/token.js';
import { authContext, isLoggedIn } from '../../session/auth-context.js';
import { boundBrowser, isSpent, requestedLink } from '../../session/binding.js';
import { typedRequest } from '../../session/typed-request.js';
import { wantsJson } from '../../web/answer.js';
import { bodyField } from '../../web/body.js';
import { isCrossSite, isNavigation } from '../../web/navigation.js';
import type { Exchange } from '../exchange.js';
import { type Action, type Exit, followWinner, refuse, sendOn, showPage } from '../exits.js';
import { notify } from '../notify.js';
import { logIn, returnTarget } from './log-in.js';

export const callback: Action = async (exchange) => {
  const { req, config, magicLink } = exchange;
  const { method } = req;
  const { session } = exchange;
  const text = method === 'POST' ? bodyField(req, 'token') : req.query.token;
  if (method === 'POST' && typeof text !== 'string') return refuse(exchange, 'invalid_request');
  const read = magicLink.read(text);
  if (read.status === 'invalid') return refuse(exchange, 'link_invalid');
  const { token } = read;
  if (read.status === 'expired') return refuseLink(exchange, token, 'expired');

  // The same browser opens the link again, and the login that it made still exists: no error, and no second stamp.
  const auth = authContext(req);
  if (auth?.recordId === token.recordId) return sendOn(exchange, auth.returnTo);
  if (method === 'POST') return spend(exchange, token);

  // A GET redeems the link only in the browser that requested it, and only if nobody is logged in.
  if (!isNavigation(req)) return landing(exchange);
  const browser = boundBrowser(req, session);
  if (!browser) {
    if (isCrossSite(req) && req.query.hop === undefined && !wantsJson(req)) return hop(exchange);
    await magicLink.open(token, undefined);
    return landing(exchange);
  }
  const switchesUser = isLoggedIn(req, session);
  if (config.confirm === 'auto' && !switchesUser) return spend(exchange, token);

  const status = await magicLink.open(token, browser);
  if (status === 'mismatch') return landing(exchange);
  if (status !== 'live') return refuseLink(exchange, token, status);
  return showPage(exchange, 'confirm', { page: { ...tokenForm(exchange), switchesUser } });
};

async function spend(exchange: Exchange, token: Token): Promise<Exit> {
  const { req, session, magicLink } = exchange;
  const by = req.method === 'POST' ? 'POST' : 'GET';
  const redeemed = await magicLink.redeem(token, boundBrowser(req, session), by);
  switch (redeemed.status) {
    case 'redeemed':
      return logIn(exchange, redeemed.claims, 'link');
    case 'mismatch':
      if (redeemed.usedClaims) notify(exchange, 'usedElsewhere', redeemed.usedClaims);
      return by === 'GET' ? landing(exchange) : refuse(exchange, 'wrong_browser', { help: redeemed.help });
    case 'parallel':
      if (isSpent(session, token.recordId)) return refuseLink(exchange, token, 'used');
      return followWinner(exchange, returnTarget(exchange, redeemed.claims));
    default:
      return refuseLink(exchange, token, redeemed.status);
  }
}

/** Fills in the input only in the browser that requested this very link, and only for the link's own mailbox. */
function refuseLink(
  exchange: Exchange,
  { keys, account, recordId }: Token,
  status: 'invalid' | 'expired' | 'used' | 'revoked',
): Exit {
  const { session, config } = exchange;
  const typed = requestedLink(session)?.recordId === recordId ? typedRequest(config.keyring, session) : undefined;
  // A limited request for another mailbox may have come since.
  const isSame = typed && accountOf(keys, mailboxOf(typed.address)) === account;
  return refuse(exchange, `link_${status}`, { retryForm: isSame ? typed : undefined });
}

const landing = (exchange: Exchange): Promise<Exit> => showPage(exchange, 'landing', { page: tokenForm(exchange) });

/**
 * A click on another site does not send the Strict cookie. A navigation from our own page sends it. This is tried once.
 */
const hop = (exchange: Exchange): Promise<Exit> => {
  const { req, config } = exchange;
  const href = `${config.origin}${config.callbackPath}?token=${req.query.token}&hop=1`;
  return showPage(exchange, 'hop', { page: { href } });
};

const tokenForm = ({ req, config }: Exchange) => ({ action: config.callbackPath, token: String(req.query.token) });
