// @ts-check
/** The demonstration page's buttons that copy, and the address that the visitor really sees. */

const status = /** @type {HTMLElement} */ (document.getElementById('copie'));

const service = new URL('.', location.href).href.slice(0, -1);

for (const code of document.querySelectorAll('code[data-endpoint]')) {
  // Behind a reverse proxy the service may not know the address it is reached by.
  const known = code.getAttribute('data-endpoint') ?? '';
  code.textContent = (code.textContent ?? '').replaceAll(known, service);
}

for (const button of document.querySelectorAll('button[data-copies]')) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.hidden = false;
  button.addEventListener('click', () => void copy(button));
}

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const source = document.getElementById(button.dataset.copies ?? '');
  if (!source) return;
  status.textContent = '';
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    status.textContent = status.dataset.text ?? '';
    button.firstChild?.replaceWith(button.dataset.done ?? '');
  } catch {
    // Not allowed, or not a secure address: what is selected can be copied by hand.
    getSelection()?.selectAllChildren(source);
    status.textContent = status.dataset.textFailed ?? '';
  }
}
