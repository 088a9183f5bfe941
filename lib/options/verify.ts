/** The app's `verify`, in whichever style it is written, as one function that resolves with a verdict. */
import type { Request } from 'express';
import { misuse } from '../errors.js';
import type { Claims } from '../protocol/claims.js';
import { isFunction, need, oneOf } from '../util/check.js';

/** The user, or anything falsy to refuse the login. */
export type Verified<User> = User | false | null | undefined;

export type Verify<User = unknown> = (claims: Claims) => Verified<User> | Promise<Verified<User>>;
export type VerifyWithRequest<User = unknown> = (
  req: Request,
  claims: Claims,
) => Verified<User> | Promise<Verified<User>>;
/** `info.message` of a refusal is shown to the person. */
export type VerifyDone<User = unknown> = (error: unknown, user?: Verified<User>, info?: object) => void;
export type VerifyCallback<User = unknown> = (claims: Claims, done: VerifyDone<User>) => void;
export type VerifyCallbackWithRequest<User = unknown> = (req: Request, claims: Claims, done: VerifyDone<User>) => void;
export type AnyVerify<User = unknown> =
  | Verify<User>
  | VerifyWithRequest<User>
  | VerifyCallback<User>
  | VerifyCallbackWithRequest<User>;

export interface VerifyOptions {
  /** `promise`: verify returns the user, or a promise of it. `callback`: it calls `done`. Default `promise`. */
  verifyStyle?: 'promise' | 'callback';
  /** Passes the request to verify as its first argument. Default false. */
  passReqToCallback?: boolean;
}

/** What verify said. */
export interface Verdict {
  readonly user: unknown;
  readonly info: object | undefined;
}

export type VerifyUser = (req: Request, claims: Claims) => Promise<Verdict>;

/** @throws TypeError for a wrong option, and for a verify that takes more arguments than it would be given */
export function parseVerify(verify: unknown, { verifyStyle, passReqToCallback = false }: VerifyOptions): VerifyUser {
  const style = oneOf('verifyStyle', verifyStyle, ['promise', 'callback']);
  need(typeof passReqToCallback === 'boolean', 'passReqToCallback must be true or false');
  need(isFunction(verify), 'MagicLinkStrategy takes verify as its second argument: (claims) => user');
  const given = 1 + Number(passReqToCallback) + Number(style === 'callback');
  need(
    verify.length <= given,
    `verify takes ${verify.length} arguments and would be given ${given}: ` +
      `verifyStyle: 'callback' adds done, passReqToCallback: true puts the request first`,
  );
  const call = verify as (...args: unknown[]) => unknown;
  const leading = (req: Request, claims: Claims) => (passReqToCallback ? [req, claims] : [claims]);
  if (style === 'promise') {
    return async (req, claims) => ({ user: await call(...leading(req, claims)), info: undefined });
  }
  return (req, claims) =>
    new Promise((resolve, reject) => {
      const done: VerifyDone = (error, user, info) => (error ? reject(error) : resolve({ user, info }));
      const returned = Promise.resolve(call(...leading(req, claims), done));
      // An async function may fail without calling done. One that returns a user was written for the other style.
      returned.then((user) => {
        if (user) reject(misuse("verify returned a user: call done, or leave out verifyStyle: 'callback'"));
      }, reject);
    });
}
