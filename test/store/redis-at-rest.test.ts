/** Who reads our keys in Redis, or what is sent there, learns nothing that logs in and nobody's name. */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { Events } from '../../lib/events/events.js';
import { RedisStore } from '../../lib/index.js';
import { AccountLinks } from '../../lib/protocol/account-links.js';
import { Keyring } from '../../lib/protocol/keys.js';
import { MagicLink } from '../../lib/protocol/magic-link.js';
import type { IssuedLink } from '../../lib/protocol/outcomes.js';
import type { Token } from '../../lib/protocol/token.js';
import { wrongKey } from '../support/links.js';
import { monitor, useServers } from '../support/redis.js';
import { IOREDIS } from '../support/redis-clients.js';

const servers = useServers();
const SECRET = 'a secret of the tests, which is long enough';
const ORIGIN = 'https://app.example.test';

const ASK = {
  address: 'ada.lovelace+login@mail.example.test',
  mailbox: 'ada.lovelace@mail.example.test',
  returnTo: `${ORIGIN}/inheritance/of/lord-byron`,
  state: 'the-app-says-nr-1815',
  requestedIn: { browser: 'Samsung Internet', system: 'ChromeOS' },
};
/** Typed in place of the code. */
const WRONG = 'WRNGC0DE';
const BROWSER = { sessionId: 'sess-Gg1dR3wQm0VnT5uB', nonce: 'nonce-c29tZSBub25jZSBieXRlcw' };
const STRANGER = { sessionId: 'sess-0therBr0wserJarAB', nonce: 'nonce-YW5vdGhlciBvbmUgYWdhaW4' };

/** Bytes at rest after each step of a link's life, one after the other, and what was sent in all. */
let atRest: Record<string, Buffer>;
let sent: Buffer;
let text: string;
let token: Token;
let link: IssuedLink;

beforeAll(async () => {
  const { client } = await servers.connect(IOREDIS);
  const clock = Date.now;
  const shared = {
    keyring: new Keyring([SECRET], ORIGIN),
    store: new RedisStore(client),
    events: new Events(clock, () => 'event-id'),
    clock,
  };
  const magicLink = new MagicLink({
    ...shared,
    ttl: 600,
    origin: ORIGIN,
    callbackPath: '/login/callback',
    codes: true,
  });
  const { commands, stop } = await monitor(servers.standalone);
  const ask = async () => {
    const issued = await magicLink.issue(ASK, BROWSER);
    if (issued.status === 'limited') throw new Error('the ask was limited');
    return issued.link;
  };
  link = await ask();
  text = new URL(link.url).searchParams.get('token') as string;
  const read = magicLink.read(text);
  if (read.status !== 'current') throw new Error(read.status);
  token = read.token;
  atRest = { issued: await contents() };
  await magicLink.open(token, BROWSER);
  await magicLink.redeem(token, STRANGER, 'POST');
  await magicLink.redeem(token, undefined, 'GET');
  atRest.mismatched = await contents();
  await magicLink.redeemByCode(link, WRONG, BROWSER);
  atRest.mistyped = await contents();
  await magicLink.redeem(token, BROWSER, 'GET');
  await magicLink.redeemByCode(link, token.code, BROWSER);
  atRest.used = await contents();
  await ask();
  await new AccountLinks(shared).revokeAll(ASK.address);
  atRest.revoked = await contents();
  await stop();
  sent = Buffer.from(commands.flat().join('\n'));
});

/** Every key and value under the prefix, as bytes. */
async function contents(): Promise<Buffer> {
  const redis = new Redis(servers.standalone.port, '127.0.0.1');
  const parts: Buffer[] = [];
  for (const key of await redis.keysBuffer('pbl:*')) {
    parts.push(key);
    if ((await redis.type(key)) === 'string') {
      parts.push((await redis.getBuffer(key)) as Buffer);
    } else {
      parts.push(...(await redis.zrangeBuffer(key, 0, -1, 'WITHSCORES')));
    }
  }
  redis.disconnect();
  return Buffer.concat(parts);
}

/** As plain bytes and in every spelling that somebody might have stored it in, alone or amid other text. */
function spellings(secret: Buffer): Buffer[] {
  // The beginning of a hash would do to recognise somebody.
  const sha256 = createHash('sha256').update(secret).digest().subarray(0, 16);
  return [secret, sha256].flatMap((bytes) => {
    const hex = bytes.toString('hex');
    const texts = [hex, hex.toUpperCase(), ...base64Within(bytes, 'base64'), ...base64Within(bytes, 'base64url')];
    return [bytes, ...texts.map((text) => Buffer.from(text))];
  });
}

/** The characters that these bytes alone decide, wherever in a longer text they begin. */
const base64Within = (bytes: Buffer, encoding: 'base64' | 'base64url') =>
  [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString(encoding)
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)),
  );

/** In the order of lib/protocol/token.ts: what of a token is secret, and what alone would give it away. */
const SECRETS: [name: string, secret: () => Buffer][] = [
  ['the token', () => Buffer.from(text)],
  ['the token without its prefix', () => Buffer.from(text.slice(4))],
  ["the token's bytes", () => Buffer.from(text.slice(4), 'base64url')],
  ["the token's secret", () => Buffer.from(text.slice(4), 'base64url').subarray(42, 74)],
  ['the code', () => Buffer.from(token.code)],
  ['the code as it is read', () => Buffer.from(link.code as string)],
  ['the code in lower case', () => Buffer.from(token.code.toLowerCase())],
  ['a wrong code', () => Buffer.from(WRONG)],
  ['the not-me token', () => Buffer.from(link.notMe)],
  ["the browser's name", () => Buffer.from(ASK.requestedIn.browser)],
  ["the browser's system", () => Buffer.from(ASK.requestedIn.system)],
  ['the address', () => Buffer.from(ASK.address)],
  ['the mailbox', () => Buffer.from(ASK.mailbox)],
  ["the mailbox's name", () => Buffer.from('lovelace')],
  ['the domain', () => Buffer.from('mail.example.test')],
  ['the session ID', () => Buffer.from(BROWSER.sessionId)],
  ['the nonce', () => Buffer.from(BROWSER.nonce)],
  ["a stranger's session ID", () => Buffer.from(STRANGER.sessionId)],
  ["a stranger's nonce", () => Buffer.from(STRANGER.nonce)],
  ['the return target', () => Buffer.from(ASK.returnTo)],
  ["the app's own words", () => Buffer.from(ASK.state)],
  ["the app's secret", () => Buffer.from(SECRET)],
];

describe.each(SECRETS)('SE-07, TK-02, BD-04: %s', (_name, secret) => {
  test.each(['issued', 'mismatched', 'mistyped', 'used', 'revoked'])(
    'is in no key or value of a link that was %s',
    (step) => {
      for (const form of spellings(secret())) expect((atRest[step] as Buffer).includes(form)).toBe(false);
    },
  );

  test('is not sent to Redis', () => {
    for (const form of spellings(secret())) expect(sent.includes(form)).toBe(false);
  });
});

test('what may be known is found: the looking works', () => {
  for (const { account, recordId, digest } of [token]) {
    for (const known of [account, recordId, digest]) {
      expect(sent.includes(known)).toBe(true);
      for (const bytes of Object.values(atRest)) expect(bytes.includes(known)).toBe(true);
    }
  }
  const counter = wrongKey(token);
  expect(Object.entries(atRest).filter(([, bytes]) => bytes.includes(counter))).toHaveLength(3);
  expect(sent.includes(counter)).toBe(true);
});
