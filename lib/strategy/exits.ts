/** The ways out that the actions share: refusals, which are Passport's, and pages, which it knows nothing of. */
import type { Request } from 'express';
import { type RefusalCode, refusal } from '../errors.js';
import type { Config } from '../options/options.js';
import { pathOf } from '../protocol/return-to.js';
import { leaveSessionUntouched } from '../session/leave-untouched.js';
import { responseTo } from '../util/express.js';
import { wantsJson } from '../web/answer.js';
import { isCookieWithheld } from '../web/navigation.js';
import type { PageData, PageName } from '../web/pages.js';
import type { Exit } from './actions/action.js';
import type { MagicLinkOutcome } from './authenticate-options.js';

/** What a refusal may tell beside its code. */
type Details = Pick<Extract<MagicLinkOutcome, { status: 'refused' }>, 'retryForm' | 'help'> & { message?: string };

export function refuse({ languages }: Config, req: Request, code: RefusalCode, details: Details = {}): Exit {
  const { message, ...rest } = details;
  // What Passport's failureMessage or failureFlash keeps would then be a new session, in place of the browser's own.
  if (isCookieWithheld(req)) leaveSessionUntouched(req, responseTo(req));
  const refused = refusal(code, languages.for(req), message);
  req.magicLink = { status: 'refused', refusal: refused, ...rest };
  return (passport) => passport.fail({ message: refused.message, code }, refused.status);
}

export function refuseUntil(config: Config, req: Request, seconds: number): Exit {
  responseTo(req).set('Retry-After', String(seconds));
  const texts = config.languages.for(req);
  const message = seconds < 90 ? texts.waitSeconds(seconds) : texts.waitMinutes(Math.ceil(seconds / 60));
  return refuse(config, req, 'rate_limited', { message });
}

export function refuseMethod(config: Config, req: Request, allowed: string): Exit {
  responseTo(req).set('Allow', allowed);
  return refuse(config, req, 'method_not_allowed');
}

/** Where a login led that lives already; JSON is told so. */
export async function sendOn(req: Request, returnTo: string): Promise<Exit> {
  if (!wantsJson(req)) return (passport) => passport.redirect(returnTo, 303);
  responseTo(req).json({ status: 'authenticated', returnTo: pathOf(returnTo) });
  return answered;
}

/**
 * Written here, past Passport: it has no action for "a page, and nobody logged in or refused".
 * @param json what a JSON client is told in its place; default: the page's name
 */
export async function showPage<P extends PageName>(
  { pages }: Config,
  req: Request,
  name: P,
  page: PageData[P],
  json: object = { status: name },
): Promise<Exit> {
  const res = responseTo(req);
  leaveSessionUntouched(req, res);
  if (wantsJson(req)) res.json(json);
  else await pages.send(req, res, 200, name, page);
  return answered;
}

const answered: Exit = () => {};
