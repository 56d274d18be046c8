// What services besides Google's are told of the choice: the table of `crates/core/data/adapters.json`, carried out.
//
// What this is: an interpreter of a few verbs. `push` adds to a queue, `stub` calls a function that queues until the
// service is there, `call` one that its owner makes, `set`, `event` and `cookie` do what they say. A value `{ if, yes, no }`
// depends on what is granted; `first` is for the first time on a page, `change` for later, if that differs.
// What it is not: a judge. The gate holds what is not granted, and holds these services until this has told them.

import { calls } from '../../crates/core/data/adapters.json';

const ANSWERED = /given|partial|refused|withdrawn/;

/** Tells all services of the policy's `adapters`; what it returns tells them again. */
export function open(ports) {
  const { adapters } = JSON.parse(ports.policy);
  const said = {};

  function tell() {
    const state = JSON.parse(ports.state());
    for (const name of adapters) {
      const row = calls[name];
      if (!row) continue;
      const asked = questions(state, ports.modes(), row.platform || state.vendors[name]);
      const first = filled(row.first, asked);
      // What is the case, without the time, which is another at each look.
      const mark = JSON.stringify([first, state.vendors[name]]).replace(/"timestamp":"[^"]*"/, '');
      if (said[name] == mark) continue;
      const steps = said[name] && row.change ? filled(row.change, asked) : first;
      try {
        // A function that is not there yet is looked for again.
        if (steps.map(run).every(Boolean)) said[name] = mark;
      } catch (error) {
        console.warn(`assent: ${name} could not be told (${error})`);
      }
    }
  }

  tell();
  if (document.readyState != 'complete') addEventListener('load', tell);
  return tell;
}

/** What a row may ask: a Consent Mode type, and about the vendor, the answer and the place. */
function questions({ status, regime, region }, modes, allowed) {
  const facts = { country: region.split('-')[0], now: new Date().toISOString() };
  const yes = { vendor: allowed, answered: ANSWERED.test(status), asks_first: regime == 'opt_in' };
  return { facts, granted: (name) => (Object.hasOwn(yes, name) ? !!yes[name] : !!allowed && modes[name] == 'granted') };
}

/** A part of the table with its conditions decided. */
function filled(it, asked) {
  if (Array.isArray(it)) return it.map((item) => filled(item, asked)).filter((item) => item !== undefined);
  if (!it || typeof it != 'object') return it;
  if (it.if) return filled(asked.granted(it.if) ? it.yes : it.no, asked);
  if (it.fact) return asked.facts[it.fact];
  const copy = Object.fromEntries(Object.entries(it).map(([key, value]) => [key, filled(value, asked)]));
  if (it.always) copy.always = asked.granted(it.always);
  return copy;
}

/** Carries a step out; false if what it calls is not there. */
function run({ push, stub, call, set, event, cookie, with: given = [], then, always }) {
  if (push) (window[push] = window[push] || []).push(...given);
  if (stub) (window[stub] = window[stub] || queue())(...given);
  if (set) window[set] = given;
  if (event) document.dispatchEvent(new CustomEvent(event));
  if (cookie && (always || document.cookie.includes(`${cookie}=`))) {
    document.cookie = `${cookie}=${encodeURIComponent(JSON.stringify(given))}; path=/; max-age=31536000; SameSite=Lax`;
  }
  if (!call) return true;
  const path = call.split('.');
  const name = path.pop();
  const owner = path.reduce((object, key) => object?.[key], window);
  if (typeof owner?.[name] != 'function') return false;
  const answer = owner[name](...given, ...(then ? [(error) => error || run(then)] : []));
  answer?.catch?.(() => {});
  return true;
}

/** What the services' own snippets put in their place until they are loaded. */
function queue() {
  const stub = (...words) => (stub.q = stub.q || []).push(words);
  return stub;
}
