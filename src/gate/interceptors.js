// The interceptors: they stand in front of every way out, hold what may not leave, and never decide.
//
// What this is: patched built-ins, and an observer for what the parser inserts. A patched built-in that has nothing to
// hold calls the original with the very arguments it was given.

import { URLS, allows, holdCall, originals, park, rewrite, sweep, sweepParsed } from './hold.js';
import { release } from './release.js';

const { Promise } = window;

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
    // An object is turned into a text once: the one that is judged is the one that is fetched.
    const isRequest = input instanceof Request;
    const url = isRequest ? input.url : String(input);
    if (!isRequest) input = url;
    if (allows(url)) return native.apply(this, arguments.length > 1 ? [input, init] : [input]);
    return new Promise((resolve, reject) => {
      const signal = (init || input).signal;
      if (signal) signal.addEventListener('abort', () => reject(signal.reason));
      holdCall('fetch', url, () => native.call(window, input, init).then(resolve, reject));
    });
  });
  wrap(Navigator.prototype, 'sendBeacon', (native) => function (url, data) {
    url = String(url);
    if (allows(url)) return native.call(this, url, data);
    holdCall('beacon', url, () => native.call(navigator, url, data));
    return true;
  });
  const requests = new WeakMap();
  wrap(XMLHttpRequest.prototype, 'open', (native) => function (method, url, async = true) {
    url = String(url);
    requests.set(this, { url, async });
    return native.call(this, method, url, async, ...[...arguments].slice(3));
  });
  wrap(XMLHttpRequest.prototype, 'send', (native) => function (body) {
    const { url, async } = requests.get(this) || { url: '' };
    if (allows(url)) return native.call(this, body);
    // A synchronous call cannot wait; to its caller this is a network that does not answer.
    if (!async) throw new DOMException('held until consent', 'NetworkError');
    holdCall('xhr', url, () => native.call(this, body));
  });
  // What connects as it is made. Its caller holds one that never gets through, and that nothing is thrown at.
  wrap(window, 'WebSocket EventSource WebTransport', (native, name) => new Proxy(native, {
    construct(target, [url, ...rest], self) {
      url = String(url);
      if (allows(url)) return Reflect.construct(target, [url, ...rest], self);
      holdCall(name, url, Object);
      const never = new Promise(() => {});
      return Object.assign(new EventTarget(), { url, readyState: 0, ready: never, closed: never, send() {}, close() {} });
    },
  }));
  wrap(window, 'open', (native) => function (url = '') {
    if (allows(url)) return native.apply(this, arguments);
    // Not opened later either: a window that opens by itself surprises.
    holdCall('open', url, Object);
    return null;
  });
  new MutationObserver((records) => {
    sweepParsed(records.flatMap(({ addedNodes }) => [...addedNodes]));
    release();
  }).observe(document, { childList: true, subtree: true });
  document.addEventListener('DOMContentLoaded', () => release());
}

/** Lets no cookie and no key be written whose vendor has no grant. */
export function guard(cookieGoes, keyGoes) {
  wrapSetter(Document.prototype, 'cookie', (set) => ({
    set(text) {
      if (!cookieGoes(String(text).split('=')[0].trim())) set.call(this, text);
    },
  }));
  wrap(Storage.prototype, 'setItem', (native) => function (key) {
    if (!keyGoes(String(key))) native.apply(this, arguments);
  });
  wrap((window.CookieStore || {}).prototype, 'set', (native) => async function (name) {
    if (!cookieGoes(String(name.name || name))) return native.apply(this, arguments);
  });
}

/** Takes note of elements that string sinks parked. */
function register(root) {
  sweep(root);
  release();
}
