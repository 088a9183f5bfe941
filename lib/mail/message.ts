/** What the mail says, as text and as HTML. */
import { html, type Markup } from '../html.js';

/** All that a mail may speak of. Nothing in it was typed by the requester but the address. */
export interface MessageContext {
  readonly link: string;
  readonly address: string;
  /** The host that the login is for. */
  readonly host: string;
  /** The asking browser's family, such as `Firefox on Windows`. */
  readonly browser: string;
  readonly askedAt: Date;
  /** Minutes that the link lives, at least 1. */
  readonly minutes: number;
}

export interface MessageBody {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Replaces the mail's texts. The subject should hold no link: it is shown on locked screens. */
export type RenderMessage = (context: MessageContext) => MessageBody | Promise<MessageBody>;

export function renderMessage(context: MessageContext): MessageBody {
  const words = wordsFor(context);
  return {
    subject: words.subject,
    text: `${words.intro}

${context.link}

${words.where}

${words.asked}
${words.notYou}
`,
    html: letter(words, context.link).toString(),
  };
}

function wordsFor({ host, browser, askedAt, minutes }: MessageContext) {
  const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const life = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return {
    subject: `Log in to ${host}`,
    intro: `Use this link to log in to ${host}. It works once, for ${life}.`,
    button: 'Log in',
    where: 'The link works only in the browser that asked for it. Open it there; anywhere else it does nothing.',
    asked: `Asked for in ${browser}, ${time.format(askedAt)} UTC.`,
    notYou: 'If that was not you, ignore this mail, and do not pass the link on.',
  };
}

type Words = ReturnType<typeof wordsFor>;

/** Tables and inline styles: what mail programs agree on. The media query serves those that know dark. */
const letter = (words: Words, link: string): Markup => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${words.subject}</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #16181d !important; }
  .card { background: #22252c !important; }
  .card, .link { color: #e8eaee !important; }
  .quiet { color: #a7adba !important; }
  .button { background: #6ea0ff !important; color: #10131a !important; }
}
</style>
</head>
<body class="page" style="margin:0;background:#f2f4f7">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;overflow-wrap:anywhere;word-break:break-word;background:#ffffff;border-radius:8px;color:#1d2129;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
<tr><td style="padding:32px 32px 8px"><h1 style="margin:0;font-size:22px;line-height:1.3">${words.subject}</h1></td></tr>
<tr><td style="padding:8px 32px">${words.intro}</td></tr>
<tr><td style="padding:16px 32px"><a class="button" href="${link}" style="display:inline-block;padding:12px 28px;border-radius:6px;background:#1f5fd6;color:#ffffff;font-weight:600;text-decoration:none">${words.button}</a></td></tr>
<tr><td class="link" style="padding:8px 32px;font-size:14px;color:#1d2129;word-break:break-all">${link}</td></tr>
<tr><td style="padding:8px 32px">${words.where}</td></tr>
<tr><td class="quiet" style="padding:8px 32px 32px;font-size:14px;color:#5a6270">${words.asked}<br>${words.notYou}</td></tr>
</table>
</td></tr></table>
</body>
</html>
`;
