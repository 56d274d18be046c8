// The ad stack's way into the page: `__tcfapi`, `__gpp` and `__uspapi`, in place of the gate's stubs.
//
// What this is: the order in which things start, and the truth that all three tell. They say nothing before module and
// vendor list are there; if one of them does not come, the stubs stay, or say that this CMP has failed.

import initSync, { applies, in_app as inApp, layers, list, open as openCore, tell } from 'assent-wasm';
import { bridge } from './bridge.js';
import { makeDetail } from './detail.js';
import { makeGpp } from './gpp.js';
import { VISIBLE, watch } from './stage.js';
import { makeTcf } from './tcf.js';
import { makeUsp } from './usp.js';

/** The notice waits for the vendor list, in milliseconds; without it nobody is granted anything. */
const PATIENCE = 5000;

/**
 * Opens the room. `kept` are the messages that the gate's stubs have taken in. Returns what makes a layer of the notice say
 * what the framework asks for.
 */
export async function open(ports, kept) {
  await initSync({ module_or_path: new URL('assent-iab.wasm', import.meta.url) });
  const policy = JSON.parse(ports.policy);
  const wants = openCore(ports.policy);
  const listPath = pathOf(policy);
  let vendorList;
  if (policy.tcf && wants > 1 && applies(ports.state())) {
    try {
      vendorList = await fetchList(listPath);
      if (!list(JSON.stringify(pick(vendorList, policy)))) throw Error('not a vendor list');
    } catch (error) {
      vendorList = undefined;
      console.warn(`assent: the vendor list ${listPath} is missing (${error}); nobody is granted anything under TCF`);
    }
  }
  if (policy.tcf && wants < 2) console.warn('assent: "tcf" takes a registered "cmpId"; nobody is granted anything under TCF');
  const detail = makeDetail(policy);
  let known;
  let said;

  /** What all strings say now. A state that is the same as before says the same. */
  function truth() {
    const state = ports.state();
    const gpc = navigator.globalPrivacyControl === true;
    const { time } = JSON.parse(state);
    const left = detail.of(time);
    if (known != state + gpc + left) {
      said = JSON.parse(tell(state, gpc, time || Date.now() / 1000, ports.language, left) || '{}');
      known = state + gpc + left;
    }
    return said;
  }

  const cmp = { ports, truth, detail, inApp: () => truth() && JSON.parse(inApp() || 'null'), vendorList: () => vendorList };
  const apis = [];
  if (policy.tcf) apis.push(makeTcf(cmp));
  if (policy.gpp) apis.push(makeGpp(cmp, policy));
  if (policy.usp) apis.push(makeUsp(cmp));
  const replayMessages = bridge(kept, apis);
  // Who asked first is told of everything that follows.
  for (const { replay } of apis) replay();
  replayMessages();
  for (const api of apis) api.started?.();
  watch(cmp, apis);
  return (layer, tag) => vendorList && VISIBLE.test(layer) && ports.room('tcf', { policy, tag, listPath, vendorList, asked: JSON.parse(layers(ports.state())), truth, detail });
}

/** Where the vendor list is: where the policy says, else at the archive. */
function pathOf({ tcf, server }) {
  return tcf?.vendorList ?? (server && `${server.url.replace(/\/$/, '')}/sites/${server.site}/gvl/vendor-list.json`);
}

async function fetchList(path) {
  const reply = await fetch(path, { signal: AbortSignal.timeout?.(PATIENCE) });
  if (!reply.ok) throw Error(`status ${reply.status}`);
  return reply.json();
}

/** The list without what the core has no question about: a megabyte of vendors that the policy does not name, and texts. */
function pick({ vendors, stacks, gvlSpecificationVersion, vendorListVersion, tcfPolicyVersion, lastUpdated }, policy) {
  const named = (policy.vendors || []).map((vendor) => vendor.gvlId);
  const only = (all, ids) => Object.fromEntries(ids.filter((id) => all?.[id]).map((id) => [id, all[id]]));
  return {
    gvlSpecificationVersion,
    vendorListVersion,
    tcfPolicyVersion,
    lastUpdated,
    stacks: only(stacks, policy.tcf.stacks || []),
    vendors: only(vendors, named),
  };
}
