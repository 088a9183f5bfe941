/** The levels of assurance, as numbers to compare and as the acr values that say the same. */
import { need } from '../../util/check.js';

/** 0: a typed code. 1: a link. 2: a second factor. 3: a passkey that verified the person. */
export type Level = 0 | 1 | 2 | 3;

const ACRS = [
  'urn:passport-bound-link:code',
  'urn:passport-bound-link:link',
  'urn:passport-bound-link:second-factor',
  'urn:passport-bound-link:passkey',
] as const;

export const acrOf = (level: Level): string => ACRS[level];

/** @throws TypeError for no level, for no acr of ours, and for both at once */
export function parseLevel(level: unknown, acr: unknown): Level {
  need(level === undefined || acr === undefined, 'requireStepUp takes a level or an acr, not both');
  const found = acr === undefined ? (level ?? 2) : ACRS.indexOf(acr as (typeof ACRS)[number]);
  need(acr === undefined || found !== -1, `acr must be one of: ${ACRS.join(', ')}`);
  need([0, 1, 2, 3].includes(found as number), 'level must be 0 (code), 1 (link), 2 (second factor) or 3 (passkey)');
  return found as Level;
}
