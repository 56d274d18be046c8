// What the framework asks the notice to disclose and to ask, in the official texts of the vendor list.
//
// What this is: an addition to both layers of the notice, drawn into them and dressed by the notice's sheet. What is asked,
// and on which legal basis, the core has said; what the switches say goes back to it with the answer.

import { dress, wordsOf } from '../../parts.js';
import { drawFirst } from './first.js';
import css from './layers.css';
import { drawSecond } from './second.js';
import { follow } from './switches.js';
import { textsOf } from './texts.js';

const BANNER = 'banner';
const PREFERENCES = 'preferences';
const CANADA = {
  c: 'PurposesExpressConsent',
  l: 'PurposesImpliedConsent',
  f: 'SpecialFeatureExpressConsent',
  v: 'VendorExpressConsent',
  w: 'VendorImpliedConsent',
};
/** Roots that have the sheet and the listeners. */
const dressed = new WeakSet();
let switches = [];
let unfolds = false;

/** Prepares words and texts in a language. Returns what draws them into a layer. */
export async function open({ base }, { policy, tag, listPath, vendorList, asked, truth, detail }) {
  const [words, texts] = await Promise.all([wordsOf(base, 'tcf', tag, policy), textsOf(listPath, vendorList, tag)]);
  const say = (key, filling = {}) => (words[key] ?? '').replace(/\{(\w+)\}/g, (whole, name) => filling[name] ?? whole);
  const told = { policy, tag, vendorList, asked, texts, say };
  return (page, layer) => {
    const root = page.stage.getRootNode();
    if (!dressed.has(root)) start(root, page, detail);
    dressed.add(root);
    switches = [];
    if (layer == BANNER) drawFirst(page, told);
    if (layer == PREFERENCES) {
      switches = drawSecond(page, told, saidBy(truth()), unfolds);
      unfolds = false;
    }
  };
}

/** Whether a switch is on, by its letter and number, as the strings say it: Europe's or, without one, Canada's. */
function saidBy({ tc, parsedSections }) {
  if (tc) {
    const { purpose, vendor } = tc;
    const maps = { c: purpose.consents, l: purpose.legitimateInterests, f: tc.specialFeatureOptins, v: vendor.consents, w: vendor.legitimateInterests };
    return (kind, id) => maps[kind][id];
  }
  const canada = parsedSections?.tcfcav1;
  return (kind, id) => {
    const said = canada?.[CANADA[kind]] || [];
    return /[vw]/.test(kind) ? said.includes(id) : said[id - 1];
  };
}

function start(root, page, detail) {
  dress(root, css);
  // On the stage, so before the notice, which listens on the root, passes the answer on.
  page.stage.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-action]');
    const action = button?.dataset.action;
    unfolds = !!button && 'tcf' in button.dataset;
    if (action == 'accept') detail.say('*');
    if (action == 'refuse' || action == 'withdraw') detail.say('.');
    if (action == 'save') detail.say([...switches.filter(({ input }) => input.checked).map(({ code }) => code), '.'].join(' '));
  });
  // On the root and after the notice's own listener: its switches have settled by then.
  root.addEventListener('change', ({ target }) => follow(switches, target));
}
