/** The options of verify: how it is called. */

import type { Request } from 'express';
import { describe, expect, test, vi } from 'vitest';
import type { MagicLinkOptions } from '../../lib/index.js';
import type { AnyVerify, VerifyCallback, VerifyDone } from '../../lib/options/verify.js';
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
    });
  });

  test('passReqToCallback: with the request before them', async () => {
    const by = async (...args: unknown[]) => args;
    expect(await called({ passReqToCallback: true }, by)).toEqual({
      user: [req, claims],
      info: undefined,
    });
  });

  test('verifyStyle callback: with done after them', async () => {
    const by: VerifyCallback = (given, done) => done(null, given, { message: 'hello' });
    const verdict = { user: claims, info: { message: 'hello' } };
    expect(await called({ verifyStyle: 'callback' }, by)).toEqual(verdict);
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

describe('the account hooks', () => {
  const claims = { address: 'ada@example.com' } as Claims;
  const strategy = {};

  test.each([true, false])(
    'AC-01: onFirstProof is called where isFirstProof is %s, each with the strategy',
    async (isFirst) => {
      const isFirstProof = vi.fn(async () => isFirst);
      const onFirstProof = vi.fn();
      const { proveMailbox } = parse({ isFirstProof, onFirstProof }).accountHooks;
      expect(await proveMailbox('Ada', claims, strategy)).toBe(isFirst);
      expect(isFirstProof.mock.calls).toEqual([['Ada', claims, strategy]]);
      expect(onFirstProof.mock.calls).toEqual(isFirst ? [['Ada', claims, strategy]] : []);
    },
  );

  test('SS-10: endSessions is given the user and the strategy', async () => {
    const endSessions = vi.fn();
    await parse({ endSessions }).accountHooks.endSessions('Ada', strategy);
    expect(endSessions.mock.calls).toEqual([['Ada', strategy]]);
  });
});
