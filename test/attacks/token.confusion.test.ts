/** TK-06, TK-07, TK-08: nothing else passes for a token, and a token for no other app and no other account. */
import { describe, expect, test } from 'vitest';
import { dump } from '../support/redis.js';
import { newAddress, sessionIdIn, startSite, useSite, whoIs } from '../support/site.js';

const site = useSite({ redis: true });

const INVALID = { error: 'link_invalid' };

describe('TK-06: nothing else that the app has ever given out is a token', () => {
  test('TK-06: cookie, session ID, nonce, binding, record id, address', async () => {
    const { browser, token, mail } = await site.logIn();
    await site.requestLink(browser);
    const stored = [...(await dump(site.redis))].flat();
    const others = [
      ...browser.cookies.values(),
      sessionIdIn(browser),
      Buffer.from(token.slice(4), 'base64url').subarray(20, 36).toString('base64url'),
      mail.to[0] ?? '',
      ...stored,
      ...stored.flatMap((text) => text.match(/[A-Za-z0-9_-]{20,}/g) ?? []),
    ];
    for (const other of new Set(others)) {
      for (const text of [other, `pbl_${other}`]) {
        const answer = await browser.postJson('/login/callback', { token: text });
        expect(answer.status, text).toBe(401);
        expect(answer.json(), text).toEqual(INVALID);
      }
    }
  });

  test('TK-06: nor is any of it the secret of a link of which all else is known', async () => {
    const asker = site.browser();
    const used = await site.logIn();
    const { token, path } = await site.requestLink(asker);
    const genuine = Buffer.from(token.slice(4), 'base64url');
    const stored = [...(await dump(site.redis))].flat().flatMap((text) => text.match(/[A-Za-z0-9_-]{43}/g) ?? []);
    const secrets = [
      ...stored.map((text) => Buffer.from(text, 'base64url')),
      Buffer.from(used.token.slice(4), 'base64url').subarray(42, 74),
      Buffer.from(sessionIdIn(asker)),
      Buffer.alloc(32),
    ];
    // The nonce, the digest and the binding are among them.
    expect(stored.length).toBeGreaterThan(3);
    for (const secret of secrets) {
      const forged = Buffer.from(genuine);
      secret.copy(forged, 42, 0, 32);
      const text = `pbl_${forged.toString('base64url')}`;
      expect((await asker.postJson('/login/callback', { token: text })).json(), text).toEqual(INVALID);
    }
    expect(await whoIs(asker)).toBeUndefined();
    await asker.get(path);
    expect(await whoIs(asker)).toBeDefined();
  });
});

test('TK-07: a link of one app is nothing to another with the same secret, sessions and Redis', async () => {
  const other = await startSite({ env: { REDIS_URL: site.redis.url, ORIGIN: 'http://other.localhost' } });
  const asker = site.browser();
  const { path } = await site.requestLink(asker);
  const answer = await asker.getJson(other.origin + path);
  expect(answer.json()).toEqual(INVALID);
  expect((await asker.getJson(`${other.origin}/account`)).status).toBe(401);
  await asker.get(path);
  expect(await whoIs(asker)).toBeDefined();
});

describe('TK-08: the account comes from the record alone', () => {
  const VICTIM = 'victim@example.test';
  const beside = { email: VICTIM, address: VICTIM, sub: VICTIM, userId: VICTIM, user: VICTIM, account: VICTIM };

  test.each(['GET', 'POST'])('TK-08: whatever stands beside the token of a %s', async (method) => {
    const asker = site.browser();
    const email = newAddress();
    const { token, path } = await site.requestLink(asker, email);
    if (method === 'GET') await asker.get(`${path}&${new URLSearchParams(beside)}`);
    else await asker.post(`/login/callback?${new URLSearchParams(beside)}`, { token, ...beside });
    expect(await whoIs(asker)).toBe(email);
  });
});
