/** Renews the ID of a logged-in session, and keeps its user, its data and its authentication context. */
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
 * Renews the session ID (ASVS 5.0 7.2.4). `change` may write to the renewed session before it is saved. Resolves with
 * false and does nothing if the login has ended: a parallel logout changed the session in the store, but not the copy
 * that this request holds.
 * @throws UnavailableError if the session store fails; the old session may then be gone, and no new one is saved
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
  // The links that this browser requested are bound to the old ID, so their binding is dropped.
  renewed[SESSION_KEY] = { auth: { ...auth, ...ownerOf(req, renewed) } };
  change(renewed);
  await saveSession(renewed);
  return true;
}

async function isLoggedInStill(store: SessionStore, id: string, auth: AuthContext): Promise<boolean> {
  const stored = await reachSessionStore<Session | null | undefined>((done) => store.get(id, done));
  return stored?.[SESSION_KEY]?.auth?.session === auth.session && userDigest(stored) === auth.user;
}
