/** What a session keeps of a request for a link: the secret half of the binding. */
import type { Request } from 'express';
import { random } from '../protocol/crypto.js';
import type { Browser, Issued, RequestedLink } from '../protocol/outcomes.js';
import { SESSION_KEY, type Session, sessionIdOf } from './session.js';

/** Seconds that a session which only requested a link outlives that link. */
const GRACE = 3600;

/** What a request for a link adds to the session. */
export interface BindOptions {
  /** The link's lifetime in seconds. */
  readonly ttl: number;
  /** Epoch seconds. */
  readonly askedAt: number;
  /** What was typed, sealed. */
  readonly ask: string;
}

/** Readies the session to be bound to. It must be saved before any mail is sent. */
export function bindBrowser(req: Request, session: Session, { ttl, askedAt, ask }: BindOptions): Browser {
  const { nonce = random(32).toString('base64url'), asked, spent } = session[SESSION_KEY]?.binding ?? {};
  if (hasOnlyRequested(session)) shortenLifetime(session, ttl);
  session[SESSION_KEY] = {
    ...session[SESSION_KEY],
    binding: { nonce, askedAt, ask, ...(asked && { asked }), ...(spent && { spent }) },
  };
  return { sessionId: sessionIdOf(req), nonce };
}

/** A login ends the binding: the other links that this browser requested can no longer be redeemed. */
export function endBinding(session: Session): void {
  const { auth } = session[SESSION_KEY] ?? {};
  if (auth) session[SESSION_KEY] = { auth };
  else delete session[SESSION_KEY];
}

/**
 * From now on, this is the link whose code is accepted here. A limited request leaves an earlier link of the same mailbox
 * in its place. A link of another mailbox does not stay: a code that still worked would tell that this request was
 * limited.
 */
export function rememberRequested(session: Session, { status, requested }: Issued): void {
  const binding = session[SESSION_KEY]?.binding;
  if (binding && (status === 'issued' || binding.asked?.account !== requested.account)) binding.asked = requested;
}

/** The link that this session requested last, since its last login. */
export const requestedLink = (session: Session): RequestedLink | undefined => session[SESSION_KEY]?.binding?.asked;

/** What was typed to request it, sealed. */
export const sealedRequest = (session: Session): string | undefined => session[SESSION_KEY]?.binding?.ask;

/** Seconds until this browser may request another link; 0: now. */
export function resendWait(session: Session, resend: number, now: number): number {
  const askedAt = session[SESSION_KEY]?.binding?.askedAt;
  // A clock that was set back makes nobody wait longer than the cooldown.
  return askedAt === undefined ? 0 : Math.min(Math.max(askedAt + resend - now, 0), resend);
}

/** The browser's half of the binding; undefined if it requested no link since its last login. */
export function boundBrowser(req: Request, session: Session): Browser | undefined {
  const nonce = session[SESSION_KEY]?.binding?.nonce;
  return typeof nonce === 'string' && nonce !== '' ? { sessionId: sessionIdOf(req), nonce } : undefined;
}

/** The link is used and nobody is logged in yet: if that stays so, the next click on it is told so, not sent on. */
export function markSpent(session: Session, recordId: string): void {
  const binding = session[SESSION_KEY]?.binding;
  if (binding) binding.spent = recordId;
}

export const isSpent = (session: Session, recordId: string): boolean =>
  session[SESSION_KEY]?.binding?.spent === recordId;

/** Nothing lies in the session but what a request for a link puts there. */
const hasOnlyRequested = (session: Session) =>
  Object.keys(session).every((key) => key === 'cookie' || key === SESSION_KEY) && !session[SESSION_KEY]?.auth;

/** Strangers who only request links must not fill the session store. A login starts a session of the app's own length. */
function shortenLifetime({ cookie }: Session, ttl: number): void {
  const lifetime = shortLifetimeMs(ttl);
  if (cookie.originalMaxAge === null || cookie.originalMaxAge >= lifetime) cookie.maxAge = lifetime;
}

/** Whether the session's lifetime is the short one; express-session moves it by the time that passes. */
export function isShortLived({ cookie }: Session, ttl: number): boolean {
  return cookie.originalMaxAge !== null && Math.abs(cookie.originalMaxAge - shortLifetimeMs(ttl)) < 60_000;
}

/** Milliseconds that a session made by a request for a link lives. */
const shortLifetimeMs = (ttl: number): number => (ttl + GRACE) * 1000;
