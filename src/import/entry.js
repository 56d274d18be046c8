// The page's side of an import: what another consent tool has stored here, to the core and on to the gate.
//
// What this is: run once, by a visitor without a choice. It writes a mark, so that nothing is taken over a second time:
// who has their choice forgotten wants to be asked.
//
// What it is not: a reader of choices; the core is.

import initSync, { find } from 'assent-wasm';

/** Keys of local storage in which tools keep a choice, besides cookies. */
const KEYS = ['uc_settings', 'uc_user_interaction', 'didomi_token', 'klaro', 'cc_cookie', 'euconsent-v2'];

/** Takes a choice over, if there is one. `mark` is the key that says that this has happened. */
export async function open(ports, mark) {
  if (kept(mark)) return;
  await initSync({ module_or_path: new URL('assent-import.wasm', import.meta.url) });
  const cookies = document.cookie.split('; ');
  const keys = KEYS.filter(kept).map((key) => `${key}=${encodeURIComponent(kept(key))}`);
  const found = find(ports.policy, [...cookies, ...keys].join('\n'), Date.now() / 1000);
  if (!found) return;
  ports.imported(...cut(found));
  try {
    localStorage.setItem(mark, '1');
  } catch {
    // Then the choice itself is in a cookie, or nowhere.
  }
}

function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** The tool, and the rest: the time and the lines. */
function cut(found) {
  const end = found.indexOf('\n');
  return [found.slice(0, end), found.slice(end + 1)];
}
