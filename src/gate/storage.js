// Where the choice is kept: a first-party cookie and its mirror in local storage.
//
// What this is: reading and writing that never fails. Storage that is denied, full or corrupt counts as empty, and as
// long as one of the two works, the choice is kept. It also deletes what vendors without a grant left behind; which
// names those are, the core says.

export const attempt = (fn, otherwise) => {
  try {
    return fn();
  } catch {
    return otherwise;
  }
};

const area = (name) => attempt(() => window[name]);
const pairs = () => attempt(() => document.cookie, '').split('; ');
// As it was before it was guarded: what has to go is written once more.
const { set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie') || {};
const setCookie = (text) => attempt(() => set.call(document, text));

/** The domain attribute in every form under which a cookie visible here may have been set. */
function domains() {
  const labels = location.hostname.split('.');
  return ['', ...labels.slice(1).map((_, i) => `;domain=${labels.slice(i).join('.')}`)];
}

/** Every path under which a cookie visible here may have been set. */
function paths() {
  const parts = location.pathname.split('/');
  return parts.flatMap((_, i) => [parts.slice(0, i).join('/') + '/', parts.slice(0, i + 1).join('/')]);
}

function expire(name) {
  for (const domain of domains()) for (const path of new Set(paths())) setCookie(`${name}=;path=${path};max-age=0${domain}`);
}

/** Both copies and, where a parent domain left another cookie of the same name, that one too; between spaces. */
export function readCopies(key) {
  const cookies = pairs().filter((pair) => pair.startsWith(key + '='));
  const mirror = attempt(() => localStorage.getItem(key));
  return [...cookies.map((pair) => pair.slice(key.length + 1)), mirror].filter(Boolean).join(' ');
}

/** Writes both copies, each for itself, so that one stays if the other fails. */
export function writeCopies(key, text, seconds, domain) {
  const cookie = `${key}=${text};path=/;samesite=lax;max-age=${seconds}${location.protocol == 'https:' ? ';secure' : ''}`;
  if (domain) setCookie(`${cookie};domain=${domain}`);
  // A domain that is no parent of this host is refused by the browser; the host's own cookie is not.
  if (!pairs().includes(`${key}=${text}`)) setCookie(cookie);
  attempt(() => localStorage.setItem(key, text));
}

/** Removes every copy. */
export function forgetCopies(key) {
  expire(key);
  attempt(() => localStorage.removeItem(key));
}

/** Deletes the cookies, the keys and the databases whose names are to go. */
export function clear(cookieGoes, keyGoes) {
  for (const pair of pairs()) {
    const name = pair.split('=')[0];
    if (cookieGoes(name)) expire(name);
  }
  for (const name of ['localStorage', 'sessionStorage']) {
    attempt(() => {
      const store = area(name);
      for (const key of Object.keys(store)) if (keyGoes(key)) store.removeItem(key);
    });
  }
  attempt(() => indexedDB.databases().then((list) => list.forEach(({ name }) => keyGoes(name) && indexedDB.deleteDatabase(name)), () => {}));
}
