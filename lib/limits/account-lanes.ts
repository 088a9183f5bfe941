/** How many links one mailbox may be sent, and from whose share: a stranger cannot use up the owner's. */
import type { KeyObject } from 'node:crypto';
import { hmac } from '../protocol/crypto.js';
import type { Lane } from '../protocol/store.js';

/** Links at most in any 15 minutes, and in any 24 hours. */
export interface AccountLimits {
  readonly quarterHour: number;
  readonly day: number;
  /** The part of these that one network may use. */
  readonly networkQuarterHour: number;
  readonly networkDay: number;
}

const QUARTER_HOUR_MS = 15 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A browser that has logged in to this account before has a lane of its own. All other browsers share one lane, of
 * which each network may use a part.
 */
export function accountLanes(
  limits: AccountLimits,
  key: KeyObject,
  from: { network: string; device: string | undefined },
): Lane[] {
  const lane = (name: string, quarterHour: number, day: number): Lane => ({
    name,
    limits: [
      { count: quarterHour, windowMs: QUARTER_HOUR_MS },
      { count: day, windowMs: DAY_MS },
    ],
  });
  const { quarterHour, day, networkQuarterHour, networkDay } = limits;
  const nameOf = (kind: string, who: string) => hmac(key, JSON.stringify([kind, who])).toString('base64url', 0, 8);
  if (from.device !== undefined) return [lane(nameOf('device', from.device), quarterHour, day)];
  return [lane('shared', quarterHour, day), lane(nameOf('network', from.network), networkQuarterHour, networkDay)];
}
