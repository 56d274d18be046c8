// Holding: what may not leave yet keeps its place, and waits in one queue.
//
// What this is: the question to the judge, and what is done to an element or a call that has to wait. A held element
// stays where it is; the attribute that would make it load waits beside it under `data-assent-<name>`, which is also how
// string sinks (innerHTML, document.write) are held. Until the core has been set as judge, everything is.
//
// What it is not: a list of trackers. Nothing here knows a vendor.

export const HELD = 'data-assent-';
export const TAG = 'data-assent';
/** By element, the attributes that ask somebody; a script's type stands for its text. */
export const URLS = {};
for (const row of (
  'script src href xlink:href type|img src srcset|iframe src srcdoc|frame src|source src srcset|video src poster|audio src|track src|' +
  'embed src|object data|input src|link href imagesrcset|image href xlink:href|use href xlink:href|feImage href xlink:href|' +
  'a ping|area ping|body background|table background|td background'
).split('|')) {
  const [tag, ...names] = row.split(' ');
  URLS[tag] = names;
}
const TAGS = Object.keys(URLS);
const LOADERS = `${TAGS},style,[style*="//"],[style*="\\\\"]`;
const START_TAG = new RegExp(`<(${TAGS.join('|')})(?=[\\s/])(?:"[^"]*"|'[^']*'|[^>"'])*>`, 'gi');
// What CSS asks for: an address in `url()`, or in quotes as after `@import` and in `image-set()`.
const CSS_ADDRESS = /(url\(\s*["']?|["'])(?!data:)((?:\\[\da-f]+\s|[^\s"')])+)/gi;
const CSS_ESCAPE = /\\(?:([\da-f]{1,6})\s?|(.))/gi;
/** An address among the strings of a text that is code or JSON. */
export const QUOTED = /["'`]((?:(?:http|ws)s?:)?\/\/[^"'`]+)/gi;
const SOURCE = /\bsrc=["']?([^"'\s>]+)/gi;
// What nothing stands in front of once a script runs.
const IMPORTED = /\b(?:import|from)[\s(]*["'`]([^"'`]+)/g;
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
/** How a held call is answered: `error`, `empty`, or not until it is released; and through which interceptor it came. */
export const answers = {};
let judge = () => false;
export let judgeTagged = () => false;
export let report = () => {};
let standIn = () => {};
/** What the person let load once, by element: the address. */
export const once = new WeakMap();

/**
 * Puts the core in charge, or takes it out again. `report(kind, url)` is told of everything held,
 * `standIn(element)` of what a page shows in a place of its own.
 */
export function setJudge(decide, decideTagged, onHold = () => {}, onEmbed = () => {}) {
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

/** The first held one among the addresses that a pattern finds in a text. */
export function heldAmong(text, pattern) {
  for (const [, url] of text.matchAll(pattern)) if (!allows(url)) return url;
}

/** The first held address in an attribute's value. */
export function heldIn(name, value, element) {
  // A text is held with its address, beside which a browser does not run it. Of one in markup the parser will tell.
  if (name == 'type') return heldAmong(element && element.text ? `${element.text} import"${getAttribute.call(element, HELD + 'src')}"` : '', /map|rules/.test(value) ? QUOTED : IMPORTED);
  if (name == 'srcdoc') return heldAmong(String(value), SOURCE);
  return (/set$|ping/.test(name) ? String(value).split(/[\s,]+/) : [value]).find((url) => !allows(url));
}

/** Puts CSS somewhere: with addresses that lead nowhere for held ones, and again with more of them as they are released. */
export function putCss(css, put) {
  let held;
  put(
    css.replace(CSS_ADDRESS, (all, before, text) => {
      const url = text.replace(CSS_ESCAPE, (_, code, letter) => letter || String.fromCharCode(parseInt(code, 16)));
      return !/[/:\\]/.test(url) || allows(url) ? all : before + 'data:,' + ((held = url), '');
    }),
  );
  if (held) holdCall('style', held, () => putCss(css, put));
}

/** Takes held addresses out of a declaration, property by property, so that the rest of it goes on living. */
export function soften(style) {
  for (const name of [...style]) {
    const value = style.getPropertyValue(name);
    const priority = style.getPropertyPriority(name);
    // One that hangs on a variable of a shorthand has no value of its own, and would take the shorthand with it.
    if (value) putCss(value, (css) => (css != value ? style.removeProperty(name) : style.getPropertyValue(name) || style.setProperty(name, css, priority)));
  }
}

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
  const held = heldIn(name, value, element);
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
  if (name == 'type') setAttribute.call(element, name, 'text/plain');
  else if (hasAttribute.call(element, name)) {
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
export function sweepParsed(records) {
  parsed = [];
  for (const { type, target, addedNodes } of records) {
    if (type == 'attributes' || target.localName == 'style') inspect(target);
    else addedNodes.forEach(sweep);
  }
  parsed.forEach(replaceScript);
  parsed = null;
}

/** Puts a copy in the place of a script that the browser has begun to prepare, so that it never runs. */
export function replaceScript(script) {
  const copy = document.createElementNS(script.namespaceURI, 'script');
  for (const { name, value } of script.attributes) setAttribute.call(copy, name, value);
  copy.nonce = script.nonce;
  if (script.text) copy.text = trust(script.text, 'createScript');
  originals.set(copy, originals.get(script));
  queued.add(copy);
  queue[queue.indexOf(script)] = copy;
  replaceWith.call(script, copy);
  inert.adoptNode(script);
}

/** What a tag keeps under `data-`, for those who tag by hand. */
export const PARKED = ['src', 'srcset', 'poster'];
export const isTagged = (element) =>
  hasAttribute.call(element, TAG) &&
  (element.localName == 'template' || element.type == 'text/plain' || PARKED.some((name) => hasAttribute.call(element, 'data-' + name)));

/** Frames that were met: once in the page, they get interceptors of their own. */
export const frames = [];

function inspect(element) {
  const { localName, style } = element;
  if (/^(iframe|frame|object)$/.test(localName)) frames.push(element);
  if (localName == 'style') {
    // What somebody else has written there since stays.
    let now = element.textContent;
    putCss(now, (css) => css == now || element.textContent != now || (element.textContent = now = css));
  } else if (style && /\/\/|\\/.test(getAttribute.call(element, 'style'))) soften(style);
  if (isTagged(element)) return enqueue(element);
  for (const name of urlNames(element)) {
    const value = getAttribute.call(element, name);
    if (name == 'type' ? !hasAttribute.call(element, HELD + name) : value) park(element, name, value || '');
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
    (URLS[element.toLowerCase()] || URLS.feImage).reduce(
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
