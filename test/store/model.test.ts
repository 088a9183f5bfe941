/** Both stores against a model of a few lines, under steps in random order and at random at the same time. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type LinkStore,
  MemoryStore,
  type OpenResult,
  type RedeemByCodeResult,
  type RedeemResult,
  RedisStore,
} from '../../lib/index.js';
import { type Link, linkKey, liveKey, newLink } from '../support/links.js';
import { useServers } from '../support/redis.js';
import { IOREDIS } from '../support/redis-clients.js';

/** What is counted here is not time: a busy machine must not end it. */
const PATIENT = { redisTimeoutMs: 20_000 };

const servers = useServers();

interface Bench {
  readonly store: LinkStore;
  /** A second client of the same links. */
  readonly other: LinkStore;
  /** Brings every link of a short life to its end. */
  endShort(links: readonly Link[]): Promise<void>;
}

const SHORT = 300_000;
const LONG = 100 * SHORT;

function memory(): Bench {
  let past = 0;
  const store = new MemoryStore({ maxLinks: 100_000, clock: () => Date.now() + past });
  return {
    store,
    other: store,
    endShort: async () => {
      past += SHORT;
    },
  };
}

async function redis(): Promise<Bench> {
  const admin = servers.admin(IOREDIS);
  return {
    store: new RedisStore((await servers.connect(IOREDIS)).client, PATIENT),
    other: new RedisStore((await servers.connect(IOREDIS)).client, PATIENT),
    async endShort(links) {
      for (const link of links.filter(({ ttlMs }) => ttlMs === SHORT)) {
        // As its end would: the record goes, and what the set still says of it is in the past.
        await admin.del(linkKey(link));
        await admin.zadd(liveKey(link), 'XX', 1, link.recordId);
      }
    },
  };
}

/** `link` picks one of those issued so far, whatever their number. */
type Step =
  | { readonly do: 'issue'; readonly account: number; readonly short: boolean }
  | { readonly do: 'open' | 'redeem'; readonly link: number; readonly as: Presenter; readonly count: boolean }
  | { readonly do: 'type'; readonly link: number; readonly as: Presenter }
  | { readonly do: 'revoke one'; readonly link: number }
  | { readonly do: 'revoke all'; readonly account: number }
  | { readonly do: 'end the short' };

/** The forger has another token, or another code. */
type Presenter = 'asker' | 'stranger' | 'nobody' | 'forger';

/** Wrong codes that are too many; few, so that random steps get there. */
const TRIES = 2;

const account = fc.nat(1);
const link = fc.nat(7);
const as = fc.constantFrom<Presenter>('asker', 'asker', 'stranger', 'nobody', 'forger');
/** Wrong codes and few links, so that some are locked. */
const typist = fc.constantFrom<Presenter>('asker', 'forger', 'forger', 'forger', 'stranger', 'nobody');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('issue' as const), account, short: fc.boolean() }),
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('open', 'redeem'), link, as, count: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('type' as const), link: fc.nat(2), as: typist }) },
  fc.record({ do: fc.constant('revoke one' as const), link }),
  fc.record({ do: fc.constant('revoke all' as const), account }),
  fc.constant({ do: 'end the short' } as const),
);

const presented = (link: Link, as: Presenter): Link =>
  as === 'stranger' || as === 'nobody'
    ? { ...link, binding: as === 'nobody' ? '' : newLink().binding }
    : as === 'forger'
      ? { ...link, digest: newLink().digest, codeDigest: newLink().codeDigest }
      : link;

/** What the contract says, one link at a time. */
class Model {
  readonly links: (Link & { state: 'live' | 'used' | 'revoked' | 'over'; mismatches: number; wrongCodes: number })[] =
    [];

  judge(at: number, as: Presenter, spend: boolean, count: boolean): string {
    const link = this.links[at];
    if (!link || as === 'forger') return 'invalid';
    if (link.state === 'over') return 'over';
    if (as !== 'asker') {
      if (spend && count) link.mismatches++;
      return `mismatch ${link.mismatches}`;
    }
    const { state } = link;
    if (state === 'revoked') return state;
    if (!spend || state === 'used') return `${state} ${link.sealed}`;
    link.state = 'used';
    return `redeemed ${link.sealed}`;
  }

  judgeCode(at: number, as: Presenter): string {
    const link = this.links[at];
    if (!link) return 'invalid';
    if (link.state === 'over') return 'over';
    if (as === 'stranger' || as === 'nobody') return 'mismatch';
    if (link.wrongCodes >= TRIES) return 'locked';
    if (as === 'forger') {
      link.wrongCodes++;
      const ofAccount = this.links.filter(({ account }) => account === link.account);
      return `wrong ${link.wrongCodes} ${ofAccount.reduce((sum, { wrongCodes }) => sum + wrongCodes, 0)}`;
    }
    return this.judge(at, as, true, false);
  }

  revoke(meant: (link: Link) => boolean): number {
    const live = this.links.filter((link) => link.state === 'live' && meant(link));
    for (const link of live) link.state = 'revoked';
    return live.length;
  }

  endShort(): void {
    for (const link of this.links) if (link.ttlMs === SHORT) link.state = 'over';
  }
}

/** In the model's words; what is over may be expired or unknown. */
function said(judged: OpenResult | RedeemResult | RedeemByCodeResult, expected: string): string {
  const { status } = judged;
  if (expected === 'over' && (status === 'expired' || status === 'invalid')) return 'over';
  if (status === 'mismatch') return 'count' in judged ? `mismatch ${judged.count}` : status;
  if (status === 'wrong') return `wrong ${judged.count} ${judged.today}`;
  return 'sealed' in judged ? `${status} ${judged.sealed}` : status;
}

describe.each([
  ['MemoryStore', memory],
  ['RedisStore', redis],
])('%s', (_name, create) => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await create();
  });

  test('TK-03, BD-01, EN-05: answers as the model does, whatever comes after what', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        const { store, endShort } = bench;
        const accounts = [newLink().account, newLink().account];
        const model = new Model();
        for (const step of steps) {
          if (step.do === 'issue') {
            const link = newLink({
              account: accounts[step.account] as string,
              ttlMs: step.short ? SHORT : LONG,
            });
            model.links.push({ ...link, state: 'live', mismatches: 0, wrongCodes: 0 });
            await store.issue(link);
          } else if (step.do === 'end the short') {
            model.endShort();
            await endShort(model.links);
          } else if (step.do === 'revoke all') {
            const account = accounts[step.account] as string;
            const count = model.revoke((link) => link.account === account);
            expect(await store.revoke(account)).toBe(count);
          } else if (model.links.length > 0) {
            const at = step.link % model.links.length;
            const link = model.links[at] as Link;
            if (step.do === 'revoke one') {
              const count = model.revoke(({ recordId }) => recordId === link.recordId);
              expect(await store.revoke(link.account, link.recordId)).toBe(count);
            } else if (step.do === 'type') {
              const expected = model.judgeCode(at, step.as);
              expect(said(await store.redeemByCode(presented(link, step.as), TRIES), expected)).toBe(expected);
            } else {
              const expected = model.judge(at, step.as, step.do === 'redeem', step.count);
              const shown = presented(link, step.as);
              const judged = await (step.do === 'open' ? store.open(shown) : store.redeem(shown, step.count));
              expect(said(judged, expected)).toBe(expected);
            }
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('RC-01, RC-03, RC-04, RC-05, RC-07: all at once, from two clients, every link is spent or revoked once at most', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, fc.boolean()), { minLength: 1, maxLength: 40 }), async (steps) => {
        const accounts = [newLink().account, newLink().account];
        const links = accounts.flatMap((account) => [1, 2, 3, 4].map(() => newLink({ account })));
        for (const link of links) await bench.store.issue(link);
        const known = [...links];
        const spent: Link[] = [];
        const revoked: number[] = [];
        const compared: Link[] = [];
        await Promise.all(
          steps.map(async ([step, first]) => {
            const store = first ? bench.store : bench.other;
            if (step.do === 'issue') {
              const link = newLink({ account: accounts[step.account] as string });
              links.push(link);
              await store.issue(link);
            }
            if (step.do === 'revoke all') revoked.push(await store.revoke(accounts[step.account] as string));
            if (!('link' in step)) return;
            const link = known[step.link] as Link;
            if (step.do === 'revoke one') revoked.push(await store.revoke(link.account, link.recordId));
            if (step.do === 'open') await store.open(presented(link, step.as));
            if (step.do !== 'redeem' && step.do !== 'type') return;
            const shown = presented(link, step.as);
            const { status } = await (step.do === 'redeem'
              ? store.redeem(shown, step.count)
              : store.redeemByCode(shown, TRIES));
            if (status === 'redeemed') spent.push(link);
            if (status === 'wrong') compared.push(link);
          }),
        );
        const revocations = revoked.reduce((sum, count) => sum + count, 0);
        expect(new Set(spent).size).toBe(spent.length);
        for (const link of links) {
          expect(compared.filter((other) => other === link).length).toBeLessThanOrEqual(TRIES);
        }
        let live = 0;
        for (const link of links) {
          const { status } = await bench.store.open(link);
          expect(status === 'used').toBe(spent.includes(link));
          if (status === 'live') live++;
        }
        expect(spent.length + revocations + live).toBe(links.length);
      }),
      { numRuns: 200 },
    );
  });
});
