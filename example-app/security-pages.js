// The pages that show what happened, in words that people understand.
import { EVENT_CATALOGUE } from 'passport-bound-link';
import { escape, page, time } from './pages.js';

/** @typedef {import('./security.js').PersonalEvent} PersonalEvent */

/**
 * @param {{ events: PersonalEvent[], links: { id: string, expiresAt: number }[], devices: { browser: string | undefined, firstLogin: number, lastLogin: number, logins: number }[] }} shown
 * @param {number | undefined} ended how many links were ended just now
 */
export const securityPage = ({ events, links, devices }, ended) =>
  page(
    'Security',
    `${ended === undefined ? '' : `<p class="note" role="status">${ended === 0 ? 'There was no live link.' : `${links_(ended)} ended.`} Everybody else who was logged in to your account is logged out.</p>`}
<p>What happened to your account and your mailbox here. Is there a login that was not yours? End everything, change your mailbox’s password, and look at your <a href="/step-up/factors">second factors</a>.</p>
<form method="post" action="/security/revoke-all"><button>Log out everywhere else, and end all links</button></form>
<h2>Where you logged in</h2>
<ul class="rows">
${devices
  .map(
    ({ browser, firstLogin, lastLogin, logins }) =>
      `<li><strong>${escape(browser ?? UNKNOWN)}</strong>
<small>${logins === 1 ? `Once, ${time(lastLogin)}` : `${logins} times, last ${time(lastLogin)}, first ${time(firstLogin)}`}</small></li>`,
  )
  .join('\n')}
</ul>
<h2>Links that work now</h2>
${
  links.length === 0
    ? '<p>None.</p>'
    : `<ul class="rows">${links.map(({ expiresAt }) => `<li>A login link, until ${time(expiresAt)}</li>`).join('\n')}</ul>`
}
<h2>What happened</h2>
<ol class="rows">
${sentences(events)
  .map(
    ({ severity, sentence, advice, browser, at }) =>
      `<li${severity === 'info' ? '' : ' class="loud"'}>${escape(sentence)}${advice ? ` ${escape(advice)}` : ''}
<small>${time(at)}${browser === undefined ? '' : `, ${escape(browser)}`}</small></li>`,
  )
  .join('\n')}
</ol>
<p><a href="/">Home</a></p>`,
  );

const links_ = (/** @type {number} */ count) => (count === 1 ? 'One link was' : `${count} links were`);

const UNKNOWN = 'Unknown browser';

/** @type {Readonly<Record<string, string>>} */
const FACTORS = { totp: 'authenticator app', passkey: 'passkey', recovery: 'recovery code' };

const HARMLESS = 'If that was not you: without your mailbox it is of no use, and nothing needs to be done.';

/**
 * A login is one sentence, though it is several events.
 * @param {readonly PersonalEvent[]} events
 */
function sentences(events) {
  const linksOf = (/** @type {string} */ wanted) =>
    new Set(events.filter(({ type }) => type === wanted).map(({ link }) => link));
  const [redeemed, refused, fresh] = [linksOf('link.redeemed'), linksOf('login.refused'), linksOf('login.new_browser')];
  return events.flatMap((event) => {
    const { type, link, severity, browser, time: at } = event;
    const isTold =
      type === 'mail.sent' ||
      type === 'login.new_browser' ||
      (type === 'link.requested' && redeemed.has(link)) ||
      (type === 'link.redeemed' && refused.has(link));
    if (isTold) return [];
    const [sentence, advice] = wordsFor(event, fresh.has(link));
    return [{ severity, sentence, advice, browser: type === 'link.redeemed' ? undefined : browser, at }];
  });
}

/**
 * @param {PersonalEvent} event @param {boolean} isNewBrowser
 * @returns {[sentence: string, advice?: string]}
 */
function wordsFor({ type, browser, reason, factor = '', count = 0, retried, ...event }, isNewBrowser) {
  const which = FACTORS[factor] ?? 'second factor';
  switch (type) {
    case 'link.requested':
      return ['Somebody asked for a login link to your address.', HARMLESS];
    case 'link.limited':
      return ['Somebody asked for more links to your address than it is sent.', HARMLESS];
    case 'mail.failed':
      return [`A mail to you could not be sent${retried ? ', and was tried again' : ''}.`];
    case 'link.opened_elsewhere':
      return ['A link of yours was opened where it was not asked for.', 'Mail scanners do that. It logged nobody in.'];
    case 'link.wrong_browser':
      return [
        'Somebody tried to log in by a link of yours in another browser, and was refused.',
        'If that was not you, somebody reads your mail: change your mailbox’s password.',
      ];
    case 'link.used_again':
      return ['A link that had been used was tried again, and refused.'];
    case 'link.expired':
      return ['A link of yours was opened too late.'];
    case 'link.redeemed':
      return [
        `You logged in${browser === undefined ? '' : ` with ${browser}`}${reason === 'code' ? ', by a code' : ''}${isNewBrowser ? '; that browser was new here' : ''}.`,
      ];
    case 'login.refused':
      return ['A login to your address was refused.'];
    case 'code.wrong':
      return ['A wrong code was typed for a link of yours.'];
    case 'code.locked':
      return ['Five wrong codes were typed for a link of yours: its code works no more.'];
    case 'link.revoked':
      return [`${links_(count)} ended.`];
    case 'link.not_me':
      return ['Somebody who read your mail said that you had not asked for it.'];
    case 'address.changed':
      return [
        'The address of your account is being changed to another one.',
        'If that was not you, end everything now.',
      ];
    case 'factor.enrolled':
      return reason === 'waiting'
        ? [`A second factor was added, and waits until it counts: ${which}.`, 'If that was not you, take it away now.']
        : [`A second factor was added: ${which}.`];
    case 'factor.removed':
      return [`A second factor was taken away: ${which}.`];
    case 'step_up.succeeded':
      return [`You used your second factor: ${which}.`];
    case 'step_up.failed':
      return [
        reason === 'locked'
          ? 'Too many wrong codes of a second factor were typed.'
          : `A second factor was wrong: ${which}.`,
      ];
    default: {
      // Whatever comes later has words in the catalogue.
      const { means } = EVENT_CATALOGUE[type];
      return [`${means[0]?.toUpperCase()}${means.slice(1)}.`];
    }
  }
}

/**
 * @param {{ events: import('passport-bound-link').MagicLinkEvent[], counts: Record<string, number> }} shown
 */
export const adminPage = ({ events, counts }) =>
  page(
    'The last 24 hours',
    `<h2>How often</h2>
<table>
<thead><tr><th scope="col">Event</th><th scope="col">Severity</th><th scope="col" class="number">Count</th></tr></thead>
<tbody>
${Object.entries(counts)
  .map(([type, count]) => {
    const { severity } = EVENT_CATALOGUE[/** @type {keyof typeof EVENT_CATALOGUE} */ (type)];
    return `<tr><th scope="row">${escape(type)}</th><td>${severity}</td><td class="number">${count}</td></tr>`;
  })
  .join('\n')}
</tbody>
</table>
<h2>Warnings and above, the latest first</h2>
<ol class="rows">
${events
  .map(
    ({ type, severity, time: at, id, durationMs, ...evidence }) =>
      `<li class="loud"><strong>${escape(type)}</strong> ${severity}
<small>${time(at)}${Object.entries(evidence)
        .map(([name, value]) => `, ${escape(name)} <code>${escape(String(value))}</code>`)
        .join('')}</small></li>`,
  )
  .join('\n')}
</ol>
<p><a href="/">Home</a></p>`,
  );
