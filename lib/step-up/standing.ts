/** What a session has proved so far, and whether that is enough to change factors. */
import { type FactorDocument, highestLevel } from './document.js';
import type { Person } from './factor.js';
import { RECOVERY } from './recovery-codes.js';

export interface Standing {
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
export function mayChange(document: FactorDocument, { stepUp }: Standing, now: number): boolean {
  const needed = highestLevel(document, now);
  if (needed === 1) return true;
  return stepUp !== undefined && (stepUp.level >= needed || stepUp.factor === RECOVERY);
}

/** A typed code can have been talked out of somebody, and vouches for no factor. */
export const madeTheAccount = ({ madeBy }: Person, { login }: Standing): boolean =>
  madeBy !== undefined && login.recordId === madeBy && login.level >= 1;
