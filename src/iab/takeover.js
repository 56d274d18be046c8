// In place of a stub: the gate's own, or a third party's that was there first.

/** A callback of the page; what it throws is its own error, and stops nobody else. */
export function callable(callback) {
  if (typeof callback != 'function') return undefined;
  return (...answer) => {
    try {
      callback(...answer);
    } catch (error) {
      setTimeout(() => {
        throw error;
      });
    }
  };
}

/** Calls that a stub has queued: the standards' stubs hand them out when they are called without a word. */
function queued(stub) {
  try {
    const calls = Array.isArray(stub.queue) ? stub.queue : stub();
    return Array.isArray(calls) ? calls.splice(0) : [];
  } catch {
    return [];
  }
}

/** Puts `call` where the stub is. Returns the stub, and how to answer what it has queued, in order. */
export function takeOver(name, call) {
  const stub = window[name];
  window[name] = (...words) => {
    if (words.length) call(...words);
  };
  const calls = typeof stub == 'function' ? queued(stub) : [];
  return { stub, replay: () => calls.forEach((words) => call(...words)) };
}
