// The interceptors: they stand in front of every way out, and hold what may not leave yet.
//
// What this is: patched built-ins, an observer for what the parser inserts, and one queue of everything held, released
// in its original order. They never decide: `judge` does, and until the core has been set as judge, `closed` does.
//
// What it is not: a list of trackers. Nothing here knows a vendor.
//
// A held element keeps its place in the page. The attribute that would make it load waits beside it under
// `data-assent-<name>`, which is also how string sinks (innerHTML, document.write) are held.

const HELD = 'data-assent-';
const TAG = 'data-assent';
const URLS = {
  script: ['src'],
  img: ['src', 'srcset'],
  iframe: ['src'],
  source: ['src', 'srcset'],
  video: ['src', 'poster'],
  audio: ['src'],
  embed: ['src'],
  object: ['data'],
  input: ['src'],
  link: ['href'],
};
const LOADERS = Object.keys(URLS).join();
const START_TAG = new RegExp(`<(${Object.keys(URLS).join('|')})(?=[\\s/])(?:"[^"]*"|'[^']*'|[^>"'])*>`, 'gi');
// Absolute, plain ASCII: what the core reads as the browser does. Everything else goes through the browser's URL first.
const PLAIN = /^https?:\/\/[\w.-]+(:\d+)?(\/|$)/i;

const NativeURL = URL;
const { getAttribute, setAttribute, removeAttribute, hasAttribute, replaceWith } = Element.prototype;
const { insertBefore } = Node.prototype;
const { Promise } = window;

const queue = [];
const queued = new WeakSet();
/** Attribute values as they were given (they may be Trusted Types objects), by element. */
const originals = new WeakMap();
let judge = () => false;
let judgeTagged = () => false;
let report = () => {};

/** Puts the core in charge, or takes it out again. `report(kind, url)` is told of everything held. */
export function setJudge(decide, decideTagged, onHold) {
  judge = decide;
  judgeTagged = decideTagged;
  report = onHold;
}

// --- Trusted Types: values that came through a sink once go through it again.

const types = window.trustedTypes;
let trust = (value) => value;
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

function allows(url) {
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

const allowsValue = (name, value) =>
  name == 'srcset' ? String(value).split(',').every((part) => allows(part.trim().split(/\s/)[0])) : allows(value);

const urlNames = (element) => URLS[element.localName] || [];

// --- Holding

function enqueue(element) {
  if (!queued.has(element)) {
    queued.add(element);
    queue.push(element);
  }
}

/** Parks an attribute instead of setting it. Tells whether it did. */
function park(element, name, value) {
  if (!urlNames(element).includes(name)) return false;
  const names = originals.get(element) || {};
  if (allowsValue(name, value)) {
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
  report(element.localName, String(value));
  enqueue(element);
  if (parsed && element.localName == 'script') parsed.push(element);
  return true;
}

// Firefox prepares a script before it tells an observer of it; what still stops it then is that its document changes.
const inert = document.implementation.createHTMLDocument('');
/** While the parser's elements are looked at: the scripts among them that are held. */
let parsed;

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

const isTagged = (element) =>
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
function sweep(node) {
  if (node.nodeType == 1) inspect(node);
  if (node.firstElementChild) for (const element of node.querySelectorAll(`${LOADERS},[${TAG}]`)) inspect(element);
}

/** Parks the start tags in a piece of markup; the rest stays byte for byte. */
function rewrite(markup) {
  const text = String(markup);
  const out = text.replace(START_TAG, (tag) => {
    const template = document.createElement('template');
    nativeInnerHTML.call(template, trust(tag, 'createHTML'));
    const element = template.content.firstElementChild;
    const isHeld = (name) => {
      const value = element && getAttribute.call(element, name);
      return value && !allowsValue(name, value);
    };
    return urlNames(element || {}).filter(isHeld).reduce((tag, name) => {
      report(element.localName, getAttribute.call(element, name));
      return tag.replace(new RegExp(`([\\s"'/])${name}(?=\\s*=)`, 'i'), `$1${HELD}${name}`);
    }, tag);
  });
  return out == text ? markup : trust(out, 'createHTML');
}

/** Holds a call until its address is allowed. */
function holdCall(kind, url, run) {
  report(kind, String(url));
  queue.push({ url, run });
}

// --- Releasing

let releasing = false;
let lastScript;

/** Whether the parser has passed an element, so that its text is complete. */
function complete(element) {
  if (document.readyState != 'loading') return true;
  for (let node = element; node; node = node.parentNode) if (node.nextSibling) return true;
  return !element.isConnected;
}

function isReady(item) {
  if (item.run) return allows(item.url);
  if (isTagged(item)) return complete(item) && judgeTagged(getAttribute.call(item, TAG));
  return urlNames(item).every((name) => {
    const value = getAttribute.call(item, HELD + name);
    return value === null || allowsValue(name, value);
  });
}

/** Releases what is allowed by now, oldest first. What is withdrawn meanwhile stays held. */
export async function release() {
  if (releasing) return;
  releasing = true;
  try {
    for (let i = 0; i < queue.length; ) {
      const item = queue[i];
      if (!isReady(item)) {
        i++;
        continue;
      }
      // Code of the page's own order: whatever runs at once waits for the scripts before it.
      if (lastScript && (item.run || isInline(item))) {
        await lastScript;
        lastScript = 0;
        i = 0;
        continue;
      }
      queue.splice(i, 1);
      if (item.run) {
        try {
          item.run();
        } catch {
          // The caller has done something else with its request since.
        }
      } else {
        queued.delete(item);
        if (item.localName == 'template') queue.splice(i, 0, ...unpack(item));
        else unpark(item);
      }
    }
  } finally {
    releasing = false;
  }
}

const isInline = (element) => element.localName == 'script' && !hasAttribute.call(element, 'data-src') && !hasAttribute.call(element, HELD + 'src');

/** The content of a parked template takes its place; its scripts stay parked one by one, so that they keep their order. */
function unpack(template) {
  const content = document.importNode(template.content, true);
  const names = getAttribute.call(template, TAG);
  const scripts = [...content.querySelectorAll('script')];
  for (const script of scripts) {
    const type = getAttribute.call(script, 'type');
    const src = getAttribute.call(script, 'src');
    if (isTagged(script)) continue;
    if (type) setAttribute.call(script, 'data-type', type);
    if (src) setAttribute.call(script, 'data-src', src);
    removeAttribute.call(script, 'src');
    setAttribute.call(script, 'type', 'text/plain');
    setAttribute.call(script, TAG, names);
    queued.add(script);
  }
  sweep(content);
  insertBefore.call(template.parentNode, content, template);
  template.remove();
  return scripts;
}

function unpark(element) {
  const isScript = element.localName == 'script';
  const tagged = isTagged(element);
  const given = originals.get(element) || {};
  const values = urlNames(element).map((name) => [name, given[name] || getAttribute.call(element, HELD + name)]);
  if (tagged) values.push(['src', getAttribute.call(element, 'data-src')]);
  originals.delete(element);
  if (tagged) {
    const type = getAttribute.call(element, 'data-type');
    if (isScript && type) setAttribute.call(element, 'type', type);
    else if (isScript) removeAttribute.call(element, 'type');
    removeAttribute.call(element, 'data-src');
  }
  if (isScript && !hasAttribute.call(element, 'async')) element.async = false;
  let external = false;
  for (const [name, value] of values) {
    removeAttribute.call(element, HELD + name);
    if (!value) continue;
    external = true;
    setAttribute.call(element, name, isScript ? trust(value, 'createScriptURL') : value);
  }
  if (!isScript || !element.isConnected) return;
  if (!external) {
    // An inline script runs when it is inserted; as the same element it keeps its nonce, its listeners and its place.
    const { parentNode, nextSibling } = element;
    element.remove();
    insertBefore.call(parentNode, element, nextSibling);
  } else if (!element.async) {
    lastScript = new Promise((done) => {
      element.addEventListener('load', done);
      element.addEventListener('error', done);
    });
  }
}

// --- The ways out

/** Replaces methods by ones that `make` returns; what is not there in this browser is left alone. */
function wrap(owner, names, make) {
  for (const name of names.split(' ')) {
    const native = owner && owner[name];
    if (native) owner[name] = make(native, name);
  }
}

/** Replaces the setter of an accessor property. */
function wrapSetter(owner, name, make) {
  const property = owner && Object.getOwnPropertyDescriptor(owner, name);
  if (property && property.set) Object.defineProperty(owner, name, { ...property, ...make(property.set, property.get) });
}

const nativeInnerHTML = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML').set;

/** Stands in front of every way out of this window. */
export function install() {
  const sweepFirst = (native) => function (node) {
    if (node instanceof Node) sweep(node);
    return native.apply(this, arguments);
  };
  const sweepAll = (native) => function (...nodes) {
    for (const node of nodes) if (node instanceof Node) sweep(node);
    return native.apply(this, nodes);
  };
  const rewriteAt = (position) => (native) => function (...values) {
    const markup = values[position];
    if (position < values.length) values[position] = rewrite(markup);
    const result = native.apply(this, values);
    if (values[position] !== markup) register(this.parentNode || document);
    return result;
  };
  wrap(Node.prototype, 'appendChild insertBefore replaceChild', sweepFirst);
  for (const owner of [Element, Document, DocumentFragment]) wrap(owner.prototype, 'append prepend replaceChildren', sweepAll);
  for (const owner of [Element, CharacterData]) wrap(owner.prototype, 'before after replaceWith', sweepAll);
  wrap(Element.prototype, 'insertAdjacentElement', sweepAll);
  wrap(Range.prototype, 'insertNode', sweepFirst);
  wrap(Element.prototype, 'insertAdjacentHTML', rewriteAt(1));
  wrap(Range.prototype, 'createContextualFragment', rewriteAt(0));
  wrap(Document.prototype, 'write writeln', rewriteAt(0));
  for (const [owner, name] of [[Element, 'innerHTML'], [Element, 'outerHTML'], [ShadowRoot, 'innerHTML']]) {
    wrapSetter(owner.prototype, name, (set) => ({
      set(markup) {
        const root = this.parentNode || this;
        const safe = rewrite(markup);
        set.call(this, safe);
        if (safe !== markup) register(root);
      },
    }));
  }
  wrap(Element.prototype, 'setAttribute', (native) => function (name, value) {
    if (!park(this, String(name).toLowerCase(), value)) native.apply(this, arguments);
  });
  wrap(Element.prototype, 'setAttributeNS', (native) => function (space, name, value) {
    if (!park(this, String(name).replace(/.*:/, ''), value)) native.apply(this, arguments);
  });
  for (const tag in URLS) {
    const owner = Object.getPrototypeOf(document.createElement(tag));
    for (const name of URLS[tag]) {
      wrapSetter(owner, name, (set, get) => ({
        set(value) {
          if (!park(this, name, value)) set.call(this, value);
        },
        get() {
          const held = originals.get(this);
          return held && held[name] ? String(held[name]) : get.call(this);
        },
      }));
    }
  }
  wrap(window, 'fetch', (native) => function (input, init) {
    const url = input instanceof Request ? input.url : input;
    if (allows(url)) return native.apply(this, arguments);
    return new Promise((resolve, reject) => {
      const signal = (init || input).signal;
      if (signal) signal.addEventListener('abort', () => reject(signal.reason));
      holdCall('fetch', url, () => native.call(window, input, init).then(resolve, reject));
    });
  });
  wrap(Navigator.prototype, 'sendBeacon', (native) => function (url, data) {
    if (allows(url)) return native.apply(this, arguments);
    holdCall('beacon', url, () => native.call(navigator, url, data));
    return true;
  });
  const requests = new WeakMap();
  wrap(XMLHttpRequest.prototype, 'open', (native) => function (method, url, async = true) {
    requests.set(this, { url, async });
    return native.apply(this, arguments.length < 3 ? [method, url] : arguments);
  });
  wrap(XMLHttpRequest.prototype, 'send', (native) => function (body) {
    const { url, async } = requests.get(this) || { url: '' };
    if (allows(url)) return native.call(this, body);
    // A synchronous call cannot wait; to its caller this is a network that does not answer.
    if (!async) throw new DOMException('held until consent', 'NetworkError');
    holdCall('xhr', url, () => native.call(this, body));
  });
  new MutationObserver((records) => {
    parsed = [];
    for (const { addedNodes } of records) for (const node of addedNodes) sweep(node);
    parsed.forEach(replaceParsed);
    parsed = null;
    release();
  }).observe(document, { childList: true, subtree: true });
  document.addEventListener('DOMContentLoaded', () => release());
}

/** Takes note of elements that string sinks parked. */
function register(root) {
  sweep(root);
  release();
}
