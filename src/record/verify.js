// Signatures and the log: what a receipt is held against.
//
// What this is: the module says which signatures are to be checked and which tiles are needed; the browser's own
// cryptography checks the former, the latter are fetched from the log. Where a browser has no Ed25519 (or the page no
// secure context), a module of ours is loaded that checks them. Where that fails too, nothing is called verified.

import * as core from 'assent-wasm';

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt());

/** One check of the browser's; it throws where the browser has no such signatures. */
async function byBrowser(key, message, signature) {
  const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', imported, signature, message);
}

/** The checks, by the addresses of an archive. `ask` and `fetchBytes` reach it, `ours` loads our own Ed25519. */
export function verifier(base, ask, fetchBytes, ours) {
  let listed;
  let loaded;

  /** Whether all signatures are good; `null` where that cannot be told. */
  async function areGood(claims) {
    try {
      for (const claim of claims) {
        const parts = [bytes(claim.key), bytes(claim.message), bytes(claim.signature)];
        let good;
        try {
          if (!loaded) good = await byBrowser(...parts);
        } catch {
          // It has none.
        }
        if (!(good ?? (await (loaded ??= ours()))(...parts))) return false;
      }
      return true;
    } catch {
      // Not loaded: offline perhaps, and asked for again.
      loaded = undefined;
      return null;
    }
  }

  /** The logs with their keys, as the archive lists them; once a visit. */
  async function logs() {
    const reply = await (listed ??= ask(`${base}/v1/log`));
    try {
      return JSON.parse(reply.text).logs;
    } catch {
      listed = undefined;
      return [];
    }
  }

  /** The log of that name, if the keys that were seen before are still its keys. */
  async function log(origin) {
    const found = (await logs()).find((it) => it.origin == origin);
    const known = core.head(origin);
    if (!found) return known && { origin, path: '', keys: known.keys };
    return found;
  }

  /** Holds a receipt against its log: whether it is verified (`null`: nobody can tell now), and what is wrong. */
  async function receipt(given) {
    const of = await log(given.log);
    if (!of) return { verified: null, fault: 'unreachable' };
    const known = core.head(given.log);
    if (known && !known.keys.every((key) => of.keys.includes(key))) return { verified: false, fault: 'keys' };
    const { fault, claims, head } = core.look(JSON.stringify(given), of.keys.join('\n'));
    if (fault) return { verified: false, fault };
    const good = await areGood(claims);
    if (!good) return { verified: good, fault: good === null ? 'unsupported' : 'signature' };
    return { verified: true, fault: '', head };
  }

  /** Whether the logs that were seen before only grew. Returns the origins of those that did not. */
  async function watch(origins) {
    const forked = [];
    for (const origin of origins) {
      const of = await log(origin);
      if (!of || !of.path) continue;
      const reply = await ask(`${base}${of.path}/checkpoint`);
      if (reply.status != 200) continue;
      const { fault, claims, head } = core.look_at_log(reply.text, of.keys.join('\n'));
      const good = !fault && (await areGood(claims));
      if (good === null) continue;
      if (!good || head.origin != origin || !(await grew(of, head))) forked.push(origin);
    }
    return forked;
  }

  async function grew(of, { origin, size, root }) {
    const known = core.head(origin);
    const parts = [];
    if (known && known.size < size) {
      for (const path of core.tiles(known.size, size)) {
        const tile = await fetchBytes(`${base}${of.path}/${path}`);
        // What cannot be had now is asked for at the next visit.
        if (!tile) return true;
        parts.push(...tile);
      }
    }
    return core.see(origin, size, root, of.keys.join('\n'), new Uint8Array(parts));
  }

  return { receipt, watch };
}
