// For frames of other hosts, which can only send messages: the standards' `postMessage` protocol.
//
// What this is: `{ __tcfapiCall: { command, parameter, version, callId } }` in, and `{ __tcfapiReturn: { returnValue, success,
// callId } }` back, in the form it came: an object, or JSON text. What is not such a message is somebody else's.

/** Answers from now on at once. Returns how to answer what the gate's stubs have taken in. */
export function bridge(kept, apis) {
  // Where a third party's stub was first, its own bridge is there and calls what stands in its place.
  const own = apis.filter((api) => kept[api.name]);
  const waiting = kept.splice(0);
  kept.push = (event) => answer(event, own);
  return () => waiting.forEach((event) => answer(event, own));
}

function answer({ data, source }, apis) {
  const isText = typeof data == 'string';
  const message = isText ? parsed(data) : data;
  if (!message || typeof message != 'object') return;
  for (const { name, byMessage } of apis) {
    const call = message[`__${name}Call`];
    if (!call || typeof call != 'object') continue;
    byMessage(call, (returnValue, success) => {
      const reply = { [`__${name}Return`]: { returnValue, success, callId: call.callId } };
      source?.postMessage(isText ? JSON.stringify(reply) : reply, '*');
    });
  }
}

function parsed(text) {
  if (!/__(tcfapi|gpp|uspapi)Call/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
