// The gate in a service worker: what no script of the page can stand in front of.
//
// What this is: the gate's core, asked about each request of the pages that this worker controls, so from the second page
// view on: also what the parser fetches ahead, and what style sheets ask for. It holds; nothing is kept for later. The
// choice is read anew for each request, so it is never an old one.
//
// What it is not: a cache, nor a place for the choice.

import { wasmBytes } from './bytes.js';
import { decide, happen, load, start, storageWords } from './core.js';
import { flat } from './flat.js';

const CACHE = 'assent-worker';
/** The entry that says that we were taken out of a worker that stays. */
const GONE = '/assent-worker-removed';
/** Whether this is a worker of its own, and not a part of the site's. */
const alone = /\/assent-sw\.js$/.test(location.pathname);
const address = new URL(location.href).searchParams.get('policy');
/** How long a policy is taken for the site's present one, in milliseconds. */
const FRESH = 10000;
/** How long a page's gate may take to answer, in milliseconds: it is the first thing that the page runs. */
const PATIENCE = 3000;

load(wasmBytes());

let key = '';
let asOf = 0;
let ready;
let known;
let reading;
let gone = caches
  .open(CACHE)
  .then((cache) => cache.match(GONE))
  .then(Boolean, () => false);

/** The choice as the page's gate reads it; nothing if none answers in time. */
function askPages() {
  const channel = new BroadcastChannel('assent');
  // A question that comes before the page's gate listens is lost.
  const ask = setInterval(() => channel.postMessage(0), 50);
  return new Promise((done) => {
    channel.onmessage = ({ data }) => done(String(data));
    channel.postMessage(0);
    setTimeout(done, PATIENCE, '');
  }).finally(() => {
    clearInterval(ask);
    channel.close();
  });
}

/** The copies of the choice. Some workers see no cookies, or those of another jar (Firefox 153): their pages are asked. */
async function copies() {
  const cookies = self.cookieStore ? await cookieStore.getAll(key) : [];
  return cookies.map(({ value }) => value).join(' ') || askPages();
}

const inForce = (text) => start(`${location.hostname}\n${flat(JSON.parse(text))}`);

/** Takes the policy as the site has it now, or the last good one if the site does not answer or has made a mistake. */
async function learn() {
  const cache = await caches.open(CACHE);
  const kept = async () => (await cache.match(address))?.text();
  let text;
  try {
    const reply = await fetch(address, { cache: 'no-cache' });
    if (!reply.ok) throw Error(`status ${reply.status}`);
    text = await reply.clone().text();
    if (text == known) return;
    if (!inForce(text)) throw Error('it has errors');
    await cache.put(address, reply);
  } catch (error) {
    console.warn(`assent: the policy at ${address} is not taken (${error.message})`);
    text = await kept();
    if (!text || !inForce(text)) return;
  }
  [key] = storageWords();
  known = text;
}

/** Puts the policy in force, anew on a page view some time later. It never rejects: without a policy there is no key. */
function prepare(anew) {
  if (!ready || (anew && Date.now() - asOf > FRESH)) {
    asOf = Date.now();
    ready = learn().catch(() => {});
  }
  return ready;
}

/** Has the core look at the choice. Requests that come together share one look. */
function look() {
  reading ??= prepare()
    .then(() => (key ? copies() : ''))
    .then((found) => happen('open', 'api', false, found, ''))
    .finally(() => (reading = undefined));
  return reading;
}

async function answer(request) {
  if (await gone) return fetch(request);
  try {
    await look();
    if (key && decide(request.url)) return await fetch(request);
  } catch {
    // Nobody answers, or there is no core: to the page it is the same.
  }
  return Response.error();
}

addEventListener('install', (event) => {
  if (!address) console.warn('assent: register the worker with the address of your policy: assent-sw.js?policy=/policy.json');
  // Who installs the site's worker anew wants what is in it.
  gone = caches
    .open(CACHE)
    .then((cache) => cache.delete(GONE))
    .then(() => false);
  const install = async () => {
    await prepare();
    if (!key) throw Error('no policy');
    if (alone) await skipWaiting();
  };
  event.waitUntil(install());
});

addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.mode == 'navigate') {
    prepare(true);
    return;
  }
  if (new URL(request.url).origin == location.origin) return;
  event.respondWith(answer(request));
});

/** Removes what was kept, and the worker; out of the site's own it only steps aside, until that is installed anew. */
async function remove() {
  await caches.delete(CACHE);
  if (alone) return registration.unregister();
  gone = true;
  await (await caches.open(CACHE)).put(GONE, new Response());
}

addEventListener('message', (event) => {
  if (event.data == 'assent:remove') event.waitUntil(remove());
});
