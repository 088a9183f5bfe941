/** What a request for a link stores in the session: the browser's secret half of the binding. */
import type { Request } from 'express';
import { random } from '../protocol/crypto.js';
import type { Browser, Issued, RequestedLink } from '../protocol/outcomes.js';
import { SESSION_KEY, type Session, sessionIdOf } from './session.js';

/** Seconds by which a session that only requested a link outlives that link. */
const GRACE = 3600;

/** What a request for a link adds to the session. */
export interface BindOptions {
  /** The link's lifetime in seconds. */
  readonly ttl: number;
  /** Epoch seconds. */
  readonly askedAt: number;
  /** The typed address and the return target, sealed. */
  readonly ask: string;
}

/** Prepares the session for the binding. The session must be saved before any mail is sent. */
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
 * Makes this the link whose code the session accepts. After a limited request, an earlier link of the same mailbox
 * stays. A link of another mailbox does not stay: if its code still worked, that would reveal that this request was
 * limited.
 */
export function rememberRequested(session: Session, { status, requested }: Issued): void {
  const binding = session[SESSION_KEY]?.binding;
  if (binding && (status === 'issued' || binding.asked?.account !== requested.account)) binding.asked = requested;
}

/** The last link that this session requested since its last login. */
export const requestedLink = (session: Session): RequestedLink | undefined => session[SESSION_KEY]?.binding?.asked;

/** The input of that request, sealed. */
export const sealedRequest = (session: Session): string | undefined => session[SESSION_KEY]?.binding?.ask;

/** Seconds until this browser may request another link; 0: now. */
export function resendWait(session: Session, resend: number, now: number): number {
  const askedAt = session[SESSION_KEY]?.binding?.askedAt;
  // If the clock was set back, the wait is still at most the cooldown.
  return askedAt === undefined ? 0 : Math.min(Math.max(askedAt + resend - now, 0), resend);
}

/** The browser's half of the binding. Undefined if the browser requested no link since its last login. */
export function boundBrowser(req: Request, session: Session): Browser | undefined {
  const nonce = session[SESSION_KEY]?.binding?.nonce;
  return typeof nonce === 'string' && nonce !== '' ? { sessionId: sessionIdOf(req), nonce } : undefined;
}

/**
 * Records that the link is used, before the person is logged in. If the login then fails, the next click on the link is
 * refused and not redirected.
 */
export function markSpent(session: Session, recordId: string): void {
  const binding = session[SESSION_KEY]?.binding;
  if (binding) binding.spent = recordId;
}

export const isSpent = (session: Session, recordId: string): boolean =>
  session[SESSION_KEY]?.binding?.spent === recordId;

/** Whether the session holds only what a request for a link stores. */
const hasOnlyRequested = (session: Session) =>
  Object.keys(session).every((key) => key === 'cookie' || key === SESSION_KEY) && !session[SESSION_KEY]?.auth;

/**
 * Sessions of strangers who only request links must not fill the session store. A login starts a session with the app's
 * own lifetime.
 */
function shortenLifetime({ cookie }: Session, ttl: number): void {
  const lifetime = shortLifetimeMs(ttl);
  if (cookie.originalMaxAge === null || cookie.originalMaxAge >= lifetime) cookie.maxAge = lifetime;
}

/**
 * Whether the session has the short lifetime. The comparison is tolerant, because express-session changes the value as
 * time passes.
 */
export function isShortLived({ cookie }: Session, ttl: number): boolean {
  return cookie.originalMaxAge !== null && Math.abs(cookie.originalMaxAge - shortLifetimeMs(ttl)) < 60_000;
}

/** The lifetime in milliseconds of a session that a request for a link creates. */
const shortLifetimeMs = (ttl: number): number => (ttl + GRACE) * 1000;
