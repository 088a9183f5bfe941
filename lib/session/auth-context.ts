/** How the person logged in. It is stored in the session of that login, and is valid in no other session. */
import { hash } from 'node:crypto';
import type { Request } from 'express';
import { acrOf } from './levels.js';
import {
  type AuthContext,
  type LoginFacts,
  SESSION_KEY,
  type Session,
  sessionIdOf,
  sessionRequest,
} from './session.js';

/** `link`: the link itself. `code`: its code, which a phisher can relay. */
export type LoginMethod = 'link' | 'code';

const LEVELS: Readonly<Record<LoginMethod, 0 | 1>> = { code: 0, link: 1 };

/** @param authTime epoch seconds */
export function loginFacts(method: LoginMethod, authTime: number): LoginFacts {
  const level = LEVELS[method];
  const acr = acrOf(level);
  return { amr: [acr], acr, level, authTime };
}

/**
 * How the person who sent this request logged in by a link. Undefined if nobody is logged in, if another strategy made
 * the login, or if the context names another session or another user.
 */
export function authContext(req: Request): AuthContext | undefined {
  const auth = storedContext(req);
  return auth?.session === digest(sessionIdOf(req)) && !hasOtherUser(req) ? auth : undefined;
}

/**
 * The context in the session of this user, also after the app has renewed the session and kept its data
 * (`keepSessionInfo`). Such a copy proves nothing, but a login that was held is still held.
 */
export function storedContext(req: Request): AuthContext | undefined {
  const { session } = sessionRequest(req);
  const auth = session?.[SESSION_KEY]?.auth;
  return session && auth?.user === userDigest(session) && !(VOID in req) ? auth : undefined;
}

/**
 * Whether another strategy has logged somebody in for this request only, for example by an API token. `req.user` may then
 * be another person than the session's. Passport sets `authInfo` for each login, but not for the session's own.
 */
const hasOtherUser = (req: Request): boolean => sessionRequest(req).authInfo !== undefined && !(OURS in req);

/** On a request in which this package has logged somebody in, or has added an account. */
const OURS = Symbol('ours');

/** For the rest of this request, `authInfo` says nothing about another person. */
export function keepAuthContext(req: Request & { [OURS]?: true }): void {
  req[OURS] = true;
}

/** On a request in which somebody was logged in without a session: `req.user` is no longer the person of the session. */
const VOID = Symbol('void');

/** For the rest of this request there is no auth context. The session keeps it for later requests. */
export function voidAuthContext(req: Request & { [VOID]?: true }): void {
  req[VOID] = true;
}

/** Whether anybody is logged in, by any strategy, with or without `passport.session()` before this. */
export const isLoggedIn = (req: Request, session: Session): boolean =>
  Boolean(sessionRequest(req).isAuthenticated?.()) || hasUser(session);

export const hasUser = (session: Session): boolean => session.passport?.user !== undefined;

/** Digests of the session ID and of the session's user. A context is bound to both. */
export const ownerOf = (req: Request, session: Session): Pick<AuthContext, 'session' | 'user'> => ({
  session: digest(sessionIdOf(req)),
  user: userDigest(session),
});

export const userDigest = (session: Pick<Session, 'passport'>): string =>
  digest(JSON.stringify(session.passport?.user ?? null));

/** The context holds a digest in place of the session ID, so that no copy of the session's data contains the ID. */
const digest = (text: string) => hash('sha256', `passport-bound-link/${text}`, 'base64url');
