/** The options of verify: how it is called. */

import type { Request } from 'express';
import { describe, expect, test, vi } from 'vitest';
import type { MagicLinkOptions } from '../../lib/index.js';
import type { AnyVerify, VerifyCallback, VerifyDone } from '../../lib/options/options.js';
import type { Claims } from '../../lib/protocol/claims.js';
import { never, parse } from '../support/options.js';

describe('verify is called as its options say', () => {
  const req = { url: '/' } as Request;
  const claims = { address: 'ada@example.com' } as Claims;
  const called = async (options: Partial<MagicLinkOptions>, by: AnyVerify) => parse(options, by).verify(req, claims);

  test('with the claims, by default', async () => {
    expect(await called({}, (...args: unknown[]) => args)).toEqual({
      user: [claims],
      info: undefined,
      isFirstProof: false,
    });
  });

  test('passReqToCallback: with the request before them', async () => {
    const by = async (...args: unknown[]) => args;
    expect(await called({ passReqToCallback: true }, by)).toEqual({
      user: [req, claims],
      info: undefined,
      isFirstProof: false,
    });
  });

  test('verifyStyle callback: with done after them', async () => {
    const by: VerifyCallback = (given, done) => done(null, given, { message: 'hello' });
    const verdict = { user: claims, info: { message: 'hello' }, isFirstProof: false };
    expect(await called({ verifyStyle: 'callback' }, by)).toEqual(verdict);
  });

  test('AC-01: and says whether the mailbox was proven for the first time', async () => {
    for (const isFirst of [true, false]) {
      const onFirstProof = vi.fn();
      const hooks = { isFirstProof: () => isFirst, onFirstProof };
      expect(await called(hooks, async () => 'Ada')).toMatchObject({ user: 'Ada', isFirstProof: isFirst });
      expect(onFirstProof).toHaveBeenCalledTimes(isFirst ? 1 : 0);
      expect(await called(hooks, async () => false)).toMatchObject({ user: false, isFirstProof: false });
    }
  });

  test.each<[string, Partial<MagicLinkOptions>, AnyVerify]>([
    ['throws', {}, () => never()],
    ['rejects', {}, async () => never()],
    ['throws before done', { verifyStyle: 'callback' }, () => never()],
    [
      'calls done with an error',
      { verifyStyle: 'callback' },
      (_claims: Claims, done: VerifyDone) => done(new Error('never')),
    ],
  ])('one that %s rejects', async (_how, options, by) => {
    await expect(called(options, by)).rejects.toThrow('never');
  });
});
