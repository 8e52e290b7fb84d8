// @ts-check
// Answer nodes → DOM. Only what is listed here is ever created, whatever the server sends.

const TAGS = 'p ul ol li strong em code pre blockquote br mark'.split(' ');

/** A tag that is not allowed gives way to what it holds. @type {RichText} */
export const richText = (nodes, newWindow, page = document) =>
  nodes.flatMap((node) => {
    if (typeof node === 'string') return [node];
    if (!Array.isArray(node?.children)) return [];
    const children = richText(node.children, newWindow, page);
    if (node.tag === 'a') return link(node.href, children, newWindow, page);
    if (!TAGS.includes(node.tag)) return children;
    const element = page.createElement(node.tag);
    if (node.start) element.setAttribute('start', `${node.start}`);
    element.append(...children);
    return [element];
  });

/** A link, or its bare text when the address may not be followed. @type {Link} */
export const link = (href, children, newWindow, page = document) => {
  const [, scheme] = /^(https?|mailto):/i.exec(`${href}`) ?? [];
  if (!scheme) return children;
  const element = page.createElement('a');
  element.setAttribute('href', `${href}`);
  element.append(...children);
  if (scheme !== 'mailto') {
    element.setAttribute('target', '_blank');
    element.setAttribute('rel', 'noopener noreferrer');
    const hint = page.createElement('span');
    hint.setAttribute('class', 'sr');
    hint.append(` ${newWindow}`);
    element.append(hint);
  }
  return [element];
};
