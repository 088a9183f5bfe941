/** The step-up's script, for passkeys: it asks the browser, and sends the browser's answer as the page's own form. */

/*
 * The options come from the form's action with `/options` appended. The form is sent like any other, so the server answers
 * with a page and decides where the person goes.
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
