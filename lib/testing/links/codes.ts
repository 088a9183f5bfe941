/** The link store's contract: a code in place of the link. */
import assert from 'node:assert/strict';
import { issued, type LinkCase, linkCase, name, newLink, secret } from './cases.js';

/** Wrong codes that lock a link. */
const TRIES = 5;

export const codes: readonly LinkCase[] = [
  linkCase('a code redeems its link, once, and leaves it used', async ({ store, other }) => {
    const link = await issued(store);
    assert.deepEqual(await store.redeemByCode(link, TRIES), { status: 'redeemed', sealed: link.sealed });
    assert.equal((await other.redeemByCode(link, TRIES)).status, 'used');
    assert.equal((await store.redeem(link, true)).status, 'used');
  }),

  linkCase('RC-03: of 200 by link and by code at the same time, exactly one redeems it', async (harness) => {
    const { store, other } = harness;
    const link = await issued(store);
    const calls = Array.from({ length: 200 }, (_, i) => {
      const by = i % 4 < 2 ? store : other;
      return i % 2 ? by.redeem(link, true) : by.redeemByCode(link, TRIES);
    });
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 'redeemed').length, 1);
    assert.equal(statuses.filter((status) => status === 'used').length, 199);
  }),

  linkCase('EN-05: wrong codes are counted, of the link and of its account; then none is compared', async (harness) => {
    const { store, other } = harness;
    const account = name();
    const [first, second] = [await issued(store, { account }), await issued(store, { account })];
    const guess = () => store.redeemByCode({ ...first, codeDigest: secret() }, 2);
    const { sealed } = first;
    assert.deepEqual(await guess(), { status: 'wrong', count: 1, today: 1, sealed });
    assert.deepEqual(await guess(), { status: 'wrong', count: 2, today: 2, sealed });
    assert.deepEqual(await guess(), { status: 'locked' });
    assert.deepEqual(await store.redeemByCode(first, 2), { status: 'locked' });
    const elsewhere = await other.redeemByCode({ ...second, codeDigest: secret() }, 2);
    assert.deepEqual(elsewhere, { status: 'wrong', count: 1, today: 3, sealed: second.sealed });
    // The link itself lives on.
    assert.equal((await store.redeem(first, true)).status, 'redeemed');
  }),

  linkCase('RC-07: of 1,000 wrong codes at the same time five are compared', async ({ store, other }) => {
    const link = await issued(store);
    const calls = Array.from({ length: 1000 }, (_, i) =>
      (i % 2 ? store : other).redeemByCode({ ...link, codeDigest: secret() }, 5),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 'wrong').length, 5);
    assert.equal(statuses.filter((status) => status === 'locked').length, 995);
  }),

  linkCase('BD-01: a code works with its binding alone, and is not counted without', async ({ store }) => {
    const link = await issued(store);
    for (const binding of [secret(), '']) {
      for (let i = 0; i < 3; i++) {
        assert.deepEqual(await store.redeemByCode({ ...link, binding }, 2), { status: 'mismatch' });
      }
    }
    assert.equal((await store.redeemByCode(link, 2)).status, 'redeemed');
  }),

  linkCase('a link that was issued without a code takes none', async ({ store }) => {
    const link = await issued(store, { codeDigest: '' });
    assert.equal((await store.redeemByCode(link, TRIES)).status, 'wrong');
    assert.equal((await store.redeemByCode({ ...link, codeDigest: secret() }, TRIES)).status, 'wrong');
  }),

  linkCase('a code is judged like its link: unknown, over, revoked', async ({ store, end }) => {
    assert.deepEqual(await store.redeemByCode(newLink({}), TRIES), { status: 'invalid' });
    const [over, revoked, stranger] = [await issued(store), await issued(store), await issued(store)];
    await store.revoke(revoked.account);
    assert.deepEqual(await store.redeemByCode(revoked, TRIES), { status: 'revoked' });
    assert.deepEqual(await store.redeemByCode({ ...stranger, account: name() }, TRIES), { status: 'invalid' });
    await end(over);
    assert.ok(['expired', 'invalid'].includes((await store.redeemByCode(over, TRIES)).status));
  }),
];
