/** The ask: bind this browser, issue a link, and have it mailed once the answer is out. */
import type { Request } from 'express';
import { misuse, UnavailableError } from '../../errors.js';
import type { Letter } from '../../mail/mailer.js';
import type { Config } from '../../options/options.js';
import { type Address, parseAddress } from '../../protocol/address.js';
import { openInvitation } from '../../protocol/invitation.js';
import type { IssuedLink } from '../../protocol/magic-link.js';
import { parseReturnTo } from '../../protocol/return-to.js';
import { sealAsk } from '../../session/asked.js';
import { bindBrowser, rememberAsked, resendWait } from '../../session/binding.js';
import { type Session, saveSession } from '../../session/session.js';
import { responseTo } from '../../util/express.js';
import { bodyField } from '../../web/body.js';
import { browserFamily } from '../../web/browser-family.js';
import { isSameOrigin } from '../../web/same-origin.js';
import { refuse, refuseMethod, refuseUntil } from '../exits.js';
import type { Action, Services } from './action.js';

const MAX_STATE = 1024;

export const request: Action = async (login, req, options) => {
  const { config, magicLink, delivery, limits } = login;
  if (req.method !== 'POST') return refuseMethod(config, req, 'POST');
  if (!isSameOrigin(req, config.origin)) return refuse(config, req, 'cross_site');
  const session = login.sessionOf(req);
  const typed = readForm(config, req);
  if (!typed) return refuse(config, req, 'invalid_request');
  const address = parseAddress(typed.email);
  if (!address) return refuse(config, req, 'invalid_address');
  const state = typed.state ?? checkState(options.state);

  const texts = config.languages.for(req);

  const now = config.clock();
  const wait = await waitFor(login, req, session, Math.floor(now / 1000));
  if (wait > 0) return refuseUntil(config, req, wait);

  const reservation = delivery.reserve();
  if (!reservation) throw new UnavailableError('outbox');
  try {
    const returnTo = parseReturnTo(config.origin, typed.returnTo);
    const askedIn = browserFamily(req.headers['user-agent']);
    const sealed = sealAsk(config.keyring, { address: address.address, returnTo });
    const browser = bindBrowser(req, session, config.ttl, { askedAt: Math.floor(now / 1000), ask: sealed });
    const lanes = limits.lanes(req, address.mailbox);
    const issued = await magicLink.issue({ ...address, returnTo, state, askedIn }, browser, lanes);
    rememberAsked(session, issued);
    // A link must not be on its way before the session that it is bound to is kept.
    await saveSession(session);
    if (issued.status === 'limited') reservation.release();
    else {
      reservation.sendAfter(responseTo(req), letter(config, issued.link, address, { askedIn, askedAt: now, texts }));
    }
  } catch (error) {
    reservation.release();
    throw error;
  }
  req.magicLink = { status: 'sent', address: address.address };
  const { successRedirect } = options;
  return (passport) => (successRedirect === undefined ? passport.pass() : passport.redirect(successRedirect, 303));
};

interface Typed {
  readonly email: string;
  readonly returnTo: string | undefined;
  readonly state?: string | undefined;
}

/** What the form says, or what an invitation has said for it. Undefined for what no form of ours sends. */
function readForm({ keyring, clock }: Config, req: Request): Typed | undefined {
  const invite = bodyField(req, 'invite');
  if (invite !== undefined) {
    const invitation = openInvitation(keyring, invite, clock());
    return invitation && { ...invitation, email: invitation.address };
  }
  const email = bodyField(req, 'email');
  const returnTo = bodyField(req, 'returnTo');
  return typeof email === 'string' && isOptionalString(returnTo) ? { email, returnTo } : undefined;
}

/** @throws TypeError */
export function checkState(state: unknown): string | undefined {
  if (isOptionalString(state) && (state?.length ?? 0) <= MAX_STATE) return state;
  throw misuse(`state must be a string of ${MAX_STATE} characters at most`);
}

const isOptionalString = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string';

/** Seconds before this browser, or this network, may ask for another link; both are told so. */
async function waitFor({ config, limits }: Services, req: Request, session: Session, now: number): Promise<number> {
  if (!config.limits) return 0;
  return resendWait(session, config.limits.resend, now) || limits.networkWait(req);
}

const letter = (
  { origin, notMePath, mail }: Config,
  { account, recordId, url, code, notMe, expiresAt }: IssuedLink,
  { address }: Address,
  asked: Pick<Letter, 'askedIn' | 'askedAt' | 'texts'>,
): Letter => ({
  ...{ kind: 'login', account, recordId, address, expiresAt },
  ...asked,
  link: url,
  code: mail.code ? code : undefined,
  notMe: `${origin}${notMePath}?token=${notMe}`,
});
