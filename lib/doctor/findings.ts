/** What the doctor can find, and the cure of each. */

const CURES = {
  cookie_not_set:
    'a session cookie was not set, so its link cannot work: behind a TLS proxy set `trust proxy` to what is in front, else serve https',
  asked_elsewhere:
    'a link was asked for at another host than `origin`, where it will not be known: redirect that host to `origin`',
  forwarded_untrusted:
    'X-Forwarded-For arrives while `trust proxy` is off: everybody shares one network limit; set it to what is in front',
  trust_proxy_true:
    '`trust proxy` is true: anybody can choose the address that limits count by; set it to the number of your proxies',
  same_site_none: 'the session cookie is SameSite=None: other sites can send it; set it to lax or strict',
  cookie_flags:
    'the session cookie lacks Secure, HttpOnly or SameSite: set cookie: { secure: true, httpOnly: true, sameSite: "lax" }',
  resave: 'express-session writes unchanged sessions, which can bring an ended one back; set `resave: false`',
  save_uninitialized:
    'express-session stores a session for every visitor, scanners too; set `saveUninitialized: false`',
  session_store_client:
    'connect-redis 9 or later stores nothing through ioredis, without an error: use connect-redis 8, or node-redis',
  session_too_short: 'the session cookie ends before the link does: make its maxAge longer than the link’s ttl',
  redis_evicts: 'Redis may evict links before they end (maxmemory-policy): set it to noeviction, and watch the memory',
  different_secrets:
    'another instance signs with a secret that this one does not know, so each refuses the other’s links: give all the same',
} as const;

export type FindingCode = keyof typeof CURES;

export interface Finding {
  readonly code: FindingCode;
  /** What is wrong, and what to do. */
  readonly message: string;
}

export const finding = (code: FindingCode): Finding => ({ code, message: CURES[code] });
