/** What the mail says, as text and as HTML. */

import type { BrowserFamily } from '../protocol/claims.js';
import { describeBrowser, describeTime } from '../texts/describe.js';
import type { Texts } from '../texts/texts.js';
import type { Theme } from '../texts/theme.js';
import { html } from '../util/html.js';
import { mailHtml, quietStyle } from './layout.js';

/** All that a mail may speak of. Nothing in it was typed by the requester but the address. */
export interface MessageContext {
  /** `invitation`: the link opens the login form, and logs nobody in. */
  readonly kind: 'login' | 'invitation';
  readonly link: string;
  readonly address: string;
  /** What the login is for: `theme.name`. */
  readonly name: string;
  /** The asking browser, such as Firefox on Windows; undefined of an invitation. */
  readonly askedIn: BrowserFamily | undefined;
  readonly askedAt: Date;
  /** Seconds that the link lives. */
  readonly life: number;
  /** What can be typed in place of the link; only with `mail.code`. */
  readonly code: string | undefined;
  /** Whether another browser is shown a code (`otherBrowser: 'code'`). */
  readonly codes: boolean;
  /** The "this was not me" link; undefined of an invitation. */
  readonly notMe: string | undefined;
  readonly texts: Texts;
  readonly theme: Theme;
}

export interface MessageBody {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Replaces the mail's texts. The subject should hold neither link nor code: it is shown on locked screens. */
export type RenderMessage = (context: MessageContext) => MessageBody | Promise<MessageBody>;

export function renderMessage(context: MessageContext): MessageBody {
  const words = context.kind === 'login' ? loginWords(context) : invitationWords(context);
  return { subject: words.subject, text: asText(words, context), html: asHtml(words, context) };
}

/** The parts of a mail, in their order; undefined leaves one out. */
interface Words {
  readonly subject: string;
  readonly intro: string;
  readonly button: string;
  readonly where: string;
  readonly code: string | undefined;
  readonly asked: string | undefined;
  readonly notYou: string;
  readonly notMe: string | undefined;
}

function loginWords({ texts, name, life, codes, code, askedIn, askedAt }: MessageContext): Words {
  const { mail } = texts;
  return {
    subject: mail.subject(name),
    intro: mail.intro(name, Math.max(1, Math.round(life / 60))),
    button: mail.button,
    where: codes ? mail.where : mail.whereOnly,
    code: code === undefined ? undefined : mail.code,
    asked: texts.requestedIn(describeBrowser(texts, askedIn ?? {}), describeTime(texts, askedAt)),
    notYou: mail.notYou,
    notMe: mail.notMe,
  };
}

function invitationWords({ texts: { invitation }, name, life }: MessageContext): Words {
  return {
    subject: invitation.subject(name),
    intro: invitation.intro(name, Math.max(1, Math.round(life / DAY))),
    button: invitation.button,
    where: invitation.how,
    code: undefined,
    asked: undefined,
    notYou: invitation.notYou,
    notMe: undefined,
  };
}

const DAY = 24 * 60 * 60;

/** The code comes after the link: previews of a mail show how it begins. */
function asText(words: Words, { link, code, notMe }: MessageContext): string {
  const paragraphs = [
    words.intro,
    link,
    words.where,
    words.code && `${words.code}\n\n${code}`,
    words.asked,
    notMe === undefined ? words.notYou : `${words.notYou}\n${notMe}`,
  ];
  return `${paragraphs.filter((paragraph) => paragraph !== undefined).join('\n\n')}\n`;
}

function asHtml(words: Words, { link, code, notMe, texts, theme }: MessageContext): string {
  const { light } = theme;
  const quiet = quietStyle(theme);
  return mailHtml({ subject: words.subject, texts, theme }, [
    { content: words.intro },
    {
      content: html`<a class="button" href="${link}" style="display:inline-block;padding:12px 28px;border-radius:6px;background:${light.accent};color:${light.onAccent};font-weight:600;text-decoration:none">${words.button}</a>`,
      style: 'padding-top:16px;padding-bottom:16px',
    },
    { content: link, name: 'link', style: `font-size:14px;color:${light.text};word-break:break-all` },
    { content: words.where },
    {
      content:
        code === undefined
          ? undefined
          : html`${words.code}<br><span class="code" dir="ltr" style="font:600 22px/2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:1px;color:${light.text}">${code}</span>`,
    },
    { content: words.asked, name: 'quiet', style: quiet },
    {
      content: html`${words.notYou}${notMe === undefined ? undefined : html` <a href="${notMe}" style="color:${light.accent}">${words.notMe}</a>`}`,
      name: 'quiet',
      style: `padding-bottom:32px;${quiet}`,
    },
  ]);
}
