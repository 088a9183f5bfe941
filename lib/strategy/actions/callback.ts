/** The callback: only the browser that asked, and only by a person's own click, spends the link. */
import type { Request } from 'express';
import type { Config } from '../../options/options.js';
import { mailboxOf } from '../../protocol/address.js';
import { accountTag } from '../../protocol/keys.js';
import type { Token } from '../../protocol/token.js';
import { typedAsk } from '../../session/asked.js';
import { authContext, isLoggedIn } from '../../session/auth-context.js';
import { askedLink, boundBrowser, isSpent } from '../../session/binding.js';
import { leaveSessionUntouched } from '../../session/leave-untouched.js';
import type { Session } from '../../session/session.js';
import { responseTo } from '../../util/express.js';
import { wantsJson } from '../../web/answer.js';
import { bodyField } from '../../web/body.js';
import { isCrossSite, isNavigation } from '../../web/navigation.js';
import { isSameOrigin } from '../../web/same-origin.js';
import type { AuthenticateOptions } from '../authenticate-options.js';
import { refuse, refuseMethod, sendOn, showPage } from '../exits.js';
import { notify } from '../notify.js';
import type { Action, Exit, Services } from './action.js';
import { goTo, logIn } from './log-in.js';

export const callback: Action = async (login, req, options) => {
  const { config, magicLink } = login;
  const { method } = req;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return refuseMethod(config, req, 'GET, HEAD, POST');
  if (method === 'POST' && !isSameOrigin(req, config.origin)) return refuse(config, req, 'cross_site');
  const session = login.sessionOf(req);
  const text = method === 'POST' ? bodyField(req, 'token') : req.query.token;
  if (method === 'POST' && typeof text !== 'string') return refuse(config, req, 'invalid_request');
  const read = magicLink.read(text);
  if (read.status === 'invalid') return refuse(config, req, 'link_invalid');
  const { token } = read;
  if (read.status === 'expired') return refuseLink(config, req, session, token, 'expired');

  // The same browser clicks again, and the login that this link made lives: no error, and no second stamp.
  const auth = authContext(req);
  if (auth && auth.recordId === token.recordId) return sendOn(req, auth.returnTo);
  return method === 'POST' ? spend(login, req, session, token, options) : open(login, req, session, token, options);
};

/** GET and HEAD. */
async function open(
  login: Services,
  req: Request,
  session: Session,
  token: Token,
  options: AuthenticateOptions,
): Promise<Exit> {
  const { config, magicLink } = login;
  if (!isNavigation(req)) return landing(config, req);
  const browser = boundBrowser(req, session);
  if (!browser) {
    if (isCrossSite(req) && req.query.hop === undefined && !wantsJson(req)) return hop(config, req);
    await magicLink.open(token, undefined);
    return landing(config, req);
  }
  const loggedIn = isLoggedIn(req, session);
  if (config.confirm === 'auto' && !loggedIn) return spend(login, req, session, token, options);

  const status = await magicLink.open(token, browser);
  if (status === 'mismatch') return landing(config, req);
  if (status !== 'live') return refuseLink(config, req, session, token, status);
  return showPage(config, req, 'confirm', { ...tokenForm(config, req), switchesUser: loggedIn });
}

async function spend(
  login: Services,
  req: Request,
  session: Session,
  token: Token,
  options: AuthenticateOptions,
): Promise<Exit> {
  const { config, magicLink } = login;
  const by = req.method === 'POST' ? 'POST' : 'GET';
  const redeemed = await magicLink.redeem(token, boundBrowser(req, session), by);
  switch (redeemed.status) {
    case 'redeemed':
      return logIn(login, req, session, redeemed.claims, options, 'link');
    case 'mismatch':
      if (redeemed.reused) notify(login, req, 'usedElsewhere', redeemed.reused);
      return by === 'GET' ? landing(config, req) : refuse(config, req, 'wrong_browser', { help: redeemed.help });
    case 'parallel': {
      if (isSpent(session, token.recordId)) return refuseLink(config, req, session, token, 'used');
      const target = goTo(config, redeemed.claims, options);
      leaveSessionUntouched(req, responseTo(req));
      return (passport) => passport.redirect(target, 303);
    }
    default:
      return refuseLink(config, req, session, token, redeemed.status);
  }
}

/** What was typed is filled in only for the browser that asked for this very link, and for its own mailbox. */
function refuseLink(
  config: Config,
  req: Request,
  session: Session,
  { keys, account, recordId }: Token,
  status: 'invalid' | 'expired' | 'used' | 'revoked',
): Exit {
  const typed = askedLink(session)?.recordId === recordId ? typedAsk(config.keyring, session) : undefined;
  // A limited ask for somebody else may have come since.
  const isSame = typed && accountTag(keys, mailboxOf(typed.address)).toString('base64url') === account;
  return refuse(config, req, `link_${status}`, { retryForm: isSame ? typed : undefined });
}

const landing = (config: Config, req: Request): Promise<Exit> =>
  showPage(config, req, 'landing', tokenForm(config, req));

/** A click on another site came without the Strict cookie; from our own page it comes with it. Once. */
const hop = (config: Config, req: Request): Promise<Exit> =>
  showPage(config, req, 'hop', {
    href: `${config.origin}${config.callbackPath}?token=${req.query.token}&hop=1`,
  });

const tokenForm = (config: Config, req: Request) => ({
  action: config.callbackPath,
  token: String(req.query.token),
});
