/** The link store's contract: the lanes that limit the links of an account. */
import assert from 'node:assert/strict';
import { issued, type LinkCase, linkCase, name, newLink } from './cases.js';

export const lanes: readonly LinkCase[] = [
  linkCase('RC-06: a full lane limits, also for 50 at the same time, and keeps nothing', async ({ store, other }) => {
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

  linkCase('a link counts in all of its lanes, or in none', async ({ store }) => {
    const account = name();
    const shared = { name: 'shared', limits: [{ count: 3, windowMs: 600_000 }] };
    const network = (which: string) => ({ name: which, limits: [{ count: 1, windowMs: 600_000 }] });
    const issue = (which: string) => store.issue(newLink({ account, lanes: [shared, network(which)] }));
    assert.deepEqual([await issue('a'), await issue('a'), await issue('a'), await issue('a')], FIRST_OF_FOUR);
    assert.deepEqual([await issue('b'), await issue('c'), await issue('d'), await issue('e')], FIRST_TWO_OF_FOUR);
  }),

  linkCase('a lane with several limits is full when one of them is reached', async ({ store }) => {
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

  linkCase('a lane has room again when its window has passed', async ({ store }) => {
    const account = name();
    const lanes = [{ name: 'lane', limits: [{ count: 1, windowMs: 20 }] }];
    assert.equal(await store.issue(newLink({ account, lanes })), 'issued');
    while ((await store.issue(newLink({ account, lanes }))) === 'limited');
  }),

  linkCase('a used or revoked link still counts', async ({ store }) => {
    const account = name();
    const lanes = [{ name: 'lane', limits: [{ count: 2, windowMs: 600_000 }] }];
    const used = await issued(store, { account, lanes });
    await issued(store, { account, lanes });
    await store.redeem(used, true);
    await store.revoke(account);
    assert.equal(await store.issue(newLink({ account, lanes })), 'limited');
  }),
];

const FIRST_OF_FOUR = ['issued', 'limited', 'limited', 'limited'];
const FIRST_TWO_OF_FOUR = ['issued', 'issued', 'limited', 'limited'];
