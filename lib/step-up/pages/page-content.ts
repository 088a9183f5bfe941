/** The title and body of each page of the step-up. Only passkeys need the script. */
import { describeSeconds } from '../../texts/describe.js';
import type { StepUpTexts, Texts } from '../../texts/texts.js';
import { html, type Markup, raw } from '../../util/html.js';
import type { PageTable } from '../../web/page-set.js';
import { problem } from '../../web/problem.js';
import { buttonForm, codeForm, passkeyForm } from './forms.js';
import type { FactorEntry, StepUpPageData } from './page-data.js';

export const PAGES: PageTable<StepUpPageData> = {
  confirm: (page, texts) => {
    const { base, choices, hasRecoveryCodes, refusal, isHeld } = page;
    const { stepUp } = texts;
    const { confirm } = stepUp;
    return {
      title: confirm.title,
      scriptFile: scriptOf(base),
      body: html`<p>${confirm[introOf(page)]}</p>
${problem(refusal)}
${choices.map(({ name, label, challenged }, i) => {
  const action = `${base}/${name}`;
  const form = challenged
    ? passkeyForm(action, 'use', confirm.usePasskey, stepUp)
    : codeForm({ action, id: name, label: confirm.code(label), button: confirm.button, refusal });
  return html`${i > 0 ? raw('<hr>') : undefined}${form}`;
})}
${hasRecoveryCodes ? recovery(base, choices.length > 0, stepUp) : undefined}
${isHeld ? undefined : ownFactors(page, texts)}`,
    };
  },

  factors: ({ base, entries, waiting, choices, recoveryCodes, expiresAt, canReportLoss }, texts) => {
    const { stepUp } = texts;
    const { factors } = stepUp;
    return {
      title: factors.title,
      scriptFile: scriptOf(base),
      body: html`<p>${factors.intro}</p>
${
  expiresAt === undefined
    ? undefined
    : html`<div class="warn"><p>${factors.lossReported(describeSeconds(texts, expiresAt))}</p>${buttonForm(`${base}/loss/withdraw`, factors.withdrawLoss)}</div>`
}
${waitingList(base, waiting, texts)}
${entries.length + waiting.length === 0 ? html`<p class="quiet">${factors.none}</p>` : undefined}
${list(
  entries.map(({ id, label, enrolledAt }) => {
    const added = factors.added(describeSeconds(texts, enrolledAt));
    return html`<li><span>${label}<small>${added}</small></span>${buttonForm(`${base}/remove`, factors.remove, id)}</li>`;
  }),
)}
<ul class="choices">${choices.map(({ name, label, challenged }) => {
        const action = `${base}/${name}/enrol`;
        const add = factors.add(label);
        return html`<li>${challenged ? passkeyForm(action, 'enrol', add, stepUp) : buttonForm(action, add)}</li>`;
      })}</ul>
${
  entries.length === 0
    ? undefined
    : html`<p>${factors.codesLeft(recoveryCodes)}</p>
${buttonForm(`${base}/recovery/renew`, factors.newCodes)}`
}
${
  canReportLoss && entries.length > 0 && expiresAt === undefined
    ? html`<h2>${factors.lossTitle}</h2>
<p>${factors.lossIntro}</p>
${buttonForm(`${base}/loss`, factors.reportLoss)}`
    : undefined
}`,
    };
  },

  enrol: ({ base, choice: { name, label }, clientOptions, qrCode, refusal }, { stepUp: { enrol, factors } }) => ({
    title: factors.add(label),
    body: html`${
      qrCode === undefined
        ? undefined
        : html`<p>${enrol.scan}</p>
<div class="qr-code">${raw(qrCode)}</div>`
    }
${setupKey(clientOptions, enrol)}
${problem(refusal)}
${codeForm({ action: `${base}/${name}/confirm`, id: 'code', label: enrol.code, button: enrol.button, refusal })}`,
  }),

  enrolled: ({ label, activeAt, recoveryCodes, continueTo }, texts) => {
    const { enrolled } = texts.stepUp;
    return {
      title: label === undefined ? enrolled.codesTitle : enrolled.title,
      body: html`${
        label === undefined
          ? undefined
          : html`<p>${activeAt === undefined ? enrolled.active(label) : enrolled.waiting(label, describeSeconds(texts, activeAt))}</p>`
      }
${
  recoveryCodes &&
  html`${label === undefined ? undefined : html`<h2>${enrolled.codesTitle}</h2>`}<p>${enrolled.codesIntro}</p>
<ol class="codes">${recoveryCodes.map((code) => html`<li><code>${code}</code></li>`)}</ol>`
}
<p><a href="${continueTo}">${texts.continue}</a></p>`,
    };
  },

  withoutFactor: ({ loginPath }, { newLink, stepUp: { withoutFactor } }) => ({
    title: withoutFactor.title,
    body: html`<p>${withoutFactor.intro}</p>
<ul class="advice">${withoutFactor.advice.map((item) => html`<li>${item}</li>`)}</ul>
<p><a href="${loginPath}">${newLink}</a></p>`,
  }),

  refused: ({ base, refusal }, { refused, stepUp }) => ({
    title: refused.title,
    body: html`<p>${refusal.message}</p>
<p><a href="${base}/factors">${stepUp.back}</a></p>`,
  }),

  unavailable: ({ base }, { tryAgain, stepUp: { unavailable } }) => ({
    title: unavailable.title,
    body: html`<p>${unavailable.intro}</p>
<p><a href="${base}">${tryAgain}</a></p>`,
  }),
};

const scriptOf = (base: string): string => `${base}/passkey.js`;

/** The text that says why a factor is asked for, or what is missing. */
function introOf({ choices, hasRecoveryCodes, isEnrolled, isHeld, waiting }: StepUpPageData['confirm']) {
  if (choices.length > 0 || hasRecoveryCodes) return isHeld ? 'held' : 'intro';
  if (isEnrolled) return 'notEnough';
  return waiting.length > 0 ? 'noneActive' : 'none';
}

const recovery = (base: string, isAlternative: boolean, { confirm }: StepUpTexts): Markup =>
  html`${isAlternative ? raw('<hr>') : undefined}
<details><summary>${confirm.recovery}</summary>
${codeForm({
  action: `${base}/recovery`,
  id: 'recovery',
  label: confirm.recoveryCode,
  button: confirm.recoveryButton,
  input: 'letters',
})}
</details>`;

/** The person's factors that wait, and a link to all. */
function ownFactors({ base, isEnrolled, waiting }: StepUpPageData['confirm'], texts: Texts): Markup {
  const { manage, setUp } = texts.stepUp.confirm;
  return html`${waitingList(base, waiting, texts)}
<p class="quiet"><a href="${base}/factors">${isEnrolled || waiting.length > 0 ? manage : setUp}</a></p>`;
}

function waitingList(base: string, waiting: readonly FactorEntry[], texts: Texts): Markup | undefined {
  if (waiting.length === 0) return undefined;
  const { title, activeFrom, notYou, cancel } = texts.stepUp.waiting;
  return html`<div class="warn">
<p><strong>${title}</strong></p>
${list(
  waiting.map(({ id, label, activeAt = 0 }) => {
    const when = activeFrom(describeSeconds(texts, activeAt));
    return html`<li><span>${label}<small>${when}</small></span>${buttonForm(`${base}/remove`, cancel, id)}</li>`;
  }),
)}
<p class="quiet">${notYou}</p>
</div>`;
}

const list = (items: readonly Markup[]): Markup | undefined =>
  items.length === 0 ? undefined : html`<ul>${items}</ul>`;

/** The key in groups of four. Its link opens the authenticator app if that is on the same device. */
function setupKey(clientOptions: unknown, { key }: StepUpTexts['enrol']): Markup | undefined {
  const { secret, uri } = Object(clientOptions) as { secret?: unknown; uri?: unknown };
  if (typeof secret !== 'string' || typeof uri !== 'string') return undefined;
  return html`<p>${key}: <a href="${uri}"><code>${secret.replace(/(.{4})(?=.)/g, '$1 ')}</code></a></p>`;
}
