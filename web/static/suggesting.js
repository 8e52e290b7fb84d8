// @ts-check
/** Questions of the FAQ for what is being typed. */

let asking = new AbortController();
let pausedUntil = 0;

/**
 * Ask for questions, and give up on those asked for before. A courtesy: none, where that fails.
 * @param {string} source  where suggestions are served
 * @param {string} text
 * @returns {Promise<{entry_id: string, question: string}[]>}
 */
export async function suggest(source, text) {
  asking.abort();
  asking = new AbortController();
  if (text.trim().length < 2 || Date.now() < pausedUntil) return [];
  try {
    const address = `${source}?q=${encodeURIComponent(text.trim())}`;
    const response = await fetch(address, { signal: asking.signal });
    if (response.ok) return await response.json();
    pausedUntil = Date.now() + 1000 * Number(response.headers.get('Retry-After'));
  } catch {
    // No reply, or given up.
  }
  return [];
}
