// What the rooms that draw with JS share: elements, and words in a language.
//
// What it is not: the notice's painter, which is Rust.

const FILES = {};

/** A file below `locales/`, fetched once; nothing where there is none. */
async function fileOf(base, name) {
  const url = `${base}locales/${name}.json`;
  FILES[url] ??= fetch(url).then((reply) => (reply.ok ? reply.json() : 0), () => 0);
  const file = await FILES[url];
  // Tried again when it is needed again.
  if (!file) delete FILES[url];
  return file;
}

/**
 * A room's words in a language or in English; the notice's without a room. The policy's own ones, under `room.key`, go over
 * those of the file. `lang` and `direction` are those of the file.
 */
export async function wordsOf(base, room, tag, policy) {
  let lang = tag;
  const named = (tag) => fileOf(base, room ? `${room}-${tag}` : tag);
  const file = (await named(tag)) || (await named((lang = 'en')));
  if (!file) return {};
  const own = Object.entries((policy.texts || {})[tag] || {});
  const prefix = room && `${room}.`;
  const put = own.filter(([key]) => key.startsWith(prefix)).map(([key, text]) => [key.slice(prefix.length), text]);
  return { ...file.strings, ...Object.fromEntries(put), lang, direction: file.direction };
}

/** Makes an element with its parts, attributes and children; text is only ever set as text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== ''));
  return element;
}

/** A text of the policy: plain, or by language with its first entry as the fallback. */
export const inLanguage = (text, tag) =>
  typeof text == 'object' && text ? text[tag] ?? text[tag.split('-')[0]] ?? Object.values(text)[0] : text;

/** Adds a sheet to a shadow root. */
export function dress(root, css) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    // Safari before 16.4. A strict CSP forbids this element there; what is drawn is then plain, and works.
    root.prepend(make('style', {}, css));
  }
}
