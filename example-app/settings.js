// Reads and checks the environment once. A wrong value stops the start with one line.
import { randomBytes } from 'node:crypto';

/** @param {NodeJS.ProcessEnv} env */
export function readSettings(env) {
  refuseUnknown(env);
  const port = wholeNumber(env, 'PORT', { fallback: 3000, min: 0, max: 65_535 });
  const origin = env.ORIGIN;
  const production = origin !== undefined && !isLoopback(origin);
  return {
    port,
    origin,
    redisUrls: redisUrls(env),
    redisClient: oneOf(env, 'REDIS_CLIENT', ['ioredis', 'node-redis']),
    smtpUrl: smtpUrl(env),
    mailFrom: mailFrom(env),
    magicLinkSecrets: secrets(env, 'MAGIC_LINK_SECRET', production),
    sessionSecrets: secrets(env, 'SESSION_SECRET', production),
    sameSite: oneOf(env, 'COOKIE_SAMESITE', ['lax', 'strict']),
    confirm: oneOf(env, 'CONFIRM', ['auto', 'always']),
    otherBrowser: oneOf(env, 'OTHER_BROWSER', ['code', 'deny']),
    ttl: wholeNumber(env, 'LINK_TTL', { fallback: 600, min: 1, max: 600 }),
    limits: limits(env, production),
    trustProxy: trustProxy(env.TRUST_PROXY),
    admins: addresses(env, 'ADMINS') ?? new Set(),
    closedSignup: addresses(env, 'CLOSED_SIGNUP'),
    production,
  };
}

/** @typedef {ReturnType<typeof readSettings>} Settings */

/** A wrong setting. Its message is the line that is printed. */
export class SettingError extends Error {}

/** Variables that newer versions read. Ignoring one would promise a setting that does not apply. */
const UNKNOWN = ['PRESET'];

/** @param {NodeJS.ProcessEnv} env */
function refuseUnknown(env) {
  const name = UNKNOWN.find((unknown) => env[unknown] !== undefined);
  if (name) throw new SettingError(`${name} is not known to this version`);
}

/** @param {NodeJS.ProcessEnv} env @param {string} name @param {{ fallback: number, min: number, max: number }} range */
function wholeNumber(env, name, { fallback, min, max }) {
  const text = env[name];
  if (text === undefined) return fallback;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new SettingError(`${name} must be a whole number, ${min} to ${max}`);
  return value;
}

/**
 * The first value is the default.
 * @template {string} T
 * @param {NodeJS.ProcessEnv} env @param {string} name @param {readonly T[]} values
 * @returns {T}
 */
function oneOf(env, name, values) {
  const value = values.find((known) => known === (env[name] ?? values[0]));
  if (value === undefined) throw new SettingError(`${name} must be one of: ${values.join(', ')}`);
  return value;
}

/** @param {NodeJS.ProcessEnv} env @param {string} name @param {boolean} production @returns {string[]} */
function secrets(env, name, production) {
  const text = env[name];
  if (text !== undefined) {
    const parts = text.split(',');
    if (parts.every((part) => Buffer.byteLength(part) >= 32)) return parts;
    throw new SettingError(`${name} must be random, 32 bytes at least; several are separated by commas`);
  }
  if (production) throw new SettingError(`${name} must be set, because ${env.ORIGIN} is not loopback`);
  process.emitWarning(`${name} is not set: a random one was made, and a restart invalidates everything signed with it`);
  return [randomBytes(32).toString('base64url')];
}

/** @param {NodeJS.ProcessEnv} env */
function redisUrls(env) {
  if (env.REDIS_URL === undefined) return [];
  const urls = env.REDIS_URL.split(',');
  if (urls.every((url) => URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol))) return urls;
  throw new SettingError('REDIS_URL must be redis://host:port, or several of a Cluster, separated by commas');
}

/** @param {NodeJS.ProcessEnv} env */
function smtpUrl({ SMTP_URL: url }) {
  const parsed = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
  if (url === undefined || (parsed?.hostname && /^smtps?:$/.test(parsed.protocol))) return url;
  throw new SettingError('SMTP_URL must be smtp://user:password@host:port or smtps://…');
}

/** @param {NodeJS.ProcessEnv} env @param {boolean} production */
function limits(env, production) {
  const value = oneOf(env, 'LIMITS', ['on', 'off']);
  if (value === 'off' && production) throw new SettingError('LIMITS must be on, because ORIGIN is not loopback');
  return value;
}

/** @param {string | undefined} value @returns {boolean | number | string} */
function trustProxy(value) {
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  if (value === '')
    throw new SettingError('TRUST_PROXY must be a number of hops, true, false, or names that Express knows');
  return /^\d+$/.test(value) ? Number(value) : value;
}

const ADDRESS = /^[^\s@<>,]+@[^\s@<>,]+$/;

/** @param {NodeJS.ProcessEnv} env */
function mailFrom({ MAIL_FROM: from = 'Example <login@example.test>' }) {
  if (ADDRESS.test(from.match(/<(.*)>$/)?.[1] ?? from)) return from;
  throw new SettingError('MAIL_FROM must be an address, or a name and <an address>');
}

/** @param {NodeJS.ProcessEnv} env @param {string} name */
function addresses(env, name) {
  const found = env[name]?.split(',').map((address) => address.trim().toLowerCase());
  if (found?.every((address) => ADDRESS.test(address)) ?? true) return found && new Set(found);
  throw new SettingError(`${name} must be addresses, separated by commas`);
}

/** @param {string} origin */
function isLoopback(origin) {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    throw new SettingError('ORIGIN must be scheme, host and port alone, such as https://app.example.com');
  }
  const { protocol, hostname } = new URL(origin);
  const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol === 'http:' && !loopback) throw new SettingError('ORIGIN must be https, except on loopback');
  return loopback;
}
