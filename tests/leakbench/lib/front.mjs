// What stands between the site's files and its visitors: `assent tag`, run over each page, or `assent proxy`.
import http from 'node:http';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const tool = process.env.ASSENT_CLI;

function policyFile(sdk, dir) {
  if (!tool) throw new Error('ASSENT_CLI must name the built tool `assent`');
  mkdirSync(dir, { recursive: true });
  const file = `${dir}/policy.json`;
  writeFileSync(file, JSON.stringify(sdk.policy));
  return file;
}

/** Parks a page as a build would. */
export function tagger(sdk, dir) {
  const policy = policyFile(sdk, dir);
  return (page, host) => new Promise((done, failed) => {
    const child = spawn(tool, ['tag', '--policy', policy, '--host', host, '-'], { stdio: ['pipe', 'pipe', 'ignore'] });
    let parked = '';
    child.stdout.setEncoding('utf8').on('data', (text) => { parked += text; });
    child.on('error', failed).on('close', (code) => (code === 0 ? done(parked) : failed(new Error(`assent tag ended with ${code}`))));
    child.stdin.end(page);
  });
}

/** Starts the proxy before a plain server that `answer` speaks for. */
export async function throughProxy(sdk, dir, answer) {
  const policy = policyFile(sdk, dir);
  const upstream = http.createServer(answer);
  const free = () => new Promise((ok) => { const s = http.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => ok(port)); }); });
  await new Promise((ok) => upstream.listen(0, '127.0.0.1', ok));
  const port = await free();
  const child = spawn(tool, ['proxy', '--upstream', `http://127.0.0.1:${upstream.address().port}`, '--policy', policy, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  const agent = new http.Agent({ keepAlive: true });
  for (let n = 0; ; n++) {
    try { await fetch(`http://127.0.0.1:${port}/`); break; } catch { if (n > 100) throw new Error('assent proxy does not answer'); await sleep(100); }
  }
  return {
    pass(req, res, { host, path, scheme }) {
      const headers = { ...req.headers, host, 'x-forwarded-proto': scheme };
      delete headers['proxy-connection'];
      const onward = http.request({ agent, port, path, method: req.method, headers }, (reply) => {
        res.writeHead(reply.statusCode, reply.rawHeaders);
        reply.pipe(res);
      });
      onward.on('error', () => res.destroy());
      req.pipe(onward);
    },
    close() { child.kill(); agent.destroy(); upstream.close(); upstream.closeAllConnections(); },
  };
}
