// node run.mjs --sdk NAME --results FOLDER [--engine chromium|firefox|webkit] [--only id,id] [--part K/N]
//              [--form untagged|tagged|both] [--brief] [--all-tagged] [--parallel N] [--repeat N] [--verbose]
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from './lib/server.mjs';
import { startEngine } from './lib/engines.mjs';
import { services } from './lib/services.mjs';
import { context, html } from './lib/page.mjs';
import { score, printRun } from './lib/score.mjs';
import all from './vectors/all.mjs';

const { values: opt } = parseArgs({ options: {
  sdk: { type: 'string', default: 'none' }, engine: { type: 'string', default: 'chromium' },
  results: { type: 'string' }, only: { type: 'string' }, part: { type: 'string', default: '1/1' }, form: { type: 'string', default: 'both' }, parallel: { type: 'string' }, repeat: { type: 'string', default: '1' },
  port: { type: 'string' }, verbose: { type: 'boolean' }, brief: { type: 'boolean' }, 'all-tagged': { type: 'boolean' }, 'sdk-delay': { type: 'string', default: '30' },
} });
const parallel = Number(opt.parallel ?? (opt.engine === 'chromium' ? 8 : 3));

const vectorsOfPart = () => {
  const [k, n] = opt.part.split('/').map(Number);
  return all.filter((_, i) => i % n === k - 1).map((v) => ({ ...v, purpose: services[v.svc].purpose }));
};

const SETTLE = 650;        // ms a page is watched after its load event when nothing should come
const PATIENCE = 4000;     // ms to wait for a hit that should come

// Can this SDK's dialect say it? (every node but scaffolding must have a tagged form)
function taggable(sdk, vector) {
  const c = context({ vector, token: 0, host: 'shop.example', udp: () => 1 });
  const nodes = vector.nodes(c).filter((n) => typeof n !== 'string' && n.plain === undefined);
  return nodes.length > 0 && nodes.every((n) => sdk.tag(n, c.purpose, c) !== null);
}

// Tagged, an inline script is an inline script, whatever it does: a sample of them is enough.
const SAMPLE = new Set('script-inline-loader dyn-document-write dyn-replaceChild dyn-late-timer eval-image import-dynamic img-new-Image css-insertRule iframe-dynamic fetch-string xhr beacon-string websocket worker-blob-fetch form-submit-hidden-frame custom-element importmap'.split(' '));
function inlineOnly(vector) {
  const nodes = vector.nodes(context({ vector, token: 0, host: 'shop.example', udp: () => 1 })).filter((n) => typeof n !== 'string' && n.plain === undefined);
  return nodes.every((n) => n.tag === 'script' && !n.attrs.src && !n.attrs.type);
}

async function waitReady(s, sdk) {
  for (let i = 0; i < 60; i++) {
    if (await s.eval(sdk.ready).catch(() => false)) return true;
    await sleep(50);
  }
  return false;
}

async function oneFlow(server, engine, sdk, vector, form) {
  const results = {};
  const extra = vector.wait ?? 0;
  // Did the vector get through in this state?  loads: this state's page loads.
  const see = (flow, state, after = 0) => flow.loads.flatMap((l) => l.hits.filter((h) => h.state === state && h.t >= after));
  const probe = async (s) => vector.probe ? await s.eval(vector.probe).catch(() => false) : false;
  const record = async (s, flow, state, { after = 0 } = {}) => {
    const hits = vector.probeOnly ? [] : see(flow, state, after);
    const wrote = vector.leaves ? false : await probe(s);
    const exec = vector.leaves ? [] : await s.eval(() => window.__lbx || []).catch(() => []);
    results[state] = { got: hits.length > 0 || wrote, hits: hits.length, wrote: wrote || undefined, exec: exec.length > 0 || undefined, cookie: hits.some((h) => h.cookie) || undefined,
      sample: hits[0] && `${hits[0].kind} ${hits[0].host}${hits[0].path}`, errors: s.errors.length ? s.errors.splice(0).slice(0, 4) : undefined };
  };
  const settle = async (s, flow, state, expected) => {
    const t0 = Date.now();
    if (!expected) {                           // watch it; once it leaked there is nothing more to learn
      let over = false;
      const ms = SETTLE + extra;
      // The page's own clock: two frames, the time, and a request to the own host as a fence behind
      // whatever it sent before. So a busy machine gets the time it needs.
      const watch = s.eval(`function(){return new Promise(function(r){requestAnimationFrame(function(){requestAnimationFrame(function(){setTimeout(function(){fetch('/fp/fence').then(r,r)},${vector.leaves ? 2 * ms : ms})})})}).then(function(){})}`).catch(() => sleep(2 * ms));
      watch.then(() => { over = true; });
      while (!over && (vector.probeOnly || !see(flow, state).length)) await sleep(40);
      if (!over) await sleep(60);
      return;
    }
    while (Date.now() - t0 < PATIENCE + extra) {
      if ((!vector.probeOnly && see(flow, state).length) || (vector.probe && await probe(s))) return sleep(60);
      await sleep(40);
    }
  };
  const allowed = { none: [], reject: [], withdraw: [], 'withdraw-live': [], analytics: ['analytics'], live: ['analytics', 'marketing', 'functional'], all: ['analytics', 'marketing', 'functional'] };
  const expect = (state) => vector.purpose === 'essential' || allowed[state].includes(vector.purpose);
  const visit = async (s, flow, state) => {
    flow.visit(state);
    await s.goto(flow.page);
    if (!vector.leaves && !await waitReady(s, sdk)) results.sdkNotReady = state;
    await settle(s, flow, state, expect(state) || sdk.name === 'none');
    await record(s, flow, state);
  };
  const onSeed = async (s, flow, act) => {
    flow.load = null;
    await s.goto(flow.seed);
    if (!await waitReady(s, sdk)) results.sdkNotReady = 'seed';
    await s.eval(sdk[act]).catch((e) => { results.actError = `${act}: ${e.message}`.slice(0, 200); });
    await sleep(sdk.actDelay ?? 150);
  };

  // What trickled in after a state was recorded still belongs to it.
  const late = (results, ...flows) => {
    for (const f of flows) for (const l of f.loads) for (const h of l.hits) {
      const r = results[h.state];
      if (r && !vector.probeOnly && h.state !== 'withdraw-live' && !r.got && h.state !== 'live') { r.got = true; r.hits++; r.late = true; r.sample ??= `${h.kind} ${h.host}${h.path}`; }
      if (r && h.state === 'withdraw-live' && h.beat && vector.id === 'live-unload-beacon') { r.got = true; r.hits++; }
      if (r && h.cookie) r.cookie = true;
    }
  };

  const start = async () => ({ flow: server.newFlow({ sdk, vector, form }), s: await engine.open() });
  const end = async ({ flow, s }) => { await s.goto('about:blank'); await sleep(120); await s.close(); return flow; };

  let a = await start();
  await visit(a.s, a.flow, 'none');
  if (sdk.name === 'none') {
    const f = await end(a); if (vector.leaves) results.none.got ||= see(f, 'none').length > 0; server.endFlow(f);
    return results;
  }

  if (!vector.leaves) {                       // accept on the page that was blocked: does it come alive?
    a.flow.turn('live');
    await a.s.eval(sdk.acceptAll).catch((e) => { results.actError = `acceptAll: ${e.message}`.slice(0, 200); });
    await sleep(sdk.actDelay ?? 150);
    if (results.none.got) results.live = { got: true };
    else { await settle(a.s, a.flow, 'live', true); await record(a.s, a.flow, 'live'); }
  } else await onSeed(a.s, a.flow, 'acceptAll');
  await visit(a.s, a.flow, 'all');
  if (!vector.leaves) {                       // take it back on the page where it runs: does it fall silent?
    a.flow.turn('withdraw-live');
    await a.s.eval(sdk.withdraw).catch((e) => { if (!/navigat|context|closed|unload/i.test(e.message)) results.actError = `withdraw: ${e.message}`.slice(0, 200); });
    const t = Date.now();
    await sleep(sdk.actDelay ?? 150);
    if (vector.group === 'live') {
      await sleep(1000);
      await record(a.s, a.flow, 'withdraw-live', { after: a.flow.reloaded ? Infinity : t + 350 });    // a page replaced by a reload is silent (but see the unload beacon below)
    }
  } else await onSeed(a.s, a.flow, 'withdraw');
  await visit(a.s, a.flow, 'withdraw');
  const fa = await end(a);
  if (fa.reloaded) results.reloads = true;
  if (opt.brief) {                            // before a choice, after everything was granted, after it was taken back
    late(results, fa);
    server.endFlow(fa);
    return results;
  }

  let b = await start();
  await onSeed(b.s, b.flow, 'reject');
  await visit(b.s, b.flow, 'reject');
  if (!vector.leaves) {
    b.flow.turn('between');
    await b.s.eval(sdk.acceptAnalytics).catch((e) => { if (!/navigat|context|unload/i.test(e.message)) results.actError = `acceptAnalytics: ${e.message}`.slice(0, 200); });
    await sleep(sdk.actDelay ?? 150);
  } else await onSeed(b.s, b.flow, 'acceptAnalytics');
  await visit(b.s, b.flow, 'analytics');
  const fb = await end(b);

  late(results, fa, fb);
  server.endFlow(fa); server.endFlow(fb);
  return results;
}

async function main() {
  const [file, variant] = opt.sdk.split(':');                // technique:csp-inline
  const mod = await import(`./sdks/${file}.mjs`);
  const sdk = variant ? mod.techniques[variant] : mod.default;
  if (!sdk) throw new Error(`no such SDK: ${opt.sdk}`);
  sdk.setup?.();
  let vectors = vectorsOfPart().filter((v) => !v.engines || v.engines.includes(opt.engine));
  if (opt.only) vectors = vectors.filter((v) => opt.only.split(',').some((o) => v.id === o || v.group === o));
  // A vector that does not hit without an SDK in this engine says nothing: leave it out.
  const baseFile = `${opt.results}/none.${opt.engine}.json`;
  const base = sdk.name !== 'none' && existsSync(baseFile) ? JSON.parse(readFileSync(baseFile)) : null;
  const plainText = (e) => e.replace(/[\w-]+\.\d{4,}/g, '*');
  const usual = new Set(base?.jobs.flatMap((j) => j.results.none?.errors ?? []).map(plainText) ?? []);    // errors of the vectors themselves
  const dead = new Set(base?.jobs.filter((j) => !j.results.none.got).map((j) => j.id) ?? []);
  const jobs = [];
  for (const vector of vectors) {
    if (dead.has(vector.id) || (vector.headOnly && sdk.position === 'body')) continue;
    for (const form of sdk.name === 'none' ? ['untagged'] : opt.form === 'both' ? ['untagged', 'tagged'] : [opt.form]) {
      if (form === 'tagged' && vector.purpose === 'essential') continue;
      if (form === 'tagged' && !opt['all-tagged'] && !SAMPLE.has(vector.id) && !['live', 'storage'].includes(vector.group) && inlineOnly(vector)) continue;
      if (form === 'tagged' && !taggable(sdk, vector)) { jobs.push({ vector, form, inexpressible: true }); continue; }
      jobs.push({ vector, form });
    }
  }
  const server = await startServer({ sdk, port: opt.port ? Number(opt.port) : 0, dir: `${opt.results}/cert`, sdkDelay: Number(opt['sdk-delay']), scheme: opt.engine === 'webkit' ? 'http' : 'https' });   // MiniBrowser takes no self-signed certificate
  const engine = await startEngine(opt.engine, { port: server.port, parallel });
  const t0 = Date.now();
  const queue = jobs.filter((j) => !j.inexpressible);
  let done = 0;
  const repeat = Number(opt.repeat);
  await Promise.all(Array.from({ length: parallel }, async () => {
    for (let j; (j = queue.shift());) {
      j.runs = [];
      for (let n = 0; n < repeat || (n < repeat + 2 && doubtful(j)); n++) {
        const r = await Promise.race([oneFlow(server, engine, sdk, j.vector, j.form), sleep(120000).then(() => { throw new Error('120 s are over'); })]).catch((e) => ({ crash: String(e).slice(0, 300) }));
        j.runs.push(r);
        j.results = merge(j.runs);
        for (const x of Object.values(j.results)) if (x?.errors) x.errors = x.errors.filter((e) => !usual.has(plainText(e)));
      }
      done++;
      if (opt.verbose) console.error(`${done} ${j.vector.id} ${j.form} ${Object.entries(j.results).map(([k, v]) => `${k}=${v?.got ? 'HIT' : v?.got === false ? '-' : JSON.stringify(v)}`).join(' ')}`);
      else if (done % 20 === 0) process.stderr.write(`\r${done}/${jobs.length} ${Math.round((Date.now() - t0) / 1000)} s `);
    }
  }));
  await engine.close();
  server.close();
  const run = {
    sdk: sdk.name, version: sdk.version, engine: engine.name, engineVersion: engine.version, part: opt.part, only: opt.only, repeat, seconds: Math.round((Date.now() - t0) / 1000),
    droppedAtBaseline: [...dead],
    jobs: jobs.map((j) => ({ id: j.vector.id, group: j.vector.group, origin: j.vector.origin, purpose: j.vector.purpose, form: j.form, inexpressible: j.inexpressible, results: j.results ?? {} })),
  };
  run.score = score(run);
  mkdirSync(opt.results, { recursive: true });
  writeFileSync(`${opt.results}/${sdk.name.replace(':', '-')}.${opt.engine}.json`, JSON.stringify(run, null, 1));
  printRun(run);
}

// A hit that should have come and did not may only have been slow: look again before calling it blocked.
function doubtful({ vector, results: r }) {
  if (r.crash || r.actError || r.sdkNotReady) return true;
  const ok = vector.purpose === 'essential';
  return Object.entries(r).some(([state, x]) => x?.got === false && (ok || state === 'all' || (state === 'analytics' && vector.purpose === 'analytics')));
}

// Several runs of one job: it leaked if it leaked once (a race lost once is lost).
function merge(runs) {
  const good = runs.filter((r) => !r.crash && !r.actError && !r.sdkNotReady);
  if (good.length) runs = good;
  const out = structuredClone(runs[0]);
  for (const r of runs.slice(1)) for (const [k, v] of Object.entries(r)) {
    if (v?.got === undefined) { out[k] ??= v; continue; }
    if (!out[k]) { out[k] = v; continue; }
    out[k].flaky ||= out[k].got !== v.got || undefined;
    if (v.got && !out[k].got) out[k] = { ...v, flaky: true };
  }
  return out;
}

await main();
process.exit(0);
