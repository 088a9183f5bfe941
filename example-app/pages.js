// The example's own pages. The package has the login's pages.

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (/** @type {string} */ text) =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[/** @type {keyof typeof ENTITIES} */ (character)]);

export const STYLE = `
:root { color-scheme: light dark; --page: #fff; --text: #1d2129; --quiet: #5a6270; --line: #c9ced6; --accent: #1f5fd6; --loud: #b3261e; --note: #eef3fc }
@media (prefers-color-scheme: dark) { :root { --page: #16181d; --text: #e8eaee; --quiet: #a7adba; --line: #464c57; --accent: #6ea0ff; --loud: #ff8a80; --note: #202a3b } }
body { max-width: 38rem; margin: 3rem auto; padding: 0 1rem; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
a { color: var(--accent) }
h1 { line-height: 1.25 }
h2 { margin: 2.25rem 0 .5rem; font-size: 1.125rem }
button, input { font: inherit; padding: .375rem .875rem }
input { width: 20rem; max-width: 100%; box-sizing: border-box; padding: .375rem .5rem }
label { display: block; font-weight: 600 }
dt { font-weight: 600 }
dd { margin: 0 0 .75rem }
small { display: block; color: var(--quiet); font-size: .875rem }
.note { padding: .75rem 1rem; border-radius: .375rem; background: var(--note) }
.note > :first-child { margin-top: 0 }
.note > :last-child { margin-bottom: 0 }
.rows { margin: 0; padding: 0; list-style: none }
.rows li { padding: .625rem 0 .625rem .75rem; border-top: 1px solid var(--line); border-left: 3px solid transparent }
.rows li.loud { border-left-color: var(--loud) }
table { width: 100%; border-collapse: collapse }
th, td { padding: .375rem .75rem .375rem 0; border-top: 1px solid var(--line); text-align: left }
thead th { border-top: 0; color: var(--quiet); font-size: .875rem; font-weight: 400 }
tbody th { font-weight: 400 }
.number { padding-right: 0; text-align: right; font-variant-numeric: tabular-nums }
@media (max-width: 30rem) { body { margin-top: 1.5rem } }
`;

const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** Formats a time for people. @param {number} seconds epoch seconds */
export function time(seconds) {
  const date = new Date(seconds * 1000);
  return `<time datetime="${date.toISOString()}">${TIME.format(date)} UTC</time>`;
}

/** @param {string} title @param {string} body */
export const page = (title, body) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;

const LOGOUT = '<form method="post" action="/logout"><button>Log out</button></form>';

/** @param {string | undefined} email @param {boolean} devInbox @param {boolean} factorWaits */
export const homePage = (email, devInbox, factorWaits) =>
  page(
    'passport-bound-link',
    `${
      email === undefined
        ? '<p>You aren’t logged in. <a href="/login">Log in</a></p>'
        : `<p>Logged in as <strong>${escapeHtml(email)}</strong>. <a href="/account">Account</a>, <a href="/security">security</a>, <a href="/step-up/factors">second factors</a>, <a href="/transfer">transfer</a></p>${LOGOUT}`
    }
${factorWaits ? '<p role="alert">A second factor was added and will become active soon. <a href="/step-up/factors">Was this you?</a></p>' : ''}
${devInbox ? '<p>Emails appear in the <a href="/dev/inbox">dev inbox</a>.</p>' : ''}`,
  );

/**
 * @param {{ email: string, amr: readonly string[], acr: string, level: number, authTime: number }} account
 * @param {import('./users.js').User} user
 */
export const accountPage = ({ email, amr, acr, level, authTime }, { email: old, change }) =>
  page(
    'Account',
    `${
      change === undefined
        ? ''
        : `<div class="note">
<p><strong>${escapeHtml(email)} isn’t confirmed yet.</strong> We’ve emailed a link to it. Open the link in this browser to confirm the address. Until then, log in with <strong>${escapeHtml(old)}</strong>. On another device, the link shows a code, which you can <a href="/login/sent">enter here</a>.</p>
<form method="post" action="/account/email"><input type="hidden" name="email" value="${escapeHtml(email)}"><button>Send a new link</button></form>
<p>Wasn’t this you, or have you changed your mind? <a href="/security">Log out everywhere else and cancel the change</a>.</p>
</div>`
    }
<dl>
<dt>Email</dt><dd>${escapeHtml(email)}</dd>
<dt>Logged in</dt><dd>${time(authTime)}</dd>
<dt>How</dt><dd>${escapeHtml(amr.join(', '))}; acr ${escapeHtml(acr)}, level ${level}</dd>
</dl>
${LOGOUT}
<h2>Change your email address</h2>
<form method="post" action="/account/email">
<p><label for="email">New email address</label> <input id="email" name="email" type="email" autocomplete="email" required></p>
<button>Change address</button>
</form>
<p>${level < 2 ? 'You’ll be asked for a second factor first. ' : ''}The change logs you out everywhere else and cancels your login links. We’ll notify your old address.</p>
<p><a href="/security">Recent activity</a>, <a href="/">home</a></p>`,
  );

export const transferPage = () =>
  page(
    'Transfer',
    `<form action="/transfer">
<p><label>Amount <input name="amount" inputmode="decimal" pattern="[0-9]{1,9}([.][0-9]{1,2})?" required></label></p>
<p><label>To <input name="to" maxlength="100" required></label></p>
<button>Next</button>
</form>`,
  );

/** @param {{ amount: string, to: string }} transfer @param {string} confirmation */
export const confirmTransferPage = ({ amount, to }, confirmation) =>
  page(
    'Confirm the transfer',
    `<p>Transfer <strong>${escapeHtml(amount)}</strong> to <strong>${escapeHtml(to)}</strong>.</p>
<form method="post" action="/transfer">
<input type="hidden" name="amount" value="${escapeHtml(amount)}">
<input type="hidden" name="to" value="${escapeHtml(to)}">
<input type="hidden" name="confirmation" value="${escapeHtml(confirmation)}">
<button>Transfer</button>
</form>
<p><a href="/transfer">Make changes</a></p>`,
  );

/** @param {{ amount: string, to: string }} transfer */
export const transferredPage = ({ amount, to }) =>
  page(
    'Transferred',
    `<p>You transferred ${escapeHtml(amount)} to ${escapeHtml(to)}.</p>
<p><a href="/">Home</a></p>`,
  );

/** @param {number} status @param {string} [told] the reason, in plain words */
export const errorPage = (status, told) =>
  page(
    status === 404 ? 'Page not found' : status === 503 ? 'Temporarily unavailable' : 'That didn’t work',
    `<p>${escapeHtml(told ?? REASONS[status] ?? 'Something is wrong with that request.')}</p>
<p><a href="/">Home</a></p>`,
  );

/** @type {Readonly<Record<number, string>>} */
const REASONS = { 404: 'This page doesn’t exist.', 503: 'Please try again in a few seconds.' };
