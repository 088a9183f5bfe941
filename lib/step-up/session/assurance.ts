/** What a session has proved so far, and whether that is enough to change factors. */
import type { Person } from '../factors/factor.js';
import { RECOVERY } from '../factors/recovery-codes.js';

export interface Assurance {
  /** A digest of the session's ID: what is begun here can be finished here alone. */
  readonly session: string;
  readonly login: { readonly recordId: string; readonly level: number };
  /** The login is held, and no second factor has been used in it yet. */
  readonly isHeld: boolean;
  /** The step-up, while it is young enough for a change of factors. */
  readonly stepUp: { readonly factor: string; readonly level: number } | undefined;
}

export type FactorRefusal = 'factor_wrong' | 'factor_locked' | 'step_up_required' | 'invalid_request';

/**
 * Once factors count, it takes the highest of them to change any. A recovery code replaces a lost factor. The mailbox
 * alone never does (ASVS 5.0 6.4.3).
 * @param highest the highest level of the factors that count; 1 without any
 */
export function mayChange({ stepUp }: Assurance, highest: 1 | 2 | 3): boolean {
  if (highest === 1) return true;
  return stepUp !== undefined && (stepUp.level >= highest || stepUp.factor === RECOVERY);
}

/** Whether the login made the account. A typed code can have been talked out of somebody, and vouches for no factor. */
export const isSignupLogin = ({ signupRecordId }: Person, { login }: Assurance): boolean =>
  signupRecordId !== undefined && login.recordId === signupRecordId && login.level >= 1;
