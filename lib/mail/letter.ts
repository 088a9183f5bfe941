/** A mail before it is rendered: a login link, an invitation or a notice. */
import type { EventDetails } from '../events/events.js';
import type { MessageContext } from './message.js';
import type { NoticeContext, NoticeWords } from './notice.js';

interface Addressed {
  readonly address: string;
  /** The account's tag, by which events name it. */
  readonly account: string;
  /** Epoch milliseconds. */
  readonly requestedAt: number;
  /** Epoch milliseconds. The mail is not sent after it. */
  readonly expiresAt: number;
}

/** A login link for the person who requested it, or an invitation from the app. */
export interface Letter
  extends Addressed,
    Pick<MessageContext, 'kind' | 'link' | 'requestedIn' | 'code' | 'notMe' | 'texts'> {
  /** The link's record, by which it can be revoked. An invitation has none. */
  readonly recordId: string | undefined;
}

/** Tells a person what happened to their account. */
export interface NoticeLetter extends Addressed, Pick<NoticeContext, 'notice'> {
  readonly kind: 'notice';
  readonly words: NoticeWords;
  /** The app itself named the address as the person's own, so `mayReceive` is not asked. */
  readonly isNamed: boolean;
}

export type AnyLetter = Letter | NoticeLetter;

/** What the events of a mail say about it. */
export function aboutOf(letter: AnyLetter): EventDetails {
  const { account, requestedAt: startedAt } = letter;
  if (letter.kind === 'notice') return { account, startedAt, notice: letter.notice };
  return { account, startedAt, ...(letter.recordId !== undefined && { link: letter.recordId }) };
}
