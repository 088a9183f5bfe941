/** The mail that tells a person what happened to their account. It has no link, so that people do not get used to links in warnings. */
import type { Texts } from '../texts/texts.js';
import type { Theme } from '../texts/theme.js';
import { mailHtml } from './layout.js';
import type { MessageBody } from './message.js';

/** The words of a notice in one language, as plain text. */
export interface NoticeWords extends Pick<Texts, 'language' | 'direction'> {
  readonly subject: string;
  /** What happened, then what to do about it. */
  readonly paragraphs: readonly string[];
  /** Where and when it happened, on a line of its own after the first paragraph. */
  readonly fact?: string;
}

export interface NoticeContext extends NoticeWords {
  /** For example `newBrowser`, or `enrolled` for a second factor. */
  readonly notice: string;
  /** The app's name: `theme.name`. */
  readonly name: string;
  readonly theme: Theme;
}

/** Replaces the frame around the words of a notice. */
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
