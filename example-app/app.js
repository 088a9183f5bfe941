// The app: express-session, Passport and the drop-in login, in the order in which a request passes them.
import express from 'express';
import session from 'express-session';
import morgan from 'morgan';
import nodemailer from 'nodemailer';
import { Passport } from 'passport';
import {
  DevInbox,
  MagicLinkStrategy,
  MemoryStore,
  magicLinkRouter,
  requireSameOrigin,
  TOKEN_PATTERN,
} from 'passport-bound-link';
import { doctor } from 'passport-bound-link/doctor';
import { MemoryFactorStore, StepUp } from 'passport-bound-link/step-up';
import { passkeys } from 'passport-bound-link/step-up/passkeys';
import { totp } from 'passport-bound-link/step-up/totp';
import { accountRoutes } from './account.js';
import { createAccounts } from './accounts.js';
import { createHistory } from './history.js';
import { errorPage, homePage, STYLE } from './pages.js';
import { connectRedis } from './redis.js';
import { isLoggedInStill, loginOf, userOf, wantsJson } from './request.js';
import { adminRoutes, securityRoutes } from './security.js';
import { SettingError } from './settings.js';
import { transferRoutes } from './transfer.js';
import { createUsers } from './users.js';

/**
 * @param {import('./settings.js').Settings} settings
 * @param {string} origin
 */
export async function createApp(settings, origin) {
  const inbox = settings.smtpUrl === undefined ? new DevInbox() : undefined;
  if (settings.production && inbox) throw new SettingError('SMTP_URL must be set: the dev inbox is for loopback');
  if (settings.production && settings.redisUrls.length === 0) {
    throw new SettingError('REDIS_URL must be set: sessions and links in memory are for loopback');
  }
  const redis =
    settings.redisUrls.length > 0 ? await connectRedis(settings.redisUrls, settings.redisClient) : undefined;
  const store = redis?.linkStore ?? new MemoryStore();
  /** @type {MagicLinkStrategy<User>} */
  const strategy = new MagicLinkStrategy(
    {
      secret: settings.magicLinkSecrets,
      origin,
      callbackPath: '/login/callback',
      store,
      mail: { transport: inbox ?? smtpTransport(settings), from: settings.mailFrom },
      ttl: settings.ttl,
      dangerouslyNoLimits: settings.limits === 'off',
      confirm: settings.confirm,
      otherBrowser: settings.otherBrowser,
      // Closed sign-up: any other address gets the same answer, but no mail.
      mayReceive: (address) => settings.closedSignup?.has(address) ?? true,
      // An account may exist before its mailbox is proven: imported, or created by somebody who did not prove the
      // mailbox.
      isFirstProof: ({ signupRecordId }) => signupRecordId === undefined,
      onFirstProof: (user, claims) => accounts.firstProof(user, claims),
      endSessions: (user) => accounts.endSessions(user),
    },
    (claims) => accounts.verify(claims),
  );
  const users = createUsers(strategy.port.sealers('example/users'), redis?.userStore ?? new MemoryFactorStore());
  const history = createHistory(strategy, redis?.auditClient);
  const stepUp = new StepUp(strategy, {
    store: redis?.factorStore ?? new MemoryFactorStore(),
    factors: [passkeys(), totp()],
    user: ({ id, email, signupRecordId = '' }) => ({ id, name: email, address: email, signupRecordId }),
  });

  const accounts = createAccounts({ users, strategy, stepUp, history });

  // A separate Passport instance, so that two apps in one process do not share one.
  const passport = new Passport();
  passport.use(strategy);
  passport.serializeUser((user, done) => done(null, loginOf(/** @type {User} */ (user))));
  // No login for a user who is removed or disabled, or for a session that has ended.
  passport.deserializeUser(
    (/** @type {express.Request} */ req, /** @type {Login} */ login, /** @type {Done} */ done) => {
      const found = users.find(String(login.id));
      found.then((user) => done(null, user && isLoggedInStill(req, login, user) ? user : false), done);
    },
  );

  const https = new URL(origin).protocol === 'https:';
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', settings.trustProxy);
  app.use(morgan('tiny', { stream: { write: (line) => void process.stderr.write(scrub(line)) } }));
  app.use((_req, res, next) => {
    res.set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'Referrer-Policy': 'strict-origin',
      'X-Content-Type-Options': 'nosniff',
    });
    next();
  });
  app.get('/style.css', (_req, res) => void res.type('css').send(STYLE));
  app.get('/healthz', (_req, res, next) => {
    store.ping().then(
      () => res.json({ status: 'ok' }),
      (cause) =>
        next(Object.assign(new Error('Redis is unavailable', { cause }), { status: 503, code: 'unavailable' })),
    );
  });
  if (inbox) app.get(['/dev/inbox', '/dev/inbox.json'], inbox.handler);

  app.use(
    session({
      // With `__Host-`, no other host of the site can set this cookie.
      name: https ? '__Host-sid' : 'sid',
      secret: settings.sessionSecrets,
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: settings.sameSite, secure: https, path: '/' },
      ...(redis && { store: redis.sessionStore }),
    }),
  );
  app.use(doctor(strategy));
  app.use(passport.session());
  app.use('/login', magicLinkRouter(passport, strategy));

  app.use('/step-up', stepUp.router());
  app.post('/logout', requireSameOrigin(origin), (req, res, next) => {
    req.logout((error) => {
      if (error) next(error);
      else if (wantsJson(req)) res.json({ status: 'logged_out' });
      else res.redirect(303, '/');
    });
  });

  // A held login goes no further without a second factor.
  app.use(stepUp.requireIfHeld());
  app.use('/transfer', transferRoutes({ origin, stepUp, sealer: strategy.port.sealers('example/transfer')[0] }));

  app.get('/', async (req, res) => {
    const user = userOf(req);
    // Shown after each login: a second factor that the person does not know was added by a stranger.
    const waiting = user ? await stepUp.waiting(user.id) : [];
    res.type('html').send(homePage(user?.email, inbox !== undefined, waiting.length > 0));
  });

  app.use('/account', accountRoutes({ origin, passport, stepUp, accounts }));
  app.use('/security', securityRoutes({ origin, strategy, stepUp, accounts, history }));
  app.use('/admin', adminRoutes({ admins: settings.admins, stepUp, history }));

  for (const [path, allowed] of [
    ['/', 'GET, HEAD'],
    ['/healthz', 'GET, HEAD'],
    ['/account', 'GET, HEAD'],
    ['/account/email', 'POST'],
    ['/security', 'GET, HEAD'],
    ['/security/revoke-all', 'POST'],
    ['/admin/security', 'GET, HEAD'],
    ['/transfer', 'GET, HEAD, POST'],
    ['/logout', 'POST'],
  ]) {
    app.all(/** @type {string} */ (path), (_req, res, next) => {
      res.set('Allow', allowed);
      next(Object.assign(new Error('method not allowed'), { status: 405, code: 'method_not_allowed' }));
    });
  }
  app.use((_req, _res, next) => next(Object.assign(new Error('not found'), { status: 404, code: 'not_found' })));
  app.use(answerError);

  return {
    app,
    hasInbox: inbox !== undefined,
    users,
    accounts,
    /** @param {Promise<unknown>} requests resolves when the last request has been answered */
    async close(requests) {
      await Promise.all([Promise.race([requests, after(3500)]), strategy.close(3500)]);
      // Closed last, because the last mails cause events too.
      await history.close(500);
      redis?.close();
    },
  };
}

/**
 * Removes tokens, whole or truncated, from the access log: docs/logging.md.
 * @param {string} line
 */
const scrub = (line) =>
  line.replace(/([?&]token=)[^&\s"'<>\\]+/gi, '$1[scrubbed]').replaceAll(TOKEN_PATTERN, '[scrubbed]');

/** @param {number} ms */
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @typedef {import('./users.js').User} User */
/** @typedef {import('./request.js').Login} Login */
/** @typedef {(error: unknown, user?: User | false) => void} Done */

/** @param {import('./settings.js').Settings} settings */
function smtpTransport({ smtpUrl, production }) {
  return nodemailer.createTransport({
    url: smtpUrl,
    requireTLS: production,
    connectionTimeout: 5000,
    greetingTimeout: 5000,
    socketTimeout: 10_000,
  });
}

/**
 * Answers every error without its text: with a code for programs, with a page for people.
 * @type {express.ErrorRequestHandler}
 */
const answerError = (error, req, res, _next) => {
  // The answer is already sent, and only the last save of the session has failed.
  if (res.headersSent) return;
  const status = error.status >= 400 && error.status < 600 ? error.status : 500;
  if (status === 500) process.emitWarning(error);
  if (status === 503) res.set('Retry-After', error.headers?.['Retry-After'] ?? '15');
  const code = status === 500 ? 'internal' : codeOf(error, status);
  if (wantsJson(req)) res.status(status).json({ error: code });
  else res.status(status).type('html').send(errorPage(status, error.told));
};

/**
 * This package's errors have a code. A body parser's have none, or zlib's.
 * @param {{ code?: unknown }} error @param {number} status
 */
const codeOf = ({ code }, status) =>
  typeof code === 'string' && /^[a-z_]+$/.test(code)
    ? code
    : status === 413
      ? 'payload_too_large'
      : status < 500
        ? 'invalid_request'
        : 'internal';
