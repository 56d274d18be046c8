// Releasing: what was held, in its original order and as if it had never been held.
//
// What this is: one pass over the queue, oldest first; what the page deferred comes last. Type, nonce, listeners and place
// are kept by releasing the very element that was held; what runs at once waits for the scripts before it. What was given
// back, but has not run when its grant is withdrawn, is held again.

import {
  HELD,
  PARKED,
  TAG,
  allows,
  answers,
  getAttribute,
  hasAttribute,
  heldIn,
  insertBefore,
  isTagged,
  judgeTagged,
  once,
  originals,
  queue,
  queued,
  removeAttribute,
  replaceScript,
  setAttribute,
  sweep,
  trust,
  urlNames,
} from './hold.js';

/** How long one piece of a release may take, in milliseconds; 50 make a long task. */
const TASK = 30;
/** Start tags of scripts that run after all that are not deferred, and of those that run where they are put. */
const DEFERRED = /^<script[^>]*( defer|type="module")/;
const INLINE = /^<script(?![^>]*src=)/;
let releasing = false;
/** Scripts that were given back and have not run yet; and the last of them for which what runs at once waits. */
const coming = new Set();
let lastScript;
let wake = () => {};

/** Whether somebody waits to run, or will be given back. */
export const busy = () => releasing || coming.size > 0;

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
    return value === null || heldIn(name, value, item) === undefined;
  });
}

/** Where the next is looked for: what had to wait has to wait until the page has had a turn. */
let from;

/** The next that may go. What is deferred runs after the rest, as it does on a page that is read at once. */
function next() {
  for (; from < queue.length; from++) {
    const item = queue[from];
    if (isReady(item) && !DEFERRED.test(item.outerHTML)) return item;
  }
  return queue.find(isReady);
}

/** Holds again what was given back and has not run, if its grant is gone. It may not run twice, so a copy waits. */
function takeBack() {
  let place = 0;
  for (const script of coming) {
    const names = getAttribute.call(script, TAG);
    const src = getAttribute.call(script, 'src');
    if (names ? judgeTagged(names) : allows(src)) continue;
    coming.delete(script);
    setAttribute.call(script, HELD + 'src', src);
    removeAttribute.call(script, 'src');
    if (names) setAttribute.call(script, 'type', 'text/plain');
    queue.splice(place++, 0, script);
    replaceScript(script);
  }
}

/** Releases what is allowed by now, oldest first. What is withdrawn meanwhile stays held. */
export async function release() {
  takeBack();
  wake();
  if (releasing) return;
  releasing = true;
  try {
    if (answers._replay) await answers._replay;
    let since = performance.now();
    from = 0;
    for (let item; (item = next()); ) {
      // Code of the page's own order: whatever runs at once waits for the scripts before it. And somebody may want to scroll.
      const waits = coming.has(lastScript) && (item.run || INLINE.test(item.outerHTML));
      if (waits || performance.now() - since > TASK) {
        await new Promise((done) => (waits ? (wake = done) : setTimeout(done)));
        since = performance.now();
        from = 0;
        continue;
      }
      const place = queue.indexOf(item);
      queue.splice(place, 1);
      try {
        if (item.run) item.run();
        else {
          queued.delete(item);
          if (item.localName == 'template') queue.splice(place, 0, ...unpack(item));
          else unpark(item);
        }
      } catch {
        // A caller has done something else with its request since, or a CSP lets nobody set this: the rest goes on.
      }
    }
  } finally {
    releasing = false;
  }
}

/** Releases one element although its purpose has no grant: the person asked for this one, now. */
export function releaseOnce(element) {
  for (const part of queue.filter((item) => item == element || item.parentNode == element)) {
    queue.splice(queue.indexOf(part), 1);
    queued.delete(part);
    once.set(part, ['data-src', `${HELD}src`, `${HELD}data`].map((name) => getAttribute.call(part, name)).find(Boolean));
    unpark(part);
  }
}

/** The content of a parked template takes its place; its scripts stay parked one by one, so that they keep their order. */
function unpack(template) {
  const content = document.importNode(template.content, true);
  const names = getAttribute.call(template, TAG);
  const scripts = [...content.querySelectorAll('script')];
  for (const script of scripts) {
    const src = getAttribute.call(script, 'src');
    if (isTagged(script)) continue;
    setAttribute.call(script, 'data-type', script.type);
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
  // The type first, which is the last name: a browser looks at an address under the type that there is by then.
  const values = urlNames(element).map((name) => [name, given[name] || getAttribute.call(element, HELD + name)]).reverse();
  if (tagged) {
    if (isScript) values.unshift(['type', getAttribute.call(element, 'data-type') || '']);
    values.push(...PARKED.map((name) => [name, getAttribute.call(element, 'data-' + name)]));
  }
  originals.delete(element);
  const isInlineScript = isScript && !values.some(([name, value]) => value && name != 'type');
  // An inline script runs when it is inserted; as the same element it keeps its nonce, its listeners and its place.
  // A frame that the parser has just put in does not notice in Firefox that it was given an address.
  const { parentNode, nextSibling, isConnected } = element;
  const again = isConnected && (isInlineScript || /iframe|source/.test(element.localName));
  if (again) element.remove();
  if (tagged) for (const name of PARKED) removeAttribute.call(element, 'data-' + name);
  if (isScript && !hasAttribute.call(element, 'async')) element.async = false;
  for (const [name, value] of values) {
    if (value === '') removeAttribute.call(element, name);
    removeAttribute.call(element, HELD + name);
    // Not `xlink:href`: without its namespace it means nothing.
    if (value) setAttribute.call(element, name.replace(/.*:/, ''), isScript ? trust(value, 'createScriptURL') : value);
  }
  if (again) insertBefore.call(parentNode, element, nextSibling);
  // Nobody hears of one that this browser does not run.
  else if (isScript && isConnected && !element.noModule && /^$|module|[aj]script$/i.test(element.type)) {
    coming.add(element);
    if (!element.async) lastScript = element;
    // Before any listener of the page.
    const ran = () => release(coming.delete(element));
    element.addEventListener('load', ran, true);
    element.addEventListener('error', ran, true);
  }
}
