// @ts-check
/** One exchange with the server: a form goes out, a piece of page or a refusal comes back. */

const PATIENCE_MS = 30_000;

/**
 * Sentences for failures that the server could not word itself.
 * @typedef {object} Texts
 * @property {string} network  no reply came
 * @property {string} limited  too many requests; holds {seconds}
 * @property {string} failed   a reply came that nobody expected
 */

/** What went wrong, in words for the reader. */
export class Refusal extends Error {
  /**
   * @param {string} message
   * @param {boolean} passing  whether the same request may succeed later
   */
  constructor(message, passing) {
    super(message);
    this.passing = passing;
  }
}

/**
 * Post a form's fields and return the element that the server renders in reply.
 * @param {string} url
 * @param {FormData} fields
 * @param {string} expected  selector that the reply's element must match
 * @param {Texts} texts
 * @param {AbortController} [controller]  to give up from outside
 * @returns {Promise<HTMLElement>}
 * @throws {Refusal}
 */
export async function post(url, fields, expected, texts, controller = new AbortController()) {
  const timer = setTimeout(() => controller.abort(), PATIENCE_MS);
  let response, body;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'X-Faqbot-Fragment': '1' },
      body: new URLSearchParams(/** @type {[string, string][]} */ ([...fields])),
      signal: controller.signal,
    });
    body = await response.text();
  } catch {
    throw new Refusal(texts.network, true);
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) throw refusal(response, body, texts);
  // Only our own server's markup comes here; scripts in a parsed document never run.
  const element = new DOMParser().parseFromString(body, 'text/html').body.firstElementChild;
  if (!(element instanceof HTMLElement && element.matches(expected))) {
    throw new Refusal(texts.failed, true);
  }
  return element;
}

/**
 * @param {Response} response
 * @param {string} body
 * @param {Texts} texts
 */
function refusal(response, body, texts) {
  const passing = response.status === 429 || response.status >= 500;
  try {
    const { detail } = JSON.parse(body);
    if (typeof detail === 'string' && detail) return new Refusal(detail, passing);
  } catch {
    // A proxy in between speaks HTML; our own words follow.
  }
  const seconds = response.headers.get('Retry-After');
  const limited = response.status === 429 && seconds;
  return new Refusal(limited ? texts.limited.replace('{seconds}', seconds) : texts.failed, passing);
}
