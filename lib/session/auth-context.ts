/** How somebody logged in: kept in the session that the login made, and valid in no other. */
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

/** The link itself, or its code, which a phisher can relay. */
export type LoginMethod = 'link' | 'code';

const LEVELS: Readonly<Record<LoginMethod, 0 | 1>> = { code: 0, link: 1 };

/** @param authTime epoch seconds */
export function loginFacts(method: LoginMethod, authTime: number): LoginFacts {
  const level = LEVELS[method];
  const acr = acrOf(level);
  return { amr: [acr], acr, level, authTime };
}

/**
 * How the person of this request logged in by a link. Undefined if nobody is logged in, if the login was made by another
 * strategy, or if the context in the session names another session or user.
 */
export function authContext(req: Request): AuthContext | undefined {
  const { session } = sessionRequest(req);
  const auth = session?.[SESSION_KEY]?.auth;
  if (!session || !auth || VOID in req) return undefined;
  const owner = ownerOf(req, session);
  return auth.session === owner.session && auth.user === owner.user ? auth : undefined;
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

/** Whose a context is: digests of the session's ID and of the user in it. */
export const ownerOf = (req: Request, session: Session): Pick<AuthContext, 'session' | 'user'> => ({
  session: digest(sessionIdOf(req)),
  user: userDigest(session),
});

export const userDigest = (session: Pick<Session, 'passport'>): string =>
  digest(JSON.stringify(session.passport?.user ?? null));

/** A session is named by a digest, so that no copy of its data holds its ID. */
const digest = (text: string) => hash('sha256', `passport-bound-link/${text}`, 'base64url');
