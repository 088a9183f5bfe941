/** The request for a link: binds this browser, issues a link, and mails it after the answer is sent. */
import type { Request } from 'express';
import { UnavailableError } from '../../errors.js';
import type { Letter } from '../../mail/letter.js';
import type { Config } from '../../options/options.js';
import { type Address, parseAddress } from '../../protocol/address.js';
import { openInvitation } from '../../protocol/invitation.js';
import type { IssuedLink } from '../../protocol/outcomes.js';
import { parseReturnTo } from '../../protocol/return-to.js';
import { bindBrowser, rememberRequested, resendWait } from '../../session/binding.js';
import { saveSession } from '../../session/session.js';
import { sealRequest } from '../../session/typed-request.js';
import type { Texts } from '../../texts/texts.js';
import { secondsOf } from '../../util/seconds.js';
import { bodyField } from '../../web/body.js';
import { browserFamily } from '../../web/browser-family.js';
import { checkState } from '../authenticate-options.js';
import type { Exchange } from '../exchange.js';
import { type Action, refuse, refuseUntil } from '../exits.js';

export const request: Action = async (exchange) => {
  const { req, config, options } = exchange;
  // A missing session is a fault of the wiring, and is told before anything that was typed is judged.
  void exchange.session;
  const form = readForm(config, req);
  if (!form) return refuse(exchange, 'invalid_request');
  const address = parseAddress(form.email);
  if (!address) return refuse(exchange, 'invalid_address');
  const state = form.state ?? checkState(options.state);
  // The app's own `language` may throw, so it runs before anything is counted or stored.
  const texts = config.languages.for(req);

  const seconds = await secondsToWait(exchange);
  if (seconds > 0) return refuseUntil(exchange, seconds);

  const returnTo = parseReturnTo(config.origin, form.returnTo);
  await issueAndSend(exchange, { ...address, returnTo, state, texts });
  req.magicLink = { status: 'sent', address: address.address };
  const { successRedirect } = options;
  return (passport) => (successRedirect === undefined ? passport.pass() : passport.redirect(successRedirect, 303));
};

interface TypedForm {
  readonly email: string;
  readonly returnTo: string | undefined;
  readonly state?: string | undefined;
}

/** The fields of the form, or of an invitation. Undefined for input that no form of this package sends. */
function readForm({ keyring, clock }: Config, req: Request): TypedForm | undefined {
  const invite = bodyField(req, 'invite');
  if (invite !== undefined) {
    const invitation = openInvitation(keyring, invite, clock());
    return invitation && { ...invitation, email: invitation.address };
  }
  const email = bodyField(req, 'email');
  const returnTo = bodyField(req, 'returnTo');
  const isComplete = typeof email === 'string' && (returnTo === undefined || typeof returnTo === 'string');
  return isComplete ? { email, returnTo } : undefined;
}

/** Seconds until this browser, or this network, may request another link. The answer says so in both cases. */
async function secondsToWait({ req, session, config, services }: Exchange): Promise<number> {
  if (!config.limits) return 0;
  return resendWait(session, config.limits.resend, secondsOf(config.clock)) || services.limits.networkWait(req);
}

interface ParsedRequest extends Address {
  readonly returnTo: string | undefined;
  readonly state: string | undefined;
  readonly texts: Texts;
}

/**
 * The order matters: reserve room in the outbox, bind the browser, issue the link, save the session, then send the
 * mail. A link must not be sent before the session to which it is bound is saved.
 */
async function issueAndSend(exchange: Exchange, { texts, ...wanted }: ParsedRequest): Promise<void> {
  const { req, res, session, config, magicLink, services } = exchange;
  const reservation = services.delivery.reserve();
  if (!reservation) throw new UnavailableError('outbox');
  try {
    const requestedAt = config.clock();
    const requestedIn = browserFamily(req.headers['user-agent']);
    const ask = sealRequest(config.keyring, wanted);
    const browser = bindBrowser(req, session, { ttl: config.ttl, askedAt: Math.floor(requestedAt / 1000), ask });
    const lanes = services.limits.lanes(req, wanted.mailbox);
    const issued = await magicLink.issue({ ...wanted, requestedIn }, browser, lanes);
    rememberRequested(session, issued);
    await saveSession(session);
    if (issued.status === 'limited') return reservation.release();
    reservation.sendAfter(
      res,
      letter(config, issued.link, { address: wanted.address, requestedIn, requestedAt, texts }),
    );
  } catch (error) {
    reservation.release();
    throw error;
  }
}

const letter = (
  { origin, notMePath, mail }: Config,
  { account, recordId, url, code, notMe, expiresAt }: IssuedLink,
  requested: Pick<Letter, 'address' | 'requestedIn' | 'requestedAt' | 'texts'>,
): Letter => ({
  kind: 'login',
  ...requested,
  account,
  recordId,
  expiresAt,
  link: url,
  code: mail.code ? code : undefined,
  notMe: `${origin}${notMePath}?token=${notMe}`,
});
