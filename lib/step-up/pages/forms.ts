/** The forms of step-up's pages: a typed code, a passkey, a button. */
import type { Refusal } from '../../errors.js';
import type { StepUpTexts } from '../../texts/texts.js';
import { html, type Markup, raw } from '../../util/html.js';
import { marked } from '../../web/problem.js';

export interface CodeForm {
  readonly action: string;
  /** Of the field. */
  readonly id: string;
  readonly label: string;
  readonly button: string;
  readonly refusal?: Refusal | undefined;
  /** What the keyboard of a phone offers. Default `digits`. */
  readonly input?: 'digits' | 'letters';
}

const ATTRIBUTES = {
  digits: raw('inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="8"'),
  letters: raw('autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40"'),
};

export const codeForm = ({ action, id, label, button, refusal, input = 'digits' }: CodeForm): Markup =>
  html`<form method="post" action="${action}">
<label for="${id}">${label}</label>
<input id="${id}" name="code" required ${ATTRIBUTES[input]}${marked(refusal)}>
<button>${button}</button>
</form>`;

/** The script enables the button and sends the form. */
export const passkeyForm = (
  action: string,
  purpose: 'enrol' | 'use',
  label: string,
  { passkey }: StepUpTexts,
): Markup =>
  html`<form method="post" action="${action}" data-passkey="${purpose}" data-unsupported="${passkey.unsupported}" data-failed="${passkey.failed}">
<input type="hidden" name="response">
<p class="bad" role="alert"></p>
<button disabled>${label}</button>
<noscript><p class="quiet">${passkey.needsScript}</p></noscript>
</form>`;

export const buttonForm = (action: string, label: string, id?: string): Markup =>
  html`<form method="post" action="${action}">
${id === undefined ? undefined : html`<input type="hidden" name="id" value="${id}">`}
<button class="quiet">${label}</button>
</form>`;
