// `window.assent`: the public surface. Its reference is index.d.ts of the package.
//
// What this is: the object, the queue that may stand in its place before the script runs, the events, and the doors to
// the notice. It asks the core for every answer and throws nothing into the page.

import * as core from './core.js';
import { HELD, TAG, answers, heldIn, isTagged, originals, setJudge, sweep, urlNames } from './hold.js';
import { guard } from './interceptors.js';
import { busy, release, releaseOnce } from './release.js';
import { hear, say } from './say.js';
import { pushConsent, pushEvent } from './signals.js';
import { attempt, clear, forgetCopies, readCopies, writeCopies } from './storage.js';

/** A user's event older than this proves nothing about what the person wants now; in milliseconds. */
const FRESH = 5000;
const GESTURES = /^(click|submit|change|input|pointerup|mouseup|touchend|key(down|up))$/;
// `isTrusted` cannot be forged on an event, but an object can pretend to be one.
const isTrusted = Object.getOwnPropertyDescriptor(new Event(''), 'isTrusted').get;

function isGesture(event) {
  try {
    return isTrusted.call(event) && GESTURES.test(event.type) && performance.now() - event.timeStamp < FRESH;
  } catch {
    return false;
  }
}

/** How many held things are remembered for explanations; the oldest are forgotten first. */
const REMEMBERED = 500;

const DENIALS = {
  not_trusted: 'a grant needs its user event: assent.acceptAll(event)',
  unknown_name: 'the policy lists no such purpose or vendor',
};

export function makeApi(version, base) {
  let policy;
  let button;
  let names;
  let key, lifetime, domain;
  let outbox;
  let notice;
  let gtag;
  let modes;
  // Vendors that wait until their adapter has told them the choice, and how to tell them.
  let untold = [];
  let tellAdapters;
  let shown = '';
  let language = '';
  const listeners = Object.create(null);
  const waiting = Object.create(null);
  const reported = new Set();
  const log = [];
  let taking, origin;

  /** The core's words as the object that index.d.ts describes. */
  function state() {
    const [status, time, expires, regime, region, signals, how, prevails] = core.stateWords();
    const granted = (ids) => Object.fromEntries(ids.map((id) => [id, core.allows(id)]));
    const word = (text) => (text == '-' ? '' : text);
    return {
      status,
      purposes: granted(names.purposes),
      vendors: granted(names.vendors),
      time: +time,
      expires: +expires,
      regime,
      region: word(region),
      gpc: /g/.test(signals),
      dnt: /d/.test(signals),
      how: word(how),
      prevails: word(prevails),
    };
  }

  /** Runs a function of the page; what it throws is the page's own error. */
  function run(fn, detail) {
    try {
      fn(detail);
    } catch (error) {
      setTimeout(() => {
        throw error;
      });
    }
  }

  function emit(name, detail) {
    for (const fn of [...(listeners[name] || [])]) run(fn, detail);
    dispatchEvent(new CustomEvent(`assent:${name}`, { detail }));
  }

  // --- The loop: an event to the core, its effects to the page.

  function handle(kind, { choices = '', how = 'api', event } = {}) {
    if (!names) return 1;
    for (const effect of core.happen(kind, how, isGesture(event), readCopies(key), choices)) {
      if (DENIALS[effect]) {
        say(DENIALS[effect]);
        return DENIALS[effect];
      }
      EFFECTS[effect](kind);
    }
    return '';
  }

  const EFFECTS = {
    store(kind) {
      writeCopies(key, core.toStore(), lifetime, domain);
      // The longer names are answers; the others mend a copy.
      if (outbox && kind[4]) record(JSON.stringify([Date.now(), ports.language, { ...state(), origin }, policy]) + '\n');
    },
    forget: () => forgetCopies(key),
    clear: () => clear(core.clearsCookie, core.clearsKey),
    reload: () => location.reload(),
    gate() {
      const content = core.securityPolicy();
      if (content) document.head.append(Object.assign(document.createElement('meta'), { httpEquiv: 'Content-Security-Policy', content }));
      release();
    },
    signals() {
      const types = core.consentWords();
      const [granted, wanted] = types.splice(-2);
      modes = Object.fromEntries(types.map((type, i) => [type, granted & (1 << i) ? 'granted' : 'denied']));
      if (+wanted) pushConsent(modes, gtag);
      if (tellAdapters) tellAdapters();
    },
    // Not before it is known whether the person has answered elsewhere.
    banner: async () => ((await taking), state().time || open('banner')),
    button: (kind) => (kind == 'open' || !notice ? idly(() => notice || open(wayBack())) : open(wayBack())),
    choice: () => emit('choice', state()),
    change() {
      const now = state();
      pushEvent('assent_change', now.purposes);
      settle();
      emit('change', now);
    },
  };

  function settle() {
    for (const name in waiting) {
      if (core.allows(name)) {
        for (const resolve of waiting[name].splice(0)) resolve();
      }
    }
  }

  // --- Reports

  /** Says something about a host, the first time that there is something to say. */
  function sayOnce(url, what) {
    const host = absolute(url).split('/')[2];
    if (!reported.has(host)) say(`${host} ${what}`);
    reported.add(host);
  }

  function held(kind, url) {
    const facts = { kind, url, through: answers._through, time: performance.now(), at: Date.now() };
    const detail = { ...facts, ...reasons(url) };
    if (detail.rule == 'undeclared_tracker') sayOnce(url, `is held: list "${detail.vendor}" under vendors`);
    if (log.push(facts) > REMEMBERED) log.shift();
    // Listeners run after the call that is being held, never inside it.
    queueMicrotask(() => emit('held', detail));
  }

  function decide(url) {
    if (untold[0] && untold.includes(core.reasonWords(url)[2])) return false;
    const answer = core.decide(url);
    if (answer == 2) sayOnce(url, 'passes, and the policy does not list it');
    return answer > 0;
  }

  function reasons(url) {
    const [rule, purpose, vendor, ...needs] = names ? core.reasonWords(absolute(url)) : ['pending', '', ''];
    return { allowed: /^(local|first_party|essential(_candidate)?|granted|unlisted)$/.test(rule), rule, purpose, vendor, needs };
  }

  const explain = (url) => ({ ...reasons(url), held: log.filter((it) => absolute(it.url) == absolute(url)).pop() });

  /** The address that an element waits for or has; of a tagged one without, its tag answers. */
  function explainElement(element) {
    const given = originals.get(element) || {};
    const value = (name) => given[name] || element.getAttribute(HELD + name) || element.getAttribute(name);
    const isHeld = (name) => element.hasAttribute(HELD + name);
    const name = ['data-src', ...urlNames(element)].find((name) => isHeld(name) || (name != 'type' && value(name)));
    if (name) return explain(String((isHeld(name) && heldIn(name, value(name), element)) || value(name)));
    const purpose = element.getAttribute(TAG) || '';
    const needs = purpose.split(/[\s,]+/).filter((word) => word && !api.allows(word));
    return { allowed: !isTagged(element) || (!!names && core.decideTagged(purpose)), rule: 'tagged', purpose, vendor: '', needs };
  }

  function absolute(url) {
    try {
      return new URL(url, document.baseURI).href;
    } catch {
      return String(url);
    }
  }

  // --- The notice

  const ports = {
    base,
    get policy() {
      return policy;
    },
    get language() {
      return language || document.documentElement.lang || navigator.language || '';
    },
    state: () => JSON.stringify(state()),
    modes: () => modes,
    shown: () => shown,
    emit,
    room,
    busy,
    answer: (kind, choices, event) => handle(kind, { choices, event, how: shown == 'banner' ? 'banner' : 'preferences' }),
    adopt(element) {
      sweep(element);
      release();
    },
    once: (element, event) => isGesture(event) && releaseOnce(element),
    imported(tool, choices) {
      origin = tool;
      handle('import', { choices });
      origin = undefined;
    },
    layer(layer) {
      if (layer != shown) emit('notice', { layer: (shown = layer) });
    },
  };

  /** Loads a room of the house and opens it. If that fails, the page goes on. */
  async function room(name, wish) {
    try {
      return await (await import(`${base}assent-${name}.js`)).open(ports, wish);
    } catch (error) {
      say(`assent-${name}.js did not load (${error})`);
    }
  }

  async function open(layer) {
    if (!names || (!layer && !notice)) return;
    notice = 1;
    notice = await room('notice', layer);
  }

  /** Writes an answer down at once, since the page may be closed next, and lets the records see to it. */
  function record(line) {
    attempt(() => (localStorage[outbox] = (localStorage[outbox] || '') + line));
    room('record', line);
  }

  const OPENER = '[data-assent-open],a[href="#assent-preferences"]';

  /** The small button, unless the page has a way back of its own. */
  function wayBack() {
    return button == 'none' || (!button && document.querySelector(OPENER)) ? '' : 'button';
  }

  function idly(fn) {
    const later = () => (window.requestIdleCallback || setTimeout)(fn);
    if (document.readyState == 'complete') later();
    else addEventListener('load', later);
  }

  document.addEventListener('click', (event) => {
    const opener = event.target instanceof Element && event.target.closest(OPENER);
    if (!opener) return;
    event.preventDefault();
    open(opener.dataset.assentOpen == 'banner' ? 'banner' : 'preferences');
  });

  // --- The surface

  const lines = (choices) => Object.entries(Object(choices)).map(([name, yes]) => `${name}=${yes ? 1 : 0}`);
  const taken = (problem) => !problem;

  const api = {
    version,
    allows: (name) => !!names && core.allows(String(name)),
    get choice() {
      return names ? state() : null;
    },
    when: (name) =>
      new Promise((resolve) => {
        if (api.allows(name)) resolve();
        else (waiting[name] = waiting[name] || []).push(resolve);
      }),
    on(event, fn) {
      const list = (listeners[event] = listeners[event] || new Set());
      list.add(fn);
      if (event == 'ready' && names) queueMicrotask(() => run(fn, state()));
      return () => list.delete(fn);
    },
    show: (layer) => open(layer == 'banner' ? layer : 'preferences'),
    hide: () => open(wayBack()),
    acceptAll: (event) => taken(handle('accept', { event, how: event ? 'event' : 'api' })),
    rejectAll: () => taken(handle('refuse')),
    set(choices, event) {
      const { vendors, ...purposes } = Object(choices);
      const text = [...lines(purposes), ...lines(vendors).map((line) => `vendor:${line}`)].join('\n');
      return taken(handle('choose', { choices: text, event, how: event ? 'event' : 'api' }));
    },
    withdraw: () => taken(handle('withdraw')),
    explain: (it) => (it instanceof Element ? explainElement(it) : explain(it)),
    setLanguage(tag) {
      language = String(tag);
      if (shown) open(shown);
    },
    reset: (event) => taken(handle('reset', { event })),
    report: async () => names && room('report', log),
    records: async () => outbox && room('record'),
    push(...calls) {
      for (const [name, ...values] of calls) run(() => api[name](...values));
    },
  };

  function start(text, { purposes, vendors = [], appearance = {}, server, dialects, heldFetch, replay, adapters, gtag: settings, import: imports, tcf }, kept, wish) {
    policy = text;
    gtag = settings;
    untold = adapters || [];
    answers._held = heldFetch;
    answers._tell = heldFetch && room('answers', heldFetch);
    answers._replay = replay && room('replay');
    button = appearance.button;
    const ids = (list) => list.map((item) => item.id || item);
    names = { purposes: ids(purposes), vendors: ids(vendors) };
    [key, lifetime, domain] = core.storageWords();
    outbox = server && `${key}-outbox`;
    const standIn = (element) => idly(() => room('embeds', element));
    setJudge(decide, core.decideTagged, held, appearance.placeholders == 'none' ? undefined : standIn);
    guard(core.clearsCookie, core.clearsKey);
    // What was written past the guard, as a property of the storage object, goes at the next occasion.
    for (const event of ['load', 'pagehide']) addEventListener(event, EFFECTS.clear);
    const iab = kept && room('iab', kept);
    // What the framework asks for is in the notice, or nobody is granted anything under it.
    if (tcf) ports.iab = iab;
    taking = imports && !readCopies(key) && room('import', `${key}-imported`);
    handle('open');
    if (adapters)
      room('adapters').then((tell) => {
        if (!(tellAdapters = tell)) return;
        untold = [];
        release();
      });
    if (dialects) room('dialects');
    settle();
    attempt(() => localStorage[outbox] && idly(() => room('record')));
    attempt(() => {
      if (!navigator.serviceWorker.controller.scriptURL.includes('assent-sw')) return;
      const worker = new BroadcastChannel('assent');
      worker.onmessage = () => worker.postMessage(readCopies(key));
    });
    const look = () => handle('look');
    addEventListener('storage', (event) => (event.key === null || event.key == key) && look());
    addEventListener('pageshow', (event) => event.persisted && look());
    document.addEventListener('visibilitychange', () => document.hidden || look());
    const now = state();
    pushEvent('assent_ready', now.purposes);
    emit('ready', now);
    if (wish && wish('show')) api.show(wish('show'));
  }

  hear(emit);
  const before = window.assent;
  Object.freeze(api);
  // The setter lets `window.assent = window.assent || []` stand in strict code that runs later.
  Object.defineProperty(window, 'assent', { get: () => api, set() {}, enumerable: true });
  if (Array.isArray(before)) queueMicrotask(() => api.push(...before));
  return { start };
}
