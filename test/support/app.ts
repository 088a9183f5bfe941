/** An Express app in this process, wired by hand as an app's own code would be. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import session, { type SessionOptions } from 'express-session';
import passportModule from 'passport';
import { type MagicLinkEvent, type MagicLinkOptions, MagicLinkStrategy, MemoryStore } from '../../lib/index.js';
import type { MailMessage } from '../../lib/mail/mailer.js';
import { Client } from './client.js';
import { linkIn, tokenIn } from './smtp.js';

export const SECRET = 'a secret of the tests that is long enough';

/** What `mail.deliver` was given, to wait for. */
export class Mailbox {
  readonly messages: MailMessage[] = [];
  #taken = 0;
  #waiting: (() => void)[] = [];

  readonly deliver = async (message: MailMessage): Promise<void> => {
    this.messages.push(message);
    for (const wake of this.#waiting.splice(0)) wake();
  };

  async next(): Promise<{ message: MailMessage; link: string; path: string; token: string }> {
    while (this.messages.length <= this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const message = this.messages[this.#taken++] as MailMessage;
    const link = linkIn(message.text);
    const { pathname, search } = new URL(link);
    return { message, link, path: pathname + search, token: tokenIn(link) };
  }
}

export interface TestApp {
  readonly app: Express;
  readonly origin: string;
  readonly mailbox: Mailbox;
  readonly events: MagicLinkEvent[];
  readonly strategy: MagicLinkStrategy;
  readonly passport: InstanceType<typeof passportModule.Passport>;
  /** A browser that has not been here before. */
  browser(): Client;
  close(): Promise<void>;
}

export interface TestAppConfig {
  options?: Partial<MagicLinkOptions>;
  /** Default: the user is `{ email }`. */
  verify?: (...args: never[]) => unknown;
  session?: Partial<SessionOptions> | false;
  /** Comes before the session. */
  before?: (app: Express) => void;
  /** The routes; default: the two of the strategy, wired in the plainest way. */
  routes?: (app: Express, test: TestApp) => void;
}

export async function startApp(config: TestAppConfig = {}): Promise<TestApp> {
  const app = express();
  const server: Server = createServer(app);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const mailbox = new Mailbox();
  const verify = config.verify ?? (async ({ address }: { address: string }) => ({ email: address }));
  const AnyStrategy = MagicLinkStrategy as new (options: MagicLinkOptions, verify: never) => MagicLinkStrategy;
  const strategy = new AnyStrategy(
    {
      secret: SECRET,
      origin,
      callbackPath: '/login/callback',
      store: new MemoryStore(),
      mail: { deliver: mailbox.deliver },
      ...config.options,
    } as MagicLinkOptions,
    verify as never,
  );
  const passport = new passportModule.Passport();
  passport.use(strategy);
  passport.serializeUser((user, done) => done(null, (user as { email: string }).email));
  passport.deserializeUser((email, done) => done(null, { email } as Express.User));
  const events: MagicLinkEvent[] = [];
  strategy.events.on('*', (event) => events.push(event));

  const test: TestApp = {
    app,
    origin,
    mailbox,
    events,
    strategy,
    passport,
    browser: () => new Client(origin),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await strategy.close(0);
    },
  };
  config.before?.(app);
  if (config.session !== false) {
    app.use(session({ secret: SECRET, resave: false, saveUninitialized: false, name: 'sid', ...config.session }));
  }
  app.use(passport.session());
  (config.routes ?? plainRoutes)(app, test);
  // Every fault is seen as status, headers and text, as an app's own error handling would see it.
  app.use(((error, _req, res, _next) => {
    if (res.headersSent) return;
    res.status(error.status ?? 500).set(error.headers ?? {});
    res.json({ error: error.code ?? error.name, message: error.message });
  }) as express.ErrorRequestHandler);
  return test;
}

/** Body parsers, `POST /login`, `/login/callback`, and `GET /me`, which shows user and session. */
export function plainRoutes(app: Express, { passport }: TestApp, callback: object = {}, ask: object = {}): void {
  app.use(express.urlencoded({ extended: false }), express.json());
  app.post('/login', passport.authenticate('magic-link', { action: 'request', ...ask } as object), (req, res) => {
    res.status(202).json({ outcome: req.magicLink?.status });
  });
  app.all('/login/callback', passport.authenticate('magic-link', callback), (req, res) => {
    res.json({ user: req.user, authInfo: req.authInfo });
  });
  app.get('/me', (req, res) => {
    res.json({ user: req.user, session: req.session });
  });
}

/** Asks for a link in this browser and waits for its mail. */
export async function askFor(test: TestApp, client: Client, email = 'ada@example.com', fields = {}) {
  const answer = await client.post('/login', { email, ...fields });
  if (answer.status >= 400) throw new Error(`the ask was refused: ${answer.status} ${answer.text}`);
  return { answer, ...(await test.mailbox.next()) };
}
