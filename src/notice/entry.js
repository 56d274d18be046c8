// The notice's way into the page: loads the painter and the words, keeps what outlives one call.
//
// What this is: the module that the gate imports when something must be shown; `open(ports, layer)` is all it exports.
// What it is not: a place for rules. Nothing here knows what a purpose is.

import { initSync, languages, paint, turn } from 'assent-wasm';
import css from './notice.css';

const BUTTON = 'button';
const BANNER = 'banner';
const PREFERENCES = 'preferences';

/** Files below `locales/` by name: each is fetched once. */
const files = {};
let started;
let page;
let calls = 0;

/**
 * Shows a layer: "banner", "preferences", "button" (the way back alone) or "" (nothing). Called again, it switches the
 * layer, and the language if `ports.language` has changed.
 */
export async function open(ports, layer) {
  try {
    await (started ??= start());
  } catch (error) {
    started = undefined;
    throw error;
  }
  page ??= new Page(ports);
  page.ports = ports;
  await page._show(layer);
  return true;
}

/** Compiles the painter while it arrives, or after, where the server names another type than application/wasm. */
async function start() {
  const reply = await fetch(new URL('assent-notice.wasm', import.meta.url));
  const streams = reply.headers.get('content-type') === 'application/wasm';
  const module = await (streams ? WebAssembly.compileStreaming(reply) : WebAssembly.compile(await reply.arrayBuffer()));
  initSync(module);
}

async function file(base, name) {
  try {
    if (!files[name]) {
      const reply = await fetch(`${base}locales/${name}.json`);
      if (reply.ok) files[name] = await reply.text();
    }
  } catch {
    // Offline, or not there. It is tried again when it is needed again.
  }
  return files[name] ?? '';
}

/** The notice on this page. What the painter reads of it is in `page.rs`. */
class Page {
  constructor(ports) {
    const make = (tag) => document.createElement(tag);
    this.ports = ports;
    this.tag = this.locale = this.known = this._layer = '';
    this.host = make('assent-notice');
    this.stage = make('div');
    this._root = this.host.attachShadow({ mode: 'open' });
    this._status = make('div');
    this._status.setAttribute('role', 'status');
    this._status.setAttribute('part', 'status');
    this._root.append(this._status, this.stage);
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      this._root.adoptedStyleSheets = [sheet];
    } catch {
      // Safari before 16.4. A strict CSP forbids this element there; the notice is then plain, and works.
      const style = make('style');
      style.textContent = css;
      this._root.prepend(style);
    }
    this._root.addEventListener('click', (event) => this._click(event));
    this._root.addEventListener('change', (event) => this._turn(event.target));
    // `cancel`, which is Escape, does not bubble: it is heard on its way down.
    this._root.addEventListener('cancel', (event) => this._close(event), true);
    // After the browser has scrolled it into view.
    document.addEventListener('focusin', (event) => requestAnimationFrame(() => this._yield(event.target)));
    this._observer = new MutationObserver(() => this._mount());
    this._mount();
  }

  async _show(layer, unfold = false) {
    const call = ++calls;
    const { ports } = this;
    let tag;
    let locale = '';
    for (tag of languages(ports.policy, ports.language).split('\n')) {
      locale = await file(ports.base, tag);
      if (locale) break;
    }
    const known = layer === PREFERENCES ? await file(ports.base, 'vendors') : '';
    const extra = await (await ports.iab)?.(layer, tag);
    // A later call overtook this one while its files were on the way.
    if (call !== calls) return;
    // The gate says "button" after each answer; drawing it again would take focus from it. It may say what was answered.
    const said = tag + this.state;
    if (layer === BUTTON && this._layer === layer && this._said === said) return;
    this.tag = tag;
    this.locale = locale;
    this.known = known;
    this._extra = extra;
    if (layer === PREFERENCES && this._layer !== layer) {
      this._under = this._layer;
      this._opener = document.activeElement;
    }
    this._paint(layer, unfold);
  }

  _paint(layer, unfold) {
    paint(this, layer, unfold);
    this._said = this.tag + this.state;
    this._extra?.(this, layer);
    this._layer = layer;
    this.ports.layer(layer);
    this._refocus();
  }

  _click(event) {
    const { target, isTrusted } = event;
    // A script may turn a switch off for its user, never on.
    if (!isTrusted && target.checked) event.preventDefault();
    const action = target.closest('[data-action]')?.dataset.action;
    if (action === 'accept' && isTrusted) this._answer(action, event);
    else if (action === 'refuse' || action === 'withdraw') this._answer('refuse', event);
    else if (action === 'save') this._answer('choose', event);
    else if (action === 'close') this._close(event);
    else if (action === 'mine') this.ports.room('record', this);
    else if (action && action !== 'accept') this._show(PREFERENCES, action === 'vendors');
  }

  _answer(kind, event) {
    calls++;
    if (this.ports.answer(kind, kind === 'choose' ? this._turn() : '', event)) {
      this.stage.querySelector('[part=error]').textContent = this.host.dataset.failed;
      return;
    }
    // A mouse on the banner never had focus: nothing to give back.
    if (this._layer === PREFERENCES || event.detail === 0) this._back('open');
    // What comes next, the gate has said by now or says soon.
    this._paint('');
    this._status.textContent = this.host.dataset.saved;
  }

  /** Lets those that hang on a switch follow it, if one was turned; returns what all of them say. */
  _turn(input) {
    const inputs = [...this.stage.querySelectorAll('[name]')];
    const states = inputs.map((each) => +each.checked).join('');
    const said = turn(this, states, inputs.indexOf(input));
    inputs.forEach((each, i) => (each.checked = said[i] === '1'));
    return said.slice(inputs.length + 1);
  }

  /** Leaves the preferences without an answer: back to what was under them. */
  _close(event) {
    event.preventDefault();
    this._back(this._under === BANNER ? 'choose' : 'open');
    this._paint(this._under);
  }

  /** Focus is to go back to where it was, or to the button that stands for it once it is there. */
  _back(action) {
    const opener = this._opener;
    this._opener = undefined;
    this._wanted = () => this.stage.querySelector(`[data-action=${action}]`);
    if (opener?.isConnected && opener !== this.host && opener !== document.body) this._wanted = () => opener;
  }

  _refocus() {
    const wanted = this._wanted?.();
    if (wanted) {
      this._wanted = undefined;
      wanted.focus();
    }
  }

  /** A banner over the element that a keyboard has reached goes to the other edge, or the page moves (WCAG 2.4.11). */
  _yield(target) {
    const banner = this.stage.querySelector('[part=banner]');
    if (!banner || target === this.host || !target.matches(':focus-visible')) return;
    const { top, bottom } = target.getBoundingClientRect();
    const overlap = () => {
      const over = banner.getBoundingClientRect();
      return top >= over.top && bottom <= over.bottom && over;
    };
    if (!overlap()) return;
    const low = top + bottom > innerHeight;
    this.host.dataset.position = low ? 'top' : 'bottom';
    const over = overlap();
    if (over) scrollBy(0, low ? top - over.bottom - 8 : bottom - over.top + 8);
  }

  /** Keeps the host at the end of the body, also where Turbo, Astro and the like put a new body in its place. */
  _mount() {
    const { body } = document;
    const again = this._layer === PREFERENCES && this.host.parentNode !== body;
    this._observer.disconnect();
    if (body && this.host.parentNode !== body) body.append(this.host);
    for (const parent of [document.documentElement, body]) {
      if (parent) this._observer.observe(parent, { childList: true });
    }
    // A dialog that was taken out of the page has stopped being modal.
    if (again) this._paint(PREFERENCES);
  }

  get policy() {
    return this.ports.policy;
  }

  get records() {
    return !!JSON.parse(this.policy).server;
  }

  get state() {
    return this.ports.state();
  }

  count(n) {
    return `vendors.${new Intl.PluralRules(this.tag).select(n)} ${n.toLocaleString(this.tag)}`;
  }

  day(seconds) {
    return new Date(seconds * 1000).toLocaleDateString(this.tag, { dateStyle: 'long' });
  }

  span(days) {
    const [n, unit] = days % 365 ? (days % 30 ? [days, 'day'] : [days / 30, 'month']) : [days / 365, 'year'];
    return n.toLocaleString(this.tag, { style: 'unit', unit, unitDisplay: 'long' });
  }

  country(code) {
    try {
      return new Intl.DisplayNames(this.tag, { type: 'region' }).of(code);
    } catch {
      return code;
    }
  }
}
