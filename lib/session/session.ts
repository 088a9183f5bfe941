/** Typed access to a request's express-session, or an error that names what is missing. */
import type { Request } from 'express';
import { MagicLinkError, misuse, UnavailableError } from '../errors.js';
import type { Decision } from '../protocol/decision.js';
import type { RequestedLink } from '../protocol/outcomes.js';
import { within } from '../util/deadline.js';

/** What the login keeps in a session lies under this key. Step-up has a key of its own. */
export const SESSION_KEY = 'passport-bound-link';

/** The browser's secret half of a link's binding. */
export interface Binding {
  /**
   * Generated once for each session. Parallel requests overwrite each other's session data, but a value that never
   * changes cannot be lost that way.
   */
  readonly nonce: string;
  /** The time of the last request for a link, limited or not, in epoch seconds. The resend cooldown starts here. */
  readonly askedAt: number;
  /** The input of the last request, sealed, so that the person can request a new link without typing it again. */
  readonly ask: string;
  /** The link that was requested last. The session accepts its code. */
  asked?: RequestedLink;
  /** The link that this session used without being logged in by it. */
  spent?: string;
}

/** The facts of a login, in the terms of RFC 8176 and OpenID Connect. */
export interface LoginFacts {
  /** A private value, because RFC 8176 has none for a mailed link. Never `mfa`: a mailed link is one factor. */
  readonly amr: readonly string[];
  readonly acr: string;
  /** The acr as a comparable number: 0 for a code, 1 for a link. */
  readonly level: number;
  /** Epoch seconds. */
  readonly authTime: number;
}

/** A login's facts, the app's decision about it, and the session and user to which it belongs. */
export interface AuthContext extends LoginFacts {
  /** `stepUp`: the login is held until the person uses a second factor in it. */
  readonly decision: Exclude<Decision, 'deny'>;
  /** The record id of the link that was used. */
  readonly recordId: string;
  /** A keyed digest of the link's mailbox. */
  readonly account: string;
  /** The return target of the login. A second click on the link redirects there. */
  readonly returnTo: string;
  /** Only while the login is held: the address that the login was made with, sealed. */
  readonly heldAddress?: string | undefined;
  /** A digest of the session ID. */
  readonly session: string;
  /** A digest of the session's user. */
  readonly user: string;
}

export type SessionCallback = (error?: unknown) => void;

/** The parts of express-session's Session that this package uses, and Passport's data in it. */
export interface Session {
  [SESSION_KEY]?: { binding?: Binding; auth?: AuthContext };
  passport?: { user?: unknown };
  /** Read by Passport's `successReturnToOrRedirect`. */
  returnTo?: string;
  cookie: SessionCookie;
  save(callback: SessionCallback): unknown;
  regenerate(callback: SessionCallback): unknown;
}

export interface SessionCookie {
  originalMaxAge: number | null;
  maxAge?: number | null;
  secure?: unknown;
  httpOnly?: unknown;
  sameSite?: unknown;
  /** The attributes, as express-session stores them. */
  data?: object;
}

/** The methods of express-session's store that this package uses. */
export interface SessionStore {
  get(sessionId: string, callback: (error: unknown, stored?: Session | null) => void): void;
  destroy(sessionId: string, callback: SessionCallback): void;
  generate(req: Request): void;
  /** A Redis client, of connect-redis. */
  client?: unknown;
}

type LogIn = (this: SessionRequest, user: unknown, ...rest: unknown[]) => unknown;

/** The properties that express-session and Passport add to a request. */
export interface SessionRequest {
  session?: Session | null | undefined;
  sessionID?: string | undefined;
  sessionStore: SessionStore;
  user?: unknown;
  authInfo?: unknown;
  logIn: LogIn;
  login: LogIn;
  isAuthenticated?: () => boolean;
}

/**
 * The only cast to these properties. This package's types do not depend on the types of express-session and Passport.
 */
export const sessionRequest = (req: Request): SessionRequest => req as unknown as SessionRequest;

/**
 * @param expected whether earlier requests had sessions
 * @throws UnavailableError while the session store is disconnected
 * @throws TypeError if express-session is missing, or if its sessions have no ID to bind to
 */
export function sessionOf(req: Request, expected: boolean): Session {
  const { session, sessionID, sessionStore } = sessionRequest(req);
  if (!session) {
    if (sessionStore || expected) throw new UnavailableError('session store');
    throw misuse(
      'a magic link is bound to a session, and this request has none: put express-session before it, ' +
        'app.use(session({ ... })), with a cookie path that covers it',
    );
  }
  if (typeof sessionID !== 'string' || typeof session.regenerate !== 'function' || typeof session.save !== 'function') {
    throw misuse(
      'a magic link is bound to a session ID kept on the server, which cookie-session does not have: use express-session',
    );
  }
  return session;
}

export const sessionIdOf = (req: Request): string => sessionRequest(req).sessionID as string;

/** Milliseconds that the session store may take. express-session itself has no deadline. */
export const SESSION_STORE_TIMEOUT_MS = 500;

/**
 * Runs a callback method of a session or its store, and resolves with the value that it passes to the callback.
 * @throws UnavailableError if the session store fails or does not answer in time
 */
export async function reachSessionStore<T = void>(
  work: (done: (error?: unknown, value?: T) => void) => unknown,
  timeoutMs = SESSION_STORE_TIMEOUT_MS,
): Promise<T> {
  const called = () =>
    new Promise<T>((resolve, reject) => work((error, value) => (error ? reject(error) : resolve(value as T))));
  return within(timeoutMs, called).catch((cause: unknown) => {
    throw new UnavailableError('session store', { cause: withoutData(cause) });
  });
}

/** A Redis client's error contains the command that failed, and with it the session's ID and data. */
function withoutData(cause: unknown): MagicLinkError {
  if (cause instanceof MagicLinkError) return cause;
  return new MagicLinkError('session_store_failed', cause instanceof Error ? cause.message : 'it failed');
}

/** @throws UnavailableError if the session store fails or does not answer in time */
export const saveSession = (session: Session): Promise<void> => reachSessionStore((done) => session.save(done));
