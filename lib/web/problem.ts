/** What is wrong with a form that was sent: said once above the field, and tied to it for those who do not see it. */
import type { Refusal } from '../errors.js';
import { html, type Markup, raw } from '../util/html.js';

export const problem = (refusal: Refusal | undefined): Markup | undefined =>
  refusal && html`<p class="bad" id="problem" role="alert">${refusal.message}</p>`;

/** The attributes of the field that `problem` is about. */
export const marked = (refusal: Refusal | undefined): Markup | undefined =>
  refusal && raw(' aria-invalid="true" aria-describedby="problem"');
