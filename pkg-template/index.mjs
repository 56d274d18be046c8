// The page's `window.assent`, for code that imports.
//
// What this is: the same object, under a name that bundlers and type checkers know. The gate itself is a classic script
// and must be the first in <head>: a module always comes too late to hold what stands before it.
// What it is not: a second gate. Where there is none (a server that renders, a page without the script), everything is
// answered as if the visitor had refused.

/** As the gate is before its policy has arrived: nothing is allowed, nothing is taken, nothing is thrown. */
const closed = {
  version: '',
  choice: null,
  allows: () => false,
  when: () => new Promise(() => {}),
  on: () => () => false,
  show: async () => {},
  hide: async () => {},
  acceptAll: () => false,
  rejectAll: () => false,
  set: () => false,
  withdraw: () => false,
  explain: () => ({ allowed: false, rule: 'pending', purpose: '', vendor: '', needs: [] }),
  report: async () => undefined,
  setLanguage() {},
  reset: () => false,
  records: async () => undefined,
  push() {},
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
