// The pages that show recent activity in plain words.
import { EVENT_CATALOGUE } from 'passport-bound-link';
import { escapeHtml, page, time } from './pages.js';

/** @typedef {import('./security.js').PersonalEvent} PersonalEvent */

/**
 * @param {{ events: PersonalEvent[], links: { id: string, expiresAt: number }[], devices: { browser: string | undefined, firstLogin: number, lastLogin: number, logins: number }[] }} shown
 * @param {number | undefined} ended the number of links that were revoked just now
 */
export const securityPage = ({ events, links, devices }, ended) =>
  page(
    'Security',
    `${ended === undefined ? '' : `<p class="note" role="status">${ended === 0 ? 'There were no active links.' : `${links_(ended)} cancelled.`} Everyone else who was logged in to your account has been logged out.</p>`}
<p>Recent activity on your account. If there is a login you don’t recognise, log out everywhere else, change your mailbox password and check your <a href="/step-up/factors">second factors</a>.</p>
<form method="post" action="/security/revoke-all"><button>Log out everywhere else and cancel all links</button></form>
<h2>Where you logged in</h2>
<ul class="rows">
${devices
  .map(
    ({ browser, firstLogin, lastLogin, logins }) =>
      `<li><strong>${escapeHtml(browser ?? UNKNOWN)}</strong>
<small>${logins === 1 ? `Once, ${time(lastLogin)}` : `${logins} times, last ${time(lastLogin)}, first ${time(firstLogin)}`}</small></li>`,
  )
  .join('\n')}
</ul>
<h2>Active links</h2>
${
  links.length === 0
    ? '<p>None.</p>'
    : `<ul class="rows">${links.map(({ expiresAt }) => `<li>Login link, valid until ${time(expiresAt)}</li>`).join('\n')}</ul>`
}
<h2>Recent activity</h2>
<ol class="rows">
${sentences(events)
  .map(
    ({ severity, sentence, advice, browser, at }) =>
      `<li${severity === 'info' ? '' : ' class="loud"'}>${escapeHtml(sentence)}${advice ? ` ${escapeHtml(advice)}` : ''}
<small>${time(at)}${browser === undefined ? '' : `, ${escapeHtml(browser)}`}</small></li>`,
  )
  .join('\n')}
</ol>
<p><a href="/">Home</a></p>`,
  );

const links_ = (/** @type {number} */ count) => (count === 1 ? 'One link was' : `${count} links were`);

const UNKNOWN = 'Unknown browser';

/** @type {Readonly<Record<string, string>>} */
const FACTORS = { totp: 'authenticator app', passkey: 'passkey', recovery: 'recovery code' };

const NOT_YOU = 'If this wasn’t you, don’t open the link and don’t share the email or any code.';

/**
 * Shows a login as one sentence, although it is several events.
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
function wordsFor({ type, browser, reason, factor = '', count = 0, retried }, isNewBrowser) {
  const which = FACTORS[factor] ?? 'second factor';
  switch (type) {
    case 'link.requested':
      return ['Someone requested a login link for your address.', NOT_YOU];
    case 'link.limited':
      return ['Someone requested more links for your address than we send.', NOT_YOU];
    case 'mail.failed':
      return [`An email to you couldn’t be sent${retried ? ' and was retried' : ''}.`];
    case 'link.opened_elsewhere':
      return [
        'One of your links was opened in another browser.',
        'Mail scanners do that, too. It didn’t log anyone in.',
      ];
    case 'link.wrong_browser':
      return [
        'Someone tried to log in with one of your links in another browser and was refused.',
        'If this wasn’t you, someone may be reading your email. Change your mailbox password.',
      ];
    case 'link.used_again':
      return ['A used link was tried again and refused.'];
    case 'link.expired':
      return ['One of your links was opened after it expired.'];
    case 'link.redeemed':
      return [
        `You logged in${browser === undefined ? '' : ` with ${browser}`}${reason === 'code' ? ', using a code' : ''}${isNewBrowser ? ' (a new browser)' : ''}.`,
      ];
    case 'login.refused':
      return ['A login with your address was refused.'];
    case 'code.wrong':
      return ['A wrong code was entered for one of your links.'];
    case 'code.locked':
      return ['Five wrong codes were entered for one of your links. Its code no longer works.'];
    case 'link.revoked':
      return [`${links_(count)} cancelled.`];
    case 'link.not_me':
      return ['Someone with access to your mailbox reported that you didn’t request an email.'];
    case 'address.changed':
      return [
        'The address of your account is being changed to another one.',
        'If this wasn’t you, log out everywhere else now.',
      ];
    case 'factor.enrolled':
      return reason === 'waiting'
        ? [`A second factor was added and is not active yet: ${which}.`, 'If this wasn’t you, remove it now.']
        : [`A second factor was added: ${which}.`];
    case 'factor.removed':
      return [`A second factor was removed: ${which}.`];
    case 'step_up.succeeded':
      return [`You used your second factor: ${which}.`];
    case 'step_up.failed':
      return [
        reason === 'locked'
          ? 'Too many wrong codes were entered for a second factor.'
          : `A second factor was refused: ${which}.`,
      ];
    default: {
      // Later event types use the catalogue's words.
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
    return `<tr><th scope="row">${escapeHtml(type)}</th><td>${severity}</td><td class="number">${count}</td></tr>`;
  })
  .join('\n')}
</tbody>
</table>
<h2>Warnings and above, the latest first</h2>
<ol class="rows">
${events
  .map(
    ({ type, severity, time: at, id, durationMs, ...evidence }) =>
      `<li class="loud"><strong>${escapeHtml(type)}</strong> ${severity}
<small>${time(at)}${Object.entries(evidence)
        .map(([name, value]) => `, ${escapeHtml(name)} <code>${escapeHtml(String(value))}</code>`)
        .join('')}</small></li>`,
  )
  .join('\n')}
</ol>
<p><a href="/">Home</a></p>`,
  );
