/** The pages of step-up. Only a passkey needs a script, and it is our own. */
import type { Request, Response } from 'express';
import type { Refusal } from '../../errors.js';
import type { Theme } from '../../texts/theme.js';
import { html, type Markup, raw } from '../../util/html.js';
import { createLayout, type Layout, type Page } from '../../web/layout.js';
import { STYLE } from './style.js';
import { dateText, TEXTS } from './texts.js';

/** A factor that can be used or added here. */
export interface FactorChoice {
  readonly name: string;
  readonly label: string;
  /** It is asked by a challenge, as a passkey is; else it is a code that is typed. */
  readonly challenged: boolean;
}

/** A factor that is there. Times are epoch seconds. */
export interface FactorEntry {
  readonly id: string;
  readonly label: string;
  readonly enrolledAt: number;
  /** Of one that waits: when it will count. */
  readonly activeAt?: number;
}

/** What each page shows; an app's own view gets the same. `base` is where the router is mounted. */
export interface StepUpPageData {
  /** Asks for one of the enrolled factors: a code is POSTed to `base/name` as `code`. */
  confirm: {
    base: string;
    /** The factors that will be enough; none where they have none of these. */
    choices: readonly FactorChoice[];
    /** Whether they have any at all. */
    isEnrolled: boolean;
    waiting: readonly FactorEntry[];
    hasRecoveryCodes: boolean;
    refusal: Refusal | undefined;
  };
  /** Shows what there is, to add to and to take from. */
  factors: {
    base: string;
    entries: readonly FactorEntry[];
    waiting: readonly FactorEntry[];
    choices: readonly FactorChoice[];
    recoveryCodes: number;
    /** A lost device was reported: when all factors end; epoch seconds. */
    expiresAt: number | undefined;
    canReportLoss: boolean;
  };
  /** What the new factor needs to be set up; POSTs `code` to `base/name/confirm`. */
  enrol: {
    base: string;
    choice: FactorChoice;
    clientOptions: unknown;
    /** An SVG. */
    qrCode: string | undefined;
    refusal: Refusal | undefined;
  };
  /** It is added, or the codes are new: the codes are shown this once. */
  enrolled: {
    label: string | undefined;
    activeAt: number | undefined;
    recoveryCodes: readonly string[] | undefined;
    continueTo: string;
  };
  /** Why not, and a way back. */
  refused: { base: string; refusal: Refusal };
  /** Something that the step-up needs is down. */
  unavailable: { base: string };
}

export type StepUpPageName = keyof StepUpPageData;

export type StepUpView<P extends StepUpPageName> = (req: Request, res: Response, page: StepUpPageData[P]) => unknown;

export type StepUpViews = { readonly [P in StepUpPageName]?: StepUpView<P> };

export class StepUpPages {
  readonly #views: StepUpViews;
  readonly #layout: Layout;

  constructor(views: StepUpViews, theme: Theme) {
    this.#views = views;
    this.#layout = createLayout(theme, STYLE);
  }

  /** Answers with the app's view, or ours. The headers are set before, for a view to change. Rejects as the view does. */
  async send<P extends StepUpPageName>(
    req: Request,
    res: Response,
    status: number,
    name: P,
    data: StepUpPageData[P],
  ): Promise<void> {
    const page = PAGES[name](data);
    res.status(status).set('Content-Security-Policy', this.#layout.policyOf(page));
    const view: StepUpView<P> | undefined = this.#views[name];
    if (view) await view(req, res, data);
    else res.type('html').send(this.#layout.render(page, LANGUAGE));
  }
}

/** Its texts are in English only. */
const LANGUAGE = { language: 'en', direction: 'ltr' } as const;

const alert = (refusal: Refusal | undefined): Markup | undefined =>
  refusal && html`<p class="bad" id="problem" role="alert">${refusal.message}</p>`;

const marked = (refusal: Refusal | undefined) => refusal && raw(' aria-invalid="true" aria-describedby="problem"');

/** A code, typed. */
const codeForm = (action: string, id: string, label: string, button: string, refusal?: Refusal, attributes = DIGITS) =>
  html`<form method="post" action="${action}">
<label for="${id}">${label}</label>
<input id="${id}" name="code" required autocomplete="off" ${attributes}${marked(refusal)}>
<button>${button}</button>
</form>`;

const DIGITS = raw('inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="8"');
const LETTERS = raw('autocapitalize="characters" spellcheck="false" maxlength="40"');

const passkeyForm = (action: string, purpose: 'enrol' | 'use', label: string) =>
  html`<form method="post" action="${action}" data-passkey="${purpose}" data-unsupported="${TEXTS.passkeyUnsupported}" data-failed="${TEXTS.passkeyFailed}">
<input type="hidden" name="response">
<p class="bad" role="alert"></p>
<button disabled>${label}</button>
<noscript><p class="quiet">${TEXTS.needsScript}</p></noscript>
</form>`;

const button = (action: string, label: string, id?: string) =>
  html`<form method="post" action="${action}">
${id === undefined ? undefined : html`<input type="hidden" name="id" value="${id}">`}
<button class="quiet">${label}</button>
</form>`;

const waitingList = (base: string, waiting: readonly FactorEntry[]): Markup | undefined =>
  waiting.length === 0
    ? undefined
    : html`<div class="warn">
<p><strong>${TEXTS.waitingTitle}</strong></p>
<ul>${waiting.map(
        ({ id, label, activeAt = 0 }) =>
          html`<li><span>${label}<small>${TEXTS.waits} ${dateText(activeAt)}</small></span>${button(`${base}/remove`, TEXTS.cancel, id)}</li>`,
      )}</ul>
<p class="quiet">${TEXTS.notYou}</p>
</div>`;

const script = (base: string) => `${base}/passkey.js`;

function confirmIntro(canChoose: boolean, isEnrolled: boolean, waits: boolean): string {
  if (canChoose) return TEXTS.confirmIntro;
  if (isEnrolled) return TEXTS.notEnough;
  return waits ? TEXTS.nothingActive : TEXTS.nothingEnrolled;
}

const PAGES: { readonly [P in StepUpPageName]: (page: StepUpPageData[P]) => Page } = {
  confirm: ({ base, choices, isEnrolled, waiting, hasRecoveryCodes, refusal }) => ({
    title: TEXTS.confirmTitle,
    scriptFile: script(base),
    body: html`<p>${confirmIntro(choices.length > 0 || hasRecoveryCodes, isEnrolled, waiting.length > 0)}</p>
${alert(refusal)}
${choices.map(({ name, label, challenged }, i) => {
  const form = challenged
    ? passkeyForm(`${base}/${name}`, 'use', TEXTS.usePasskey)
    : codeForm(`${base}/${name}`, name, TEXTS.code(label), TEXTS.confirm, refusal);
  return html`${i > 0 ? raw('<hr>') : undefined}${form}`;
})}
${
  hasRecoveryCodes
    ? html`${choices.length > 0 ? raw('<hr>') : undefined}
<details><summary>${TEXTS.recoveryTitle}</summary>
${codeForm(`${base}/recovery`, 'recovery', TEXTS.recoveryLabel, TEXTS.useRecovery, undefined, LETTERS)}
</details>`
    : undefined
}
${waitingList(base, waiting)}
<p class="quiet"><a href="${base}/factors">${isEnrolled || waiting.length > 0 ? TEXTS.manage : TEXTS.setUp}</a></p>`,
  }),

  factors: ({ base, entries, waiting, choices, recoveryCodes, expiresAt, canReportLoss }) => ({
    title: TEXTS.factorsTitle,
    scriptFile: script(base),
    body: html`<p>${TEXTS.factorsIntro}</p>
${
  expiresAt === undefined
    ? undefined
    : html`<div class="warn"><p>${TEXTS.lossReported} ${dateText(expiresAt)}.</p>${button(`${base}/loss/withdraw`, TEXTS.withdrawLoss)}</div>`
}
${waitingList(base, waiting)}
${
  entries.length === 0
    ? waiting.length === 0
      ? html`<p class="quiet">${TEXTS.none}</p>`
      : undefined
    : html`<ul>${entries.map(
        ({ id, label, enrolledAt }) =>
          html`<li><span>${label}<small>${TEXTS.since} ${dateText(enrolledAt)}</small></span>${button(`${base}/remove`, TEXTS.remove, id)}</li>`,
      )}</ul>`
}
<ul class="choices">${choices.map(
      ({ name, label, challenged }) =>
        html`<li>${
          challenged
            ? passkeyForm(`${base}/${name}/enrol`, 'enrol', TEXTS.add(label))
            : button(`${base}/${name}/enrol`, TEXTS.add(label))
        }</li>`,
    )}</ul>
${
  entries.length === 0
    ? undefined
    : html`<p>${TEXTS.codesLeft(recoveryCodes)}</p>
${button(`${base}/recovery/renew`, TEXTS.newCodes)}`
}
${
  canReportLoss && entries.length > 0 && expiresAt === undefined
    ? html`<h2>${TEXTS.lossTitle}</h2>
<p>${TEXTS.lossIntro}</p>
${button(`${base}/loss`, TEXTS.reportLoss)}`
    : undefined
}`,
  }),

  enrol: ({ base, choice: { name, label }, clientOptions, qrCode, refusal }) => ({
    title: TEXTS.enrolTitle(label),
    body: html`${
      qrCode === undefined
        ? undefined
        : html`<p>${TEXTS.enrolScan}</p>
<div class="picture">${raw(qrCode)}</div>`
    }
${setup(clientOptions)}
${alert(refusal)}
${codeForm(`${base}/${name}/confirm`, 'code', TEXTS.enrolCode, TEXTS.enrol, refusal)}`,
  }),

  enrolled: ({ label, activeAt, recoveryCodes, continueTo }) => ({
    title: label === undefined ? TEXTS.codesTitle : TEXTS.addedTitle,
    body: html`${
      label === undefined
        ? undefined
        : html`<p>${label}. ${activeAt === undefined ? TEXTS.added : html`${TEXTS.addedWaiting} ${dateText(activeAt)}.`}</p>`
    }
${
  recoveryCodes &&
  html`${label === undefined ? undefined : html`<h2>${TEXTS.codesTitle}</h2>`}<p>${TEXTS.codesIntro}</p>
<ol class="codes">${recoveryCodes.map((code) => html`<li><code>${code}</code></li>`)}</ol>`
}
<p><a href="${continueTo}">${TEXTS.next}</a></p>`,
  }),

  refused: ({ base, refusal }) => ({
    title: TEXTS.refusedTitle,
    body: html`<p>${refusal.message}</p>
<p><a href="${base}/factors">${TEXTS.back}</a></p>`,
  }),

  unavailable: ({ base }) => ({
    title: TEXTS.unavailableTitle,
    body: html`<p>${TEXTS.unavailable}</p>
<p><a href="${base}">${TEXTS.tryAgain}</a></p>`,
  }),
};

/** The key in groups of four, which opens the app where it is on the same device. */
function setup(clientOptions: unknown): Markup | undefined {
  const { secret, uri } = Object(clientOptions) as { secret?: unknown; uri?: unknown };
  if (typeof secret !== 'string' || typeof uri !== 'string') return undefined;
  return html`<p>${TEXTS.key}: <a href="${uri}"><code>${secret.replace(/(.{4})(?=.)/g, '$1 ')}</code></a></p>`;
}
