/** Checks a request and its answer for symptoms of wrong settings, because the settings themselves cannot be read. */
import type { Request, Response } from 'express';
import { type Session, type SessionCallback, type SessionStore, sessionRequest } from '../session/session.js';
import type { FindingCode } from './findings.js';

type Found = (code: FindingCode) => void;

/** @param ttl the link's lifetime in seconds */
export function checkRequest(req: Request, { ttl, origin }: { ttl: number; origin: string }, found: Found): void {
  const trust: unknown = req.app.get('trust proxy');
  if (trust === true) found('trust_proxy_true');
  if (trust === false && req.headers['x-forwarded-for'] !== undefined) found('forwarded_untrusted');

  const { session, sessionStore } = sessionRequest(req);
  const cookie = session?.cookie;
  if (cookie?.sameSite === 'none') found('same_site_none');
  const guarded = cookie?.secure && cookie.httpOnly && cookie.sameSite;
  // On http no cookie can be Secure. Only development uses http.
  if (cookie && origin.startsWith('https:') && !guarded) found('cookie_flags');
  if (typeof cookie?.originalMaxAge === 'number' && cookie.originalMaxAge < ttl * 1000) found('session_too_short');
  if (isIoredis((sessionStore as SessionStore | undefined)?.client)) found('session_store_client');

  // A page of this app sent the request, but at a host to which the links do not lead.
  const from = req.headers.origin;
  const ownPage = req.method === 'POST' && req.headers['sec-fetch-site'] === 'same-origin';
  if (ownPage && from !== undefined && from !== 'null' && from !== origin) found('requested_elsewhere');
}

/** Observes what express-session does by itself when the answer ends. */
export function watchAnswer(req: Request, res: Response, found: Found): void {
  const { session, sessionID } = sessionRequest(req);
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
  const { save } = session;
  Object.defineProperty(session, 'save', {
    configurable: true,
    enumerable: false,
    writable: true,
    value(this: Session, ...args: [SessionCallback]) {
      onSave();
      return save.apply(this, args);
    },
  });
}

const contents = (session: Session) => JSON.stringify(session, (key, value) => (key === 'cookie' ? undefined : value));

/** A signed cookie contains the session ID, as `s:ID.signature`. */
const hasCookie = ({ headers }: Request, sessionId: string) => {
  const cookie = headers.cookie ?? '';
  return cookie.includes(sessionId) || cookie.includes(encodeURIComponent(sessionId));
};

/** connect-redis 8 wraps its client. Version 9 and later use it directly and call it as node-redis. */
const isIoredis = (client: unknown) =>
  typeof client === 'object' && client !== null && 'status' in client && 'call' in client;
