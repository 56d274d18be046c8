// Chromium through playwright-core; Firefox and WebKitGTK through a
// 40-line WebDriver client, with the local server as their HTTP proxy. All give the same
// small interface: open() -> { goto, eval, errors, close }.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// Nothing a page does may hold up the bench.
const limit = (ms, p) => Promise.race([p, sleep(ms, undefined, { ref: false }).then(() => { throw new Error(`no answer in ${ms} ms`); })]);

export async function startEngine(name, { port, parallel }) {
  if (name === 'chromium') return chromium(port, parallel);
  if (name === 'firefox' || name === 'webkit') return webdriver(name, port, parallel);
  throw new Error(`no engine ${name}`);
}

async function chromium(port, parallel) {
  const { chromium: pw } = await import('playwright-core');
  const profile = mkdtempSync(join(tmpdir(), 'leakbench-'));
  // A regular profile, not an incognito context: preconnect hints do nothing in the latter.
  // Every flow has a first-party host of its own, so its first-party storage starts empty.
  const context = await pw.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, ignoreHTTPSErrors: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--ignore-certificate-errors', '--short-reporting-delay',
      `--host-resolver-rules=MAP wt.* 127.0.0.1, MAP * 127.0.0.1:${port}`],     // wt.*: WebTransport keeps its own (UDP) port
  });
  // A fixed set of windows (not tabs: hidden tabs do not prefetch); a flow takes one and gives it back.
  const cdp = await context.newCDPSession(context.pages()[0]);
  const newWindow = async () => {
    const [page] = await Promise.all([context.waitForEvent('page', (p) => p.url() === 'about:blank'), cdp.send('Target.createTarget', { url: 'about:blank', newWindow: true })]);
    const w = { page, cdp: await context.newCDPSession(page), errors: [], popups: [] };
    page.on('popup', (p) => w.popups.push(p));
    page.on('pageerror', (e) => w.errors.push(`uncaught: ${String(e.message).slice(0, 160)}`));
    page.on('console', (m) => { if (m.type() === 'error' && !/^Failed to load resource|^Access to|ERR_|report-only|Content.Security.Policy/i.test(m.text())) w.errors.push(m.text().slice(0, 160)); });
    page.on('dialog', (d) => d.dismiss().catch(() => {}));
    return w;
  };
  const idle = [];
  for (let i = 0; i < parallel; i++) idle.push(await newWindow());
  return {
    name: 'chromium', version: context.browser()?.version() ?? '',
    async open() {
      const w = idle.pop() ?? await newWindow();
      w.errors.length = 0;
      return {
        errors: w.errors,
        goto: (url) => limit(8000, w.page.goto(url, { waitUntil: 'load', timeout: 5000 })).catch(() => {}),
        // Not `page.evaluate`: it passes for a click of the person's.
        async eval(fn) {
          const { result, exceptionDetails } = await limit(8000, w.cdp.send('Runtime.evaluate', { expression: `(${fn})()`, awaitPromise: true, returnByValue: true }));
          if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
          return result.value;
        },
        async close() {
          for (const p of w.popups.splice(0)) await limit(5000, p.close()).catch(() => {});
          const fit = await limit(4000, w.page.goto('about:blank')).then(() => w.page.url() === 'about:blank', () => false);
          if (fit) idle.push(w); else await limit(5000, w.page.close()).catch(() => {});
        },
      };
    },
    async close() { await limit(10000, context.close()).catch(() => {}); rmSync(profile, { recursive: true, force: true }); },
  };
}

async function webdriver(name, port, parallel) {
  const proxy = { proxyType: 'manual', httpProxy: `127.0.0.1:${port}`, sslProxy: `127.0.0.1:${port}` };
  const caps = {
    firefox: {
      browserName: 'firefox', acceptInsecureCerts: true, proxy,
      'moz:firefoxOptions': { binary: '/usr/bin/firefox-esr', args: ['-headless'], prefs: {
        'network.proxy.allow_hijacking_localhost': true, 'network.proxy.no_proxies_on': '', 'dom.disable_open_during_load': false,
        'network.dns.disablePrefetch': false, 'network.prefetch-next': true, 'network.http.speculative-parallel-limit': 6,
        'browser.safebrowsing.malware.enabled': false, 'browser.safebrowsing.phishing.enabled': false,
        'privacy.trackingprotection.enabled': false, 'app.normandy.enabled': false, 'datareporting.healthreport.uploadEnabled': false,
      } },
    },
    webkit: {
      browserName: 'MiniBrowser', acceptInsecureCerts: true, proxy,
      'webkitgtk:browserOptions': { binary: '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser', args: ['--automation'] },
    },
  }[name];
  const children = [];
  const env = { ...process.env, MOZ_HEADLESS: '1' };
  if (name === 'webkit') {
    const display = `:${90 + (process.pid % 400)}`;
    children.push(spawn('Xvfb', [display, '-screen', '0', '1024x768x24'], { stdio: 'ignore' }));
    Object.assign(env, { DISPLAY: display, GDK_BACKEND: 'x11', WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', LIBGL_ALWAYS_SOFTWARE: '1' });
    await sleep(800);
  }

  // One driver and one browser per slot: WebKitWebDriver holds a single session only.
  let version = '';
  async function slot(i) {
    const p = port + 1 + i;
    const [cmd, args] = name === 'firefox' ? [process.env.GECKODRIVER ?? 'geckodriver', ['--port', String(p), '--host', '127.0.0.1']] : ['WebKitWebDriver', [`--port=${p}`, '--host=127.0.0.1']];
    const child = spawn(cmd, args, { stdio: 'ignore', env });
    children.push(child);
    const base = `http://127.0.0.1:${p}`;
    for (let n = 0; n < 100; n++) { try { await fetch(`${base}/status`); break; } catch { await sleep(100); } }
    const call = async (method, path, body) => {
      const r = await fetch(base + path, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
      const { value } = await r.json();
      if (value?.error) throw new Error(`${value.error}: ${value.message}`.slice(0, 200));
      return value;
    };
    const s = await call('POST', '/session', { capabilities: { alwaysMatch: caps } });
    version = s.capabilities.browserVersion;
    const at = `/session/${s.sessionId}`;
    await call('POST', `${at}/timeouts`, { pageLoad: 5000, script: 8000 });
    const main = await call('GET', `${at}/window`);
    return {
      errors: [],
      goto: (url) => limit(9000, call('POST', `${at}/url`, { url })).catch(() => {}),
      async eval(fn) {
        const r = await limit(10000, call('POST', `${at}/execute/async`, { args: [], script: `var cb=arguments[arguments.length-1];Promise.resolve().then(function(){return (${fn})()}).then(function(v){cb({v:v})},function(e){cb({e:String(e)})})` }));
        if (r?.e) throw new Error(r.e);
        return r?.v;
      },
      async reset() {   // close pop-ups, go back to the first window
        for (const w of await call('GET', `${at}/window/handles`)) if (w !== main) { await call('POST', `${at}/window`, { handle: w }); await call('DELETE', `${at}/window`); }
        await call('POST', `${at}/window`, { handle: main });
      },
      quit: () => call('DELETE', at).catch(() => {}),
    };
  }

  const slots = [];
  for (let i = 0; i < parallel; i++) slots.push(await slot(i));
  const idle = [...slots];
  return {
    name, version,
    // No contexts here: every flow has a first-party host of its own, so its storage starts empty.
    async open() {
      const s = idle.pop();
      return { errors: [], goto: s.goto, eval: s.eval, close: async () => { await s.reset().catch(() => {}); idle.push(s); } };
    },
    async close() { for (const s of slots) await s.quit(); for (const c of children) c.kill(); },
  };
}
