// Holding: what may not leave yet keeps its place, and waits in one queue.
//
// What this is: the question to the judge, and what is done to an element or a call that has to wait. A held element
// stays where it is; the attribute that would make it load waits beside it under `data-assent-<name>`, which is also how
// string sinks (innerHTML, document.write) are held. Until the core has been set as judge, everything is.
//
// What it is not: a list of trackers. Nothing here knows a vendor.

export const HELD = 'data-assent-';
export const TAG = 'data-assent';
export const URLS = {
  script: ['src', 'href'],
  img: ['src', 'srcset'],
  iframe: ['src'],
  source: ['src', 'srcset'],
  video: ['src', 'poster'],
  audio: ['src'],
  embed: ['src'],
  object: ['data'],
  input: ['src'],
  link: ['href'],
  image: ['href'],
};
const LOADERS = Object.keys(URLS).join();
const START_TAG = new RegExp(`<(${Object.keys(URLS).join('|')})(?=[\\s/])(?:"[^"]*"|'[^']*'|[^>"'])*>`, 'gi');
// Absolute, plain ASCII: what the core reads as the browser does. Everything else goes through the browser's URL first.
const PLAIN = /^https?:\/\/[\w.-]+(:\d+)?(\/|$)/i;

const NativeURL = URL;
/** The built-ins as they were before they were patched, and before any other script could touch them. */
export const { getAttribute, setAttribute, removeAttribute, hasAttribute, replaceWith } = Element.prototype;
export const { insertBefore } = Node.prototype;

export const queue = [];
export const queued = new WeakSet();
/** Attribute values as they were given (they may be Trusted Types objects), by element. */
export const originals = new WeakMap();
let judge = () => false;
export let judgeTagged = () => false;
let report = () => {};
let standIn = () => {};
/** What the person let load once, by element: the address. */
export const once = new WeakMap();

/**
 * Puts the core in charge, or takes it out again. `report(kind, url)` is told of everything held,
 * `standIn(element)` of what a page shows in a place of its own.
 */
export function setJudge(decide, decideTagged, onHold, onEmbed = () => {}) {
  judge = decide;
  judgeTagged = decideTagged;
  report = onHold;
  standIn = onEmbed;
}

// --- Trusted Types: values that came through a sink once go through it again.

const types = window.trustedTypes;
export let trust = (value) => value;
if (types) {
  try {
    const same = (text) => text;
    const policy = types.createPolicy('assent', { createHTML: same, createScript: same, createScriptURL: same });
    trust = (value, sink) => (typeof value == 'string' ? policy[sink](value) : value);
  } catch {
    // A CSP without `trusted-types assent`: string sinks then refuse what is released, so it stays held.
  }
}

// --- Asking

export function allows(url) {
  url = String(url);
  if (!PLAIN.test(url)) {
    try {
      url = new NativeURL(url, document.baseURI).href;
    } catch {
      // Not an address for the browser either; the core decides on the text.
    }
  }
  return judge(url);
}

/** The first address in an attribute's value that is held. */
const heldIn = (name, value) =>
  (name == 'srcset' ? String(value).split(',').map((part) => part.trim().split(/\s/)[0]) : [value]).find((url) => !allows(url));

export const allowsValue = (name, value) => heldIn(name, value) === undefined;

export const urlNames = (element) => URLS[element.localName] || [];

// --- Holding

function enqueue(element) {
  if (!queued.has(element)) {
    queued.add(element);
    queue.push(element);
    if (/^(iframe|video|audio|source|object|embed)$/.test(element.localName)) standIn(element);
  }
}

/** Parks an attribute instead of setting it. Tells whether it did. */
export function park(element, name, value) {
  if (!urlNames(element).includes(name) || once.get(element) == value) return false;
  const names = originals.get(element) || {};
  const held = heldIn(name, value);
  if (held === undefined) {
    if (names[name]) {
      delete names[name];
      removeAttribute.call(element, HELD + name);
    }
    return false;
  }
  names[name] = value;
  originals.set(element, names);
  setAttribute.call(element, HELD + name, value);
  if (hasAttribute.call(element, name)) {
    // A frame that has begun to navigate stops only for another navigation.
    if (element.localName == 'iframe') setAttribute.call(element, name, 'about:blank');
    removeAttribute.call(element, name);
  }
  report(element.localName, String(held));
  enqueue(element);
  if (parsed && element.localName == 'script') parsed.push(element);
  return true;
}

// Firefox prepares a script before it tells an observer of it; what still stops it then is that its document changes.
const inert = document.implementation.createHTMLDocument('');
/** While the parser's elements are looked at: the scripts among them that are held. */
let parsed;

/** Looks at what the parser has put into the page. */
export function sweepParsed(nodes) {
  parsed = [];
  nodes.forEach(sweep);
  parsed.forEach(replaceParsed);
  parsed = null;
}

/** Puts a copy in the place of a script that the parser has begun to prepare. */
function replaceParsed(script) {
  const copy = document.createElement('script');
  for (const { name, value } of script.attributes) setAttribute.call(copy, name, value);
  copy.nonce = script.nonce;
  originals.set(copy, originals.get(script));
  queued.add(copy);
  queue[queue.indexOf(script)] = copy;
  replaceWith.call(script, copy);
  inert.adoptNode(script);
}

export const isTagged = (element) =>
  hasAttribute.call(element, TAG) &&
  (element.localName == 'template' || hasAttribute.call(element, 'data-src') || element.type == 'text/plain');

function inspect(element) {
  if (isTagged(element)) return enqueue(element);
  for (const name of urlNames(element)) {
    const value = getAttribute.call(element, name);
    if (value) park(element, name, value);
    if (hasAttribute.call(element, HELD + name)) enqueue(element);
  }
}

/** Looks at a node and everything in it before it enters the page. */
export function sweep(node) {
  if (node.nodeType == 1) inspect(node);
  if (node.firstElementChild) for (const element of node.querySelectorAll(`${LOADERS},[${TAG}]`)) inspect(element);
}

/** Parks attributes in the start tags of a piece of markup; the rest stays byte for byte. */
export function rewrite(markup) {
  const text = String(markup);
  const out = text.replace(START_TAG, (tag, element) =>
    URLS[element.toLowerCase()].reduce(
      (tag, name) =>
        tag.replace(new RegExp(`([\\s"'/])(${name}\\s*=\\s*)("[^"]*"|'[^']*'|[^\\s>]+)`, 'i'), (all, before, key, quoted) => {
          // A host written with other entities than `&amp;` cannot be read, and what cannot be read is held.
          const value = quoted.replace(/^["']|["']$/g, '').replace(/&amp;/g, '&');
          const held = heldIn(name, value);
          if (held === undefined) return all;
          report(element, held);
          return before + HELD + key + quoted;
        }),
      tag,
    ),
  );
  return out == text ? markup : trust(out, 'createHTML');
}

/** Holds a call until its address is allowed. */
export function holdCall(kind, url, run) {
  report(kind, String(url));
  queue.push({ url, run });
}

