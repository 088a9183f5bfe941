/** The title and body of each page. */
import type { Refusal } from '../errors.js';
import { describeBrowser, describeTime } from '../texts/describe.js';
import type { Texts } from '../texts/texts.js';
import { html, type Markup, raw } from '../util/html.js';
import type { Page } from './layout.js';
import type { PageData, RetryForm } from './page-data.js';
import type { PageTable } from './page-set.js';
import { marked, problem } from './problem.js';
import { WAITING_SCRIPT } from './waiting-script.js';

/** The form of a page that opens a link. */
const tokenForm = (action: string, token: string, ...buttons: Markup[]) => html`<form method="post" action="${action}">
<input type="hidden" name="token" value="${token}">
${buttons}
</form>`;

const returnToField = (returnTo: string | undefined) =>
  returnTo === undefined ? undefined : html`<input type="hidden" name="returnTo" value="${returnTo}">`;

const retry = (
  loginPath: string,
  { address, returnTo }: RetryForm,
  button: Markup,
) => html`<form method="post" action="${loginPath}">
<input type="hidden" name="email" value="${address}">
${returnToField(returnTo)}
${button}
</form>`;

/** The content of each page, made from its data and the texts of a language. */
export const PAGES: PageTable<PageData> = {
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

  code: ({ code, origin, requestedIn, requestedAt, loginPath }, texts) => ({
    title: texts.code.title,
    noForms: true,
    body: html`<p>${texts.code.intro}</p>
<p class="code">${code}</p>
<p><strong>${texts.code.only(origin)}</strong> ${texts.code.secret}</p>
<p class="quiet">${texts.requestedIn(describeBrowser(texts, requestedIn), describeTime(texts, requestedAt))}</p>
<p><a href="${loginPath}">${texts.newLink}</a></p>`,
  }),

  hop: ({ href }, texts) => ({
    title: texts.hop.title,
    noForms: true,
    head: html`<meta http-equiv="refresh" content="0; url=${href}">`,
    body: html`<a class="button" href="${href}">${texts.continue}</a>`,
  }),

  refused: ({ refusal, loginPath, retryForm }, texts) => ({
    title: texts.refused.title,
    body: html`<p>${refusal.message}</p>
${
  retryForm
    ? retry(loginPath, retryForm, html`<button>${texts.sendNewLink}</button>`)
    : html`<a class="button" href="${loginPath}">${texts.newLink}</a>`
}`,
  }),

  notMe: ({ action, token, canEnd }, { notMe }) => ({
    title: notMe.title,
    body:
      token === undefined
        ? html`<p>${notMe.expired}</p>`
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

const loggedIn = (continueTo: string, texts: Texts): Page => ({
  title: texts.sent.loggedIn,
  body: html`<a class="button" href="${continueTo}">${texts.continue}</a>`,
});

function waiting(
  { loginPath, codeAction, retryForm, wait, refusal, switchesUser, ttl }: PageData['sent'],
  { sent }: Texts,
): Page {
  const status = `${loginPath}/sent`;
  return {
    title: sent.title,
    script: WAITING_SCRIPT,
    body: html`<div data-status="${status}" data-ttl="${String(ttl)}">
<p>${sent.intro(retryForm?.address)} <strong>${sent.where}</strong></p>
<p><a href="${status}">${sent.opened}</a></p>
${codeAction === undefined ? undefined : codeForm({ codeAction, refusal, switchesUser }, sent)}
<hr>
<p class="quiet">${sent.spam}</p>
${retryForm && retry(loginPath, retryForm, html`<button class="second" data-resend>${sent.resend}</button>`)}
${retryForm && wait > 0 ? html`<p class="quiet" data-wait="${String(wait)}">${sent.resendIn(wait)}</p>` : undefined}
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
