/** Stamps a login: `logIn` writes the authentication context into the session that it creates. */
import type { Request } from 'express';
import { RefusedError } from '../errors.js';
import { callApp } from '../util/express.js';
import { hasUser, keepAuthContext, ownerOf, voidAuthContext } from './auth-context.js';
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
  /** Stored where Passport's `successReturnToOrRedirect` reads it. */
  readonly passportReturnTo: string | undefined;
  /** Called after the login has succeeded, before the app's callback. */
  readonly onLogIn: () => void;
  /** Called if the login is refused, because it is held and the app asks for no session. */
  readonly onRefused: () => void;
  /** Called after the session store has failed, before Passport's callback. */
  readonly onStoreFailure: () => void;
}

/**
 * Wraps `logIn` and its alias `login`, which Passport or the app's own callback calls. `logIn` renews the session. The
 * stamp is written when the new session is saved, so that one save holds everything. Only the first call is this link's
 * login; later calls in the same request are not. A login without a session (`session: false`) gets no stamp and leaves
 * the session alone. If it is held, it is refused, because no guard could see that.
 */
export function stampOnLogIn(req: Request, stamp: LoginStamp, options: StampOptions): void {
  const request = sessionRequest(req);
  const logIn = request.logIn;
  let isFirst = true;
  request.logIn = request.login = function (user, ...rest) {
    if (!isFirst) return logIn.call(this, user, ...rest);
    isFirst = false;
    const isSessionless = rest.some(isWithoutSession);
    if (isSessionless && stamp.decision === 'stepUp') return refuseHeld(options, rest.find(isCallback));
    if (isSessionless) voidAuthContext(req);
    else {
      keepAuthContext(req);
      stampRenewal(req, stamp, options);
    }
    const args = rest.map((argument) => (isCallback(argument) ? calledAfter(options.onLogIn, argument) : argument));
    return logIn.call(this, user, ...args);
  };
}

function refuseHeld({ onRefused }: StampOptions, done: SessionCallback | undefined): void {
  onRefused();
  const refused = new RefusedError('login_refused');
  if (!done) throw refused;
  done(refused);
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
    // `keepSessionInfo` copies all enumerable properties. The short lifetime of a session that only requested a link
    // must not become the lifetime of the login.
    if (isShortLived(old, ttl)) Object.defineProperty(old, 'cookie', { enumerable: false });
    // The old session is destroyed while the new one is saved, so that the person waits only once. Both must succeed.
    const ended = reachSessionStore((done) => request.sessionStore.destroy(sessionIdOf(req), done));
    ended.catch(() => undefined);
    request.sessionStore.generate(req);
    const renewed = request.session as Session;
    wrapOnce(renewed, 'save', (save, saved) => {
      // After a failure in `serializeUser`, express-session saves a renewed session without a user. It gets no stamp.
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

/** The wrapper is not enumerable, so that it is neither stored nor copied into another session. */
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
