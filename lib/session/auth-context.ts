/** How somebody logged in, kept in the session that the login made, and worth nothing in any other. */
import { hash } from 'node:crypto';
import type { Request } from 'express';
import { callApp } from '../util/express.js';
import { isShortLived } from './binding.js';
import {
  type AuthContext,
  type LoginFacts,
  reachSessionStore,
  SESSION_KEY,
  type Session,
  sessionIdOf,
} from './session.js';

/** By what somebody logged in: the link itself, or its code, which a phisher can relay. */
export type LoginBy = 'link' | 'code';

const LEVELS: Readonly<Record<LoginBy, number>> = { code: 0, link: 1 };

/** @param authTime epoch seconds */
export function loginFacts(by: LoginBy, authTime: number): LoginFacts {
  const name = `urn:passport-bound-link:${by}`;
  return { amr: [name], acr: name, level: LEVELS[by], authTime };
}

/**
 * How the person of this request logged in by a link, or undefined: not logged in, logged in by
 * something else, or with a context that names another session or another user.
 */
export function authContext(req: Request): AuthContext | undefined {
  const session = (req as unknown as { session?: Session | null }).session;
  const auth = session?.[SESSION_KEY]?.auth;
  if (!session || !auth) return undefined;
  const ours = auth.session === digest(sessionIdOf(req)) && auth.user === userDigest(session);
  return ours ? auth : undefined;
}

/** Whether anybody is logged in, by whatever strategy, with or without `passport.session()` before us. */
export const isLoggedIn = (req: Request, session: Session): boolean =>
  Boolean((req as unknown as { isAuthenticated?: () => boolean }).isAuthenticated?.()) || hasUser(session);

const hasUser = (session: Session) => session.passport?.user !== undefined;

export interface LoginStamp extends LoginFacts {
  readonly recordId: string;
  readonly account: string;
  readonly returnTo: string;
  /** The link's lifetime in seconds. */
  readonly ttl: number;
  /** Put where `successReturnToOrRedirect` finds it. */
  readonly passportReturnTo: string | undefined;
  /** Told when somebody is logged in, before the app is. */
  readonly onLogIn: () => void;
  /** Told when the session store failed, before Passport is. */
  readonly onStoreFailure: () => void;
}

type LogIn = (this: Request, user: unknown, ...rest: unknown[]) => unknown;

/**
 * From here on, this one request's `logIn` carries the stamp. Passport calls it, or the app's own
 * callback does, under either of its names; each renews the session, and the stamp is written as
 * the new session is saved, so that one save holds all.
 */
export function stampOnLogIn(req: Request, session: Session, stamp: LoginStamp): void {
  // A login ends the binding: the other links that this browser asked for die with it, also where
  // `keepSessionInfo` carries the session's data over, or `session: false` keeps the session.
  delete session[SESSION_KEY];
  const target = req as unknown as { logIn: LogIn; login: LogIn };
  const logIn = target.logIn;
  target.logIn = target.login = function (user, ...rest) {
    stampRenewal(req, stamp);
    return logIn.call(
      this,
      user,
      ...rest.map((argument) => (isDone(argument) ? told(argument, stamp.onLogIn) : argument)),
    );
  };
}

const isDone = (argument: unknown): argument is Done => typeof argument === 'function';

const told =
  (done: Done, onLogIn: () => void): Done =>
  (error) => {
    if (!error) onLogIn();
    done(error);
  };

function stampRenewal(req: Request, { ttl, passportReturnTo, onStoreFailure, onLogIn: _, ...stamp }: LoginStamp): void {
  const request = req as unknown as { session: Session | null; sessionStore: SessionStore };
  const old = request.session;
  if (!old) return;
  wrapOnce(old, 'regenerate', (_regenerate, callback) => {
    // keepSessionInfo copies what is enumerable, and the short life of a session that had only asked is not to be kept.
    if (isShortLived(old, ttl)) Object.defineProperty(old, 'cookie', { enumerable: false });
    // The old session's end and the new one's beginning go out together: one wait, and both must succeed.
    const ended = reachSessionStore((done) => request.sessionStore.destroy(sessionIdOf(req), done));
    ended.catch(() => undefined);
    request.sessionStore.generate(req);
    const renewed = request.session as Session;
    wrapOnce(renewed, 'save', (save, saved) => {
      // A login that failed in serializeUser leaves a renewed session, which express-session saves: nobody's.
      if (hasUser(renewed)) {
        renewed[SESSION_KEY] = { auth: { ...stamp, ...ownerOf(req, renewed) } };
        if (passportReturnTo !== undefined) renewed.returnTo = passportReturnTo;
      }
      void Promise.all([ended, reachSessionStore(save)]).then(
        () =>
          callApp(req, () => {
            saveIfChanged(renewed);
            saved();
          }),
        (error: unknown) => {
          onStoreFailure();
          callApp(req, () => saved(error));
        },
      );
    });
    callback();
  });
}

/** Of express-session's store, what renewing a session takes. */
interface SessionStore {
  destroy(sessionId: string, callback: Done): void;
  generate(req: Request): void;
}

/** express-session saves a renewed session once more as the answer ends: in vain, unless the app has changed it. */
function saveIfChanged(session: Session): void {
  let contents = contentsOf(session);
  const { save } = session;
  Object.defineProperty(session, 'save', {
    value(this: Session, callback: Done = () => {}) {
      const now = contentsOf(this);
      if (now === contents) {
        callback();
        return this;
      }
      contents = now;
      return save.call(this, (error) => {
        // What was not kept is saved again.
        if (error) contents = '';
        callback(error);
      });
    },
    ...{ configurable: true, enumerable: false, writable: true },
  });
}

/** Of the cookie its life in whole seconds, not its end: that moves as time passes. */
function contentsOf({ cookie, ...data }: Session): string {
  const { originalMaxAge, data: attributes } = cookie as Session['cookie'] & { data?: object };
  const life = originalMaxAge === null ? null : Math.round(originalMaxAge / 1000);
  return JSON.stringify([data, { ...attributes, expires: undefined, originalMaxAge: life }]);
}

type Done = (error?: unknown) => void;

/** Not enumerable, so that it is neither stored nor carried into another session. */
function wrapOnce(
  session: Session,
  name: 'save' | 'regenerate',
  wrapper: (original: (callback: Done) => void, callback: Done) => void,
): void {
  const original = session[name];
  const define = (value: Session[typeof name]) =>
    Object.defineProperty(session, name, { value, configurable: true, enumerable: false, writable: true });
  define((callback) => {
    define(original);
    wrapper((done) => original.call(session, done), callback);
    return session;
  });
}

/** Whose a context is: digests of the session's ID and of the user in it. In any other session it is none. */
export const ownerOf = (req: Request, session: Session): Pick<AuthContext, 'session' | 'user'> => ({
  session: digest(sessionIdOf(req)),
  user: userDigest(session),
});

export const userDigest = (session: Pick<Session, 'passport'>) =>
  digest(JSON.stringify(session.passport?.user ?? null));

/** Sessions are named by a digest, so that no copy of the session's data holds its ID. */
const digest = (text: string) => hash('sha256', `passport-bound-link/${text}`, 'base64url');
