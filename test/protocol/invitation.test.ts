/** An invitation: what was sealed is read until its end, and nothing else is one. */
import { describe, expect, test } from 'vitest';
import { sealValue } from '../../lib/protocol/envelope.js';
import { openInvitation, sealInvitation } from '../../lib/protocol/invitation.js';
import { Keyring } from '../../lib/protocol/keys.js';
import { readNotMe } from '../../lib/protocol/not-me.js';
import { readToken } from '../../lib/protocol/token.js';
import { sealRequest } from '../../lib/session/typed-request.js';
import { NEW, newApp, OLD, tokenIn } from '../support/magic-link.js';

const REALM = 'https://app.example.com|magic-link';
const keyring = new Keyring([NEW], REALM);
const NOW = 1_700_000_000_000;
const INVITATION = { address: 'ada@example.com', returnTo: 'https://app.example.com/team', state: 'by Bob' };
const sealed = sealInvitation(keyring, INVITATION, NOW + 1000);
const open = (text: unknown, now = NOW, ring = keyring) => openInvitation(ring, text, now);

describe('AC-06: an invitation', () => {
  test('is read as it was sealed', () => {
    expect(open(sealed)).toEqual(INVITATION);
    const bare = { address: 'ada@example.com', returnTo: undefined, state: undefined };
    expect(open(sealInvitation(keyring, bare, NOW + 1000))).toEqual(bare);
  });

  test.each([
    [999, true],
    [1000, false],
    [1_000_000, false],
  ])('holds until its end: %i ms later: %s', (later, holds) => {
    expect(open(sealed, NOW + later) !== undefined).toBe(holds);
  });

  test('opens as often as it is clicked: it spends nothing', () => {
    for (let i = 0; i < 3; i++) expect(open(sealed)).toEqual(INVITATION);
  });

  test('SE-07: names nobody, and is part of a URL as it is', () => {
    expect(sealed).toMatch(/^[\w-]+$/);
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/ada|example|Bob/);
  });

  test('TK-11: outlives a rotation, and not its secret', () => {
    const before = sealInvitation(new Keyring([OLD], REALM), INVITATION, NOW + 1000);
    expect(open(before, NOW, new Keyring([NEW, OLD], REALM))).toEqual(INVITATION);
    expect(open(before)).toBeUndefined();
  });

  test('TK-07: is nothing to another origin with the same secret', () => {
    expect(open(sealed, NOW, new Keyring([NEW], 'https://other.example.com|magic-link'))).toBeUndefined();
  });
});

describe('TK-06: what is no invitation', () => {
  test.each<unknown>([undefined, null, 1, [], [sealed], {}, '', 'x', sealed.slice(0, -1), `${sealed}AAAA`])(
    '%o',
    (input) => {
      expect(open(input)).toBeUndefined();
    },
  );

  test('what a session keeps sealed of a request', () => {
    expect(open(sealRequest(keyring, INVITATION))).toBeUndefined();
    expect(open(sealValue(keyring, 'ask', [NOW + 1000, 'ada@example.com', null, null]))).toBeUndefined();
  });

  test('the tokens and names of a link', async () => {
    const { url, notMe, account, recordId, code } = await newApp().requestLink();
    for (const other of [tokenIn(url), notMe, account, recordId, code]) expect(open(other)).toBeUndefined();
  });

  test('and an invitation is none of these', () => {
    for (const prefix of ['', 'pbl_', 'pbn_']) {
      expect(readToken(keyring, prefix + sealed)).toBeUndefined();
      expect(readNotMe(keyring, prefix + sealed, NOW)).toBeUndefined();
    }
  });

  test.each([
    ['no list', { address: 'ada@example.com' }],
    ['nothing', null],
    ['an empty list', []],
    ['no address', [NOW + 1000, 'ada', null, null]],
    ['two addresses', [NOW + 1000, 'ada@example.com, eve@example.com', null, null]],
    ['an address that is no text', [NOW + 1000, ['ada@example.com'], null, null]],
  ])('sealed by us, but %s', (_what, value) => {
    expect(open(sealValue(keyring, 'invitation', value))).toBeUndefined();
  });
});
