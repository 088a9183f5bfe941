/** What a session has proved so far, and whether that is enough to change factors. */
import type { Person } from '../factors/factor.js';
import { RECOVERY } from '../factors/recovery-codes.js';

export interface Assurance {
  /** A digest of the session's ID. What is begun in a session can be finished only there. */
  readonly session: string;
  readonly login: { readonly recordId: string; readonly level: number };
  /** Whether the login is held, and no second factor has been used in it yet. */
  readonly isHeld: boolean;
  /** The step-up, while it is recent enough for a change of factors. */
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

/** Whether a link made this login and the account. A login by code vouches for no factor: a phisher can relay the code. */
export const isSignupLogin = ({ signupRecordId }: Person, { login }: Assurance): boolean =>
  signupRecordId !== undefined && login.recordId === signupRecordId && login.level >= 1;
