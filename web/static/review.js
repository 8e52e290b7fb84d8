// @ts-check
/**
 * Keys in a list of groups to decide on: each presses a button that is on the page. They count only
 * while the focus is in the list, so that nothing happens to whoever types or dictates elsewhere.
 */

const help = document.getElementById('touches');
const list = document.getElementById(help?.dataset.list ?? '');
const items = /** @type {HTMLElement[]} */ ([...(list?.children ?? [])]);

/** @param {KeyboardEvent} event */
function press(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (target.closest('input, select, textarea')) return;
  const place = items.findIndex((item) => item.contains(target));
  const step = { j: 1, k: -1 }[event.key];
  if (step) {
    items[Math.min(Math.max(place + step, 0), items.length - 1)]?.focus();
  } else if (/^[a-z]$/.test(event.key)) {
    const within = event.key === 'u' ? document : items[place];
    /** @type {HTMLElement | null | undefined} */ (
      within?.querySelector(`[data-key="${event.key}"]`)
    )?.click();
  } else return;
  event.preventDefault();
}

if (help && list && items.length) {
  help.hidden = false;
  list.addEventListener('keydown', press);
  // After a decision what came next stands at the same place, or else the last one does.
  const place = Number(/^#rang-(\d+)$/.exec(location.hash)?.[1] ?? 0);
  if (place) items[Math.min(place, items.length) - 1]?.focus();
}
