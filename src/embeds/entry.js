// What stands in for a held frame or film, at its size, until it may load.
//
// What this is: a box over the element that says what would be shown and who would get data, with the ways to have it: once,
// or by granting its purposes. The element itself keeps its place in the layout, so that nothing shifts. Nothing is fetched
// from the third party, no still and no icon.
//
// What it is not: a decision. The gate holds and releases; this watches the element's attributes to know.

import { dress, inLanguage, make, wordsOf } from '../parts.js';
import css from './embeds.css';

/** Below this there is nothing to be read: a pixel or a frame that nobody is meant to see. In CSS pixels. */
const SMALLEST = [100, 40];
/** Where the gate keeps the address of what it holds. */
const ADDRESSES = ['data-assent-src', 'data-assent-data', 'data-src'];
const EMBEDS = 'iframe,video,audio,object,embed';

const placed = new WeakSet();

/** Puts a box over an element that is held; `source` stands for its film. Called for each that the gate begins to hold. */
export async function open(ports, element) {
  const embed = element?.closest(EMBEDS);
  if (!embed || placed.has(embed) || embed.dataset.assentPlaceholder == 'none') return;
  placed.add(embed);
  const policy = JSON.parse(ports.policy);
  const { words, names } = await wordsFor(ports, policy);
  if (words.lang) new Box(ports, policy, embed, words, names);
}

/** The words in the page's language, and what the notice calls the purposes. */
async function wordsFor({ base, language }, policy) {
  const offered = policy.languages || ['en'];
  const wanted = policy.language && policy.language != 'auto' ? policy.language : language;
  const same = (length) => offered.find((tag) => tag.slice(0, length).toLowerCase() == wanted.slice(0, length).toLowerCase());
  const tag = same(99) || same(2) || offered[0];
  const [words, names] = await Promise.all(['embeds', ''].map((room) => wordsOf(base, room, tag, policy)));
  return { words, names };
}

/** The address that is held in an element, or in the sources of a film. */
function addressOf(embed) {
  for (const part of [embed, ...embed.querySelectorAll('source')]) {
    for (const name of ADDRESSES) if (part.hasAttribute(name)) return part.getAttribute(name);
  }
  return '';
}

class Box {
  constructor(ports, policy, embed, words, names) {
    this.ports = ports;
    this.policy = policy;
    this.embed = embed;
    this.tag = words.lang;
    this.words = words;
    this.names = names;
    this.host = make('assent-embed', { lang: words.lang, dir: words.direction, 'data-theme': policy.appearance?.theme || 'auto' });
    const root = this.host.attachShadow({ mode: 'open' });
    dress(root, css);
    root.append(this.content());
    root.addEventListener('click', (event) => this.act(event));
    // An element that leaves the page, or comes back elsewhere, changes its size as well.
    const sizes = new ResizeObserver(() => this.check());
    sizes.observe(embed);
    sizes.observe(document.documentElement);
    // `inert` is ours: to hear of it would not end.
    new MutationObserver(() => this.check()).observe(embed, { attributeFilter: ADDRESSES, childList: true, subtree: true });
    this.check();
  }

  say(key, values = {}) {
    return (this.words[key] || '').replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  }

  /** Who stands behind the address, as the policy and the engine name them. */
  who() {
    const { vendor, purpose } = window.assent.explain(addressOf(this.embed));
    const tagged = (this.embed.getAttribute('data-assent') || '').split(/[\s,]+/).filter(Boolean);
    const known = (this.policy.vendors || []).map((row) => (typeof row == 'string' ? { id: row } : row));
    const row = known.find(({ id }) => id == vendor || tagged.includes(id)) || { id: vendor };
    const asked = this.policy.purposes.map((item) => item.id || item);
    const purposes = [...new Set([...tagged, ...(row.purposes || []), purpose])].filter((id) => asked.includes(id));
    return { row, purposes };
  }

  content() {
    const { row, purposes } = this.who();
    const name = inLanguage(row.name, this.tag) || row.id || hostOf(addressOf(this.embed));
    const title = this.embed.title || this.embed.getAttribute('aria-label') || this.say('title', { vendor: name });
    this.purposes = purposes;
    const called = purposes.map((id) => {
      const own = this.policy.purposes.find((item) => item.id == id);
      return inLanguage(own?.name, this.tag) || this.names[`purpose.${id}.name`] || id;
    });
    // Where the browser itself enforces the choice, nothing can be let through for once.
    const strict = this.policy.enforce == 'csp';
    const where = country(row.country, this.tag);
    const list = new Intl.ListFormat(this.tag, { type: 'conjunction' }).format(called);
    return make(
      'div',
      { role: 'group', 'aria-label': title, part: 'box' },
      make('p', { part: 'title' }, title),
      make('p', { part: 'text' }, this.say(where ? 'text.country' : 'text', { vendor: name, country: where })),
      make(
        'p',
        { part: 'actions' },
        strict ? '' : make('button', { type: 'button', 'data-do': 'once' }, this.say('once')),
        purposes.length ? make('button', { type: 'button', 'data-do': 'always' }, this.say('always', { purposes: list })) : '',
      ),
      make(
        'p',
        { part: 'links' },
        make('button', { type: 'button', 'data-do': 'choices', part: 'link' }, this.say('choices')),
        row.privacyNotice ? make('a', { href: row.privacyNotice, target: '_blank', rel: 'noopener noreferrer', part: 'link' }, this.say('privacy')) : '',
      ),
    );
  }

  act(event) {
    const what = event.target.closest('[data-do]')?.dataset.do;
    if (what == 'choices') window.assent.show('preferences');
    if (!event.isTrusted) return;
    const had = this.host.shadowRoot.activeElement;
    if (what == 'once') this.ports.once(this.embed, event);
    if (what == 'always') window.assent.set(Object.fromEntries(this.purposes.map((id) => [id, true])), event);
    this.check();
    // Who came by keyboard goes on in what was asked for.
    if (had && what != 'choices' && !addressOf(this.embed)) this.embed.focus();
  }

  /** Shows the box while something is held in an element of the page, and takes it away with that. */
  check() {
    const { embed, host } = this;
    if (!embed.isConnected || !addressOf(embed)) host.remove();
    else if (embed.nextSibling != host) embed.after(host);
    this.place();
    embed.inert = host.isConnected && !host.hidden;
  }

  /** Lays the box over the element, whatever the page has done with that. */
  place() {
    const { embed, host } = this;
    if (!host.isConnected) return;
    const { offsetWidth: width, offsetHeight: height, offsetLeft: left, offsetTop: top } = embed;
    host.hidden = width < SMALLEST[0] || height < SMALLEST[1];
    const radius = getComputedStyle(embed).borderRadius;
    for (const [name, value] of Object.entries({ width, height, left, top })) host.style.setProperty(name, `${value}px`);
    host.style.setProperty('border-radius', radius);
  }
}

function hostOf(url) {
  try {
    return new URL(url, document.baseURI).hostname;
  } catch {
    return '';
  }
}

function country(code, tag) {
  try {
    return new Intl.DisplayNames(tag, { type: 'region' }).of(code);
  } catch {
    return '';
  }
}
