// What was held on this page, and why: for the people who build it and for those who wonder where their figures are.
//
// What this is: the gate's bare facts, put together by host and said in sentences. It loads when somebody asks.
//
// What it is not: a judge. Each reason is the gate's own answer, given when the report is made.

/** How many addresses of one host are named. */
const SAMPLES = 5;
/** What connects or goes as it is made: it is not made later. */
const NOT_LATER = /^(WebSocket|EventSource|WebTransport|Worker|SharedWorker|open|form|navigation|webrtc)$/;
/** What `heldFetch` answers at once, and does not make later either. */
const ANSWERED = /^(fetch|xhr|beacon)$/;

const WHY = {
  purpose_not_granted: ({ vendor, needs }) => `"${vendor}" works for ${list(needs)}, and the person has not granted that`,
  vendor_refused: ({ vendor }) => `the person refused "${vendor}"`,
  undeclared_tracker: ({ vendor }) => `it is the tracker "${vendor}", and the policy does not list that, so nobody was asked`,
  unlisted_held: () => 'the policy does not list this host, and says "unlisted": "hold"',
  unreadable: () => 'no host can be made out in its address',
  pending: () => 'there is no policy',
  tagged: ({ purpose }) => `its tag says "${purpose}", and that is not granted`,
};
const RELEASE = {
  undeclared_tracker: ({ vendor }) => `list "${vendor}" under "vendors"; people are then asked about it`,
  unlisted_held: ({ host }) => `list "${host}" under "vendors", "essential" or "firstParty"`,
  unreadable: () => 'write the address out, with scheme and host',
  pending: () => 'put the policy where the gate finds it, and mend what the console says about it',
};

const list = (names) => names.map((name) => `"${name}"`).join(', ');

function hostOf(url) {
  try {
    return new URL(url, document.baseURI).host;
  } catch {
    return '';
  }
}

/** Makes the report from the gate's log. */
export async function open(ports, log) {
  const policy = JSON.parse(ports.policy);
  const rows = new Map();
  const add = (host, explanation, { kind, through, url, at }) => {
    const { allowed, rule, purpose, vendor, needs } = explanation;
    const key = [host, rule, vendor, purpose].join('|');
    const row = rows.get(key) || { host, vendor, rule, purpose, needs, allowed, count: 0, kinds: {}, through: {}, first: at, last: at, urls: [] };
    rows.set(key, row);
    row.count += 1;
    row.kinds[kind] = (row.kinds[kind] || 0) + 1;
    row.through[through] = (row.through[through] || 0) + 1;
    row.last = at;
    if (url && row.urls.length < SAMPLES && !row.urls.includes(url)) row.urls.push(url);
  };
  for (const facts of log) add(hostOf(facts.url), window.assent.explain(facts.url), facts);
  for (const element of document.querySelectorAll('[data-assent]')) {
    const explanation = window.assent.explain(element);
    const url = element.getAttribute('data-src') || '';
    const facts = { kind: element.localName, through: 'markup', url, at: Date.now() };
    // Held by its tag, whatever its address would be told.
    if (isWaiting(element)) add(url ? hostOf(url) : 'this page', tagged(element, explanation), facts);
  }
  const held = [...rows.values()].map((row) => ({ ...row, ...said(row, policy) })).sort((a, b) => b.count - a.count);
  return { at: Date.now(), total: held.reduce((sum, row) => sum + row.count, 0), held, text: text(held) };
}

/** A tag that is let go loses its attributes; one that is not parked has neither of them. */
const isWaiting = (element) =>
  element.localName == 'template' || element.type == 'text/plain' || element.hasAttribute('data-src');

function tagged(element, { vendor }) {
  const purpose = element.getAttribute('data-assent');
  const needs = purpose.split(/[\s,]+/).filter((name) => name && !window.assent.allows(name));
  return { allowed: !needs.length, rule: 'tagged', purpose, vendor, needs };
}

/** Why, and what would release it, as sentences. */
function said(row, policy) {
  if (row.allowed) return { why: 'it passes now', release: later(row, policy) };
  const release = RELEASE[row.rule]?.(row) || `the person grants ${list(row.needs)}${later(row, policy)}`;
  return { why: WHY[row.rule]?.(row) || row.rule, release };
}

/** What a grant does not do on this page. */
function later({ kinds }, { enforce, heldFetch = 'pending' }) {
  const answered = heldFetch == 'pending' ? [] : Object.keys(kinds).filter((kind) => ANSWERED.test(kind));
  const never = [...Object.keys(kinds).filter((kind) => NOT_LATER.test(kind)), ...answered];
  if (enforce == 'csp') return '; it takes effect on the next page view';
  return never.length ? `; what was held of ${never.join(', ')} is not made later, the next page view makes it anew` : '';
}

function text(held) {
  if (!held.length) return 'Nothing was held on this page.';
  return held
    .map(({ host, count, why, release, allowed }) => `${host || 'an address'}: held ${count} ${count == 1 ? 'time' : 'times'}. Why: ${why}. ${allowed ? '' : `What would release it: ${release}.`}`.trim())
    .join('\n');
}
