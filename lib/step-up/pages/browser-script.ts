/** The one script of step-up, for passkeys: it asks the browser, and sends what came of it as the page's own form. */

/*
 * A form with `data-passkey` has its own URL as its action, from which `/options` leads to the options. It
 * is sent as any other form is, so that the server answers with a page, and where to go is not the script's.
 */
export const BROWSER_SCRIPT = `'use strict';
for (const form of document.querySelectorAll('form[data-passkey]')) {
  const problem = form.querySelector('[role=alert]');
  const button = form.querySelector('button');
  const say = (text) => { problem.textContent = text; button.disabled = false; };
  button.disabled = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const Passkey = globalThis.PublicKeyCredential;
    if (!Passkey || !Passkey.parseRequestOptionsFromJSON) return say(form.dataset.unsupported);
    button.disabled = true;
    problem.textContent = '';
    try {
      const asked = await fetch(form.action + '/options', {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: '{}',
      });
      if (!asked.ok) return form.submit();
      const options = await asked.json();
      const credential = form.dataset.passkey === 'enrol'
        ? await navigator.credentials.create({ publicKey: Passkey.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: Passkey.parseRequestOptionsFromJSON(options) });
      form.elements.response.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      say(form.dataset.failed);
    }
  });
}
`;
