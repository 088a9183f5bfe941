/** The protocol over the memory store: whose secrets open a link. */
import { describe, expect, test } from 'vitest';
import { App, NEW, OLD, World } from '../support/magic-link.js';

describe('TK-11: rotation of secrets', () => {
  const world = new World();
  const before = new App(world, { secrets: [OLD] });
  const added = new App(world, { secrets: [OLD, NEW] });
  const moved = new App(world, { secrets: [NEW, OLD] });
  const after = new App(world, { secrets: [NEW] });

  test.each([
    ['before it, on a server that has the new one last', before, added],
    ['before it, on a server that has the new one first', before, moved],
    ['while the new one is last, on a server that has only the old one', added, before],
    ['after the new one is first, on a server that has it last', moved, added],
    ['after the new one is first, on a server that has only it', moved, after],
  ])('a link of %s logs in', async (_when, issuing, redeeming) => {
    expect(await redeeming.statusOf(await issuing.requestLink())).toBe('redeemed');
  });

  test('a secret that is gone has taken its links with it', async () => {
    const link = await added.requestLink();
    expect(await after.statusOf(link)).toBe('invalid');
  });

  test('revokeAll ends the links of every secret', async () => {
    const links = [await before.requestLink('carol@example.com'), await after.requestLink('carol@example.com')];
    expect(await moved.links.revokeAll('carol@example.com')).toBe(2);
    expect(await Promise.all(links.map((link) => moved.statusOf(link)))).toEqual(['revoked', 'revoked']);
  });
});

describe('TK-07: two apps with one secret and one store', () => {
  test.each([
    ['another origin', { origin: 'https://other.example.com' }],
    ['another strategy', { name: 'magic-link-2' }],
  ])('a link of %s is invalid, and is not revoked', async (_which, other) => {
    const world = new World();
    const [one, two] = [new App(world), new App(world, other)];
    const link = await one.requestLink();
    expect(await two.statusOf(link)).toBe('invalid');
    expect(await two.links.revokeAll('ada@example.com')).toBe(0);
    expect(await one.statusOf(link)).toBe('redeemed');
  });
});
