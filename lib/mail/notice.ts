/** The mail that tells a person what happened to their login. It has no link: whoever is warned should not get used to one. */

import type { Texts } from '../texts/texts.js';
import type { Theme } from '../texts/theme.js';
import { mailHtml } from './layout.js';
import type { MessageBody } from './message.js';

/** What is said, in one language, as plain text. */
export interface NoticeWords extends Pick<Texts, 'language' | 'direction'> {
  readonly subject: string;
  /** What happened, and then what to do about it. */
  readonly paragraphs: readonly string[];
  /** Where and when, on a line of its own after the first paragraph. */
  readonly fact?: string;
}

export interface NoticeContext extends NoticeWords {
  /** Such as `newBrowser`, or of second factors `enrolled`. */
  readonly notice: string;
  /** What the login is for: `look.name`. */
  readonly name: string;
  readonly theme: Theme;
}

/** Frames the words of a notice in the app's own way. */
export type RenderNotice = (context: NoticeContext) => MessageBody | Promise<MessageBody>;

export function renderNotice({ subject, paragraphs, fact, language, direction, theme }: NoticeContext): MessageBody {
  const [what = '', ...advice] = paragraphs;
  const said = [what, ...(fact === undefined ? [] : [fact]), ...advice];
  const parts = said.map((content, i) => ({
    content,
    style: `font-weight:${content === fact ? 600 : 400}${i < said.length - 1 ? '' : ';padding-bottom:32px'}`,
  }));
  return {
    subject,
    text: `${said.join('\n\n')}\n`,
    html: mailHtml({ subject, texts: { language, direction }, theme }, parts),
  };
}
