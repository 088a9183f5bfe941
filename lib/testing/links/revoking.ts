/** The link store's contract: links are revoked and listed. */
import assert from 'node:assert/strict';
import { type Issued, issued, type LinkCase, linkCase, name, secret } from './cases.js';

export const revoking: readonly LinkCase[] = [
  linkCase('revoking all ends what is live, of this account alone, and says how much', async ({ store, other }) => {
    const account = name();
    const links = [
      await issued(store, { account }),
      await issued(store, { account }),
      await issued(store, { account }),
    ];
    const [used, ...live] = links as [Issued, Issued, Issued];
    const stranger = await issued(store);
    await store.redeem(used, true);

    assert.equal(await other.revoke(account), 2);
    assert.equal(await store.revoke(account), 0);
    for (const link of live) {
      assert.deepEqual(await store.redeem(link, true), { status: 'revoked' });
      assert.deepEqual(await store.open(link), { status: 'revoked' });
      assert.equal((await store.open({ ...link, binding: secret() })).status, 'mismatch');
    }
    assert.equal((await store.open(used)).status, 'used');
    assert.equal((await store.redeem(stranger, true)).status, 'redeemed');
  }),

  linkCase("revoking one link leaves the account's others", async ({ store }) => {
    const account = name();
    const [one, two] = [await issued(store, { account }), await issued(store, { account })];
    assert.equal(await store.revoke(account, one.recordId), 1);
    assert.equal(await store.revoke(account, one.recordId), 0);
    assert.deepEqual(await store.redeem(one, true), { status: 'revoked' });
    assert.equal((await store.redeem(two, true)).status, 'redeemed');
  }),

  linkCase('a link issued after a revocation works', async ({ store }) => {
    const account = name();
    await issued(store, { account });
    await store.revoke(account);
    assert.equal((await store.redeem(await issued(store, { account }), true)).status, 'redeemed');
  }),

  linkCase('what is over is not counted as revoked', async ({ store, end }) => {
    const link = await issued(store);
    await end(link);
    assert.equal(await store.revoke(link.account), 0);
  }),

  linkCase('RC-05: once a revocation has returned, no redemption succeeds', async ({ store, other }) => {
    for (let round = 0; round < 50; round++) {
      const link = await issued(store);
      let returned = false;
      const redeem = async () => {
        const late = returned;
        const { status } = await other.redeem(link, true);
        return { late, status };
      };
      const before = redeem();
      const revoked = store.revoke(link.account).then((count) => {
        returned = true;
        return count;
      });
      const [first, count] = await Promise.all([before, revoked]);
      const after = await redeem();
      assert.ok(after.late && after.status !== 'redeemed');
      assert.equal((first.status === 'redeemed' ? 1 : 0) + count, 1, 'it was either redeemed or revoked');
    }
  }),

  linkCase('what is outstanding is what is live, of this account alone, each with its end', async (harness) => {
    const { store, other, end } = harness;
    const account = name();
    assert.deepEqual(await store.outstanding(account), []);
    const lanes = [{ name: 'shared', limits: [{ count: 9, windowMs: 600_000 }] }];
    const [short, long, used, revoked] = [
      await issued(store, { account, lanes, ttlMs: 60_000 }),
      await issued(store, { account, lanes }),
      await issued(store, { account, lanes }),
      await issued(store, { account, lanes }),
    ];
    await issued(store);
    await store.redeem(used, true);
    await store.revoke(account, revoked.recordId);

    const live = await other.outstanding(account);
    const ends = new Map(live.map(({ recordId, expiresAt }) => [recordId, expiresAt]));
    assert.deepEqual([...ends.keys()].sort(), [long.recordId, short.recordId].sort());
    const difference = Number(ends.get(long.recordId)) - Number(ends.get(short.recordId));
    // The two were issued one after the other.
    assert.ok(difference >= 540_000 && difference < 600_000, `they end ${difference} ms apart`);
    await end(long);
    assert.ok((await store.outstanding(account)).every(({ recordId }) => recordId !== long.recordId));
    await store.revoke(account);
    assert.deepEqual(await store.outstanding(account), []);
  }),
];
