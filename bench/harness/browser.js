// A browser as far as HTTP shows one: a cookie jar, a network of its own, and the headers that Chromium sends.
import { request } from 'node:http';

const HEADERS = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'accept-language': 'en-GB,en;q=0.9',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
};

let networks = 0;

/** @typedef {import('../systems/system.js').Browser} SystemBrowser */

/** @implements {SystemBrowser} */
export class Browser {
  /** @type {Map<string, string>} */
  cookies = new Map();
  #origin;
  #agent;
  #network;

  /** @param {{ origin: string, agent: import('node:http').Agent }} server */
  constructor({ origin, agent }) {
    this.#origin = origin;
    this.#agent = agent;
    const n = networks++;
    this.#network = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
  }

  /** As a click in a mail program's page does. @param {string} path @param {Record<string, string>} [headers] */
  get(path, headers = { 'sec-fetch-site': 'cross-site' }) {
    return this.#send('GET', path, headers);
  }

  /** @param {string} path @param {Record<string, string>} [headers] */
  head(path, headers = {}) {
    return this.#send('HEAD', path, headers);
  }

  /** @param {string} path @param {Record<string, string>} fields */
  postForm(path, fields) {
    return this.#post(path, String(new URLSearchParams(fields)), 'application/x-www-form-urlencoded');
  }

  /** @param {string} path @param {unknown} body */
  postJson(path, body) {
    return this.#post(path, JSON.stringify(body), 'application/json');
  }

  /** @param {string} path @param {string} body @param {string} type */
  #post(path, body, type) {
    const length = String(Buffer.byteLength(body));
    const own = { origin: this.#origin, 'sec-fetch-site': 'same-origin', 'content-type': type };
    return this.#send('POST', path, { ...own, 'content-length': length }, body);
  }

  /**
   * @param {string} method @param {string} path @param {Record<string, string>} headers @param {string} [body]
   * @returns {Promise<import('../systems/system.js').Answer>}
   */
  #send(method, path, headers, body) {
    return new Promise((resolve, reject) => {
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const sent = request(new URL(path, this.#origin), {
        method,
        agent: this.#agent,
        headers: { ...HEADERS, 'x-forwarded-for': this.#network, ...(cookie && { cookie }), ...headers },
      });
      sent.once('error', reject);
      sent.once('response', (response) => {
        for (const line of response.headers['set-cookie'] ?? []) this.#keep(line);
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, location: response.headers.location, text });
        });
      });
      sent.end(body);
    });
  }

  /** @param {string} line */
  #keep(line) {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    if (/max-age=0/i.test(line)) this.cookies.delete(pair.slice(0, at));
    else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}
