// The gate's entry: installs the interceptors, starts the core, and hands over.
//
// What this is: the order of the first milliseconds. Interceptors first and closed, then the policy, then the core; if
// any step fails, everything stays as closed as it was and the page goes on.

import { wasmBytes } from './bytes.js';
import { load, start as startCore } from './core.js';
import { flat } from './flat.js';
import { setJudge } from './hold.js';
import { install } from './interceptors.js';
import { release } from './release.js';
import { makeApi } from './api.js';
import { say } from './say.js';
import { pushConsent } from './signals.js';
import { stubs } from './stubs.js';

const VERSION = '__ASSENT_VERSION__';
const script = document.currentScript;
const base = script && script.src ? script.src.replace(/[^/]*$/, '') : '/';

/**
 * What passes without a core: the own host, and what the policy calls essential or its own. A rule (`host` or
 * `host/path`) covers subdomains, and nothing that merely begins or ends alike.
 */
function closed({ essential = [], firstParty = [] }) {
  // An empty rule would cover any host that ends in a dot.
  const rules = [].concat(location.hostname, essential, firstParty, '-').filter(Boolean).map((rule) => String(rule).replace(/\W/g, '\\$&'));
  const passing = new RegExp(`^\\w+://([^/]*\\.)?(${rules.join('|')})(?![\\w.-])`);
  return (url) => {
    try {
      const { protocol, origin, pathname } = new URL(url, location.href);
      return !/^(http|ws)/.test(protocol) || passing.test(origin + pathname);
    } catch {
      return false;
    }
  };
}

function stayClosed(message, policy = {}) {
  setJudge(closed(policy), () => false, () => {});
  pushConsent();
  say(`${message}; third parties are held`);
}

/** For a faulty policy: the words load only now. */
function refuse(text, policy) {
  stayClosed('the policy has errors', policy);
  import(`${base}assent-diagnose.js`).then(({ diagnose }) => diagnose(text)).then(say, say);
}

function start(text) {
  try {
    const policy = JSON.parse(text);
    // What a tester asks for by the address loads only now. Everything is held until then.
    if (policy.testing === true && /[?&]assent_/.test(location.search)) {
      pushConsent();
      import(`${base}assent-rehearse.js`).then(({ open }) => begin(policy, open(policy))).catch(say);
    } else begin(policy, 0, text);
  } catch {
    refuse(text);
  }
}

function begin(policy, wish, text = JSON.stringify(policy)) {
  const rows = flat(policy);
  const kept = stubs(policy);
  try {
    load(wasmBytes());
    if (startCore(`${location.hostname}\n${rows}`)) api.start(text, policy, kept, wish);
    else refuse(text, policy);
  } catch (error) {
    stayClosed(`the core did not start (${error})`, policy);
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

let api;
const earlier = Object.getOwnPropertyDescriptor(window, 'assent');
// A second copy of this file on the page finds the first one's door, which cannot be replaced, and leaves it alone.
if (!earlier || earlier.configurable) {
  install(window);
  setJudge(closed({}), () => false, () => {});
  api = makeApi(VERSION, base);
  const policy = inlinePolicy();
  const remote = script && script.dataset.policy;
  if (policy) start(policy);
  else if (remote) {
    pushConsent();
    fetch(remote)
      .then((response) => (response.ok ? response.text() : Promise.reject(Error(`status ${response.status}`))))
      .then(start, (error) => stayClosed(`no policy at ${remote} (${error.message})`));
  } else stayClosed('no policy before assent.js');
}
