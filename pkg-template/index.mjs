// The page's `window.assent`, for code that imports.
//
// What this is: the same object, under a name that bundlers and type checkers know. The gate itself is a classic script
// and must be the first in <head>: a module always comes too late to hold what stands before it.
// What it is not: a second gate. Where there is none (a server that renders, a page without the script), everything is
// answered as if the visitor had refused.

const STATE = {
  status: 'unknown',
  purposes: {},
  vendors: {},
  time: 0,
  expires: 0,
  regime: 'opt_in',
  region: '',
  gpc: false,
  how: '',
};

/** Stays closed: nothing is allowed, nothing is granted, nothing is thrown. */
const closed = {
  version: '',
  get choice() {
    return structuredClone(STATE);
  },
  allows: () => false,
  when: () => new Promise(() => {}),
  on: () => () => {},
  show() {},
  hide() {},
  acceptAll: () => false,
  rejectAll: () => true,
  set: () => false,
  withdraw: () => true,
  explain: (url) => ({ url: String(url), allowed: false, rule: 'no_gate', purpose: '', vendor: '' }),
  setLanguage() {},
  reset() {},
};

function find() {
  if (typeof window === 'undefined') return closed;
  const found = window.assent;
  if (found && typeof found.allows === 'function') return found;
  console.warn('assent: no gate on this page; make <script src="/assent.js"></script> the first script in <head>');
  return closed;
}

export const assent = find();
export default assent;
