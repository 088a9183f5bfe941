/** The protocol over the memory store: a code is typed in place of the link, by whom and how often. */
import { describe, expect, test } from 'vitest';
import type { IssuedLink } from '../../lib/protocol/outcomes.js';
import type { PresentedCode } from '../../lib/protocol/store.js';
import { App, another, NEW, newApp, OLD, ORIGIN, requester, TTL, World } from '../support/magic-link.js';

const WRONG = 'WRNG-C0DE';
const statusOf = async (app: App, link: IssuedLink, typed?: string, by = requester) =>
  (await app.type(link, typed, by)).status;
const wrongCodes = async (app: App, link: IssuedLink, times: number) => {
  for (let i = 0; i < times; i++) expect(await statusOf(app, link, WRONG)).toBe('wrong');
};

describe('a code', () => {
  test('RC-03: gives all that was asked with, as the link does, and spends it', async () => {
    const app = newApp();
    const more = {
      returnTo: `${ORIGIN}/account`,
      state: 'invited by Bob',
      requestedIn: { browser: 'Edge', system: 'Windows' },
    };
    const link = await app.requestLink('Ada+x@Example.com', requester, more);
    const { account, recordId } = link;
    const claims = { address: 'ada+x@example.com', account, recordId, issuedAt: 1_700_000_000, ...more };
    expect(await app.type(link)).toEqual({ status: 'redeemed', claims });
    app.world.now += 10_000;
    expect([await app.statusOf(link), await statusOf(app, link)]).toEqual(['used', 'wrong']);
  });

  test.each([
    ['another browser', another],
    ['another session', { ...requester, sessionId: another.sessionId }],
    ['another nonce', { ...requester, nonce: another.nonce }],
  ])('BD-01, EN-05: typed in %s works never, and takes no try from the owner', async (_who, by) => {
    const app = newApp();
    const link = await app.requestLink();
    app.heard.length = 0;
    for (let i = 0; i < 6; i++)
      expect(await app.type(link, i < 3 ? link.code : WRONG, by)).toEqual({ status: 'wrong' });
    expect(app.heard).toEqual([]);
    expect(await statusOf(app, link)).toBe('redeemed');
  });

  test('is for its own link, not for another that the same browser requested', async () => {
    const app = newApp();
    const [first, second] = [await app.requestLink(), await app.requestLink()];
    expect(await statusOf(app, second, first.code)).toBe('wrong');
    expect([await statusOf(app, first), await statusOf(app, second)]).toEqual(['redeemed', 'redeemed']);
  });

  test('RC-03: of 200 by link and by code at once one is a login, and the others are parallel to it', async () => {
    const app = newApp();
    const link = await app.requestLink();
    const calls = Array.from({ length: 200 }, (_, i) => (i % 2 ? app.statusOf(link) : statusOf(app, link)));
    expect((await Promise.all(calls)).toSorted()).toEqual([...Array(199).fill('parallel'), 'redeemed']);
    expect(app.heard.filter(({ type }) => type === 'link.redeemed')).toHaveLength(1);
  });

  test('is shown with what was asked in, by POST in another browser alone', async () => {
    const app = newApp();
    const requestedIn = { browser: 'Edge', system: 'Windows' };
    const link = await app.requestLink(undefined, requester, {
      requestedIn,
      returnTo: `${ORIGIN}/account`,
      state: 'secret',
    });
    const help = { code: link.code, requestedIn, requestedAt: 1_700_000_000 };
    for (const by of [another, 'none'] as const) {
      expect(await app.click(link, by, 'POST')).toEqual({ status: 'mismatch', help });
      expect(await app.click(link, by, 'GET')).toEqual({ status: 'mismatch', help: undefined });
    }
    expect(link.code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    expect(await statusOf(app, link, help.code)).toBe('redeemed');
  });

  test('showing it needs no state and changes none, though the link is used', async () => {
    const app = newApp();
    const link = await app.requestLink();
    const before = await app.click(link, another, 'POST');
    await app.click(link);
    expect(await app.click(link, another, 'POST')).toMatchObject({ ...before, usedClaims: expect.anything() });
  });

  test('AL-06: whose link it is, is told by POST alone, and once it is used; a revoked one was not', async () => {
    const app = newApp();
    const [used, revoked] = [await app.requestLink(), await app.requestLink()];
    const reused = async (link: IssuedLink, by: 'GET' | 'POST') => (await app.click(link, another, by)) as object;
    expect(await reused(used, 'POST')).toMatchObject({ usedClaims: undefined });
    await app.click(used);
    await app.links.revoke(revoked);
    expect(await reused(used, 'GET')).toMatchObject({ usedClaims: undefined });
    expect(await reused(revoked, 'POST')).toMatchObject({ usedClaims: undefined });
    expect(await reused(used, 'POST')).toMatchObject({ usedClaims: { address: 'ada@example.com' } });
  });

  test('TK-08: is not shown where the claims are not ours', async () => {
    const world = new World();
    const issue: World['store']['issue'] = (link) => world.store.issue({ ...link, sealed: link.sealed.slice(4) });
    const app = new App(world, { store: world.storeWith({ issue }) });
    const link = await app.requestLink();
    expect(await app.click(link, another, 'POST')).toEqual({ status: 'mismatch', help: undefined });
    expect(await app.type(link)).toEqual({ status: 'wrong' });
  });
});

describe('EN-05: five tries a link', () => {
  test('the sixth is not compared, though it is right, and the link lives on', async () => {
    const app = newApp();
    const link = await app.requestLink();
    await wrongCodes(app, link, 5);
    expect(await app.type(link)).toEqual({ status: 'wrong' });
    expect(await app.statusOf(link)).toBe('redeemed');
  });

  test('AL-06: the fifth wrong one says whose it was, and no other', async () => {
    const app = newApp();
    const link = await app.requestLink();
    const answers = [];
    for (let i = 0; i < 7; i++) answers.push(await app.type(link, WRONG));
    expect(answers.map((answer) => answer.status === 'wrong' && answer.lockedClaims?.address)).toEqual([
      ...[undefined, undefined, undefined, undefined],
      ...['ada@example.com', undefined, undefined],
    ]);
  });

  test('the fifth is compared', async () => {
    const app = newApp();
    const link = await app.requestLink();
    await wrongCodes(app, link, 4);
    expect(await statusOf(app, link)).toBe('redeemed');
  });

  test('of a link, not of its browser', async () => {
    const app = newApp();
    const [first, second] = [await app.requestLink(), await app.requestLink()];
    await wrongCodes(app, first, 5);
    expect(await statusOf(app, second)).toBe('redeemed');
  });

  test.each(['', 'hello', 'ABCD-EFG', 'A'.repeat(1000), 'ABCD-EFGU'])(
    '%j is no code, takes none of them and requests no store',
    async (typed) => {
      const world = new World();
      const asked: PresentedCode[] = [];
      const redeemByCode: World['store']['redeemByCode'] = (code, tries) => {
        asked.push(code);
        return world.store.redeemByCode(code, tries);
      };
      const app = new App(world, { store: world.storeWith({ redeemByCode }) });
      const link = await app.requestLink();
      for (let i = 0; i < 6; i++) expect(await app.type(link, typed)).toEqual({ status: 'wrong' });
      expect(asked).toEqual([]);
      expect(await statusOf(app, link)).toBe('redeemed');
      expect(asked).toHaveLength(1);
    },
  );

  test('RC-07: of 1,000 wrong ones at once five are compared', async () => {
    const app = newApp();
    const link = await app.requestLink();
    const statuses = await Promise.all(Array.from({ length: 1000 }, () => statusOf(app, link, WRONG)));
    expect(new Set(statuses)).toEqual(new Set(['wrong']));
    const counts = app.heard.filter(({ type }) => type === 'code.wrong').map(({ count }) => count);
    expect(counts.toSorted()).toEqual([1, 2, 3, 4, 5]);
    expect(app.heard.filter(({ type }) => type === 'code.locked')).toHaveLength(1);
    expect(await app.statusOf(link)).toBe('redeemed');
  });

  test('AL-01: each is told, the fifth as a high event, and none after it', async () => {
    const app = newApp();
    const link = await app.requestLink();
    app.heard.length = 0;
    await wrongCodes(app, link, 7);
    const { account, recordId } = link;
    const about = { account, link: recordId, id: 'event-id', time: 1_700_000_000 };
    expect(app.heard).toEqual([
      ...[1, 2, 3, 4, 5].map((count) => ({ type: 'code.wrong', severity: 'warning', ...about, count })),
      { type: 'code.locked', severity: 'high', ...about },
    ]);
  });
});

describe('a code is judged in one way: it works, or it is wrong', () => {
  test.each<[string, (app: App, link: IssuedLink) => unknown]>([
    ['used, and not a moment ago', (app, link) => app.click(link).then(() => (app.world.now += 10_000))],
    ['revoked', (app, link) => app.links.revoke(link)],
    ['over', (app) => (app.world.now += TTL * 1000)],
    ['over by the store’s clock', (app) => (app.world.ahead = TTL * 1000)],
    ['locked', (app, link) => wrongCodes(app, link, 5)],
  ])('%s: nothing more is told', async (_state, bring) => {
    const app = newApp();
    const link = await app.requestLink();
    await bring(app, link);
    expect([await app.type(link), await app.type(link, WRONG)]).toEqual([{ status: 'wrong' }, { status: 'wrong' }]);
  });

  test('EN-01: of a link that was never issued, nothing is told or kept', async () => {
    const app = newApp();
    const lanes = [{ name: 'lane', limits: [{ count: 1, windowMs: 60_000 }] }];
    const ask = { address: 'ada@example.com', mailbox: 'ada@example.com' };
    await app.login.issue(ask, requester, lanes);
    const { requested } = await app.login.issue(ask, requester, lanes);
    app.heard.length = 0;
    for (let i = 0; i < 6; i++) expect(await app.type(requested, WRONG)).toEqual({ status: 'wrong' });
    expect(app.heard).toEqual([]);
  });
});

describe('TK-11: a code goes with the key of its link', () => {
  const world = new World();
  const before = new App(world, { secrets: [OLD] });
  const moved = new App(world, { secrets: [NEW, OLD] });
  const after = new App(world, { secrets: [NEW] });

  test('it works after the rotation, shown and typed', async () => {
    const link = await before.requestLink();
    expect(await moved.click(link, another, 'POST')).toMatchObject({ help: { code: link.code } });
    expect(await statusOf(moved, link)).toBe('redeemed');
  });

  test('it is gone with its secret', async () => {
    const link = await before.requestLink();
    expect([await statusOf(after, link), await statusOf(before, link)]).toEqual(['wrong', 'redeemed']);
  });

  test('it does not work as asked of another key', async () => {
    const [link, other] = [await before.requestLink(), await moved.requestLink()];
    expect(await statusOf(moved, { ...link, keyId: other.keyId })).toBe('wrong');
    for (const keyId of ['', 'AAAAAA', '*']) expect(await statusOf(moved, { ...link, keyId })).toBe('wrong');
    expect(await statusOf(moved, link)).toBe('redeemed');
  });

  test('TK-07: it does not work for another origin, with one secret and one store', async () => {
    const other = new App(world, { secrets: [OLD], origin: 'https://other.example.com' });
    const link = await before.requestLink();
    expect(await statusOf(other, link)).toBe('wrong');
  });
});

describe('without codes (otherBrowser: deny)', () => {
  test('a link has none, and another browser is shown none', async () => {
    const app = newApp({ codes: false });
    const link = await app.requestLink();
    expect(link.code).toBeUndefined();
    expect(await app.click(link, another, 'POST')).toEqual({ status: 'mismatch', help: undefined });
  });

  test('what the code would have been does not work', async () => {
    const world = new World();
    const app = new App(world, { codes: false });
    const link = await app.requestLink();
    const help = await new App(world).click(link, another, 'POST');
    if (help.status !== 'mismatch' || !help.help) throw new Error('no help');
    expect(await statusOf(app, link, help.help.code)).toBe('wrong');
    expect(await statusOf(new App(world), link, help.help.code)).toBe('wrong');
    expect(await app.statusOf(link)).toBe('redeemed');
  });

  test('one that was issued before the app said so does not work any more', async () => {
    const world = new World();
    const link = await new App(world).requestLink();
    const app = new App(world, { codes: false });
    expect(await statusOf(app, link)).toBe('wrong');
    expect(await app.statusOf(link)).toBe('redeemed');
  });
});
