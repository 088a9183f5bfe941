/** What a session keeps of having asked: the secret half of the binding. */
import type { Request } from 'express';
import { random } from '../protocol/crypto.js';
import type { AskedLink, Browser, Issued } from '../protocol/outcomes.js';
import { type Binding, SESSION_KEY, type Session, sessionIdOf } from './session.js';

/** Seconds that a session which has only asked outlives its link. */
const GRACE = 3600;

/**
 * Readies the session to be bound to. It must be saved before any mail is sent.
 * @param now.askedAt epoch seconds
 * @param now.ask what was typed, sealed
 */
export function bindBrowser(
  req: Request,
  session: Session,
  ttl: number,
  now: Pick<Binding, 'askedAt' | 'ask'>,
): Browser {
  const { nonce = random(32).toString('base64url'), asked, spent } = session[SESSION_KEY]?.binding ?? {};
  if (hasOnlyAsked(session)) shortenLife(session, ttl);
  session[SESSION_KEY] = {
    ...session[SESSION_KEY],
    binding: { nonce, ...now, ...(asked && { asked }), ...(spent && { spent }) },
  };
  return { sessionId: sessionIdOf(req), nonce };
}

/**
 * From now on this is the link whose code is taken here. A limited ask leaves an earlier one of the same
 * mailbox in its place. Of another mailbox nothing stays: a code that still worked would tell that this
 * ask was limited.
 */
export function rememberAsked(session: Session, { status, asked }: Issued): void {
  const binding = session[SESSION_KEY]?.binding;
  if (binding && (status === 'issued' || binding.asked?.account !== asked.account)) binding.asked = asked;
}

/** The link that this session asked for last, since its last login. */
export const askedLink = (session: Session): AskedLink | undefined => session[SESSION_KEY]?.binding?.asked;

/** What was typed as it was asked for, sealed. */
export const sealedAsk = (session: Session): string | undefined => session[SESSION_KEY]?.binding?.ask;

/** Seconds until this browser may ask again; 0: now. */
export function resendWait(session: Session, resend: number, now: number): number {
  const askedAt = session[SESSION_KEY]?.binding?.askedAt;
  // A clock that was set back makes nobody wait longer than the cooldown.
  return askedAt === undefined ? 0 : Math.min(Math.max(askedAt + resend - now, 0), resend);
}

/** Who this browser is to a link that it asked for; undefined if it asked for none since its last login. */
export function boundBrowser(req: Request, session: Session): Browser | undefined {
  const nonce = session[SESSION_KEY]?.binding?.nonce;
  return typeof nonce === 'string' && nonce !== '' ? { sessionId: sessionIdOf(req), nonce } : undefined;
}

/** The link is used and nobody was logged in: the next click on it is told so, not sent on. */
export function markSpent(session: Session, recordId: string): void {
  const binding = session[SESSION_KEY]?.binding;
  if (binding) binding.spent = recordId;
}

export const isSpent = (session: Session, recordId: string): boolean =>
  session[SESSION_KEY]?.binding?.spent === recordId;

/** Nothing lies in it but what an ask puts there, so nobody misses it. */
const hasOnlyAsked = (session: Session) =>
  Object.keys(session).every((key) => key === 'cookie' || key === SESSION_KEY) && !session[SESSION_KEY]?.auth;

/** Strangers who only ever ask must not fill the session store. A login starts a session of the app's own length. */
function shortenLife({ cookie }: Session, ttl: number): void {
  const life = askedLifeMs(ttl);
  if (cookie.originalMaxAge === null || cookie.originalMaxAge >= life) cookie.maxAge = life;
}

/** Whether the session's life is the one that an ask gave it; express-session moves it by what time passes. */
export function isShortLived({ cookie }: Session, ttl: number): boolean {
  return cookie.originalMaxAge !== null && Math.abs(cookie.originalMaxAge - askedLifeMs(ttl)) < 60_000;
}

/** Milliseconds that a session made by an ask lives. */
const askedLifeMs = (ttl: number): number => (ttl + GRACE) * 1000;
