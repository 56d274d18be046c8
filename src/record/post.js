// The archive, as the page talks to it: nothing else here names a server.
//
// What this is: a few requests without cookies, each with its end, and one tab at a time. Bodies go as plain text, which
// crosses origins without a question first, and with `keepalive`, so that they arrive although the page is left.

/** Longer than an archive under load takes, shorter than somebody waits; in milliseconds. */
const LIMIT = 15000;
/** How long a tab that died keeps the others from sending. */
const LEASE = 30000;

/** Asks the archive; status 0 stands for no answer. */
export async function ask(url, { keepalive, headers, method, body } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LIMIT);
  try {
    const reply = await fetch(url, {
      method,
      body,
      headers,
      keepalive,
      signal: stop.signal,
      cache: 'no-store',
      credentials: 'omit',
      // A posting needs its origin; where on the site somebody was is nobody's business.
      referrerPolicy: 'origin',
    });
    const text = await reply.text();
    return { status: reply.status, text, retry: +reply.headers.get('retry-after') || 0 };
  } catch {
    return { status: 0, text: '', retry: 0 };
  } finally {
    clearTimeout(timer);
  }
}

/** The bytes at an address of the log, or nothing. Tiles never change, so the browser may keep them. */
export async function fetchBytes(url) {
  try {
    const reply = await fetch(url, { credentials: 'omit', referrerPolicy: 'origin' });
    return reply.ok ? new Uint8Array(await reply.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  }
}

/** Runs a function while no other tab does. Twice is harmless, an id is recorded once; it is only waste. */
export async function alone(name, run) {
  if (navigator.locks) return navigator.locks.request(name, run);
  const key = `${name}-lease`;
  const mine = `${Math.random()}`;
  const held = () => {
    const [owner, until] = (localStorage.getItem(key) || '').split(' ');
    return until > Date.now() && until < Date.now() + 2 * LEASE ? owner : '';
  };
  const release = () => {
    try {
      if (held() == mine) localStorage.removeItem(key);
    } catch {
      // No storage, so no other tab shares anything with this one.
    }
  };
  try {
    if (held()) return undefined;
    localStorage.setItem(key, `${mine} ${Date.now() + LEASE}`);
    // The next page is not to wait for one that is gone.
    addEventListener('pagehide', release, { once: true });
    // Another tab may have written at the same moment: the last one has it.
    await new Promise((done) => setTimeout(done, 50));
    if (held() != mine) return undefined;
  } catch {
    // As above.
  }
  try {
    return await run();
  } finally {
    release();
  }
}
