// The example's own few pages. The login's are the package's.

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (/** @type {string} */ text) =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[/** @type {keyof typeof ENTITIES} */ (character)]);

export const STYLE = `
:root { color-scheme: light dark }
body { max-width: 34rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
button { font: inherit; padding: .375rem .875rem }
dt { font-weight: 600 }
`;

/** @param {string} title @param {string} body */
const page = (title, body) => `<!doctype html>
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
        ? '<p>Nobody is logged in. <a href="/login">Log in</a></p>'
        : `<p>Logged in as <strong>${escape(email)}</strong>. <a href="/account">Account</a>, <a href="/step-up/factors">second factors</a>, <a href="/transfer">transfer</a></p>${LOGOUT}`
    }
${factorWaits ? '<p role="alert">A second factor was added, and is about to count. <a href="/step-up/factors">Was that you?</a></p>' : ''}
${devInbox ? '<p>Mail lands in the <a href="/dev/inbox">dev inbox</a>.</p>' : ''}`,
  );

/** @param {{ email: string, amr: readonly string[], acr: string, level: number, authTime: number }} account */
export const accountPage = ({ email, amr, acr, level, authTime }) =>
  page(
    'Account',
    `<dl>
<dt>Email</dt><dd>${escape(email)}</dd>
<dt>Logged in</dt><dd>${new Date(authTime * 1000).toUTCString()}</dd>
<dt>How</dt><dd>${escape(amr.join(', '))}; acr ${escape(acr)}, level ${level}</dd>
</dl>
${LOGOUT}
<p><a href="/">Home</a></p>`,
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
    'Is this right?',
    `<p>Transfer <strong>${escape(amount)}</strong> to <strong>${escape(to)}</strong>.</p>
<form method="post" action="/transfer">
<input type="hidden" name="amount" value="${escape(amount)}">
<input type="hidden" name="to" value="${escape(to)}">
<input type="hidden" name="confirmation" value="${escape(confirmation)}">
<button>Transfer</button>
</form>
<p><a href="/transfer">Change it</a></p>`,
  );

/** @param {{ amount: string, to: string }} transfer */
export const transferredPage = ({ amount, to }) =>
  page(
    'Transferred',
    `<p>${escape(amount)} went to ${escape(to)}.</p>
<p><a href="/">Home</a></p>`,
  );

/** @param {number} status */
export const errorPage = (status) =>
  page(
    status === 404 ? 'Not here' : status === 503 ? 'One moment, please' : 'This did not work',
    `<p>${status === 503 ? 'Please try again in a few seconds.' : status === 404 ? 'There is no such page.' : 'The request was not understood.'}</p>
<p><a href="/">Home</a></p>`,
  );
