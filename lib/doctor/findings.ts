/** What the doctor can find, and the cure of each; docs/errors.md has a heading for each. */

const CURES = {
  cookie_not_set:
    'no session cookie was set, so the link cannot work: behind a TLS proxy set `trust proxy` to the number of proxies, else serve https',
  requested_elsewhere:
    'a link was requested at another host than `origin`, which does not get its session cookie: redirect that host to `origin`',
  forwarded_untrusted:
    'X-Forwarded-For arrives while `trust proxy` is off: all clients share one network limit; set it to the number of proxies',
  trust_proxy_true:
    '`trust proxy` is true: a client can choose the address that limits count by; set it to the number of proxies',
  same_site_none: 'the session cookie is SameSite=None: other sites can send it; set it to lax or strict',
  cookie_flags:
    'the session cookie lacks Secure, HttpOnly or SameSite: set cookie: { secure: true, httpOnly: true, sameSite: "lax" }',
  resave: 'express-session writes unchanged sessions, which can bring an ended one back; set `resave: false`',
  save_uninitialized:
    'express-session stores a session for every visitor and every scanner; set `saveUninitialized: false`',
  session_store_client:
    'connect-redis 9 or later stores nothing through ioredis, without an error: use connect-redis 8, or node-redis',
  session_too_short: 'the session cookie ends before the link does: make `cookie.maxAge` longer than the link’s `ttl`',
  redis_evicts: 'Redis may evict links before they end (maxmemory-policy): set it to noeviction, and watch the memory',
  different_secrets:
    'another server signs with a secret that this one does not know, so each refuses the other’s links: give all servers the same secrets',
} as const;

export type FindingCode = keyof typeof CURES;
export const FINDING_CODES = Object.keys(CURES) as FindingCode[];

export interface Finding {
  readonly code: FindingCode;
  /** What is wrong, and what to do. */
  readonly message: string;
}

export const finding = (code: FindingCode): Finding => ({ code, message: CURES[code] });
