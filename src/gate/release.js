// Releasing: what was held, in its original order and as if it had never been held.
//
// What this is: one pass over the queue, oldest first. Type, nonce, listeners and place are kept by releasing the very
// element that was held; what runs at once waits for the scripts before it.

import {
  HELD,
  TAG,
  allows,
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
  setAttribute,
  sweep,
  trust,
  urlNames,
} from './hold.js';

/** How long one piece of a release may take, in milliseconds; 50 make a long task. */
const TASK = 30;
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
    return value === null || heldIn(name, value, item) === undefined;
  });
}

/** Releases what is allowed by now, oldest first. What is withdrawn meanwhile stays held. */
export async function release() {
  if (releasing) return;
  releasing = true;
  let since = performance.now();
  try {
    for (let i = 0; i < queue.length; ) {
      const item = queue[i];
      if (!isReady(item)) {
        i++;
        continue;
      }
      // Somebody may want to scroll.
      if (performance.now() - since > TASK) {
        await new Promise((done) => setTimeout(done));
        since = performance.now();
        i = 0;
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
      try {
        if (item.run) item.run();
        else {
          queued.delete(item);
          if (item.localName == 'template') queue.splice(i, 0, ...unpack(item));
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
  const isInlineScript = isScript && !values.some(([name, value]) => value && name != 'type');
  // An inline script runs when it is inserted; as the same element it keeps its nonce, its listeners and its place.
  // A frame that the parser has just put in does not notice in Firefox that it was given an address.
  const { parentNode, nextSibling, isConnected } = element;
  const again = isConnected && (isInlineScript || /iframe|source/.test(element.localName));
  if (again) element.remove();
  if (tagged) {
    const type = getAttribute.call(element, 'data-type');
    if (isScript && type) setAttribute.call(element, 'type', type);
    else if (isScript) removeAttribute.call(element, 'type');
    removeAttribute.call(element, 'data-src');
  }
  if (isScript && !hasAttribute.call(element, 'async')) element.async = false;
  for (const [name, value] of values) {
    if (value === '') removeAttribute.call(element, name);
    removeAttribute.call(element, HELD + name);
    // Not `xlink:href`: without its namespace it means nothing.
    if (value) setAttribute.call(element, name.replace(/.*:/, ''), isScript ? trust(value, 'createScriptURL') : value);
  }
  if (again) insertBefore.call(parentNode, element, nextSibling);
  else if (isScript && isConnected && !element.async) {
    lastScript = new Promise((done) => {
      element.addEventListener('load', done);
      element.addEventListener('error', done);
    });
  }
}
