/** The pages of a login. None needs a script, a cookie or anything from elsewhere. */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Refusal } from '../errors.js';
import { html, type Markup, raw } from '../html.js';

/** What each page shows; an app's own view gets the same. */
export interface PageData {
  /** Asks for the address. */
  form: { action: string; returnTo: string | undefined; email: string | undefined; refusal: Refusal | undefined };
  /** The mail is on its way. `continueTo` is where to go if this browser has logged in meanwhile. */
  sent: { loginPath: string; continueTo: string | undefined };
  /** The link was opened where it was not asked for, as far as can be told. POSTs `token`. */
  landing: { action: string; token: string };
  /** One more click by the browser that asked. POSTs `token`. */
  confirm: { action: string; token: string; switchesUser: boolean };
  /** Goes on to `href` by itself, this time from our own site. */
  hop: { href: string };
  /** Why not, and a way on. */
  refused: { refusal: Refusal; loginPath: string };
  /** Something that the login needs is down. */
  unavailable: { loginPath: string };
}

export type PageName = keyof PageData;

/** Answers with the app's own page, such as `(req, res, page) => res.render('landing', page)`. */
export type View<P extends PageName> = (req: Request, res: Response, page: PageData[P]) => unknown;

export type Views = { readonly [P in PageName]?: View<P> };

/**
 * Answers with a page: the app's view, or ours. The headers are set before, for a view to change.
 * Rejects as the view does.
 */
export async function sendPage<P extends PageName>(
  { req, res, views }: { req: Request; res: Response; views: Views },
  status: number,
  name: P,
  page: PageData[P],
): Promise<void> {
  res.status(status);
  res.set('Content-Security-Policy', name === 'hop' ? HOP_POLICY : POLICY);
  const view: View<P> | undefined = views[name];
  if (view) await view(req, res, page);
  else res.type('html').send(layout(PAGES[name](page)));
}

const STYLE = `
:root { color-scheme: light dark; --page: #f2f4f7; --card: #fff; --text: #1d2129; --quiet: #5a6270; --line: #8a92a0; --accent: #1f5fd6; --on-accent: #fff; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --page: #16181d; --card: #22252c; --text: #e8eaee; --quiet: #a7adba; --line: #7c8493; --accent: #6ea0ff; --on-accent: #10131a; --bad: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 1rem; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { width: 100%; max-width: 26rem; padding: 2rem; border-radius: .5rem; background: var(--card); overflow-wrap: anywhere }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25 }
p { margin: 0 0 1rem }
label { display: block; margin-bottom: .25rem; font-weight: 600 }
input { width: 100%; margin-bottom: 1rem; padding: .625rem .75rem; border: 1px solid var(--line); border-radius: .375rem; background: transparent; color: inherit; font: inherit }
button { width: 100%; padding: .75rem 1rem; border: 0; border-radius: .375rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer }
a { color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.quiet { color: var(--quiet) }
.bad { color: var(--bad) }
main > :last-child, form:last-child > :last-child { margin-bottom: 0 }
`;

const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
/** What every page of ours is sent with; a page that needs more adds to it. */
export const POLICY = `default-src 'none'; style-src ${STYLE_HASH}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
const HOP_POLICY = `default-src 'none'; style-src ${STYLE_HASH}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`;

export interface Page {
  title: string;
  body: Markup;
  head?: Markup;
}

export const layout = ({ title, body, head }: Page): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(STYLE)}</style>
${head}
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.toString();

/** The one button of a page that opens a link. */
const tokenForm = (action: string, token: string, label: string) => html`<form method="post" action="${action}">
<input type="hidden" name="token" value="${token}">
<button>${label}</button>
</form>`;

const newLink = (loginPath: string) => html`<p><a href="${loginPath}">Ask for a new link</a></p>`;

const PAGES: { readonly [P in PageName]: (page: PageData[P]) => Page } = {
  form: ({ action, returnTo, email, refusal }) => ({
    title: 'Log in',
    body: html`<p>We send you a link. Open it in this browser.</p>
<form method="post" action="${action}">
${refusal && html`<p class="bad" id="problem" role="alert">${refusal.message}</p>`}
<label for="email">Email address</label>
<input id="email" name="email" type="email" autocomplete="email" required autofocus value="${email}"${
      refusal && raw(' aria-invalid="true" aria-describedby="problem"')
    }>
${returnTo === undefined ? undefined : html`<input type="hidden" name="returnTo" value="${returnTo}">`}
<button>Send me a link</button>
</form>`,
  }),

  sent: ({ loginPath, continueTo }) =>
    continueTo === undefined
      ? {
          title: 'Check your inbox',
          body: html`<p>If this address can log in here, a link is on its way to it. Open the link <strong>in this browser</strong>; it works nowhere else.</p>
<p class="quiet">Nothing there after a minute? Look into the spam folder, or <a href="${loginPath}">ask again</a>.</p>`,
        }
      : { title: 'You are logged in', body: html`<p><a href="${continueTo}">Continue</a></p>` },

  landing: ({ action, token }) => ({
    title: 'Open this link where you asked for it',
    body: html`<p>A login link works only in the browser that asked for it. Open the mail there, or copy the link into it.</p>
${tokenForm(action, token, 'I asked in this browser')}`,
  }),

  confirm: ({ action, token, switchesUser }) => ({
    title: switchesUser ? 'Log in again?' : 'Log in',
    body: html`<p>${
      switchesUser
        ? 'Somebody is logged in here already. This link logs them out and you in.'
        : 'One click, and you are logged in.'
    }</p>
${tokenForm(action, token, 'Log in')}`,
  }),

  hop: ({ href }) => ({
    title: 'Opening your link',
    head: html`<meta http-equiv="refresh" content="0; url=${href}">`,
    body: html`<p><a href="${href}">Continue</a></p>`,
  }),

  refused: ({ refusal, loginPath }) => ({
    title: 'This did not work',
    body: html`<p>${refusal.message}</p>
${newLink(loginPath)}`,
  }),

  unavailable: ({ loginPath }) => ({
    title: 'One moment, please',
    body: html`<p>Logging in is not possible right now. Please try again in a few seconds.</p>
<p><a href="${loginPath}">Try again</a></p>`,
  }),
};
