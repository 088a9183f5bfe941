/** What is wrong with a form that was sent: a message, and the attributes that tie a field to it. */
import type { Refusal } from '../errors.js';
import { html, type Markup, raw } from '../util/html.js';

export const problem = (refusal: Refusal | undefined): Markup | undefined =>
  refusal && html`<p class="bad" id="problem" role="alert">${refusal.message}</p>`;

/** Marks the field that `problem` describes. */
export const marked = (refusal: Refusal | undefined): Markup | undefined =>
  refusal && raw(' aria-invalid="true" aria-describedby="problem"');
