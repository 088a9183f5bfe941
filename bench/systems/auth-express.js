// @auth/express with a provider of type email, over the smallest adapter: no database is counted against it.
import express from 'express';
import { SECRET } from '../harness/express-app.js';
import { peer } from '../harness/peer.js';

/** @type {import('./system.js').System} */
export const system = {
  name: 'auth-express',
  description:
    '@auth/express, an email provider, users, sessions and tokens in Maps; its CSRF token comes with the form, unmeasured, and each user exists already',
  packages: ['@auth/express'],
  module: '@auth/express',
  async prepare(browser, address) {
    await browser.postJson('/users', { address });
    const { text } = await browser.get('/auth/csrf');
    csrfTokens.set(browser, JSON.parse(text).csrfToken);
  },
  ask: (browser, address) =>
    browser.postForm('/auth/signin/email', { email: address, csrfToken: csrfTokens.get(browser) ?? '' }),
  click: (browser, link) => browser.get(link),
  whoami: '/auth/session',

  async start({ deliver }) {
    const { ExpressAuth } = await peer('@auth/express');
    const { adapter, addUser, forget } = mapAdapter();
    const app = express();
    app.disable('x-powered-by');
    app.set('trust proxy', 1);
    app.post('/users', express.json(), (req, res) => {
      addUser(req.body.address);
      res.end();
    });
    // A pattern, because it takes its base path from the first of the route's parameters.
    app.use(
      /^\/auth\/(.*)/,
      ExpressAuth({
        secret: SECRET,
        trustHost: true,
        adapter,
        providers: [
          {
            id: 'email',
            type: 'email',
            name: 'Email',
            maxAge: 600,
            sendVerificationRequest: (/** @type {{ identifier: string, url: string }} */ { identifier, url }) =>
              deliver(identifier, () => url),
          },
        ],
      }),
    );
    return { listener: app, forget };
  },
};

/** What the form would hold. @type {WeakMap<import('./system.js').Browser, string>} */
const csrfTokens = new WeakMap();

/** The methods of an Auth.js adapter that a login by email calls. */
function mapAdapter() {
  /** @typedef {{ id: string, email: string, emailVerified: Date | null }} User */
  /** @typedef {{ sessionToken: string, userId: string, expires: Date }} Session */
  /** @type {Map<string, User>} */
  const users = new Map();
  /** @type {Map<string, Session>} */
  const sessions = new Map();
  /** @type {Map<string, { identifier: string, token: string }>} */
  const tokens = new Map();

  const addUser = (/** @type {string} */ address) => {
    const user = { id: address, email: address, emailVerified: null };
    users.set(user.id, user);
    return user;
  };
  const adapter = {
    createUser: async (/** @type {User} */ { email }) => addUser(email),
    getUser: async (/** @type {string} */ id) => users.get(id) ?? null,
    getUserByEmail: async (/** @type {string} */ email) => users.get(email) ?? null,
    getUserByAccount: async () => null,
    updateUser: async (/** @type {User} */ user) => {
      const updated = Object.assign(users.get(user.id) ?? {}, user);
      users.set(user.id, updated);
      return updated;
    },
    linkAccount: async () => null,
    createSession: async (/** @type {Session} */ session) => {
      sessions.set(session.sessionToken, session);
      return session;
    },
    getSessionAndUser: async (/** @type {string} */ sessionToken) => {
      const session = sessions.get(sessionToken);
      const user = session && users.get(session.userId);
      return session && user ? { session, user } : null;
    },
    updateSession: async (/** @type {Session} */ session) =>
      Object.assign(sessions.get(session.sessionToken) ?? {}, session),
    deleteSession: async (/** @type {string} */ sessionToken) => void sessions.delete(sessionToken),
    createVerificationToken: async (/** @type {{ identifier: string, token: string }} */ token) => {
      tokens.set(`${token.identifier} ${token.token}`, token);
      return token;
    },
    useVerificationToken: async (/** @type {{ identifier: string, token: string }} */ { identifier, token }) => {
      const key = `${identifier} ${token}`;
      const found = tokens.get(key) ?? null;
      tokens.delete(key);
      return found;
    },
  };
  const forget = () => {
    for (const map of [users, sessions, tokens]) map.clear();
  };
  return { adapter, addUser, forget };
}
