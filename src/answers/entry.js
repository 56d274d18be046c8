// What a held connection hears where the policy says `heldFetch`: that it has failed, or quietly that it is over.
//
// What this is: the answers of what the gate cannot let the browser answer: sockets, event streams, transports, workers.
// The gate gives the others itself, at once.

/** By `how`, returns what tells a held connection: the connection, what it is called, and what rejects its promises. */
export function open(ports, how) {
  const fails = how == 'error';
  return (it, name, reject) => {
    const ended = { EventSource: 2, WebSocket: 3 }[name];
    if (!fails && !(ended && how == 'empty')) return;
    it.readyState = ended;
    reject(new Event('error'));
    // A server that has nothing more to say ends an event stream with status 204, which is an error to its reader.
    if (fails || ended == 2) it.dispatchEvent(new Event('error'));
    if (ended == 3) it.dispatchEvent(new CloseEvent('close', { code: fails ? 1006 : 1000, wasClean: !fails }));
  };
}
