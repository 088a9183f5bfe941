/** The link store's contract as tests, for any test runner. */
import assert from 'node:assert/strict';
import { random } from '../protocol/crypto.js';
import type { LinkStore, NewLink, Presented, PresentedCode } from '../protocol/store.js';
import type { StoreContractCase } from './contract-case.js';

export interface StoreHarness {
  /** A store to test; it may hold other links, and the cases may run at the same time. */
  readonly store: LinkStore;
  /** A second client of the same store, as in another process. Default: the same one. */
  readonly other?: LinkStore;
  /** Ends this link's life now: the store's clock is past it from then on, or its end is moved back. */
  end(link: Presented): Promise<void>;
}

/**
 * @example
 * for (const { name, run } of storeContract(() => harness)) test(name, run);
 *
 * @param harness called by each case as it runs
 */
export function storeContract(harness: () => StoreHarness | Promise<StoreHarness>): StoreContractCase[] {
  const contract = (name: string, run: (harness: Required<StoreHarness>) => Promise<void>): StoreContractCase => ({
    name,
    run: async () => {
      const { store, other = store, end } = await harness();
      await run({ store, other, end });
    },
  });

  return [
    contract('a new link is live, and opening it changes nothing', async ({ store }) => {
      const link = await issued(store);
      for (let i = 0; i < 3; i++) assert.deepEqual(await store.open(link), { status: 'live', sealed: link.sealed });
      assert.deepEqual(await store.redeem(link, true), { status: 'live', sealed: link.sealed });
    }),

    contract('TK-03: a used link is used from then on', async ({ store, other }) => {
      const link = await issued(store);
      await store.redeem(link, true);
      for (const judged of [await store.redeem(link, true), await other.redeem(link, true), await store.open(link)]) {
        assert.ok(judged.status === 'used', `used, not ${judged.status}`);
        assert.equal(judged.sealed, link.sealed);
        assert.ok(judged.usedAgoMs >= 0 && judged.usedAgoMs < 60_000);
      }
    }),

    contract('RC-01, RC-02: of 200 at the same time, from two clients, exactly one sees it live', async (harness) => {
      const { store, other } = harness;
      const link = await issued(store);
      const calls = Array.from({ length: 200 }, (_, i) => (i % 2 ? store : other).redeem(link, true));
      const statuses = (await Promise.all(calls)).map(({ status }) => status);
      assert.equal(statuses.filter((status) => status === 'live').length, 1);
      assert.equal(statuses.filter((status) => status === 'used').length, 199);
    }),

    contract('BD-01, TK-14: another binding, or none, is a mismatch, and spends nothing', async ({ store }) => {
      const link = await issued(store);
      for (const binding of [secret(), '']) {
        assert.equal((await store.redeem({ ...link, binding }, true)).status, 'mismatch');
        assert.equal((await store.open({ ...link, binding })).status, 'mismatch');
      }
      assert.equal((await store.redeem(link, true)).status, 'live');
    }),

    contract('BD-14: mismatches are counted where asked for, also at the same time', async ({ store, other }) => {
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

    contract('AL-06: a mismatch says whether the link was used; a revoked one was not', async ({ store, other }) => {
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

    contract('an unknown record, account or digest is invalid', async ({ store }) => {
      const link = await issued(store);
      for (const part of ['recordId', 'account', 'digest'] as const) {
        const wrong = { ...link, [part]: name() };
        assert.deepEqual(await store.open(wrong), { status: 'invalid' });
        assert.deepEqual(await store.redeem(wrong, true), { status: 'invalid' });
      }
      assert.equal((await store.redeem(link, true)).status, 'live');
    }),

    contract('TK-04: past its end a link is expired or unknown, whoever asks', async ({ store, end }) => {
      const link = await issued(store);
      await end(link);
      for (const presented of [link, { ...link, binding: secret() }]) {
        for (const judged of [await store.open(presented), await store.redeem(presented, true)]) {
          assert.ok(judged.status === 'expired' || judged.status === 'invalid', `over, not ${judged.status}`);
        }
      }
    }),

    contract('a life of milliseconds ends by itself', async ({ store }) => {
      const link = await issued(store, { ttlMs: 20 });
      for (;;) {
        const { status } = await store.open(link);
        if (status !== 'live') return assert.ok(status === 'expired' || status === 'invalid', `over, not ${status}`);
      }
    }),

    contract('revoking all ends what is live, of this account alone, and says how much', async ({ store, other }) => {
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
      assert.equal((await store.redeem(stranger, true)).status, 'live');
    }),

    contract("revoking one link leaves the account's others", async ({ store }) => {
      const account = name();
      const [one, two] = [await issued(store, { account }), await issued(store, { account })];
      assert.equal(await store.revoke(account, one.recordId), 1);
      assert.equal(await store.revoke(account, one.recordId), 0);
      assert.deepEqual(await store.redeem(one, true), { status: 'revoked' });
      assert.equal((await store.redeem(two, true)).status, 'live');
    }),

    contract('a link issued after a revocation works', async ({ store }) => {
      const account = name();
      await issued(store, { account });
      await store.revoke(account);
      assert.equal((await store.redeem(await issued(store, { account }), true)).status, 'live');
    }),

    contract('what is over is not counted as revoked', async ({ store, end }) => {
      const link = await issued(store);
      await end(link);
      assert.equal(await store.revoke(link.account), 0);
    }),

    contract('RC-05: once a revocation has returned, no redemption sees live', async ({ store, other }) => {
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
        assert.ok(after.late && after.status !== 'live');
        assert.equal((first.status === 'live' ? 1 : 0) + count, 1, 'it was either spent or revoked');
      }
    }),

    contract('RC-06: a full lane limits, also for 50 at the same time, and keeps nothing', async ({ store, other }) => {
      const account = name();
      const lanes = [{ name: 'shared', limits: [{ count: 5, windowMs: 600_000 }] }];
      const links = Array.from({ length: 50 }, () => newLink({ account, lanes }));
      const outcomes = await Promise.all(links.map((link, i) => (i % 2 ? store : other).issue(link)));
      assert.equal(outcomes.filter((outcome) => outcome === 'issued').length, 5);
      assert.equal(outcomes.filter((outcome) => outcome === 'limited').length, 45);
      for (const [i, link] of links.entries()) {
        const { status } = await store.open(link);
        assert.equal(status, outcomes[i] === 'issued' ? 'live' : 'invalid');
      }
      assert.equal(await store.revoke(account), 5);
    }),

    contract('a link counts in all of its lanes, or in none', async ({ store }) => {
      const account = name();
      const shared = { name: 'shared', limits: [{ count: 3, windowMs: 600_000 }] };
      const network = (which: string) => ({ name: which, limits: [{ count: 1, windowMs: 600_000 }] });
      const issue = (which: string) => store.issue(newLink({ account, lanes: [shared, network(which)] }));
      assert.deepEqual([await issue('a'), await issue('a'), await issue('a'), await issue('a')], FIRST_OF_FOUR);
      assert.deepEqual([await issue('b'), await issue('c'), await issue('d'), await issue('e')], FIRST_TWO_OF_FOUR);
    }),

    contract('a lane with several limits is full when one of them is reached', async ({ store }) => {
      const lanes = [
        {
          name: 'lane',
          limits: [
            { count: 9, windowMs: 1000 },
            { count: 1, windowMs: 600_000 },
          ],
        },
      ];
      const account = name();
      const issue = () => store.issue(newLink({ account, lanes }));
      assert.deepEqual([await issue(), await issue(), await issue(), await issue()], FIRST_OF_FOUR);
      assert.equal(await store.issue(newLink({ account: name(), lanes })), 'issued', 'another account has its own');
    }),

    contract('a lane has room again when its window has passed', async ({ store }) => {
      const account = name();
      const lanes = [{ name: 'lane', limits: [{ count: 1, windowMs: 20 }] }];
      assert.equal(await store.issue(newLink({ account, lanes })), 'issued');
      while ((await store.issue(newLink({ account, lanes }))) === 'limited');
    }),

    contract('a used or revoked link still counts', async ({ store }) => {
      const account = name();
      const lanes = [{ name: 'lane', limits: [{ count: 2, windowMs: 600_000 }] }];
      const used = await issued(store, { account, lanes });
      await issued(store, { account, lanes });
      await store.redeem(used, true);
      await store.revoke(account);
      assert.equal(await store.issue(newLink({ account, lanes })), 'limited');
    }),

    contract('a code redeems its link, once, and leaves it used', async ({ store, other }) => {
      const link = await issued(store);
      assert.deepEqual(await store.redeemByCode(link, TRIES), { status: 'live', sealed: link.sealed });
      assert.equal((await other.redeemByCode(link, TRIES)).status, 'used');
      assert.equal((await store.redeem(link, true)).status, 'used');
    }),

    contract('RC-03: of 200 by link and by code at the same time, exactly one sees it live', async (harness) => {
      const { store, other } = harness;
      const link = await issued(store);
      const calls = Array.from({ length: 200 }, (_, i) => {
        const by = i % 4 < 2 ? store : other;
        return i % 2 ? by.redeem(link, true) : by.redeemByCode(link, TRIES);
      });
      const statuses = (await Promise.all(calls)).map(({ status }) => status);
      assert.equal(statuses.filter((status) => status === 'live').length, 1);
      assert.equal(statuses.filter((status) => status === 'used').length, 199);
    }),

    contract(
      'EN-05: wrong codes are counted, of the link and of its account; then none is compared',
      async (harness) => {
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
        assert.equal((await store.redeem(first, true)).status, 'live');
      },
    ),

    contract('RC-07: of 1,000 wrong codes at the same time five are compared', async ({ store, other }) => {
      const link = await issued(store);
      const calls = Array.from({ length: 1000 }, (_, i) =>
        (i % 2 ? store : other).redeemByCode({ ...link, codeDigest: secret() }, 5),
      );
      const statuses = (await Promise.all(calls)).map(({ status }) => status);
      assert.equal(statuses.filter((status) => status === 'wrong').length, 5);
      assert.equal(statuses.filter((status) => status === 'locked').length, 995);
    }),

    contract('BD-01: a code works with its binding alone, and is not counted without', async ({ store }) => {
      const link = await issued(store);
      for (const binding of [secret(), '']) {
        for (let i = 0; i < 3; i++) {
          assert.deepEqual(await store.redeemByCode({ ...link, binding }, 2), { status: 'mismatch' });
        }
      }
      assert.equal((await store.redeemByCode(link, 2)).status, 'live');
    }),

    contract('a link that was issued without a code takes none', async ({ store }) => {
      const link = await issued(store, { codeDigest: '' });
      assert.equal((await store.redeemByCode(link, TRIES)).status, 'wrong');
      assert.equal((await store.redeemByCode({ ...link, codeDigest: secret() }, TRIES)).status, 'wrong');
    }),

    contract('a code is judged like its link: unknown, over, revoked', async ({ store, end }) => {
      assert.deepEqual(await store.redeemByCode(newLink({}), TRIES), { status: 'invalid' });
      const [over, revoked, stranger] = [await issued(store), await issued(store), await issued(store)];
      await store.revoke(revoked.account);
      assert.deepEqual(await store.redeemByCode(revoked, TRIES), { status: 'revoked' });
      assert.deepEqual(await store.redeemByCode({ ...stranger, account: name() }, TRIES), { status: 'invalid' });
      await end(over);
      assert.ok(['expired', 'invalid'].includes((await store.redeemByCode(over, TRIES)).status));
    }),

    contract('what is outstanding is what is live, of this account alone, each with its end', async (harness) => {
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

    contract('ping resolves', async ({ store }) => store.ping()),
  ];
}

type Issued = NewLink & Presented & PresentedCode;

const TRIES = 5;

const FIRST_OF_FOUR = ['issued', 'limited', 'limited', 'limited'];
const FIRST_TWO_OF_FOUR = ['issued', 'issued', 'limited', 'limited'];

async function issued(store: LinkStore, overrides: Partial<NewLink> = {}): Promise<Issued> {
  const link = newLink(overrides);
  assert.equal(await store.issue(link), 'issued');
  return link;
}

function newLink(overrides: Partial<NewLink>): Issued {
  return {
    account: name(),
    recordId: name(),
    digest: secret(),
    codeDigest: secret(),
    binding: secret(),
    sealed: random(80).toString('base64url'),
    ttlMs: 600_000,
    ...overrides,
  };
}

const name = () => random(16).toString('base64url');
const secret = () => random(32).toString('base64url');
