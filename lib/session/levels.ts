/** The levels of assurance, as comparable numbers and as the matching acr values. */

/** 0: a typed code. 1: a link. 2: a second factor. 3: a passkey that verified the person. */
export type Level = 0 | 1 | 2 | 3;

export const ACRS = [
  'urn:passport-bound-link:code',
  'urn:passport-bound-link:link',
  'urn:passport-bound-link:second-factor',
  'urn:passport-bound-link:passkey',
] as const;

export const acrOf = (level: Level): string => ACRS[level];
