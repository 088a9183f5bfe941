/** The links of an account, over the memory store: revoked, one or all of a mailbox, and what is told of it. */
import { describe, expect, test } from 'vitest';
import type { IssuedLink } from '../../lib/protocol/outcomes.js';
import { misuse } from '../support/errors.js';
import { another, newApp, TTL } from '../support/magic-link.js';

describe('revoke', () => {
  test('ends one link and no other', async () => {
    const app = newApp();
    const [first, second] = [await app.requestLink(), await app.requestLink()];
    await app.links.revoke(first);
    expect([await app.statusOf(first), await app.statusOf(second)]).toEqual(['revoked', 'redeemed']);
  });
});

describe('revokeAll', () => {
  test.each(['ada@example.com', 'ADA@Example.COM', 'ada+other@example.com'])(
    'SS-10: ends every live link of the mailbox, named as %s',
    async (address) => {
      const app = newApp();
      const links = [await app.requestLink('ada@example.com'), await app.requestLink('ada+x@example.com', another)];
      const bobs = await app.requestLink('bob@example.com');
      expect(await app.links.revokeAll(address)).toBe(2);
      expect(await app.statusOf(links[0] as IssuedLink)).toBe('revoked');
      expect(await app.statusOf(links[1] as IssuedLink, another)).toBe('revoked');
      expect(await app.statusOf(bobs)).toBe('redeemed');
    },
  );

  test('counts neither what is used nor what is over', async () => {
    const app = newApp();
    await app.requestLink();
    app.world.now += TTL * 1000;
    await app.click(await app.requestLink());
    expect(await app.links.revokeAll('ada@example.com')).toBe(0);
  });

  test('leaves links that are requested afterwards', async () => {
    const app = newApp();
    await app.links.revokeAll('ada@example.com');
    expect(await app.statusOf(await app.requestLink())).toBe('redeemed');
  });

  test.each(['', 'ada', 'ada@example.com, bob@example.com', undefined, null, ['ada@example.com']])(
    'takes one plain address, not %j',
    async (address) => {
      const revoked = newApp().links.revokeAll(address as string);
      await expect(revoked).rejects.toThrow(misuse('revokeAll takes one plain email address'));
    },
  );
});

describe('AL-01: what is told of it', () => {
  test('an end of all links of one account tag', async () => {
    const app = newApp();
    const { account } = await app.requestLink();
    await app.requestLink();
    expect(await app.links.revokeAccount(account)).toBe(2);
    expect(app.heard.slice(2)).toMatchObject([{ type: 'link.revoked', account, count: 2 }]);
  });

  test('a withdrawal of all, once for all of its links', async () => {
    const app = newApp();
    const { account } = await app.requestLink();
    await app.requestLink();
    await app.links.revokeAll('ada@example.com');
    expect(app.heard.slice(2)).toMatchObject([{ type: 'link.revoked', account, count: 2 }]);
    expect(app.heard[2]).not.toHaveProperty('link');
  });
});
