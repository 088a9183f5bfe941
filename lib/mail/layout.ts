/** The HTML frame of every mail. It uses tables and inline styles, because mail programs support nothing else reliably. */
import type { Texts } from '../texts/texts.js';
import type { Theme } from '../texts/theme.js';
import { html, type Markup, raw } from '../util/html.js';

export interface Frame {
  readonly subject: string;
  readonly texts: Pick<Texts, 'language' | 'direction'>;
  readonly theme: Theme;
}

/** One row of a mail. */
export interface Part {
  /** Undefined leaves the row out. */
  readonly content: Markup | string | undefined;
  /** The class that the dark colour scheme addresses. */
  readonly name?: 'link' | 'quiet';
  /** Additional CSS declarations. */
  readonly style?: string;
}

/** The style of less important text. */
export const quietStyle = ({ light }: Theme): string => `font-size:14px;color:${light.quiet}`;

export const mailHtml = ({ subject, texts, theme: { light, dark } }: Frame, parts: readonly Part[]): string =>
  html`<!doctype html>
<html lang="${texts.language}" dir="${texts.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
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
<tr><td style="padding:32px 32px 8px"><h1 style="margin:0;font-size:22px;line-height:1.3">${subject}</h1></td></tr>
${parts.map(row)}</table>
</td></tr></table>
</body>
</html>
`.toString();

const row = ({ content, name, style }: Part): Markup => {
  if (content === undefined) return raw('');
  const direction = name === 'link' ? raw(' dir="ltr"') : undefined;
  const more = style === undefined ? '' : `;${style}`;
  return html`<tr><td class="${name}"${direction} style="padding:8px 32px${more}">${content}</td></tr>\n`;
};
