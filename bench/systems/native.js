// node:http and one Redis command a step: what the runtime itself costs. No session is kept; the login is a signed cookie.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { SECRET } from '../harness/express-app.js';

/** @type {import('./system.js').System} */
export const system = {
  name: 'native',
  description: 'node:http, one Redis command a step, the login in a signed cookie',
  ask: (browser, address) => browser.postForm('/login', { email: address }),
  click: (browser, link) => browser.get(link),
  whoami: '/me',

  async start({ origin, connectRedis, deliver }) {
    const redis = await connectRedis();

    /** @param {import('node:http').IncomingMessage} req @param {import('node:http').ServerResponse} res */
    async function ask(req, res) {
      let body = '';
      for await (const chunk of req) body += chunk;
      const address = new URLSearchParams(body).get('email') ?? '';
      const [token, nonce] = [randomText(), randomText()];
      await redis.set(keyOf(token), JSON.stringify({ address, nonce }), 'EX', 600);
      res.once('finish', () => deliver(address, () => `${origin}/login/callback?token=${token}`));
      redirect(res, '/login/sent', `asked=${nonce}`);
    }

    /** @param {import('node:http').IncomingMessage} req @param {import('node:http').ServerResponse} res @param {string} token */
    async function callback(req, res, token) {
      const link = await redis.getdel(keyOf(token));
      const { address, nonce } = link ? JSON.parse(link) : { address: '', nonce: undefined };
      if (cookie(req, 'asked') !== nonce) return void res.writeHead(401).end();
      redirect(res, '/', `user=${address}.${sign(address)}`);
    }

    return {
      listener: (req, res) => {
        const { pathname, searchParams } = new URL(req.url ?? '', origin);
        if (pathname === '/login') return void ask(req, res);
        if (pathname === '/login/callback') return void callback(req, res, searchParams.get('token') ?? '');
        const [, address = '', signature] = /^(.*)\.(.*)$/.exec(cookie(req, 'user') ?? '') ?? [];
        res.end(signature === sign(address) ? address : 'nobody');
      },
    };
  },
};

const randomText = () => randomBytes(32).toString('base64url');
const keyOf = (/** @type {string} */ token) => `link:${createHash('sha256').update(token).digest('base64url')}`;
const sign = (/** @type {string} */ text) => createHmac('sha256', SECRET).update(text).digest('base64url');

/** @param {import('node:http').IncomingMessage} req @param {string} name */
const cookie = ({ headers }, name) =>
  (headers.cookie ?? '')
    .split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** @param {import('node:http').ServerResponse} res @param {string} to @param {string} pair */
const redirect = (res, to, pair) =>
  void res.writeHead(303, { Location: to, 'Set-Cookie': `${pair}; Path=/; HttpOnly; SameSite=Lax` }).end();
