// The complete wiring. Without REDIS_URL and SMTP_URL, everything is in memory and mail appears at /dev/inbox.
import { randomBytes } from 'node:crypto';
import { RedisStore as RedisSessionStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { Redis } from 'ioredis';
import nodemailer from 'nodemailer';
import passport from 'passport';
import {
  DevInbox,
  MagicLinkStrategy,
  MemoryStore,
  magicLinkRouter,
  RedisStore,
  withDeadline,
} from 'passport-bound-link';
import { doctor } from 'passport-bound-link/doctor';

const { PORT = '3000', ORIGIN = `http://localhost:${PORT}`, REDIS_URL, SMTP_URL } = process.env;
const randomSecret = () => randomBytes(32).toString('hex');
const { MAGIC_LINK_SECRET = randomSecret(), SESSION_SECRET = randomSecret() } = process.env;
const https = ORIGIN.startsWith('https:');
const transport = SMTP_URL ? nodemailer.createTransport({ url: SMTP_URL, requireTLS: https }) : new DevInbox();
// Fail fast while Redis is away, and never resend a command that may have been executed.
const redisOptions = { commandTimeout: 500, enableOfflineQueue: false, autoResendUnfulfilledCommands: false };
const redis = REDIS_URL ? new Redis(REDIS_URL, redisOptions) : undefined;
redis?.on('error', (error) => console.error('Redis:', error));

const options = {
  secret: MAGIC_LINK_SECRET,
  origin: ORIGIN,
  callbackPath: '/login/callback',
  store: redis ? new RedisStore(redis) : new MemoryStore(),
  mail: { transport, from: 'Acme <login@acme.example>' },
};
// Find or create your user here. To refuse the login, return false.
const strategy = new MagicLinkStrategy(options, async ({ address }) => ({ id: address }));
passport.use(strategy);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express().set('trust proxy', https ? 1 : false); // the number of proxies in front of the app
if (transport instanceof DevInbox) app.get('/dev/inbox', transport.handler);
const sessions = session({
  name: https ? '__Host-sid' : 'sid',
  secret: SESSION_SECRET,
  store: redis ? withDeadline(new RedisSessionStore({ client: redis })) : undefined,
  resave: false,
  saveUninitialized: false,
  cookie: { secure: https, httpOnly: true, sameSite: 'lax' },
});
app.use(sessions, doctor(strategy)); // the doctor warns of settings that make links fail, with the cure
app.use(passport.session());
app.use('/login', magicLinkRouter(passport, strategy));
app.get('/', (req, res) => void res.send(req.user ? 'You are logged in.' : '<a href="/login">Log in</a>'));
const server = app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(SMTP_URL ? `listening on ${ORIGIN}` : `listening on ${ORIGIN}, dev inbox at ${ORIGIN}/dev/inbox`);
});
process.once('SIGTERM', () => server.close(() => strategy.close().then(() => process.exit()))); // sends waiting mail
