// The records' way into the page: sends what waits, and hands the person's doors out.
//
// What this is: the loop around the module's questions. It sends one line after the other, as long as there is one and
// its time has come, and tries again on the next page view. Nothing here blocks or throws.

import initSync, * as core from 'assent-wasm';
import { makeDoors } from './doors.js';
import { alone, ask, fetchBytes } from './post.js';
import { verifier } from './verify.js';

/** A wait that a page lives through; longer ones are for the next page view. In milliseconds. */
const PATIENCE = 300000;
/** What a page may have under way when it is gone, in bytes (Fetch, "keepalive"). */
const KEEPALIVE = 65536;

let room;

/**
 * Opens the room. `wish` is a line of the gate's to be recorded, a page of the notice to draw on, or nothing.
 * Returns the doors that `index.d.ts` describes as `Records`.
 */
export async function open(ports, wish) {
  room ??= start(ports);
  const { doors, send, view } = await room;
  if (wish?.stage) return view(wish);
  if (wish) core.hold(wish);
  send();
  return doors;
}

async function start(ports) {
  await initSync({ module_or_path: new URL('assent-record.wasm', import.meta.url) });
  const { server, cookie = {} } = JSON.parse(ports.policy);
  const key = cookie.name || 'assent';
  const base = server.url.replace(/\/$/, '');
  const { site } = server;
  core.open(key, storageWorks(key));
  const random = () => crypto.getRandomValues(new Uint8Array(32));
  const check = verifier(base, ask, fetchBytes, async () => (await load('ed25519')).open());
  const tokens = {};
  let timer;
  let sending;

  /** Tells page and developers what became of a line. */
  function report(kind, detail) {
    ports.emit('record', { kind, ...detail });
    if (kind != 'recorded' && kind != 'erased') console.warn(`assent: the record of a choice is ${kind}`, detail);
  }

  /** The token for a policy; it says where the person was taken to be when they were asked. */
  async function token(policy) {
    const known = tokens[policy];
    if (known && Date.parse(known.expires_at) > Date.now() + 5000) return known;
    const reply = await ask(`${base}/v1/sites/${site}/region?policy=${policy}`);
    if (reply.status != 200) return { reply };
    try {
      return (tokens[policy] = JSON.parse(reply.text));
    } catch {
      return { reply: { status: 0, text: '', retry: 0 } };
    }
  }

  const bodyOf = (line, token) => core.body(line, token, navigator.globalPrivacyControl === true);
  const post = (body) =>
    ask(`${base}/v1/sites/${site}/consents`, {
      method: 'POST',
      keepalive: true,
      body,
      headers: { 'content-type': 'text/plain' },
    });

  async function deliver() {
    for (let next; (next = core.next(Date.now(), random(), 0)); ) {
      if (next.wait) {
        clearTimeout(timer);
        if (next.wait < PATIENCE) timer = setTimeout(send, next.wait + 50);
        return;
      }
      const { policy_token: policyToken, reply: refused } = await token(next.policy);
      const reply = refused || (await post(bodyOf(next.line, policyToken)));
      // Drawn anew for the next try, whatever was wrong.
      if (reply.status == 409) delete tokens[next.policy];
      const { status, text, retry } = reply;
      const outcome = core.answered(next.id, next.line, status, text, retry, Date.now(), Math.random());
      if (outcome == 'recorded') await recorded(JSON.parse(text));
      else if (outcome != 'later') report(outcome, { id: next.id, reason: `${status} ${text.slice(0, 300)}` });
    }
  }

  /** A receipt has come: it is believed when it has been checked, and the log when it grew out of what was seen before. */
  async function recorded(receipt) {
    const { verified, fault } = await check.receipt(receipt);
    report('recorded', { id: receipt.id, verified, reason: fault });
    if (verified === false) report('unproved', { id: receipt.id, reason: fault });
    await watch([receipt.log]);
  }

  async function watch(origins) {
    for (const origin of await check.watch(origins)) report('forked', { id: '', reason: origin });
  }

  /** Sends what waits, in this tab once and in all of them one after the other. */
  function send() {
    sending = (sending || Promise.resolve()).then(() => alone(`${key}-records`, deliver)).catch(() => {});
    return sending;
  }

  // A page that is left takes its last chance, with all that fits; the answers are asked for again on the next one.
  const last = () => {
    let left = KEEPALIVE;
    for (let next, place = 0; left > 0 && (next = core.next(Date.now(), random(), place++)) && !next.wait; ) {
      const known = tokens[next.policy];
      const body = known && bodyOf(next.line, known.policy_token);
      if (known && (left -= new Blob([body]).size) >= 0) post(body);
    }
  };
  addEventListener('pagehide', last);

  const doors = makeDoors({ base, site, ask, check, report, send, watch });
  // Another visit than the one that saw them last.
  idle(() => watch([...new Set(core.receipts().map((receipt) => receipt.log))]));
  return { doors, send, view: async (page) => (await load('choices')).draw(page, doors, ports) };
}

/** Another room of the SDK, which lies beside this one. */
const load = (name) => import(new URL(`assent-${name}.js`, import.meta.url));

const idle = (run) => (window.requestIdleCallback || setTimeout)(() => run().catch(() => {}));

/** Whether local storage takes and gives; without it everything is kept for as long as the page is. */
function storageWorks(key) {
  try {
    const probe = `${key}-probe`;
    localStorage.setItem(probe, '1');
    const works = localStorage.getItem(probe) == '1';
    localStorage.removeItem(probe);
    return works;
  } catch {
    return false;
  }
}
