/** What a session has proved so far, and whether that is enough to change factors. */

import type { Person } from '../factors/factor.js';
import { RECOVERY } from '../factors/recovery-codes.js';
import { type FactorDocument, highestLevel } from '../store/document.js';

export interface Assurance {
  /** A digest of the session's ID: what is begun here can be finished here alone. */
  readonly session: string;
  readonly login: { readonly recordId: string; readonly level: number };
  /** The step-up, while it is young enough for a change of factors. */
  readonly stepUp: { readonly factor: string; readonly level: number } | undefined;
}

export type FactorRefusal = 'factor_wrong' | 'factor_locked' | 'step_up_required' | 'invalid_request';

/**
 * Where factors count, it takes the highest of them to change any; a recovery code stands in for the one
 * that is lost. The mailbox alone never does (ASVS 5.0 6.4.3).
 */
export function mayChange(document: FactorDocument, { stepUp }: Assurance, now: number): boolean {
  const needed = highestLevel(document, now);
  if (needed === 1) return true;
  return stepUp !== undefined && (stepUp.level >= needed || stepUp.factor === RECOVERY);
}

/** A typed code can have been talked out of somebody, and vouches for no factor. */
export const isSignupLogin = ({ signupRecordId }: Person, { login }: Assurance): boolean =>
  signupRecordId !== undefined && login.recordId === signupRecordId && login.level >= 1;
