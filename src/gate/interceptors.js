// The interceptors: they stand in front of every way out, hold what may not leave, and never decide.
//
// What this is: built-ins behind proxies, so that their names, texts, prototypes and properties stay what they were, and
// an observer for what the parser inserts. One that has nothing to hold calls the original with the very arguments it
// was given. Frames of the own origin get interceptors too, before anybody can use their clean built-ins.

import {
  QUOTED,
  URLS,
  allows,
  answers,
  frames,
  getAttribute,
  heldAmong,
  holdCall,
  originals,
  park,
  putCss,
  report,
  rewrite,
  sweep,
  sweepParsed,
} from './hold.js';
import { natives, patch } from './patch.js';
import { release } from './release.js';
import { attempt } from './storage.js';
import { styles, styleText } from './styles.js';

const { Promise, WeakMap, WeakSet } = window;
const { apply: call, construct } = Reflect;
const { getOwnPropertyDescriptor, getPrototypeOf } = Object;

/** Whether the person has just done something: where they go themselves is not a tracker's doing. */
const willed = () => !navigator.userActivation || navigator.userActivation.isActive;

/** Whether a way out is shut; then it is told of. */
const shut = (kind, url) => !allows(url) && !report(kind, String(url));

/** Whether a held call is answered at once, and never made. */
const atOnce = (kind, url) => /^e/.test(answers._held) && !report(kind, url);

const requests = new WeakMap();
const realms = new WeakSet();
const roots = new WeakSet();
const observer = new MutationObserver((records) => {
  answers._through = 'parser';
  sweepParsed(records);
  for (const { addedNodes } of records) addedNodes.forEach(enter);
  adopt();
  release();
});

/** Looks into the open shadow root that the parser has given an element. */
function enter({ shadowRoot }) {
  if (!shadowRoot || roots.has(shadowRoot)) return;
  observe(shadowRoot);
  sweepParsed([{ target: shadowRoot, addedNodes: shadowRoot.childNodes }]);
  shadowRoot.querySelectorAll('*').forEach(enter);
}

function observe(root) {
  roots.add(root);
  observer.observe(root, { childList: true, subtree: true, attributeFilter: ['style'] });
  root.addEventListener('submit', onSubmit, true);
  return root;
}

/** Whatever sends a form but `submit()`: its button may have an address of its own. */
function onSubmit(event) {
  if (formHeld(event.target, event.submitter)) event.preventDefault();
}

/** Whether a form that a script sends is held. */
function formHeld(form, button) {
  const action = (button && getAttribute.call(button, 'formaction')) || getAttribute.call(form, 'action');
  return action && !willed() && shut('form', action);
}

/** Gives the frames that were met interceptors of their own, now and when they hold another document. */
function adopt() {
  for (const frame of frames.splice(0)) {
    // One of another origin is out of this page's reach anyway.
    const enter = () => attempt(() => install(frame.contentWindow));
    enter();
    frame.addEventListener('load', enter);
  }
}

/** Takes note of elements that string sinks parked, and of frames. */
function register(root) {
  sweep(root);
  adopt();
  release();
}

/** Stands in front of every way out of a window. */
export function install(win) {
  const { document } = win;
  observe(document);
  if (realms.has(win.Node)) return register(document);
  realms.add(win.Node);

  const wrap = (owners, names, trap, kind, get) => {
    for (const owner of owners.split(' ')) for (const name of names.split(' ')) patch(owner ? (win[owner] || {}).prototype : win, name, trap, kind, get);
  };

  wrap('Function', 'toString', (native, self, args) => call(native, natives.get(self) || self, args));

  // --- Elements

  wrap(
    'Node Element Document DocumentFragment CharacterData Range',
    'appendChild insertBefore moveBefore replaceChild append prepend replaceChildren before after replaceWith insertAdjacentElement insertNode surroundContents',
    (native, self, nodes) => {
      // What stands in another document, as one that was parsed, has not been looked at.
      for (const node of nodes) {
        if (node && node.nodeType && !(node.isConnected && node.ownerDocument == document)) sweep(node);
        if (self.localName == 'style' && node && node.nodeType == 3) putCss(node.data, (css) => css == node.data || (node.data = css));
      }
      const result = call(native, self, nodes);
      adopt();
      return result;
    },
  );
  // Pictures begin to load as soon as they belong to a document with a window. What is turned into another is looked at then.
  wrap('Document XSLTProcessor', 'importNode adoptNode transformToFragment', (native, self, args) => {
    if (args[0] && args[0].nodeType != 9) sweep(args[0]);
    const node = call(native, self, args);
    if (node) sweep(node);
    return node;
  });
  const markupAt = (position) => (native, self, args) => {
    if (self.localName == 'style') return styleText(native, self, args);
    const markup = args[position];
    const root = self.nodeType ? self.parentNode || self : document;
    if (position in args) args[position] = rewrite(markup);
    const result = call(native, self, args);
    if (args[position] !== markup || /<(i?frame|object)/i.test(markup)) register(root);
    return result;
  };
  wrap('Element ShadowRoot Range', 'innerHTML outerHTML setHTML setHTMLUnsafe createContextualFragment', markupAt(0));
  wrap('Element', 'insertAdjacentHTML', markupAt(1));
  wrap('Document', 'write writeln', (native, self, args) => markupAt(0)(native, self, args[1] ? [args.join('')] : args));
  wrap('Element', 'attachShadow', (native, self, args) => observe(call(native, self, args)));
  const attribute = (at) => (native, self, args) => {
    const name = String(args[at]).toLowerCase().replace(/.*:/, '');
    if (name != 'style') return park(self, name, args[at + 1]) ? undefined : call(native, self, args);
    // Firefox asks for what a style names before an observer hears of it. What the page has written since stays.
    let now;
    putCss(String(args[at + 1]), (css) => {
      if (now !== undefined && getAttribute.call(self, name) !== now) return;
      args[at + 1] = now = css;
      call(native, self, args);
    });
  };
  wrap('Element', 'setAttribute', attribute(0));
  wrap('Element', 'setAttributeNS', attribute(1));
  // The same by way of the attribute itself. Its map does not say whose it is.
  const owners = new WeakMap();
  wrap('Element', 'attributes', null, 'apply', (native, self, args) => {
    const map = call(native, self, args);
    owners.set(map, self);
    return map;
  });
  wrap('Element NamedNodeMap', 'setAttributeNode setAttributeNodeNS setNamedItem setNamedItemNS', (native, self, args) => {
    const [node] = args;
    return node && park(owners.get(self) || self, node.localName, node.value) ? null : call(native, self, args);
  });
  wrap('Attr Node HTMLElement', 'value nodeValue textContent innerText', (native, self, args) => {
    if (self.localName == 'style' && self.nodeType == 1) return styleText(native, self, args);
    const { ownerElement } = self;
    return ownerElement && park(ownerElement, self.localName, args[0]) ? undefined : call(native, self, args);
  });
  for (const tag in URLS) {
    for (const name of URLS[tag]) {
      for (let owner = document.createElement(tag); (owner = getPrototypeOf(owner)); ) {
        patch(
          owner,
          name,
          (native, self, args) => park(self, name, args[0]) || call(native, self, args),
          'apply',
          (native, self, args) => {
            const held = originals.get(self);
            return held && held[name] ? String(held[name]) : call(native, self, args);
          },
        );
      }
    }
  }

  styles(wrap);

  // --- Calls

  wrap('', 'fetch', (native, self, args) => {
    // An object is turned into a text once: the one that is judged is the one that is fetched.
    const isRequest = args[0] instanceof win.Request;
    const url = isRequest ? args[0].url : String(args[0]);
    if (!isRequest && args.length) args[0] = url;
    if (allows(url)) return call(native, self, args);
    if (atOnce('fetch', url)) {
      return answers._held == 'empty' ? Promise.resolve(new win.Response(null, { status: 204 })) : Promise.reject(new win.TypeError('held until consent'));
    }
    return new Promise((resolve, reject) => {
      // It takes the body as it is now, and refuses what cannot be fetched. (WebKit goes on looking at an array's bytes.)
      const request = construct(win.Request, args);
      const { signal } = request;
      signal.addEventListener('abort', () => reject(signal.reason));
      holdCall('fetch', url, () => call(native, win, [request]).then(resolve, reject));
    });
  });
  wrap('Navigator', 'sendBeacon', (native, self, args) => {
    const url = (args[0] = String(args[0]));
    const run = () => call(native, self, args);
    if (allows(url)) return run();
    if (atOnce('beacon', url)) return answers._held == 'empty';
    holdCall('beacon', url, run);
    return true;
  });
  wrap('XMLHttpRequest', 'open', (native, self, args) => {
    const url = (args[1] = String(args[1]));
    requests.set(self, { url, async: args.length < 3 || args[2], open: native });
    return call(native, self, args);
  });
  wrap('XMLHttpRequest', 'send', (native, self, args) => {
    const request = requests.get(self);
    const run = () => call(native, self, args);
    if (!request || allows(request.url)) return run();
    const { url, async, open } = request;
    // The browser itself gives the answer, with its events: a text that is empty, or an address that nobody has made.
    const answer = (instead) => {
      call(open, self, ['GET', instead, async]);
      call(native, self, []);
    };
    if (atOnce('xhr', url)) return answer(answers._held == 'empty' ? 'data:,' : 'blob:');
    // A synchronous call cannot wait; to its caller this is a network that does not answer.
    if (!async) return answer('blob:');
    request.answer = answer;
    // Not if it was aborted or opened anew since.
    holdCall('xhr', url, () => {
      if (requests.get(self) == request && request.answer) run();
      request.answer = 0;
    });
  });
  wrap('XMLHttpRequest', 'abort', (native, self, args) => {
    const request = requests.get(self) || {};
    // It has something to abort then, and tells of it.
    if (request.answer) request.answer('data:,');
    request.answer = 0;
    return call(native, self, args);
  });
  // Not opened later either: a window that opens by itself surprises. An empty one has clean built-ins.
  wrap('', 'open', (native, self, args) => {
    if (args[0] && shut('open', args[0])) return null;
    const opened = call(native, self, args);
    attempt(() => install(opened));
    return opened;
  });
  wrap('', 'fetchLater', (native, self, args) => (shut('fetch', Object(args[0]).url || args[0]) ? { activated: false } : call(native, self, args)));
  wrap('Worklet SharedStorageWorklet', 'addModule', (native, self, args) => (shut('worklet', args[0]) ? new Promise(() => {}) : call(native, self, args)));

  // --- What connects as it is made. Its caller holds one that never gets through, and that nothing is thrown at.

  const connect = (names, trap) => wrap('', names, trap, 'construct');
  /** The held address in a worker that is made of text: it has built-ins that nobody stands in front of. */
  const inText = (url) =>
    attempt(() => {
      if (!/^(blob|data):/i.test(url)) return;
      const request = new XMLHttpRequest();
      request.open('GET', url, false);
      request.send();
      return heldAmong(request.responseText, QUOTED);
    });
  // By `heldFetch` it hears that it has failed or, quietly, that it is over.
  connect('WebSocket EventSource WebTransport Worker SharedWorker', (native, args, target) => {
    const { name, prototype } = native;
    if (!args.length) return construct(native, args, target);
    const url = (args[0] = String(args[0]));
    if (!shut(name, (/Worker/.test(name) && inText(url)) || url)) return construct(native, args, target);
    const it = new EventTarget();
    // As properties of its own: the inherited ones ask for a real one.
    for (const key in prototype) {
      const { value } = getOwnPropertyDescriptor(prototype, key) || {};
      if (!(key in it)) it[key] = value && value.call ? () => {} : value;
      if (/^on/.test(key)) it.addEventListener(key.slice(2), (event) => it[key] && it[key](event));
    }
    let fail;
    const never = new Promise((_, reject) => (fail = reject));
    never.catch(() => {});
    Object.assign(it, { url, readyState: 0, ready: never, closed: never, port: new MessageChannel().port1 });
    if (answers._tell) answers._tell.then((tell) => tell?.(it, name, fail));
    return Object.setPrototypeOf(it, target.prototype);
  });
  // It would begin to load before anybody can look at it.
  connect('Audio', (native, args, target) => {
    const audio = construct(native, [], target);
    if (args.length) audio.src = args[0];
    return audio;
  });
  // Without the servers that are held; the connection itself is the page's.
  const withoutHeld = (args) => {
    const { iceServers } = args[0] || {};
    const goes = ({ urls, url }) => ![].concat(urls || url).some((server) => shut('webrtc', String(server).replace(/^\w+:/, 'https://')));
    if (iceServers) args[0] = { ...args[0], iceServers: [...iceServers].filter(goes) };
    return args;
  };
  connect('RTCPeerConnection webkitRTCPeerConnection', (native, args, target) => construct(native, withoutHeld(args), target));
  wrap('RTCPeerConnection', 'setConfiguration', (native, self, args) => call(native, self, withoutHeld(args)));
  connect('FontFace', (native, args, target) => {
    if (typeof args[1] == 'string') putCss(args[1], (css) => (args[1] = css));
    return construct(native, args, target);
  });

  // --- Going elsewhere

  wrap('HTMLFormElement', 'submit', (native, self, args) => (formHeld(self) ? undefined : call(native, self, args)));
  // A link that a script follows, whatever window it names.
  wrap('HTMLElement EventTarget', 'click dispatchEvent', (native, self, args) => {
    const link = self && self.closest && !willed() && (!args[0] || args[0].type == 'click') && self.closest('a[href],area[href]');
    return link && shut('navigation', getAttribute.call(link, 'href')) ? true : call(native, self, args);
  });

  if (win.navigation) {
    win.navigation.addEventListener('navigate', (event) => {
      if (event.cancelable && !willed() && shut('navigation', event.destination.url)) event.preventDefault();
    });
  }
  document.addEventListener('DOMContentLoaded', () => release());
}

/** Lets no cookie and no key be written whose vendor has no grant. */
export function guard(cookieGoes, keyGoes) {
  const keep = (goes) => (native, self, args) => (goes(String(Object(args[0]).name || args[0]).split('=')[0].trim()) ? undefined : call(native, self, args));
  patch(Document.prototype, 'cookie', keep(cookieGoes));
  patch((window.CookieStore || {}).prototype, 'set', async (...about) => keep(cookieGoes)(...about));
  patch(Storage.prototype, 'setItem', keep(keyGoes));
  // To its caller a database that cannot be opened; none is made.
  patch((window.IDBFactory || {}).prototype, 'open', (native, self, args) => {
    if (!keyGoes(String(args[0]))) return call(native, self, args);
    const none = 'data-assent-';
    const request = call(native, self, [none]);
    request.addEventListener('upgradeneeded', (event) => {
      event.stopImmediatePropagation();
      request.transaction.abort();
    });
    // WebKit keeps an empty one.
    self.deleteDatabase(none);
    return request;
  });
}
