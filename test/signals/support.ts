/** A login, as a strategy hands it to `assess`. */
import type { Request } from 'express';
import type { AssessContext } from '../../lib/index.js';
import type { SignalContext } from '../../lib/signals/index.js';
import { ada } from '../support/app.js';

/** What providers are given of it. */
export const login: SignalContext = { address: ada.email, user: { id: 7 }, req: {} as Request };

/** A new one each time, as each login is. */
export function newLogin(signal: AbortSignal = new AbortController().signal): AssessContext {
  const { address, user, req } = login;
  const claims = {
    address,
    returnTo: undefined,
    state: undefined,
    recordId: 'record',
    account: 'account',
    issuedAt: 0,
    requestedIn: {},
  };
  return { claims, user, req, accountTags: ['account'], signal };
}
