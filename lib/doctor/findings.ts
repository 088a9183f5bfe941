/** The doctor's findings, each with its cure. docs/errors.md has a heading for each. */

const CURES = {
  cookie_not_set:
    'no session cookie was set, so the link cannot work: behind a TLS proxy, set `trust proxy` to the number of proxies; otherwise, serve https',
  requested_elsewhere:
    'a link was requested at a host other than `origin`, and browsers do not send the session cookie of that host to `origin`: redirect that host to `origin`',
  forwarded_untrusted:
    'X-Forwarded-For arrives while `trust proxy` is off, so all clients share one network limit: set `trust proxy` to the number of proxies',
  trust_proxy_true:
    '`trust proxy` is true, so a client can choose the address that the limits count: set it to the number of proxies',
  same_site_none:
    'the session cookie is SameSite=None, so browsers send it with requests from other sites: set it to lax or strict',
  cookie_flags:
    'the session cookie lacks Secure, HttpOnly or SameSite: set cookie: { secure: true, httpOnly: true, sameSite: "lax" }',
  resave: 'express-session writes unchanged sessions, which can restore a session that has ended: set `resave: false`',
  save_uninitialized:
    'express-session stores a session for every visitor and every scanner: set `saveUninitialized: false`',
  session_store_client:
    'connect-redis 9 or later stores nothing through ioredis and reports no error: use connect-redis 8, or node-redis',
  session_too_short:
    'the session cookie expires before the link does: make `cookie.maxAge` longer than the link’s `ttl`',
  redis_evicts: 'Redis may evict links before they expire: set maxmemory-policy to noeviction, and monitor the memory',
  different_secrets:
    'another server, or this one before a restart, signs with a secret that this one does not know, so each refuses the other’s links: give all servers the same secrets; in development, set MAGIC_LINK_SECRET',
} as const;

export type FindingCode = keyof typeof CURES;
export const FINDING_CODES = Object.keys(CURES) as FindingCode[];

export interface Finding {
  readonly code: FindingCode;
  /** The problem and its cure. */
  readonly message: string;
}

export const finding = (code: FindingCode): Finding => ({ code, message: CURES[code] });
