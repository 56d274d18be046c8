// `__tcfapi`, `__gpp` and `__uspapi` before they can answer: they queue, so that nobody asks in vain. `src/iab` answers.

// Of both standards at once: each reads its own members.
const PING = { cmpStatus: 'stub', cmpLoaded: false, apiVersion: '2.2', gppVersion: '1.1', signalStatus: 'not ready', cmpDisplayStatus: 'hidden',
  gppString: '', supportedAPIs: [], sectionList: [], applicableSections: [], parsedSections: {} }; // prettier-ignore

/** Sets up what the policy asks for. Returns the messages that frames will send, or nothing. */
export function stubs(policy) {
  let kept;
  for (const name of ['tcfapi', 'gpp', 'uspapi']) {
    if (!policy[name.slice(0, 3)]) continue;
    kept = kept || [];
    const api = '__' + name;
    // A third party's stub that was first stays until it is taken over.
    if (window[api]) continue;
    const queue = (kept[name] = []);
    window[api] = (...call) => (call[0] == 'ping' ? call.find((it) => it && it.call)(PING, true) : call[0] ? void queue.push(call) : queue);
    const frame = document.createElement('iframe');
    frame.name = api + 'Locator';
    frame.style.display = 'none';
    document.documentElement.append(frame);
  }
  if (kept) addEventListener('message', (event) => kept[99] || kept.push(event));
  return kept;
}
