// Turns a run into counts, and prints them.
const DENIED = { none: () => true, reject: () => true, withdraw: () => true, 'withdraw-live': () => true, analytics: (p) => p !== 'analytics' };
const GRANTED = { analytics: (p) => p === 'analytics', all: () => true, live: () => true };

export function score(run) {
  const out = { forms: {}, essential: { n: 0, blocked: {} }, errors: {}, trouble: [] };
  if (run.sdk === 'none') {
    const miss = run.jobs.filter((j) => !j.results.none?.got).map((j) => j.id);
    return { n: run.jobs.length, hit: run.jobs.length - miss.length, miss };
  }
  for (const form of ['untagged', 'tagged']) {
    const all = run.jobs.filter((j) => j.form === form && j.purpose !== 'essential');
    if (!all.length) continue;
    const js = all.filter((j) => !j.inexpressible);
    const f = out.forms[form] = { n: js.length, inexpressible: all.length - js.length, leaked: {}, blocked: {} };
    for (const [state, denied] of Object.entries(DENIED)) {
      const of = js.filter((j) => denied(j.purpose) && j.results[state]);
      f.leaked[state] = { of: of.length, ids: of.filter((j) => j.results[state].got).map((j) => j.id) };
    }
    for (const [state, granted] of Object.entries(GRANTED)) {
      const of = js.filter((j) => granted(j.purpose) && j.results[state]);
      f.blocked[state] = { of: of.length, ids: of.filter((j) => !j.results[state].got).map((j) => j.id) };
    }
  }
  const ess = run.jobs.filter((j) => j.purpose === 'essential');
  out.essential.n = ess.length;
  for (const state of ['none', 'reject', 'analytics', 'all', 'withdraw']) {
    const ids = ess.filter((j) => j.results[state] && !j.results[state].got).map((j) => j.id);
    if (ids.length) out.essential.blocked[state] = ids;
  }
  for (const j of run.jobs) {
    for (const [state, r] of Object.entries(j.results)) for (const e of r?.errors ?? []) ((out.errors[e] ??= { n: 0, at: `${j.id}/${j.form}/${state}` }).n++);
    for (const k of ['crash', 'actError', 'sdkNotReady']) if (j.results[k]) out.trouble.push(`${j.id}/${j.form} ${k}: ${j.results[k]}`);
  }
  return out;
}

export function printRun(run) {
  const s = run.score;
  console.log(`\n== ${run.sdk} ${run.version} on ${run.engine} ${run.engineVersion}, part ${run.part}, ${run.seconds} s`);
  if (run.sdk === 'none') return console.log(`${s.hit} of ${s.n} vectors hit; without effect here: ${s.miss.join(' ') || '-'}`);
  for (const [form, f] of Object.entries(s.forms)) {
    console.log(`\n${form}: ${f.n} vectors${f.inexpressible ? ` (${f.inexpressible} more cannot be said in its dialect)` : ''}`);
    for (const [state, l] of Object.entries(f.leaked)) console.log(`  leaked, ${state}: ${l.ids.length}/${l.of}${list(l.ids, l.of)}`);
    for (const [state, b] of Object.entries(f.blocked)) console.log(`  ${state === 'live' ? 'not alive after accept without reload' : `wrongly blocked, ${state}`}: ${b.ids.length}/${b.of}${list(b.ids, b.of)}`);
  }
  console.log(`\nessential wrongly blocked: ${Object.entries(s.essential.blocked).map(([k, v]) => `${k}: ${v.join(' ')}`).join('; ') || `none of ${s.essential.n}`}`);
  const errs = Object.entries(s.errors).sort((a, b) => b[1].n - a[1].n);
  console.log(`console errors: ${errs.reduce((a, e) => a + e[1].n, 0)}${errs.slice(0, 8).map(([e, x]) => `\n  ${x.n}x ${e}  (${x.at})`).join('')}`);
  if (s.trouble.length) console.log(`trouble: ${s.trouble.length}\n  ${s.trouble.slice(0, 10).join('\n  ')}`);
}
const list = (ids, of) => !ids.length ? '' : ids.length === of ? '  (all)' : `  ${ids.join(' ')}`;
