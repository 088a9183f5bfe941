/** The protocol over the memory store: a link is issued, read and opened. */
import { describe, expect, test } from 'vitest';
import type { NewLink } from '../../lib/protocol/store.js';
import { App, newApp, ORIGIN, requester, START, TTL, tokenIn, World } from '../support/magic-link.js';

describe('issue', () => {
  test('gives a URL of the origin with the token and nothing else, and its end', async () => {
    const link = await newApp().requestLink();
    expect(link.url).toMatch(/^https:\/\/app\.example\.com\/login\/callback\?token=pbl_[\w-]{112}$/);
    expect(link.expiresAt).toBe(START + TTL * 1000);
  });

  test('EN-01: names the link that is requested for alike, whether there is room or not', async () => {
    const app = newApp();
    const lanes = [{ name: 'lane', limits: [{ count: 1, windowMs: 60_000 }] }];
    const ask = { address: 'ada@example.com', mailbox: 'ada@example.com' };
    const [issued, limited] = [
      await app.login.issue(ask, requester, lanes),
      await app.login.issue(ask, requester, lanes),
    ];
    expect([issued.status, limited.status]).toEqual(['issued', 'limited']);
    expect(limited).toEqual({
      status: 'limited',
      requested: { ...issued.requested, recordId: expect.stringMatching(/^[\w-]{22}$/) },
    });
    expect(limited.requested.recordId).not.toBe(issued.requested.recordId);
  });

  test('FT-10: resolves only after the store has', async () => {
    const world = new World();
    let keep = () => {};
    const store = world.storeWith({ issue: () => new Promise((resolve) => (keep = () => resolve('issued'))) });
    let resolved = false;
    const issued = new App(world, { store }).requestLink().then(() => (resolved = true));
    await new Promise(setImmediate);
    expect(resolved).toBe(false);
    keep();
    await issued;
  });

  test('TK-02, BD-04, SE-07: gives the store nothing in the clear, and nothing twice', async () => {
    const world = new World();
    const kept: NewLink[] = [];
    const issue = async (link: NewLink) => {
      kept.push(link);
      return 'issued' as const;
    };
    const app = new App(world, { store: world.storeWith({ issue }) });
    const requestedIn = { browser: 'Firefox', system: 'Windows' };
    const more = { returnTo: `${ORIGIN}/account`, state: 'state-of-ada', requestedIn };
    const links = [
      await app.requestLink(undefined, requester, more),
      await app.requestLink(undefined, requester, more),
    ];
    const urls = links.map(({ url }) => url);

    const secretBytes = urls.map((url) => Buffer.from(tokenIn(url).slice(4), 'base64url').subarray(42, 74));
    const inClear = ['ada', '/account', 'session', 'nonce', 'Firefox', 'Windows', ...urls.map(tokenIn)];
    inClear.push(...links.flatMap(({ code = '', notMe }) => [code, code.replace('-', ''), notMe]));
    inClear.push(...secretBytes.flatMap((bytes) => [bytes.toString('hex'), bytes.toString('base64url')]));
    const dump = JSON.stringify(kept) + kept.map(({ sealed }) => Buffer.from(sealed, 'base64url').toString('latin1'));
    expect(inClear.filter((text) => dump.includes(text))).toEqual([]);

    const [first, second] = kept as [NewLink, NewLink];
    expect(first.account).toBe(second.account);
    for (const part of ['recordId', 'digest', 'codeDigest', 'binding', 'sealed'] as const) {
      expect(first[part]).not.toBe(second[part]);
    }
    expect(first.ttlMs).toBe(TTL * 1000);
  });
});

describe('read', () => {
  test.each([undefined, '', 'pbl_', 'ada', ['pbl_'], `pbl_${'A'.repeat(112)}`])('TK-10: %j is invalid', (text) => {
    expect(newApp().login.read(text)).toEqual({ status: 'invalid' });
  });

  test('TK-04: a link is over at its end, and not a millisecond before', async () => {
    const app = newApp();
    const link = await app.requestLink();
    app.world.now = link.expiresAt - 1;
    expect(app.login.read(tokenIn(link.url))).toMatchObject({ status: 'current', token: { recordId: link.recordId } });
    app.world.now = link.expiresAt;
    expect(app.login.read(tokenIn(link.url))).toMatchObject({ status: 'expired', token: { recordId: link.recordId } });
  });
});

describe('open', () => {
  test('finds a new link live, and changes nothing', async () => {
    const app = newApp();
    const link = await app.requestLink();
    expect([await app.look(link), await app.look(link), await app.statusOf(link)]).toEqual([
      'live',
      'live',
      'redeemed',
    ]);
  });

  test('SC-01: a browser that requested for nothing is told so without a look', async () => {
    const world = new World();
    const app = new App(world, { store: world.storeWith({ open: () => Promise.reject(new Error('asked')) }) });
    const { url } = await app.requestLink();
    const read = app.login.read(tokenIn(url));
    if (read.status !== 'current') throw new Error(read.status);
    expect(await app.login.open(read.token, undefined)).toBe('mismatch');
  });
});
