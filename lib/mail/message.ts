/** Renders the mails of logins and invitations as text and HTML. */
import type { BrowserFamily } from '../protocol/claims.js';
import { describeBrowser, describeTime } from '../texts/describe.js';
import type { Texts } from '../texts/texts.js';
import type { Theme } from '../texts/theme.js';
import { html } from '../util/html.js';
import { mailHtml, quietStyle } from './layout.js';

/** The data of a mail. The address is the only part that the requester typed. */
export interface MessageContext {
  /** The link of an `invitation` opens the login form and logs nobody in. */
  readonly kind: 'login' | 'invitation';
  readonly link: string;
  readonly address: string;
  /** The app's name: `theme.name`. */
  readonly name: string;
  /** The browser that requested the link, for example Firefox on Windows. Undefined for an invitation. */
  readonly requestedIn: BrowserFamily | undefined;
  readonly requestedAt: Date;
  /** The lifetime of the link, in seconds. */
  readonly ttl: number;
  /** The code that can be entered in place of the link. Only with `mail.code`. */
  readonly code: string | undefined;
  /** Whether the link shows a code in other browsers (`otherBrowser: 'code'`). */
  readonly codes: boolean;
  /** The link to report the mail as unwanted. Undefined for an invitation. */
  readonly notMe: string | undefined;
  readonly texts: Texts;
  readonly theme: Theme;
}

export interface MessageBody {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Renders a mail. The subject should contain neither link nor code, because locked screens show it. */
export type RenderMessage = (context: MessageContext) => MessageBody | Promise<MessageBody>;

export function renderMessage(context: MessageContext): MessageBody {
  const words = context.kind === 'login' ? loginWords(context) : invitationWords(context);
  return { subject: words.subject, text: asText(words, context), html: asHtml(words, context) };
}

/** Seconds. */
const DAY = 24 * 60 * 60;

/** The words of a mail in their order. Undefined leaves one out. */
interface Words {
  readonly subject: string;
  readonly intro: string;
  readonly button: string;
  readonly where: string;
  readonly code: string | undefined;
  readonly requested: string | undefined;
  readonly notYou: string;
  readonly notMe: string | undefined;
}

function loginWords({ texts, name, ttl, codes, code, requestedIn, requestedAt }: MessageContext): Words {
  const { mail } = texts;
  return {
    subject: mail.subject(name),
    intro: mail.intro(name, Math.max(1, Math.round(ttl / 60))),
    button: mail.button,
    where: codes ? mail.where : mail.whereOnly,
    code: code === undefined ? undefined : mail.code,
    requested: texts.requestedIn(describeBrowser(texts, requestedIn ?? {}), describeTime(texts, requestedAt)),
    notYou: mail.notYou,
    notMe: mail.notMe,
  };
}

function invitationWords({ texts: { invitation }, name, ttl }: MessageContext): Words {
  return {
    subject: invitation.subject(name),
    intro: invitation.intro(name, Math.max(1, Math.round(ttl / DAY))),
    button: invitation.button,
    where: invitation.how,
    code: undefined,
    requested: undefined,
    notYou: invitation.notYou,
    notMe: undefined,
  };
}

/** The code comes after the link, because previews show the beginning of a mail. */
function asText(words: Words, { link, code, notMe }: MessageContext): string {
  const paragraphs = [
    words.intro,
    link,
    words.where,
    words.code && `${words.code}\n\n${code}`,
    words.requested,
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
    { content: words.requested, name: 'quiet', style: quiet },
    {
      content: html`${words.notYou}${notMe === undefined ? undefined : html` <a href="${notMe}" style="color:${light.accent}">${words.notMe}</a>`}`,
      name: 'quiet',
      style: `padding-bottom:32px;${quiet}`,
    },
  ]);
}
