/** The request's express-session, or an error that says what is missing. */
import type { Request } from 'express';
import { MagicLinkError, misuse, UnavailableError } from '../errors.js';
import type { Decision } from '../protocol/decision.js';
import type { RequestedLink } from '../protocol/outcomes.js';
import { within } from '../util/deadline.js';

/** What the login keeps in a session lies under this key. Step-up has a key of its own. */
export const SESSION_KEY = 'passport-bound-link';

/** The secret half of a link's binding. */
export interface Binding {
  /**
   * Made once for a session: requests that run at the same time overwrite each other's session
   * data, and what does not change cannot be lost.
   */
  readonly nonce: string;
  /** When it asked last, limited or not; epoch seconds. The resend cooldown runs from here. */
  readonly askedAt: number;
  /** What was typed last, sealed, so that it can be asked for again. */
  readonly ask: string;
  /** The link that was asked for last, so that its code can be typed here. */
  asked?: RequestedLink;
  /** The link that this session spent and was then refused a login for. */
  spent?: string;
}

/** What a login was, in the words of RFC 8176 and OpenID Connect. */
export interface LoginFacts {
  /** RFC 8176 has no value for a mailed link; ours is private. Never `mfa`: a mailed link is one factor. */
  readonly amr: readonly string[];
  readonly acr: string;
  /** The acr as a number, to compare: 0 for a code, 1 for a link. */
  readonly level: number;
  /** Epoch seconds. */
  readonly authTime: number;
}

/** A login's facts, what the app decided about it, and whose it is. */
export interface AuthContext extends LoginFacts {
  /** `stepUp`: the login is held until a second factor is used in it. */
  readonly decision: Exclude<Decision, 'deny'>;
  /** The link that was spent. */
  readonly recordId: string;
  /** The keyed digest of its mailbox. */
  readonly account: string;
  /** Where that login led, for a second click on its link. */
  readonly returnTo: string;
  /** Of a held login: the address that it was made with, sealed. */
  readonly heldAddress?: string;
  /** Digests of the session's ID and of the user in it. */
  readonly session: string;
  readonly user: string;
}

export type SessionCallback = (error?: unknown) => void;

/** What is used of express-session's Session and of what Passport keeps in it. */
export interface Session {
  [SESSION_KEY]?: { binding?: Binding; auth?: AuthContext };
  passport?: { user?: unknown };
  /** Where Passport's `successReturnToOrRedirect` looks. */
  returnTo?: string;
  cookie: { originalMaxAge: number | null; maxAge?: number | null; sameSite?: unknown; data?: object };
  save(callback: SessionCallback): unknown;
  regenerate(callback: SessionCallback): unknown;
}

/** What is used of express-session's store. */
export interface SessionStore {
  get(sessionId: string, callback: (error: unknown, stored?: Session | null) => void): void;
  destroy(sessionId: string, callback: SessionCallback): void;
  generate(req: Request): void;
}

type LogIn = (this: SessionRequest, user: unknown, ...rest: unknown[]) => unknown;

/** What express-session and Passport put on a request. */
export interface SessionRequest {
  session?: Session | null | undefined;
  sessionID?: string | undefined;
  sessionStore: SessionStore;
  user?: unknown;
  logIn: LogIn;
  login: LogIn;
  isAuthenticated?: () => boolean;
}

/** The one cast to what express-session and Passport put on a request, which our own types do not depend on. */
export const sessionRequest = (req: Request): SessionRequest => req as unknown as SessionRequest;

/**
 * @param expected whether earlier requests had sessions
 * @throws UnavailableError while the session store is disconnected
 * @throws TypeError where express-session is missing, or the sessions have no ID to bind to
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

/** Milliseconds that the session store may take: express-session itself would wait without end. */
export const SESSION_STORE_TIMEOUT_MS = 500;

/**
 * Runs one of the callback methods of a session or its store, and resolves with what it calls back with.
 * @throws UnavailableError when the session store fails, or does not answer in time
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

/** A Redis client's error holds the command that failed, and with it the session's ID and data. */
function withoutData(cause: unknown): MagicLinkError {
  if (cause instanceof MagicLinkError) return cause;
  return new MagicLinkError('session_store_failed', cause instanceof Error ? cause.message : 'it failed');
}

/** @throws UnavailableError when the session store does not take it */
export const saveSession = (session: Session): Promise<void> => reachSessionStore((done) => session.save(done));
