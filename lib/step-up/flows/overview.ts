/** Describes a user's factors, to show them to the user. */
import type { Factor } from '../factors/factor.js';
import { activeIn, type Credential, type FactorDocument, highestLevel, waitingIn } from '../store/document.js';

/** Times are epoch seconds. */
export interface EnrolledFactor {
  readonly id: string;
  /** The factor's name. */
  readonly factor: string;
  readonly enrolledAt: number;
}

export interface WaitingFactor extends EnrolledFactor {
  /** When it will count, unless it is cancelled. */
  readonly activeAt: number;
}

export interface Overview {
  /** The names of the factors that count. */
  readonly enrolled: readonly string[];
  /** The names of the factors that can be added. */
  readonly available: readonly string[];
  readonly factors: readonly EnrolledFactor[];
  readonly waiting: readonly WaitingFactor[];
  /** How many recovery codes are left. */
  readonly recoveryCodes: number;
  /** When all factors end, because a lost device was reported; epoch seconds. */
  readonly expiresAt: number | undefined;
  /** The highest level of the factors that count; 1 without any. */
  readonly level: 1 | 2 | 3;
}

export function overviewOf(document: FactorDocument, factors: Iterable<Factor>, now: number): Overview {
  const active = activeIn(document, now);
  const names = new Set(active.map(({ factor }) => factor));
  return {
    enrolled: [...names],
    available: [...factors].filter(({ name, multiple }) => multiple || !names.has(name)).map(({ name }) => name),
    factors: active.map(shown),
    waiting: waitingIn(document, now).map((one) => ({ ...shown(one), activeAt: one.activeAt })),
    recoveryCodes: document.recovery?.digests.length ?? 0,
    expiresAt: document.expiresAt,
    level: highestLevel(document, now),
  };
}

const shown = ({ id, factor, enrolledAt }: Credential): EnrolledFactor => ({ id, factor, enrolledAt });
