/** What one request and its answer show of how the app is set up: symptoms, not options, which nobody can read. */
import type { Request, Response } from 'express';
import type { FindingCode } from './findings.js';

/** What is used of express-session. */
interface Session {
  cookie?: { secure?: unknown; httpOnly?: unknown; sameSite?: unknown; originalMaxAge?: number | null };
  save?(callback?: (error?: unknown) => void): unknown;
}

type Found = (code: FindingCode) => void;

/** @param ttl seconds that a link lives */
export function checkRequest(req: Request, { ttl, origin }: { ttl: number; origin: string }, found: Found): void {
  const trust: unknown = req.app.get('trust proxy');
  if (trust === true) found('trust_proxy_true');
  if (trust === false && req.headers['x-forwarded-for'] !== undefined) found('forwarded_untrusted');

  const { session, sessionStore } = req as unknown as { session?: Session; sessionStore?: { client?: unknown } };
  const cookie = session?.cookie;
  if (cookie?.sameSite === 'none') found('same_site_none');
  const guarded = cookie?.secure && cookie.httpOnly && cookie.sameSite;
  // On http no cookie can be Secure, and that is for development.
  if (cookie && origin.startsWith('https:') && !guarded) found('cookie_flags');
  if (typeof cookie?.originalMaxAge === 'number' && cookie.originalMaxAge < ttl * 1000) found('session_too_short');
  if (isIoredis(sessionStore?.client)) found('session_store_client');

  // A browser's own page of this app, at a host that the links do not lead to.
  const from = req.headers.origin;
  const ownPage = req.method === 'POST' && req.headers['sec-fetch-site'] === 'same-origin';
  if (ownPage && from !== undefined && from !== 'null' && from !== origin) found('requested_elsewhere');
}

/** Watches what express-session does of its own accord as the answer ends. */
export function watchAnswer(req: Request, res: Response, found: Found): void {
  const { session, sessionID } = req as unknown as { session?: Session; sessionID?: string };
  if (!session || !sessionID) return;
  const before = contents(session);
  const isKnown = hasCookie(req, sessionID);
  watchSave(session, () => {
    if (contents(session) !== before) return;
    found(isKnown ? 'resave' : 'save_uninitialized');
  });
  res.once('finish', () => {
    const cookieLost = req.magicLink?.status === 'sent' && !isKnown && res.getHeader('set-cookie') === undefined;
    if (cookieLost) found('cookie_not_set');
  });
}

function watchSave(session: Session, onSave: () => void): void {
  const save = session.save;
  if (!save) return;
  Object.defineProperty(session, 'save', {
    configurable: true,
    enumerable: false,
    writable: true,
    value(this: Session, ...args: [((error?: unknown) => void)?]) {
      onSave();
      return save.apply(this, args);
    },
  });
}

const contents = (session: Session) => JSON.stringify(session, (key, value) => (key === 'cookie' ? undefined : value));

/** A signed cookie holds the session ID as `s:ID.signature`. */
const hasCookie = ({ headers }: Request, sessionId: string) => {
  const cookie = headers.cookie ?? '';
  return cookie.includes(sessionId) || cookie.includes(encodeURIComponent(sessionId));
};

/** connect-redis 8 wraps its client; from 9 on it uses it as it is, and speaks node-redis to it. */
const isIoredis = (client: unknown) =>
  typeof client === 'object' && client !== null && 'status' in client && 'call' in client;
