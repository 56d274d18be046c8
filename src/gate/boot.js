// The gate's entry: installs the interceptors, starts the core, and hands over.
//
// What this is: the order of the first milliseconds. Interceptors first and closed, then the policy, then the core; if
// any step fails, everything stays as closed as it was and the page goes on.

import { load, start as startCore } from './core.js';
import { flat } from './flat.js';
import { setJudge } from './hold.js';
import { install } from './interceptors.js';
import { release } from './release.js';
import { makeApi } from './api.js';
import { pushConsent } from './signals.js';

const VERSION = '__ASSENT_VERSION__';
const script = document.currentScript;
const base = script && script.src ? script.src.replace(/[^/]*$/, '') : '/';

/** What passes without a core: the own host and what the policy calls essential. */
function closed(essential) {
  const own = location.hostname;
  return (url) => {
    try {
      const { protocol, hostname, pathname } = new URL(url, location.href);
      return (
        !/^(http|ws)/.test(protocol) ||
        hostname == own ||
        essential.some((rule) => {
          const [host, ...path] = rule.split('/');
          return ('.' + hostname).endsWith('.' + host) && pathname.startsWith('/' + path.join('/'));
        })
      );
    } catch {
      return false;
    }
  };
}

const say = (message) => console.warn(`assent: ${message}`);

function stayClosed(message, essential = []) {
  setJudge(closed(essential), () => false, () => {});
  pushConsent();
  say(`${message}; every third party that the policy does not list as essential is held`);
}

/** The module's bytes; a text that was decoded in another character set than UTF-8 has another length. */
function wasmBytes() {
  const text = '__ASSENT_WASM__';
  if (text.length != '__ASSENT_WASM_LENGTH__') throw Error('the file was not read as UTF-8');
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function start(policy) {
  let essential = [];
  try {
    const parsed = JSON.parse(policy);
    essential = parsed.essential || [];
    load(wasmBytes());
    if (startCore(`${location.hostname}\n${flat(parsed)}`)) api.start(policy, parsed);
    else {
      stayClosed('the policy has errors', essential);
      import(`${base}assent-diagnose.js`).then(({ diagnose }) => diagnose(policy)).then(say, say);
    }
  } catch (error) {
    stayClosed(`the core did not start (${error})`, essential);
  }
  release();
}

function inlinePolicy() {
  const element = document.getElementById('assent-policy');
  if (element) return element.textContent;
  const given = window.assentPolicy;
  if (given) return JSON.stringify(given);
  return '__ASSENT_POLICY__';
}

install();
setJudge(closed([]), () => false, () => {});
const api = makeApi(VERSION, base);
const policy = inlinePolicy();
const remote = script && script.dataset.policy;
if (policy) start(policy);
else if (remote) {
  pushConsent();
  fetch(remote)
    .then((response) => (response.ok ? response.text() : Promise.reject(Error(`status ${response.status}`))))
    .then(start, (error) => stayClosed(`no policy at ${remote} (${error.message})`));
} else stayClosed('no policy: add <script type="application/json" id="assent-policy"> before assent.js');
