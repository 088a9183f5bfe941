/** Warns the developer through Node's process warnings, with a code that docs/errors.md explains. */
import { withLink } from '../errors.js';

export const WARNING_CODES = [
  'PBL_AUDIT',
  'PBL_DOCTOR',
  'PBL_LISTENER',
  'PBL_LONG_TTL',
  'PBL_MOUNT',
  'PBL_NO_LIMITS',
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

/** @param heading the heading of docs/errors.md that the warning links to; default: the code's own */
export const warn = (code: WarningCode, text: string, heading: string = code): void =>
  process.emitWarning(withLink(text, heading), { code });
