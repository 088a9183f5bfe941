/** A new ID for a session that somebody is logged in to: it keeps the user, the data and the way of the login. */
import type { Request } from 'express';
import { authContext, ownerOf, userDigest } from './auth-context.js';
import {
  type AuthContext,
  reachSessionStore,
  SESSION_KEY,
  type Session,
  type SessionStore,
  saveSession,
  sessionIdOf,
  sessionRequest,
} from './session.js';

/**
 * Renews the session ID (ASVS 5.0 7.2.4), and lets `change` write to the renewed session before it is
 * saved. False, and nothing is done, where the login has ended: a logout that ran meanwhile has changed
 * the session in the store, not the copy that this request holds.
 * @throws UnavailableError when the session store fails; then the old session may be gone, and no new one is kept
 */
export async function renewSession(req: Request, change: (renewed: Session) => void): Promise<boolean> {
  const request = sessionRequest(req);
  const auth = authContext(req);
  const old = request.session;
  if (!auth || !old) return false;
  if (!(await isLoggedInStill(request.sessionStore, sessionIdOf(req), auth))) return false;
  await reachSessionStore((done) => old.regenerate(done));
  const renewed = request.session as Session;
  const { cookie, ...data } = old;
  Object.assign(renewed, data);
  renewed.cookie.maxAge = cookie.originalMaxAge;
  // What this browser asked for was bound to the old ID, and is left with it.
  renewed[SESSION_KEY] = { auth: { ...auth, ...ownerOf(req, renewed) } };
  change(renewed);
  await saveSession(renewed);
  return true;
}

async function isLoggedInStill(store: SessionStore, id: string, auth: AuthContext): Promise<boolean> {
  const stored = await reachSessionStore<Session | null | undefined>((done) => store.get(id, done));
  return stored?.[SESSION_KEY]?.auth?.session === auth.session && userDigest(stored) === auth.user;
}
