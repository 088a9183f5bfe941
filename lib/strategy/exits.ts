/** The exits of a request: one of Passport's actions, or a page that the strategy writes itself. */
import type { Request } from 'express';
import { type RefusalCode, refusal } from '../errors.js';
import { pathOf } from '../protocol/return-to.js';
import { sessionRequest } from '../session/session.js';
import { wantsJson } from '../web/answer.js';
import { isCrossSite } from '../web/navigation.js';
import type { PageData, PageName } from '../web/page-data.js';
import type { MagicLinkOutcome } from './authenticate-options.js';
import type { Exchange } from './exchange.js';

/** The five actions that Passport adds to a strategy for each request. */
export interface PassportActions {
  success(user: unknown, info?: object): void;
  fail(challenge: { message: string; code: RefusalCode }, status: number): void;
  redirect(url: string, status?: number): void;
  pass(): void;
  error(error: unknown): void;
}

/** Calls one of Passport's actions, or none if the answer has been written. */
export type Exit = (passport: PassportActions) => void;

/** Handles one request and resolves with its exit. */
export type Action = (exchange: Exchange) => Promise<Exit>;

/** What a refusal may contain besides its code. */
type Details = Pick<Extract<MagicLinkOutcome, { status: 'refused' }>, 'retryForm' | 'help'> & { message?: string };

export function refuse(exchange: Exchange, code: RefusalCode, details: Details = {}): Exit {
  const { req, config } = exchange;
  const { message, ...rest } = details;
  // Passport's failureMessage and failureFlash write to the session. Without the browser's cookie, that session is a
  // new one, and its cookie would replace the browser's own.
  if (isCookieWithheld(req)) exchange.leaveSessionUntouched();
  const refused = refusal(code, config.languages.for(req), message);
  req.magicLink = { status: 'refused', refusal: refused, ...rest };
  return (passport) => passport.fail({ message: refused.message, code }, refused.status);
}

/** Whether the browser may have withheld the session cookie from this request because of its SameSite attribute. */
function isCookieWithheld(req: Request): boolean {
  const sameSite = sessionRequest(req).session?.cookie.sameSite;
  const isStrict = sameSite === 'strict' || sameSite === true;
  return isCrossSite(req) && (isStrict || (sameSite === 'lax' && req.method === 'POST'));
}

export function refuseUntil(exchange: Exchange, seconds: number): Exit {
  const { req, res, config } = exchange;
  res.set('Retry-After', String(seconds));
  const texts = config.languages.for(req);
  const message = seconds < 90 ? texts.waitSeconds(seconds) : texts.waitMinutes(Math.ceil(seconds / 60));
  return refuse(exchange, 'rate_limited', { message });
}

export function refuseMethod(exchange: Exchange, allowed: string): Exit {
  exchange.res.set('Allow', allowed);
  return refuse(exchange, 'method_not_allowed');
}

/** Sends the browser to where its login led; JSON clients get the path. */
export async function sendOn({ req, res }: Exchange, returnTo: string): Promise<Exit> {
  if (!wantsJson(req)) return (passport) => passport.redirect(returnTo, 303);
  res.json({ status: 'authenticated', returnTo: pathOf(returnTo) });
  return answered;
}

/**
 * Redirects the slower of two parallel clicks to the target of the faster one. It logs nobody in, and its answer must
 * not touch the session that the faster one has just created.
 */
export function followWinner(exchange: Exchange, target: string): Exit {
  exchange.leaveSessionUntouched();
  return (passport) => passport.redirect(target, 303);
}

/** The content of a page, and the answer to a JSON client in its place. */
export interface PageContent<P extends PageName> {
  readonly page: PageData[P];
  /** Default: `{ status: name }`. */
  readonly json?: object;
}

/** Writes a page without Passport, which has no action for a page that neither logs in nor refuses. */
export async function showPage<P extends PageName>(
  exchange: Exchange,
  name: P,
  { page, json = { status: name } }: PageContent<P>,
): Promise<Exit> {
  const { req, res, config } = exchange;
  exchange.leaveSessionUntouched();
  if (wantsJson(req)) res.json(json);
  else await config.pages.send(req, res, name, page);
  return answered;
}

const answered: Exit = () => {};
