/** The HTML frame, style and Content-Security-Policy of every page. Pages load nothing from other origins. */
import { createHash } from 'node:crypto';
import type { Texts } from '../texts/texts.js';
import type { Palette, Theme } from '../texts/theme.js';
import { html, type Markup, raw } from '../util/html.js';

export interface Page {
  title: string;
  body: Markup;
  head?: Markup | undefined;
  /** An inline script that runs after the page. The policy allows it by its hash. */
  script?: string | undefined;
  /** The path of a script at the app's origin, used in place of `script`. */
  scriptFile?: string | undefined;
  /** The page has no form, so the policy allows none. */
  noForms?: boolean;
}

export interface Layout {
  render(page: Page, texts: Pick<Texts, 'language' | 'direction'>): string;
  /** The Content-Security-Policy of a page. */
  policyOf(page: Pick<Page, 'script' | 'scriptFile' | 'noForms'>): string;
}

/**
 * Makes the style and its hash once.
 * @param more additional CSS for the pages of this layout
 */
export function createLayout(theme: Theme, more = ''): Layout {
  const style = styleOf(theme) + more;
  const styleHash = hashOf(style);
  const images = theme.logo === undefined ? '' : ` img-src 'self';`;
  return {
    policyOf: ({ script, scriptFile, noForms }) =>
      `default-src 'none'; style-src ${styleHash};${images}` +
      (script === undefined ? '' : ` script-src ${hashOf(script)}; connect-src 'self';`) +
      (scriptFile === undefined ? '' : ` script-src 'self'; connect-src 'self';`) +
      ` form-action ${noForms ? "'none'" : "'self'"}; base-uri 'none'; frame-ancestors 'none'`,
    render: ({ title, body, head, script, scriptFile }, { language, direction }) =>
      html`<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · ${theme.name}</title>
<style>${raw(style)}</style>
${head}
${scriptFile === undefined ? undefined : html`<script src="${scriptFile}" defer>${SCRIPT_END}`}
</head>
<body>
<main>
${theme.logo === undefined ? undefined : html`<img class="logo" src="${theme.logo}" alt="${theme.name}">`}
<h1>${title}</h1>
${body}
</main>
${script === undefined ? undefined : html`<script>${raw(script)}${SCRIPT_END}`}
</body>
</html>
`.toString(),
  };
}

/** A constant of its own, because bundlers rewrite it in a template. */
const SCRIPT_END = raw('</script>');

const hashOf = (source: string) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`;

const variables = (palette: Palette) =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}: ${colour}`)
    .join('; ');

const styleOf = ({ light, dark }: Theme) => `
:root { color-scheme: light dark; ${variables(light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(dark)} } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 1rem; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { width: 100%; max-width: 27rem; padding: 2rem; border-radius: .5rem; background: var(--card); overflow-wrap: anywhere }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; text-wrap: balance }
p, li { text-wrap: pretty }
p, ul, form { margin: 0 0 1rem }
ul { padding-inline-start: 1.25rem }
li + li { margin-top: .5rem }
label { display: block; margin-bottom: .25rem; font-weight: 600 }
[dir=rtl] input[type=email] { direction: ltr; text-align: right }
input { width: 100%; margin-bottom: 1rem; padding: .625rem .75rem; border: 1px solid var(--line); border-radius: .375rem; background: transparent; color: inherit; font: inherit }
a { color: var(--accent) }
button, a.button { display: block; width: 100%; padding: .75rem 1rem; border: 1px solid var(--accent); border-radius: .375rem; background: var(--accent); color: var(--onAccent); font: inherit; font-weight: 600; text-align: center; text-decoration: none; text-wrap: balance; cursor: pointer }
button.second { background: transparent; color: var(--accent) }
button:disabled { border-color: var(--line); color: var(--quiet); cursor: default }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.logo { display: block; max-width: 100%; max-height: 3rem; margin-bottom: 1rem }
.code { direction: ltr; font: 600 2rem/1.25 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; letter-spacing: .06em; text-align: center }
input.code { font-size: 1.25rem; text-transform: uppercase }
.quiet { color: var(--quiet) }
.bad { color: var(--bad) }
hr { margin: 1rem 0; border: 0; border-top: 1px solid var(--line); opacity: .5 }
main > :last-child, [data-status] > :last-child, form > :last-child { margin-bottom: 0 }
@media (max-width: 30rem) { main { padding: 1.25rem } }
`;
