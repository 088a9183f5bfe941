/** What the mail says, as text and as HTML. */
import { html, type Markup, raw } from '../html.js';
import type { Look } from '../look.js';
import type { BrowserFamily } from '../protocol/claims.js';
import { describeBrowser, describeTime, type Texts } from '../texts/texts.js';

/** All that a mail may speak of. Nothing in it was typed by the requester but the address. */
export interface MessageContext {
  /** `invitation`: the link opens the login form, and logs nobody in. */
  readonly kind: 'login' | 'invitation';
  readonly link: string;
  readonly address: string;
  /** What the login is for: `look.name`. */
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
  readonly look: Look;
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
  return { subject: words.subject, text: asText(words, context), html: asHtml(words, context).toString() };
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
    asked: texts.askedFor(describeBrowser(texts, askedIn ?? {}), describeTime(texts, askedAt)),
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

/** Tables and inline styles: what mail programs agree on. The media query serves those that know dark. */
const asHtml = (words: Words, { link, code, notMe, texts, look: { light, dark } }: MessageContext): Markup => {
  const row = (style: string, content: Markup | string | undefined, name = '') =>
    content &&
    html`<tr><td class="${name}"${name === 'link' ? raw(' dir="ltr"') : undefined} style="padding:8px 32px${style}">${content}</td></tr>\n`;
  const quiet = `font-size:14px;color:${light.quiet}`;
  return html`<!doctype html>
<html lang="${texts.language}" dir="${texts.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${words.subject}</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: ${dark.page} !important; }
  .card { background: ${dark.card} !important; }
  .card, .link, .code { color: ${dark.text} !important; }
  .quiet { color: ${dark.quiet} !important; }
  .quiet a { color: ${dark.accent} !important; }
  .button { background: ${dark.accent} !important; color: ${dark.onAccent} !important; }
}
</style>
</head>
<body class="page" style="margin:0;background:${light.page}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" dir="${texts.direction}" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;overflow-wrap:anywhere;word-break:break-word;background:${light.card};border-radius:8px;color:${light.text};font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
<tr><td style="padding:32px 32px 8px"><h1 style="margin:0;font-size:22px;line-height:1.3">${words.subject}</h1></td></tr>
${row('', words.intro)}
${row(';padding-top:16px;padding-bottom:16px', html`<a class="button" href="${link}" style="display:inline-block;padding:12px 28px;border-radius:6px;background:${light.accent};color:${light.onAccent};font-weight:600;text-decoration:none">${words.button}</a>`)}
${row(`;font-size:14px;color:${light.text};word-break:break-all`, link, 'link')}
${row('', words.where)}
${code === undefined ? undefined : row('', html`${words.code}<br><span class="code" dir="ltr" style="font:600 22px/2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:1px;color:${light.text}">${code}</span>`)}
${row(`;${quiet}`, words.asked, 'quiet')}
${row(`;padding-bottom:32px;${quiet}`, html`${words.notYou}${notMe === undefined ? undefined : html` <a href="${notMe}" style="color:${light.accent}">${words.notMe}</a>`}`, 'quiet')}
</table>
</td></tr></table>
</body>
</html>
`;
};
