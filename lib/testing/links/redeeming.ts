/** The link store's contract: a link is opened and redeemed. */
import assert from 'node:assert/strict';
import { issued, type LinkCase, linkCase, name, secret } from './cases.js';

export const redeeming: readonly LinkCase[] = [
  linkCase('a new link is live, and opening it changes nothing', async ({ store }) => {
    const link = await issued(store);
    for (let i = 0; i < 3; i++) assert.deepEqual(await store.open(link), { status: 'live', sealed: link.sealed });
    assert.deepEqual(await store.redeem(link, true), { status: 'redeemed', sealed: link.sealed });
  }),

  linkCase('TK-03: a used link is used from then on', async ({ store, other }) => {
    const link = await issued(store);
    await store.redeem(link, true);
    for (const judged of [await store.redeem(link, true), await other.redeem(link, true), await store.open(link)]) {
      assert.ok(judged.status === 'used', `used, not ${judged.status}`);
      assert.equal(judged.sealed, link.sealed);
      assert.ok(judged.usedAgoMs >= 0 && judged.usedAgoMs < 60_000);
    }
  }),

  linkCase('RC-01, RC-02: of 200 at the same time, from two clients, exactly one redeems it', async (harness) => {
    const { store, other } = harness;
    const link = await issued(store);
    const calls = Array.from({ length: 200 }, (_, i) => (i % 2 ? store : other).redeem(link, true));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 'redeemed').length, 1);
    assert.equal(statuses.filter((status) => status === 'used').length, 199);
  }),

  linkCase('BD-01, TK-14: another binding, or none, is a mismatch, and spends nothing', async ({ store }) => {
    const link = await issued(store);
    for (const binding of [secret(), '']) {
      assert.equal((await store.redeem({ ...link, binding }, true)).status, 'mismatch');
      assert.equal((await store.open({ ...link, binding })).status, 'mismatch');
    }
    assert.equal((await store.redeem(link, true)).status, 'redeemed');
  }),

  linkCase('BD-14: mismatches are counted where asked for, also at the same time', async ({ store, other }) => {
    const link = await issued(store);
    const stranger = { ...link, binding: secret() };
    const { sealed } = link;
    assert.deepEqual(await store.redeem(stranger, false), { status: 'mismatch', count: 0, used: false, sealed });
    const calls = Array.from({ length: 20 }, (_, i) => (i % 2 ? store : other).redeem(stranger, true));
    const counts = (await Promise.all(calls)).map((judged) => (judged.status === 'mismatch' ? judged.count : -1));
    assert.deepEqual(
      counts.sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    assert.deepEqual(await store.open(stranger), { status: 'mismatch', count: 20, used: false, sealed });
  }),

  linkCase('AL-06: a mismatch says whether the link was used; a revoked one was not', async ({ store, other }) => {
    const [used, revoked] = [await issued(store), await issued(store)];
    await store.redeem(used, true);
    await store.revoke(revoked.account);
    for (const link of [used, revoked]) {
      const stranger = { ...link, binding: secret() };
      const mismatch = { status: 'mismatch', used: link === used, sealed: link.sealed };
      assert.deepEqual(await other.open(stranger), { ...mismatch, count: 0 });
      assert.deepEqual(await store.redeem(stranger, true), { ...mismatch, count: 1 });
    }
  }),

  linkCase('an unknown record, account or digest is invalid', async ({ store }) => {
    const link = await issued(store);
    for (const part of ['recordId', 'account', 'digest'] as const) {
      const wrong = { ...link, [part]: name() };
      assert.deepEqual(await store.open(wrong), { status: 'invalid' });
      assert.deepEqual(await store.redeem(wrong, true), { status: 'invalid' });
    }
    assert.equal((await store.redeem(link, true)).status, 'redeemed');
  }),

  linkCase('TK-04: past its end a link is expired or unknown, whoever asks', async ({ store, end }) => {
    const link = await issued(store);
    await end(link);
    for (const presented of [link, { ...link, binding: secret() }]) {
      for (const judged of [await store.open(presented), await store.redeem(presented, true)]) {
        assert.ok(judged.status === 'expired' || judged.status === 'invalid', `over, not ${judged.status}`);
      }
    }
  }),

  linkCase('a life of milliseconds ends by itself', async ({ store }) => {
    const link = await issued(store, { ttlMs: 20 });
    for (;;) {
      const { status } = await store.open(link);
      if (status !== 'live') return assert.ok(status === 'expired' || status === 'invalid', `over, not ${status}`);
    }
  }),

  linkCase('ping resolves', async ({ store }) => store.ping()),
];
