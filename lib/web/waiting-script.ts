/** The script of the page "Check your inbox". Without it, the page works by its links and buttons. */

/**
 * Plain JavaScript for browsers of the last few years. It goes on once this browser has logged in in another tab, and
 * counts down until another link can be requested. It polls only while the page is visible.
 */
export const WAITING_SCRIPT = `
(() => {
  const main = document.querySelector('[data-status]');
  const until = Date.now() + Number(main.dataset.ttl) * 1000;
  let timer;
  const look = async () => {
    clearTimeout(timer);
    if (Date.now() > until || document.visibilityState !== 'visible') return;
    try {
      const answer = await fetch(main.dataset.status, { headers: { accept: 'application/json' }, cache: 'no-store' });
      const { status, returnTo } = await answer.json();
      if (status === 'authenticated') return void location.replace(returnTo);
    } catch {}
    timer = setTimeout(look, 3000);
  };
  document.addEventListener('visibilitychange', look);
  addEventListener('pageshow', look);

  const note = document.querySelector('[data-wait]');
  if (!note) return;
  const button = document.querySelector('[data-resend]');
  const ready = Date.now() + Number(note.dataset.wait) * 1000;
  const count = () => {
    const seconds = Math.ceil((ready - Date.now()) / 1000);
    button.disabled = seconds > 0;
    note.hidden = seconds <= 0;
    if (seconds <= 0) return;
    note.textContent = note.textContent.replace(/\\p{Nd}+/u, seconds);
    setTimeout(count, 500);
  };
  count();
})();
`;
