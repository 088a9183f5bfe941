/** TK: the token in the mail is random, keyed, canonical and good once; a failed use burns nothing. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TOKEN_PATTERN } from '../../lib/index.js';
import { SECRET } from '../support/app.js';
import { runExample } from '../support/example.js';
import { dump, monitor } from '../support/redis.js';
import { newAddress, sessionIdIn, startSite, useSite, whoIs } from '../support/site.js';

const site = useSite({ redis: true });

const INVALID = { error: 'link_invalid' };
const callback = (token: string) => `/login/callback?token=${encodeURIComponent(token)}`;

describe('TK-01: tokens cannot be guessed', () => {
  test('TK-01, TK-12: 300 of them are distinct, equally long and evenly spread, and the published pattern matches each', async () => {
    const tokens: string[] = [];
    while (tokens.length < 300) {
      const asks = Array.from({ length: 50 }, () => site.requestLink(site.browser()));
      tokens.push(...(await Promise.all(asks)).map(({ token }) => token));
    }
    expect(new Set(tokens).size).toBe(300);
    expect(new Set(tokens.map(({ length }) => length)).size).toBe(1);
    for (const token of tokens) expect(token.match(TOKEN_PATTERN)).toEqual([token]);

    // Wherever the secret lies: 43 characters that vary are 256 bits.
    const alphabets = Array.from(
      { length: tokens[0]?.length ?? 0 },
      (_, at) => new Set(tokens.map((text) => text[at])),
    );
    expect(alphabets.filter(({ size }) => size > 48).length).toBeGreaterThanOrEqual(43);

    const counts = new Array<number>(256).fill(0);
    const secrets = tokens.flatMap((token) => [...Buffer.from(token.slice(4), 'base64url').subarray(42, 74)]);
    for (const byte of secrets) counts[byte] = (counts[byte] ?? 0) + 1;
    const mean = secrets.length / 256;
    const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
    // 255 degrees of freedom: beyond 400 once in some 10^8 runs.
    expect(chiSquare).toBeLessThan(400);
  });

  test('TK-01: no source of ours knows a weak source of randomness', () => {
    for (const folder of ['lib', 'example-app']) {
      const root = new URL(`../../${folder}/`, import.meta.url);
      const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[jt]s$/.test(name));
      expect(files.length).toBeGreaterThan(3);
      for (const name of files) {
        expect(readFileSync(new URL(name, root), 'utf8'), name).not.toMatch(
          /Math\.random|randomUUID|pseudoRandomBytes/,
        );
      }
    }
  });
});

test('TK-12: the published pattern matches nothing that is no token', () => {
  const corpus = [
    'pbl_',
    'pbl:{x}:y',
    `pbl_${'A'.repeat(111)}`,
    `PBL_${'A'.repeat(112)}`,
    '/login/callback?token=',
    SECRET,
  ];
  for (const text of corpus) expect(text.match(TOKEN_PATTERN)).toBeNull();
});

test('TK-02: neither the token nor its secret, in any spelling or under a plain hash, lies in Redis', async () => {
  const asker = site.browser();
  const { token } = await site.requestLink(asker, newAddress(), { returnTo: '/account' });
  const live = await dump(site.redis);
  await asker.get(callback(token));
  const bytes = Buffer.from(token.slice(4), 'base64url');
  const [secret, recordId] = [bytes.subarray(42, 74), bytes.subarray(20, 36)];
  const plain = [Buffer.from(token), bytes, secret].flatMap((raw) =>
    (['latin1', 'base64', 'base64url', 'hex'] as const).map((encoding) => raw.toString(encoding)),
  );
  // A hash without a key could be guessed at by whoever has the dump, whatever of the token was hashed with the secret.
  const hashed = [Buffer.from(token), ...partsWithSecret(bytes)].flatMap((raw) =>
    ['md5', 'sha1', 'sha256', 'sha512'].flatMap((name) =>
      (['base64', 'base64url', 'hex'] as const).map((encoding) => createHash(name).update(raw).digest(encoding)),
    ),
  );
  const stored = [...live, ...(await dump(site.redis))].flat().join('\n');
  expect(stored).toContain(recordId.toString('base64url'));
  for (const text of [...plain, ...hashed]) expect(stored).not.toContain(text);
});

/** The secret and any choice of the token's other fields, in their order. */
function partsWithSecret(bytes: Buffer): Buffer[] {
  const bounds = [0, 4, 20, 36, 42, 74, 84];
  const fields = bounds.slice(1).map((end, i) => bytes.subarray(bounds[i], end));
  const choices = Array.from({ length: 2 ** fields.length }, (_, bits) =>
    fields.filter((_field, i) => bits & (1 << i)),
  );
  return choices.filter((choice) => choice.includes(fields[4] as Buffer)).map((choice) => Buffer.concat(choice));
}

describe('TK-03, TK-13: a link that was used is worth nothing', () => {
  test.each(['GET', 'POST'])(
    'TK-03: by %s, in the old jar, in the new one, after the logout, at a process started anew',
    async (method) => {
      const asker = site.browser();
      const asked = await site.requestLink(asker);
      const old = asker.copy();
      await asker.get(asked.path);
      const { authTime } = (await asker.getJson('/account')).json();
      const again = (jar = asker) =>
        method === 'GET' ? jar.get(asked.path) : jar.postJson('/login/callback', { token: asked.token });

      // In the browser that is logged in by it a second click is no error, and no second login either.
      const second = await again();
      expect(second.setCookies).toEqual([]);
      expect((await asker.getJson('/account')).json().authTime).toBe(authTime);

      await asker.postJson('/logout', {});
      const other = await startSite({ env: { REDIS_URL: site.redis.url, ORIGIN: site.origin } });
      for (const jar of [asker, old, site.browser()]) {
        const answer = await again(jar);
        expect(answer.setCookies).toEqual([]);
        expect(await whoIs(jar)).toBeUndefined();
        await jar.get(other.origin + asked.path);
        expect((await jar.getJson(`${other.origin}/account`)).status).toBe(401);
      }
    },
  );

  test('TK-03, TK-13: the record alone says so, also where the session that requested it has come back', async () => {
    const asker = site.browser();
    const { path, token } = await site.requestLink(asker);
    const old = asker.copy();
    const key = `sess:${sessionIdIn(old)}`;
    const session = (await site.admin().get(key)) ?? '';
    expect(session).toContain('nonce');
    await asker.get(path);
    // As a parallel request under `resave`, or a backup, brings it.
    await site.admin().set(key, session);
    await old.get(path);
    await old.post('/login/callback', { token });
    expect(await whoIs(old)).toBeUndefined();
  });

  test('TK-13: without the record on the server a genuine link opens nothing', async () => {
    const asker = site.browser();
    const { path } = await site.requestLink(asker);
    const admin = site.admin();
    await admin.del(...(await admin.keys('pbl:*')));
    expect((await asker.getJson(path)).json()).toEqual(INVALID);
    expect(await whoIs(asker)).toBeUndefined();
  });
});

test('TK-09: exactly one string stands for a token', async () => {
  const asker = site.browser();
  const { token, path } = await site.requestLink(asker);
  const last = token.at(-1) ?? '';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const variants = [
    ...[...alphabet].filter((other) => other !== last).map((other) => token.slice(0, -1) + other),
    ...['=', '==', '!', '\n', '\r\n', '\0', ' ', '\t', '.', '>', 'A', 'AAAA', '%', '\u200b'].map(
      (tail) => token + tail,
    ),
    ...[' ', '\n', '\ufeff', 'pbl_', '<'].map((head) => head + token),
    token.toUpperCase(),
    token.toLowerCase(),
    token.replace('pbl_', 'PBL_'),
    token.replace('pbl_', ''),
    token.slice(0, -1),
    `${token.slice(0, 50)}!${token.slice(50)}`,
    `${token.slice(0, 50)} ${token.slice(50)}`,
    token.replaceAll('-', '+').replaceAll('_', '/'),
  ].filter((variant) => variant !== token);
  for (const variant of variants) {
    expect((await asker.getJson(callback(variant))).json(), variant).toEqual(INVALID);
    expect((await asker.postJson('/login/callback', { token: variant })).json(), variant).toEqual(INVALID);
  }
  await asker.get(path);
  expect(await whoIs(asker)).toBeDefined();
});

test('TK-10, EN-06: 1,000 forged tokens cost Redis nothing and lock nobody out', async () => {
  const asker = site.browser();
  const { token, path } = await site.requestLink(asker);
  const stranger = site.browser();
  const watch = await monitor(site.redis);
  for (let i = 0; i < 1000; i++) {
    const at = 4 + (i % (token.length - 4));
    const forged = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    const answer = await (i % 2
      ? stranger.getJson(callback(forged))
      : stranger.postJson('/login/callback', { token: forged }));
    expect(answer.json()).toEqual(INVALID);
  }
  await watch.stop();
  // The doctor looks at Redis once a minute.
  expect(watch.commands.filter((args) => !args.some((arg) => arg.startsWith('pbl:doctor:')))).toEqual([]);
  await asker.get(path);
  expect(await whoIs(asker)).toBeDefined();
});

describe('TK-11: keys', () => {
  test('TK-11: rotate, and a removed key takes its links with it', async () => {
    const [older, newer] = ['an older secret that is long enough', 'a newer secret that is long enough'];
    const shared = { REDIS_URL: site.redis.url, ORIGIN: site.origin };
    const [before, during, after] = await Promise.all(
      [older, `${newer},${older}`, newer].map((secret) => startSite({ env: { ...shared, MAGIC_LINK_SECRET: secret } })),
    );
    if (!before || !during || !after) throw new Error('not started');
    const asker = before.browser();
    const { path } = await before.requestLink(asker);
    expect((await asker.getJson(after.origin + path)).json()).toEqual(INVALID);
    expect((await asker.getJson(during.origin + path)).json()).toMatchObject({ status: 'authenticated' });

    const later = during.browser();
    const signedByFirst = await during.requestLink(later);
    expect((await later.getJson(after.origin + signedByFirst.path)).json()).toMatchObject({ status: 'authenticated' });
  });

  test.each(['short', `${SECRET},short`, 'x'.repeat(31)])('TK-11: %s ends the start', async (secret) => {
    const { code, stderr } = await runExample({ MAGIC_LINK_SECRET: secret });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^MAGIC_LINK_SECRET /m);
  });
});

test('TK-14: a failed use burns nothing', async () => {
  const asker = site.browser();
  const { token, path } = await site.requestLink(asker);
  const json = { accept: 'application/json' };
  await site.browser().postJson('/login/callback', { token });
  await asker.postJson('/login/callback', { token }, { 'sec-fetch-site': 'cross-site' });
  for (const method of ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE']) {
    await asker.send(path, { method, headers: json });
    await asker.send('/login/callback', { method, headers: json, ...(method === 'HEAD' ? {} : { form: { token } }) });
  }
  for (const header of ['sec-purpose', 'purpose', 'x-moz']) await asker.get(path, { [header]: 'prefetch' });
  for (const dest of ['iframe', 'image', 'script', 'empty']) await asker.get(path, { 'sec-fetch-dest': dest });
  expect(await whoIs(asker)).toBeUndefined();
  await asker.get(path);
  expect(await whoIs(asker)).toBeDefined();
});
