// Tags that were parked for another consent tool: they are put in our words, so that a site can change over as it is.
//
// What this is: a table of attributes, and one pass over the page and over what comes later. A foreign tag is inert by
// itself, so there is time to load this: only where the policy says `dialects`. The gate then holds and releases the tag
// like its own.
//
// What it is not: an import of choices that were made in another tool.

/** An adapter: which elements, where they name their categories, and where they keep their address and type. */
const DIALECTS = [
  // vanilla-cookieconsent 3, Complianz, cookyay, c15t: one meaning, so one row.
  { at: 'data-category', names: list, address: ['data-src', 'data-cmplz-src', 'data-src-cmplz'] },
  { at: 'data-c15t-category', names: list, address: ['data-src'] },
  { at: 'data-c15t-vendor', names: list, address: ['data-src'] },
  // vanilla-cookieconsent 2, CookieScript.
  { at: 'data-cookiecategory', names: list, address: ['data-src'] },
  // Klaro names services.
  { at: 'data-name', names: list, address: ['data-src', 'data-href'] },
  // OneTrust: `optanon-category-C0002-C0004` among the classes.
  { in: '[class*=optanon-category-]', names: (element) => (/optanon-category-([\w-]+)/.exec(element.className) || [])[1]?.split('-') || [], address: ['data-src'], unless: 'data-ot-ignore' },
  // Cookiebot; `ignore` says that the tag is needed.
  { at: 'data-cookieconsent', names: list, address: ['data-cookieblock-src', 'data-src'] },
  { at: 'data-cookieyes', names: list, address: ['data-src'] },
  // Usercentrics 2 and 3, and what its protector of embeds makes.
  { at: 'data-usercentrics', names: whole, address: ['uc-src', 'data-uc-src', 'data-src'] },
  { at: 'data-purposes', in: '[type="didomi/javascript"],[type="didomi/html"]', names: list, address: ['data-src'] },
  { at: 'data-vendor', in: '[type="didomi/javascript"],[type="didomi/html"]', names: list, address: ['data-src'] },
  { at: 'data-vendor-raw', in: '[type="didomi/javascript"],[type="didomi/html"]', names: list, address: ['data-src'] },
  { at: 'data-iub-purposes', names: (element, at) => list(element, at).map((name) => `iub-${name}`), address: ['data-suppressedsrc', 'suppressedsrc'] },
  // iubenda without purposes: nobody can tell what for.
  { in: '[class*=_iub_cs_activate]', names: () => [], address: ['data-suppressedsrc', 'suppressedsrc'] },
  { at: 'data-cmp-vendor', in: '.cmplazyload', names: list, address: ['data-cmp-src'] },
  { at: 'data-cmp-purpose', in: '.cmplazyload', names: list, address: ['data-cmp-src'] },
  { at: 'data-category-consent', names: list, address: ['data-consent-src'] },
  { at: 'data-osano', names: list, address: [] },
  { at: 'data-cookie-consent', names: list, address: ['data-src', 'data-href'] },
  // Real Cookie Banner names its services by numbers.
  { at: 'consent-required', names: list, address: ['consent-original-src-_', 'consent-click-original-src-_'] },
  // Termly.
  { at: 'data-categories', names: list, address: ['data-src'] },
  // Orejime; its `<template>` means what ours does.
  { at: 'data-purpose', in: 'template,[type="opt-in"]', names: list, address: ['data-src'] },
];

/** The core's table of what others call the standard purposes, and of what they put before that. */
const ALIASES = '__ASSENT_ALIASES__';
const PREFIXES = '__ASSENT_PREFIXES__'.split(' ');
/** Types under which a browser does not run a script. */
const PARKED = /^(text\/plain|opt-in|application\/consent|didomi\/.*)$/;
/** Where a tool keeps the type that a script shall have again. */
const TYPES = ['data-type', 'data-cmp-type', 'consent-original-type-_'];
/** What a parked script of a tool that is not in the table has about it. */
const FOREIGN = /consent|cookie|categor|purpose|vendor|^data-src$/;
const ELEMENTS = 'script,iframe,img,video,audio,embed,source,link,template';
/** What a tool builds an embed from: iframemanager's, tarteaucitron's. Nothing in them is loaded, and nothing here builds them. */
const PLACES = 'div[data-service][data-id],.tac_iframe,.youtube_player,.vimeo_player';

function list(element, at) {
  return (element.getAttribute(at) || '').split(/[\s,|]+/).filter(Boolean);
}

function whole(element, at) {
  return [element.getAttribute(at)];
}

let told;
/** Scripts that name another to wait for, which has not been read yet. */
const postponed = new Set();
/** Scripts that are waiting for one that is being read. */
const waiting = new Set();

/** Reads the page, and what comes later, for as long as it is there. */
export function open(ports) {
  if (told) return;
  told = new Set();
  const { dialects, purposes, vendors = [] } = JSON.parse(ports.policy);
  const ours = new Set([...purposes, ...vendors].map((item) => item.id || item));
  const rows = ALIASES.split('\n').map((row) => row.split('='));
  const words = new Map(rows.flatMap(([name, others]) => others.split(' ').map((other) => [other, name])));
  // The site's own words, as they are and as they are compared.
  for (const [word, name] of Object.entries(dialects)) words.set(word, name).set(word.toLowerCase(), name);

  /** Our name for a foreign one; nothing if there is none in this policy. */
  function translate(word) {
    if (words.has(word)) return named(words.get(word));
    const lower = word.toLowerCase();
    const plain = lower.slice((PREFIXES.find((prefix) => lower.startsWith(prefix)) || '').length);
    return named(ours.has(word) ? word : words.get(plain) || plain);
  }
  const named = (name) => (ours.has(name) || name == 'necessary' ? name : undefined);

  const read = (root) => {
    const among = (selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
    for (const element of among(ELEMENTS)) understand(element, translate, ports);
    for (const place of among(PLACES)) tell([], place.className || 'data-service', place, ports);
  };
  const again = () => {
    for (const element of postponed) if (postponed.delete(element)) understand(element, translate, ports);
  };
  new MutationObserver((records) => {
    for (const { addedNodes } of records) for (const node of addedNodes) if (node.nodeType == 1) read(node);
    if (document.readyState != 'loading') again();
  }).observe(document, { childList: true, subtree: true });
  read(document);
  const complete = () => {
    again();
    takeJobs(translate, ports);
  };
  if (document.readyState == 'loading') document.addEventListener('DOMContentLoaded', complete);
  else complete();
}

function understand(element, translate, ports) {
  if (element.hasAttribute('data-assent')) return;
  for (const dialect of DIALECTS) {
    const { at, names, address } = dialect;
    if (!element.matches(dialect.in || `[${at}]`) || (at && !element.hasAttribute(at)) || element.hasAttribute(dialect.unless || 'data-assent')) continue;
    const isScript = element.localName == 'script';
    const from = address.find((name) => element.hasAttribute(name));
    // Attributes like `data-category` are everybody's: what is not parked is not meant.
    if (isScript ? !PARKED.test(element.type) && !from : !from && element.localName != 'template') continue;
    const found = names(element, at);
    const translated = found.map(translate);
    const unknown = found.filter((name, i) => !translated[i]);
    if (unknown.length || !found.length) return tell(unknown, at || dialect.in, element, ports);
    // The gate may have parked the plain one already, by its host.
    const url = [from, 'src', 'data-assent-src'].map((name) => element.getAttribute(name)).find(Boolean);
    const wait = isScript && element.getAttribute('data-waitfor');
    const before = wait ? awaited(wait, element, translate, ports) : [];
    if (!before) return;
    const asked = [...new Set([...translated, ...before])].filter((name) => name != 'necessary');
    if (!asked.length) return free(element, isScript, url);
    return ports.adopt(park(element, isScript, url, asked.join(' ')));
  }
  const foreign = [...element.attributes].find(({ name }) => FOREIGN.test(name));
  if (element.localName == 'script' && PARKED.test(element.type) && foreign) tell([], foreign.name, element, ports);
}

/**
 * Complianz: a script runs after another that has these words in its address or text. So that one comes first, and this one
 * waits for its names as well, which are returned; nothing if it has to wait for them to be read, or for good.
 */
function awaited(words, element, translate, ports) {
  const texts = (it) => [it.text, ...['data-src', 'data-cmplz-src', 'src'].map((name) => it.getAttribute(name) || '')];
  const named = (it) => it != element && texts(it).some((text) => text.includes(words));
  const first = [...document.querySelectorAll('script[data-category]')].find(named);
  if (!first && document.readyState == 'loading') return void postponed.add(element);
  if (first && !waiting.has(first)) {
    waiting.add(element);
    understand(first, translate, ports);
    waiting.delete(element);
    if (first.hasAttribute('data-assent')) return list(first, 'data-assent');
  }
  tell([], `data-waitfor="${words}"`, element, ports);
}

/**
 * tarteaucitron: services by name, each with its code beside it. Where that tool itself runs, it does its own; where it was
 * taken out, its place is kept by an object of the page.
 */
function takeJobs(translate, ports) {
  const tool = window.tarteaucitron;
  if (!Array.isArray(tool?.job) || tool.version) return;
  const take = (id) => {
    const service = tool.services?.[id];
    const name = translate(id) || translate(String(service?.type));
    if (!name || !service?.js) return tell([String(id)], 'tarteaucitron.job', null, ports);
    if (name == 'necessary') return service.js();
    if (!window.assent.allows(name)) service.fallback?.();
    window.assent.when(name).then(() => service.js());
  };
  tool.job.forEach(take);
  tool.job.push = (...ids) => ids.forEach(take);
}

/** Puts a tag in our words, and returns it. A link waits in a template: it has no attribute that says for what. */
function park(element, isScript, url, names) {
  if (element.localName == 'link') {
    const template = document.createElement('template');
    template.setAttribute('data-assent', names);
    element.replaceWith(template);
    template.content.append(element);
    element.removeAttribute('data-href');
    element.setAttribute('href', url);
    return template;
  }
  const type = typeOf(element);
  if (isScript) {
    element.removeAttribute('src');
    element.setAttribute('type', 'text/plain');
    if (type && type != 'text/plain') element.setAttribute('data-type', type);
  }
  if (url) element.setAttribute('data-src', url);
  element.setAttribute('data-assent', names);
  return element;
}

/** Lets go what the page calls necessary, past the gate like anything else: a known tracker stays held all the same. */
function free(element, isScript, url) {
  if (element.localName == 'template') return element.replaceWith(document.importNode(element.content, true));
  if (!isScript) return element.setAttribute(element.localName == 'link' ? 'href' : 'src', url);
  const script = document.createElement('script');
  for (const { name, value } of element.attributes) if (!/src$|^type$/.test(name)) script.setAttribute(name, value);
  script.setAttribute('data-assent', '');
  script.nonce = element.nonce;
  if (typeOf(element)) script.type = typeOf(element);
  script.async = element.hasAttribute('async');
  if (url) script.src = url;
  else script.text = element.text;
  element.replaceWith(script);
}

const typeOf = (element) => TYPES.map((name) => element.getAttribute(name)).find(Boolean);

/** Says that a tag stays parked: to listeners each time, on the console once for the same words. */
function tell(names, at, element, ports) {
  ports.emit('foreign', { names, element });
  const words = names.join(' ') || at;
  if (told.has(words)) return;
  told.add(words);
  const why = names.length ? `the policy has no purpose or vendor for "${words}"; name one under "dialects"` : `"${words}" does not say what it is for; tag it with data-assent`;
  console.warn(`assent: a tag of another consent tool stays parked, since ${why}`, element);
}
