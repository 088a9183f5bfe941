/** The pages of a login. None needs a script, a cookie or anything from elsewhere. */
import type { Refusal } from '../errors.js';
import type { BrowserFamily } from '../protocol/claims.js';
import type { Languages } from '../texts/languages.js';
import { describeBrowser, describeTime, type Texts } from '../texts/texts.js';
import type { Theme } from '../texts/theme.js';
import { html, type Markup, raw } from '../util/html.js';
import type { Page } from './layout.js';
import { type Drawings, PageSet, type ViewsOf } from './page-set.js';
import { marked, problem } from './problem.js';
import { WAITING_SCRIPT } from './waiting-script.js';

/** What this browser asked for last, to ask for it again. */
export interface RetryForm {
  readonly address: string;
  readonly returnTo: string | undefined;
}

/** What each page shows; an app's own view gets the same. */
export interface PageData {
  /** Asks for the address. POSTs `email` and `returnTo`, or `invite` where there is an invitation. */
  form: {
    action: string;
    returnTo: string | undefined;
    email: string | undefined;
    refusal: Refusal | undefined;
    invitation: { invite: string; address: string } | undefined;
  };
  /**
   * The mail is on its way. POSTs `code` to `codeAction` where there is one, and `email` and `returnTo` to
   * `loginPath` to ask again, in `wait` seconds. `continueTo` is where to go if this browser has logged in meanwhile.
   */
  sent: {
    loginPath: string;
    codeAction: string | undefined;
    retryForm: RetryForm | undefined;
    wait: number;
    refusal: Refusal | undefined;
    switchesUser: boolean;
    /** Seconds that a link lives. */
    ttl: number;
    continueTo: string | undefined;
  };
  /** The link was opened where it was not asked for, as far as can be told. POSTs `token`. */
  landing: { action: string; token: string };
  /** One more click by the browser that asked. POSTs `token`. */
  confirm: { action: string; token: string; switchesUser: boolean };
  /** The code to type in the browser that asked, and nowhere but at `origin`; or a new link by `loginPath`. */
  code: { code: string; origin: string; askedIn: BrowserFamily; askedAt: Date; loginPath: string };
  /** Goes on to `href` by itself, this time from our own site. */
  hop: { href: string };
  /** Why not, and a way on: POSTs `again` to `loginPath`, or leads there. */
  refused: { refusal: Refusal; loginPath: string; retryForm: RetryForm | undefined };
  /** "This was not me". POSTs `token`, and `end` to end what is live; undefined: the token is too old. */
  notMe: { action: string; token: string | undefined; canEnd: boolean };
  /** What to do now. `ended`: how many links were ended, where that was asked for. */
  reported: { ended: number | undefined };
  /** Something that the login needs is down. */
  unavailable: { loginPath: string };
}

export type PageName = keyof PageData;

/** Answers with the app's own page, such as `(req, res, page) => res.render('landing', page)`. */
export type View<P extends PageName> = NonNullable<Views[P]>;

export type Views = ViewsOf<PageData>;

export class Pages extends PageSet<PageData> {
  constructor({ views, languages, theme }: { views: Views; languages: Languages; theme: Theme }) {
    super({ drawings: PAGES, views, theme, texts: (req) => languages.for(req) });
  }
}

/** The one button of a page that opens a link. */
const tokenForm = (action: string, token: string, ...buttons: Markup[]) => html`<form method="post" action="${action}">
<input type="hidden" name="token" value="${token}">
${buttons}
</form>`;

const returnToField = (returnTo: string | undefined) =>
  returnTo === undefined ? undefined : html`<input type="hidden" name="returnTo" value="${returnTo}">`;

const askAgain = (
  loginPath: string,
  { address, returnTo }: RetryForm,
  button: Markup,
) => html`<form method="post" action="${loginPath}">
<input type="hidden" name="email" value="${address}">
${returnToField(returnTo)}
${button}
</form>`;

const PAGES: Drawings<PageData> = {
  form: ({ action, returnTo, email, refusal, invitation }, { form }) => ({
    title: form.title,
    body: html`<p>${invitation ? form.invited(invitation.address) : form.intro}</p>
<form method="post" action="${action}">
${problem(refusal)}
${
  invitation
    ? html`<p>${form.intro}</p>
<input type="hidden" name="invite" value="${invitation.invite}">`
    : html`<label for="email">${form.email}</label>
<input id="email" name="email" type="email" autocomplete="email" required autofocus value="${email}"${marked(refusal)}>
${returnToField(returnTo)}`
}
<button>${form.button}</button>
</form>`,
  }),

  sent: (data, texts) => (data.continueTo === undefined ? waiting(data, texts) : loggedIn(data.continueTo, texts)),

  landing: ({ action, token }, { landing }) => ({
    title: landing.title,
    body: html`<p>${landing.intro}</p>
${tokenForm(action, token, html`<button>${landing.button}</button>`)}`,
  }),

  confirm: ({ action, token, switchesUser }, { confirm }) => ({
    title: switchesUser ? confirm.switchTitle : confirm.title,
    body: html`<p>${switchesUser ? confirm.switchIntro : confirm.intro}</p>
${tokenForm(action, token, html`<button>${confirm.button}</button>`)}`,
  }),

  code: ({ code, origin, askedIn, askedAt, loginPath }, texts) => ({
    title: texts.code.title,
    noForms: true,
    body: html`<p>${texts.code.intro}</p>
<p class="code">${code}</p>
<p><strong>${texts.code.only(origin)}</strong> ${texts.code.secret}</p>
<p class="quiet">${texts.askedFor(describeBrowser(texts, askedIn), describeTime(texts, askedAt))}</p>
<p><a href="${loginPath}">${texts.newLink}</a></p>`,
  }),

  hop: ({ href }, texts) => ({
    title: texts.hop.title,
    noForms: true,
    head: html`<meta http-equiv="refresh" content="0; url=${href}">`,
    body: html`<a class="button" href="${href}">${texts.goOn}</a>`,
  }),

  refused: ({ refusal, loginPath, retryForm }, texts) => ({
    title: texts.refused.title,
    body: html`<p>${refusal.message}</p>
${
  retryForm
    ? askAgain(loginPath, retryForm, html`<button>${texts.sendNewLink}</button>`)
    : html`<a class="button" href="${loginPath}">${texts.newLink}</a>`
}`,
  }),

  notMe: ({ action, token, canEnd }, { notMe }) => ({
    title: notMe.title,
    body:
      token === undefined
        ? html`<p>${notMe.old}</p>`
        : html`<p>${notMe.intro}</p>
${tokenForm(
  action,
  token,
  html`<p><button>${notMe.button}</button></p>`,
  ...(canEnd ? [html`<button class="second" name="end" value="links">${notMe.endLinks}</button>`] : []),
)}`,
  }),

  reported: ({ ended }, { reported }) => ({
    title: reported.title,
    noForms: true,
    body: html`${ended === undefined ? undefined : html`<p>${reported.ended(ended)}</p>`}
<ul>${reported.advice.map((item) => html`<li>${item}</li>`)}</ul>`,
  }),

  unavailable: ({ loginPath }, { unavailable, tryAgain }) => ({
    title: unavailable.title,
    body: html`<p>${unavailable.intro}</p>
<a class="button" href="${loginPath}">${tryAgain}</a>`,
  }),
};

const loggedIn = (continueTo: string, { sent, goOn }: Texts): Page => ({
  title: sent.loggedIn,
  body: html`<a class="button" href="${continueTo}">${goOn}</a>`,
});

function waiting(
  { loginPath, codeAction, retryForm, wait, refusal, switchesUser, ttl }: PageData['sent'],
  { sent }: Texts,
): Page {
  const status = `${loginPath}/sent`;
  return {
    title: sent.title,
    script: WAITING_SCRIPT,
    body: html`<div data-status="${status}" data-life="${String(ttl)}">
<p>${sent.intro(retryForm?.address)} <strong>${sent.where}</strong></p>
<p><a href="${status}">${sent.opened}</a></p>
${codeAction === undefined ? undefined : codeForm({ codeAction, refusal, switchesUser }, sent)}
<hr>
<p class="quiet">${sent.spam}</p>
${retryForm && askAgain(loginPath, retryForm, html`<button class="second" data-again>${sent.again}</button>`)}
${retryForm && wait > 0 ? html`<p class="quiet" data-wait="${String(wait)}">${sent.againIn(wait)}</p>` : undefined}
<p><a href="${loginPath}">${sent.wrongAddress}</a></p>
</div>`,
  };
}

const codeForm = (
  { codeAction, refusal, switchesUser }: { codeAction: string; refusal: Refusal | undefined; switchesUser: boolean },
  sent: Texts['sent'],
) => html`<hr>
<form method="post" action="${codeAction}">
<p>${sent.codeIntro}</p>
${switchesUser ? html`<p>${sent.codeSwitchesUser}</p>` : undefined}
${problem(refusal)}
<label for="code">${sent.code}</label>
<input id="code" name="code" class="code" required autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="64"${marked(refusal)}${refusal && raw(' autofocus')}>
<button>${sent.codeButton}</button>
</form>`;
