// @ts-check
/** Starts Swagger UI: from a file, as the page allows no script of its own. */

const place = /** @type {HTMLElement} */ (document.getElementById('api'));
const { SwaggerUIBundle } = /** @type {any} */ (window);

SwaggerUIBundle({
  url: place.dataset.url,
  domNode: place,
  deepLinking: true,
  filter: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
});
