/** The strategy's options, parsed: what is needed, and with changes. */
import { expect } from 'vitest';
import type { LinkStore, MagicLinkOptions } from '../../lib/index.js';
import { parseOptions } from '../../lib/options/options.js';
import type { AnyVerify } from '../../lib/options/verify.js';
import { SECRET } from './app.js';

export const verify = () => true;
export const deliver = async () => {};
export const transport = { sendMail: deliver };
/** As a store for production looks from here. */
export const store: LinkStore = {
  issue: never,
  open: never,
  redeem: never,
  redeemByCode: never,
  revoke: never,
  outstanding: never,
  increment: never,
  ping: never,
};

export const required = {
  secret: SECRET,
  origin: 'https://app.example.com',
  callbackPath: '/login/callback',
  store,
  mail: { deliver },
} satisfies MagicLinkOptions;

export const parse = (changes: Partial<MagicLinkOptions> = {}, by: AnyVerify = verify) =>
  parseOptions({ ...required, ...changes }, by);
export const parseMail = (mail: MagicLinkOptions['mail']) => parse({ mail });
/** For what the types cannot refuse because the name is computed. */
export const parseOdd = (changes: object) => parse(changes);

/** Refused with a TypeError whose message begins with the option's name. */
export const refused = (option: string, attempt: () => unknown) => {
  expect(attempt).toThrow(TypeError);
  expect(attempt).toThrow(new RegExp(`^${option.replace('.', '\\.')}\\b`));
};

export function never(): never {
  throw new Error('never');
}
