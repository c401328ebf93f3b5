/** Style sheets beside these files, for shadow roots: adopted ones need no leave from a site's style policy. */

const loading = new Map();

/** The sheet of a file, read once for all elements of a page. */
export function sheet(name) {
  if (!loading.has(name)) loading.set(name, read(name));
  return loading.get(name);
}

async function read(name) {
  const response = await fetch(new URL(name, import.meta.url), { credentials: 'omit' });
  const found = new CSSStyleSheet();
  found.replaceSync(response.ok ? await response.text() : '');
  return found;
}
