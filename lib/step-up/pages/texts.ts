/** All that step-up says to a person, on its pages and in its mails. */
import type { FactorNotice, NoticeType } from '../flows/factor-notifier.js';

export const TEXTS = {
  confirmTitle: 'Confirm that it is you',
  confirmIntro: 'What comes next needs more than the link in your mail.',
  nothingEnrolled: 'What comes next needs a second factor, and you have none yet.',
  notEnough: 'What comes next needs another second factor than those that you have.',
  nothingActive: 'What comes next needs a second factor. Yours does not count yet; see below.',
  setUp: 'Set one up',
  manage: 'Your second factors',
  usePasskey: 'Use your passkey',
  code: (label: string) => `Code from your ${label.toLowerCase()}`,
  confirm: 'Confirm',
  recoveryTitle: 'Use a recovery code',
  recoveryLabel: 'Recovery code',
  useRecovery: 'Use this code',
  factorsTitle: 'Your second factors',
  factorsIntro: 'They protect what the link in your mail alone must not open.',
  none: 'You have none yet.',
  since: 'since',
  remove: 'Remove',
  add: (label: string) => `Add ${label.toLowerCase()}`,
  waitingTitle: 'Added, and waiting',
  waits: 'counts from',
  notYou: 'If that was not you, cancel it, and look to your mailbox: somebody else may be reading it.',
  cancel: 'Cancel',
  codesLeft: (count: number) => `Recovery codes left: ${count}.`,
  newCodes: 'Make new recovery codes',
  lossTitle: 'Is your device lost?',
  lossIntro: 'Without it, and without a recovery code, all your second factors can be ended after a wait.',
  reportLoss: 'End all my second factors',
  lossReported: 'All your second factors end on',
  withdrawLoss: 'Keep them',
  enrolTitle: (label: string) => `Add ${label.toLowerCase()}`,
  enrolScan: 'Scan this with your authenticator app, or type the key into it. Then type the code that it shows.',
  key: 'Key',
  enrolCode: 'Code',
  enrol: 'Add',
  codesTitle: 'Your recovery codes',
  codesIntro:
    'Each of these works once, on the day on which your device is lost. Print or copy them now, and keep them apart from it: they are shown only this once.',
  addedTitle: 'Added',
  added: 'It counts from now on.',
  addedWaiting: 'Because nothing but your mailbox vouches for it, it counts only from',
  next: 'Continue',
  refusedTitle: 'This did not work',
  back: 'Back',
  unavailableTitle: 'One moment, please',
  unavailable: 'This is not possible right now. Please try again in a few seconds.',
  tryAgain: 'Try again',
  needsScript: 'Passkeys need JavaScript.',
  passkeyUnsupported: 'This browser knows no passkeys. Another one may, or another way below.',
  passkeyFailed: 'That did not work. Please try again, or another way.',
};

/** In UTC: the server knows no other time of the person's. */
export const dateText = (seconds: number): string =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(seconds * 1000)} UTC`;

type Noticed = FactorNotice & { readonly name: string };

interface NoticeText {
  readonly subject: string;
  readonly paragraphs: readonly string[];
}

const WARNING =
  'If that was not you, log in, look at your second factors, and see to your mailbox: somebody else may be reading it.';

const notice = (subject: string, ...paragraphs: string[]): NoticeText => ({
  subject,
  paragraphs: [...paragraphs, WARNING],
});

/** The mails. None has a link: whoever is warned should not get used to clicking one. */
export const NOTICE_TEXTS: { readonly [T in NoticeType]: (noticed: Noticed) => NoticeText } = {
  enrolled: ({ name, label, time }) =>
    notice(`A second factor was added at ${name}`, `${label ?? 'A second factor'} was added on ${dateText(time)}.`),
  waiting: ({ name, label, time, at }) =>
    notice(
      `A second factor is about to be added at ${name}`,
      `${label ?? 'A second factor'} was added on ${dateText(time)}. It counts from ${dateText(at ?? time)}, unless it is cancelled before.`,
    ),
  cancelled: ({ name, label, time }) =>
    notice(
      `A second factor was cancelled at ${name}`,
      `${label ?? 'A second factor'} that was waiting was cancelled on ${dateText(time)}.`,
    ),
  removed: ({ name, label, time }) =>
    notice(`A second factor was removed at ${name}`, `${label ?? 'A second factor'} was removed on ${dateText(time)}.`),
  recovery_code_used: ({ name, time }) =>
    notice(`A recovery code was used at ${name}`, `One of your recovery codes was used on ${dateText(time)}.`),
  recovery_codes_renewed: ({ name, time }) =>
    notice(
      `New recovery codes were made at ${name}`,
      `Your recovery codes were made anew on ${dateText(time)}. The old ones are of no more use.`,
    ),
  locked: ({ name, time }) =>
    notice(
      `Wrong codes were tried at ${name}`,
      `On ${dateText(time)} codes of your second factor were wrong so often that none is taken for 15 minutes.`,
    ),
  lost: ({ name, time, at }) =>
    notice(
      `A lost device was reported at ${name}`,
      `On ${dateText(time)} somebody who is logged in as you reported a lost device. All your second factors end on ${dateText(at ?? time)}, unless you use one before.`,
    ),
  loss_withdrawn: ({ name, time }) =>
    notice(`Your second factors stay at ${name}`, `The report of a lost device was withdrawn on ${dateText(time)}.`),
};
