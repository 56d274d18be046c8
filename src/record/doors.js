// The person's doors: what `assent.records()` hands out, and what the view is drawn from.
//
// What this is: see, check, take along and erase what is recorded. There is no account: the secret on this device is the
// key. Nothing is thrown; what cannot be had is `null` or what the device remembers.

import * as core from 'assent-wasm';

/** How many parts of a history are fetched; a part has 50 records. */
const MOST_PARTS = 20;
/** A user's event older than this proves nothing about what the person wants now; in milliseconds. */
const FRESH = 5000;
const isTrusted = Object.getOwnPropertyDescriptor(new Event(''), 'isTrusted').get;

function isGesture(event) {
  try {
    return isTrusted.call(event) && performance.now() - event.timeStamp < FRESH;
  } catch {
    return false;
  }
}

export function makeDoors({ base, site, ask, check, report, send, watch }) {
  const headers = () => ({ authorization: core.credentials(site) });

  async function me(path, method = 'GET') {
    if (!headers().authorization) return { status: 404, text: '' };
    return ask(`${base}/v1/me${path}`, { method, headers: headers() });
  }

  /** All receipts, the newest first: the archive's, or those on this device. */
  async function receipts() {
    const all = [];
    let cursor = '';
    for (let part = 0; part < MOST_PARTS; part++) {
      const reply = await me(`/consents${cursor && `?cursor=${encodeURIComponent(cursor)}`}`);
      try {
        const { records, next } = JSON.parse(reply.text);
        all.push(...records);
        if (!next) return { receipts: all, complete: true };
        cursor = next;
      } catch {
        break;
      }
    }
    return { receipts: all.length ? all : core.receipts(), complete: false };
  }

  const told = async (receipt) => {
    const { verified, fault } = await check.receipt(receipt);
    return { ...core.tell(receipt.record), id: receipt.id, log: receipt.log, index: receipt.index, verified, fault };
  };

  async function history() {
    await send();
    const found = await receipts();
    const records = [];
    for (const receipt of found.receipts) records.push(await told(receipt));
    // What this device holds and the archive no longer tells of was taken out by somebody.
    const missing = found.complete ? core.receipts().filter(({ id }) => !records.some((record) => record.id == id)) : [];
    for (const receipt of missing) records.push({ ...(await told(receipt)), verified: false, fault: 'missing' });
    const forked = await check.watch([...new Set(records.map(({ log }) => log))]);
    for (const origin of forked) report('forked', { id: '', reason: origin });
    return { records, complete: found.complete, forked, ...core.pending() };
  }

  return Object.freeze({
    receipt: async () => core.receipts()[0] || null,
    history,
    async verify() {
      const { records, complete, forked } = await history();
      const faults = records.filter(({ verified }) => verified === false).map(({ id, fault }) => ({ id, fault }));
      for (const origin of forked) faults.push({ id: '', fault: `forked ${origin}` });
      for (const { id, fault } of faults) if (id) report('unproved', { id, reason: fault });
      const sure = complete && records.every(({ verified }) => verified);
      return { verified: faults.length ? false : sure || null, records: records.length, faults };
    },
    async export() {
      const reply = await me('/export');
      if (reply.status == 200) return reply.text;
      return core.receipts().map((receipt) => `${JSON.stringify({ type: 'receipt', ...receipt })}\n`).join('');
    },
    async erase(event) {
      if (!isGesture(event)) {
        console.warn('assent: to erase needs the user event that asked for it, as in records.erase(event)');
        return null;
      }
      // What is on its way first, so that nothing arrives behind the erasure.
      await send();
      const reply = await me('', 'DELETE');
      if (reply.status != 202 && reply.status != 404) return null;
      core.forget();
      const { id = '', due_at: dueAt = '' } = reply.status == 202 ? JSON.parse(reply.text) : {};
      report('erased', { id, reason: '' });
      return { id, dueAt };
    },
    pending: async () => core.pending(),
  });
}
