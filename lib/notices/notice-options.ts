/** Which notices the app wants its people to have. */
import { checkNames, namesOf, need } from '../util/check.js';

export interface NoticeOptions {
  /** A login in a browser that had not logged in to this mailbox before. Default true. */
  newBrowser?: boolean;
  /** A used link that somebody pressed the button of in another browser. Default true. */
  usedElsewhere?: boolean;
  /** Five wrong codes for one link. Default true. */
  wrongCodes?: boolean;
  /** `addressChanged`, told to the address that was left. Default true. */
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
export function parseNotices(options: NoticeOptions = {}): Readonly<Record<NoticeKind, boolean>> {
  checkNames('notices', options, NAMES);
  const { newBrowser = true, usedElsewhere = true, wrongCodes = true, addressChanged = true } = options;
  const wanted = { newBrowser, usedElsewhere, wrongCodes, addressChanged };
  for (const [name, value] of Object.entries(wanted)) {
    need(typeof value === 'boolean', `notices.${name} must be true or false`);
  }
  return Object.freeze(wanted);
}
