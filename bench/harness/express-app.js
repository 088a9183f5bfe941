// The Express app that the floors, this package and the older peers share: session in Redis, body parser, Passport.
import { RedisStore as RedisSessionStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { Passport } from 'passport';

/** 32 characters or more, as every system wants; no secret of anybody's. */
export const SECRET = 'a secret of the benchmark that is long enough';

/**
 * @param {import('ioredis').Redis | undefined} redis where the sessions lie; in memory without it
 * @param {(app: express.Express) => void} [beforeLogin] between the session and the login's own routes
 */
export function expressApp(redis, beforeLogin) {
  const app = express();
  app.disable('x-powered-by');
  // Each browser of the driver is a network of its own, as X-Forwarded-For says.
  app.set('trust proxy', 1);
  app.use(
    session({
      name: 'sid',
      secret: SECRET,
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax' },
      ...(redis && { store: new RedisSessionStore({ client: redis }) }),
    }),
  );
  beforeLogin?.(app);
  return app;
}

export const formParser = () => express.urlencoded({ extended: false });

/** A Passport whose users are their addresses, in use in `app`. @param {express.Express} app */
export function usePassport(app) {
  const passport = new Passport();
  passport.serializeUser((user, done) => done(null, /** @type {User} */ (user).address));
  passport.deserializeUser((address, done) => done(null, { address }));
  app.use(passport.session());
  app.get('/me', (req, res) => void res.json(req.user ?? null));
  return passport;
}

/** @typedef {{ address: string }} User */
