/** Stamps a login: from `verify` on, this one request's `logIn` writes the auth context into the session that it makes. */
import type { Request } from 'express';
import { callApp } from '../util/express.js';
import { hasUser, ownerOf, voidAuthContext } from './auth-context.js';
import { isShortLived } from './binding.js';
import { saveOnlyIfChanged } from './save-only-if-changed.js';
import {
  type AuthContext,
  reachSessionStore,
  SESSION_KEY,
  type Session,
  type SessionCallback,
  sessionIdOf,
  sessionRequest,
} from './session.js';

/** What the session keeps of the login. */
export type LoginStamp = Omit<AuthContext, 'session' | 'user'>;

export interface StampOptions {
  /** The link's lifetime in seconds. */
  readonly ttl: number;
  /** Put where Passport's `successReturnToOrRedirect` finds it. */
  readonly passportReturnTo: string | undefined;
  /** Called when somebody is logged in, before the app is told. */
  readonly onLogIn: () => void;
  /** Called when the session store failed, before Passport is told. */
  readonly onStoreFailure: () => void;
}

/**
 * Passport calls `logIn`, or the app's own callback does, by either of its names. It renews the session, and the stamp is
 * written as the new session is saved, so that one save holds everything. Only the first call is this link's login: what
 * the app logs in later in the request is not. A login without a session (`session: false`) has nothing to stamp, and
 * leaves the session alone.
 */
export function stampOnLogIn(req: Request, stamp: LoginStamp, options: StampOptions): void {
  const request = sessionRequest(req);
  const logIn = request.logIn;
  let isFirst = true;
  request.logIn = request.login = function (user, ...rest) {
    if (!isFirst) return logIn.call(this, user, ...rest);
    isFirst = false;
    if (rest.some(isWithoutSession)) voidAuthContext(req);
    else stampRenewal(req, stamp, options);
    const args = rest.map((argument) => (isCallback(argument) ? calledAfter(options.onLogIn, argument) : argument));
    return logIn.call(this, user, ...args);
  };
}

const isWithoutSession = (argument: unknown): boolean => Object(argument).session === false;

const isCallback = (argument: unknown): argument is SessionCallback => typeof argument === 'function';

const calledAfter =
  (onLogIn: () => void, done: SessionCallback): SessionCallback =>
  (error) => {
    if (!error) onLogIn();
    done(error);
  };

function stampRenewal(req: Request, stamp: LoginStamp, { ttl, passportReturnTo, onStoreFailure }: StampOptions): void {
  const request = sessionRequest(req);
  const old = request.session;
  if (!old) return;
  wrapOnce(old, 'regenerate', (_regenerate, callback) => {
    // `keepSessionInfo` copies what is enumerable. The short lifetime of a session that only requested a link must not
    // become the lifetime of the login.
    if (isShortLived(old, ttl)) Object.defineProperty(old, 'cookie', { enumerable: false });
    // The old session's end and the new one's save go out together: one wait, and both must succeed.
    const ended = reachSessionStore((done) => request.sessionStore.destroy(sessionIdOf(req), done));
    ended.catch(() => undefined);
    request.sessionStore.generate(req);
    const renewed = request.session as Session;
    wrapOnce(renewed, 'save', (save, saved) => {
      // A login that failed in `serializeUser` leaves a renewed session without a user, which express-session saves.
      if (hasUser(renewed)) {
        renewed[SESSION_KEY] = { auth: { ...stamp, ...ownerOf(req, renewed) } };
        if (passportReturnTo !== undefined) renewed.returnTo = passportReturnTo;
      }
      void Promise.all([ended, reachSessionStore(save)]).then(
        () =>
          callApp(req, () => {
            saveOnlyIfChanged(renewed);
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

type SessionMethod = (callback: SessionCallback) => void;

/** The wrapper is not enumerable, so that it is neither stored nor carried into another session. */
function wrapOnce(
  session: Session,
  name: 'save' | 'regenerate',
  wrapper: (original: SessionMethod, callback: SessionCallback) => void,
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
