/** The protocol over the memory store: a link is redeemed, by whom and how often. */
import { describe, expect, test } from 'vitest';
import type { Browser, IssuedLink } from '../../lib/protocol/outcomes.js';
import type { NewLink } from '../../lib/protocol/store.js';
import { App, another, newApp, ORIGIN, requester, TTL, World } from '../support/magic-link.js';

describe('redeem', () => {
  test('gives all that was asked with', async () => {
    const app = newApp();
    const requestedIn = { browser: 'Firefox', system: 'Windows' };
    const more = { returnTo: `${ORIGIN}/account`, state: 'invited by Bob', requestedIn };
    const link = await app.requestLink('Ada+x@Example.com', requester, more);
    app.world.now += 1000;
    const { account, recordId } = link;
    const claims = { address: 'ada+x@example.com', account, recordId, issuedAt: 1_700_000_000, ...more };
    expect(await app.click(link)).toEqual({ status: 'redeemed', claims });
  });

  test('what was not asked with is undefined', async () => {
    const app = newApp();
    const redeemed = await app.click(await app.requestLink());
    const requestedIn = { browser: undefined, system: undefined };
    expect(redeemed).toMatchObject({ claims: { returnTo: undefined, state: undefined, requestedIn } });
  });

  test.each<[string, Browser | 'none']>([
    ['another browser', another],
    ['no browser', 'none'],
    ['another session', { ...requester, sessionId: another.sessionId }],
    ['another nonce', { ...requester, nonce: another.nonce }],
    ['the two swapped', { sessionId: requester.nonce, nonce: requester.sessionId }],
    ['the two parted elsewhere', { sessionId: `${requester.sessionId}n`, nonce: requester.nonce.slice(1) }],
  ])('BD-01, TK-14: %s is a mismatch and spends nothing', async (_who, by) => {
    const app = newApp();
    const link = await app.requestLink();
    expect([await app.statusOf(link, by), await app.statusOf(link, by, 'POST')]).toEqual(['mismatch', 'mismatch']);
    expect(await app.statusOf(link)).toBe('redeemed');
  });

  test('RC-01: of 200 at once one is a login, and the others are parallel to it', async () => {
    const app = newApp();
    const link = await app.requestLink();
    const statuses = await Promise.all(Array.from({ length: 200 }, () => app.statusOf(link)));
    expect(statuses.toSorted()).toEqual([...Array(199).fill('parallel'), 'redeemed']);
  });

  test.each([
    [0, 'parallel'],
    [9_999, 'parallel'],
    [10_000, 'used'],
  ])('SS-05, TK-03: %i ms after its login a link is %s', async (ms, status) => {
    const app = newApp();
    const link = await app.requestLink();
    const { claims } = (await app.click(link)) as { claims: unknown };
    app.world.now += ms;
    // Who it was that logged in is told to nobody later.
    expect(await app.click(link)).toEqual(status === 'used' ? { status } : { status, claims });
  });

  test('a link is spent alone: another that the same session requested is untouched', async () => {
    const app = newApp();
    const [first, second] = [await app.requestLink(), await app.requestLink()];
    expect([await app.statusOf(first), await app.statusOf(second)]).toEqual(['redeemed', 'redeemed']);
  });
});

describe('what is not a link of this store is invalid', () => {
  test('one that the store does not know', async () => {
    const link = await newApp().requestLink();
    const elsewhere = newApp();
    expect([await elsewhere.look(link), await elsewhere.statusOf(link)]).toEqual(['invalid', 'invalid']);
  });

  const flip = (at: number) => (sealed: string) => {
    const bytes = Buffer.from(sealed, 'base64url');
    bytes[at] = (bytes[at] as number) ^ 1;
    return bytes.toString('base64url');
  };
  test.each<[string, (sealed: string, other: string) => string]>([
    ['with their first byte changed', flip(0)],
    ['with a middle byte changed', flip(20)],
    ['cut off', (sealed) => sealed.slice(0, -4)],
    ['gone', () => ''],
    ['in the clear', () => JSON.stringify([1, 'eve@evil.test', null, null])],
    ['from another record', (_sealed, other) => other],
  ])('TK-08: one whose claims are %s', async (_how, change) => {
    const world = new World();
    const kept: NewLink[] = [];
    const issue = async (link: NewLink) => {
      kept.push(link);
      return world.store.issue({ ...link, sealed: change(link.sealed, kept[0]?.sealed as string) });
    };
    const app = new App(world, { store: world.storeWith({ issue }) });
    await app.requestLink('bob@example.com');
    const link = await app.requestLink();
    app.heard.length = 0;
    expect([await app.statusOf(link), await app.statusOf(link)]).toEqual(['invalid', 'invalid']);
    expect(app.heard).toEqual([]);
  });
});

describe('a link is judged: forged, expired, binding, used or revoked', () => {
  /** A link in each state, and then what it is to the asking browser, to another, and to none. */
  const judgedIn = async (bring: (app: App, link: IssuedLink) => unknown) => {
    const app = newApp();
    const link = await app.requestLink();
    await bring(app, link);
    app.world.now += 10_000;
    const looked = [await app.look(link), await app.look(link, another)];
    const clicked = [
      await app.statusOf(link),
      await app.statusOf(link, another, 'POST'),
      await app.statusOf(link, 'none'),
    ];
    return [...looked, ...clicked];
  };
  const spend = (app: App, link: IssuedLink) => app.click(link);
  const withdraw = (app: App, link: IssuedLink) => app.links.revoke(link);
  const end = (app: App) => (app.world.now += TTL * 1000);
  const endInStore = (app: App) => (app.world.ahead = TTL * 1000);

  test.each<[string, (app: App, link: IssuedLink) => unknown, string, string]>([
    ['used', spend, 'used', 'mismatch'],
    ['revoked', withdraw, 'revoked', 'mismatch'],
    ['expired', end, 'expired', 'expired'],
    ['expired by the store’s clock', endInStore, 'expired', 'expired'],
    ['used and expired', (app, link) => spend(app, link).then(() => end(app)), 'expired', 'expired'],
    ['revoked and expired', (app, link) => withdraw(app, link).then(() => end(app)), 'expired', 'expired'],
  ])('%s: told to the requesting browser, and to others', async (_state, bring, toAsking, toOthers) => {
    expect(await judgedIn(bring)).toEqual([toAsking, toOthers, toAsking, toOthers, toOthers]);
  });
});
