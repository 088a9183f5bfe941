/** The `notices` option: which notices people get by mail. */
import { checkNames, namesOf, need } from '../util/check.js';

export interface NoticeOptions {
  /** A login in a browser that has not logged in with this mailbox before. Default true. */
  newBrowser?: boolean;
  /** The button of a used link was pressed in another browser. Default true. */
  usedElsewhere?: boolean;
  /** Five wrong codes were entered for one link. Default true. */
  wrongCodes?: boolean;
  /** A change of address. The notice goes to the old address. Default true. */
  addressChanged?: boolean;
}

export type NoticeKind = keyof NoticeOptions;

const NAMES = namesOf<NoticeOptions>({
  newBrowser: true,
  usedElsewhere: true,
  wrongCodes: true,
  addressChanged: true,
});

/** @throws TypeError for a wrong or unknown option */
export function parseNotices(notices: Required<NoticeOptions>): Readonly<Record<NoticeKind, boolean>> {
  checkNames('notices', notices, NAMES);
  for (const [name, value] of Object.entries(notices)) {
    need(typeof value === 'boolean', `notices.${name} must be true or false`);
  }
  return Object.freeze({ ...notices });
}
