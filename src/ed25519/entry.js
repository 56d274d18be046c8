// Signatures' way into the page: compiles the module and hands its one question out.

import initSync, { verify } from 'assent-wasm';

/** Loads it, and returns `verify(key, message, signature)`: bytes in, whether the signature is good out. */
export async function open() {
  await initSync({ module_or_path: new URL('assent-ed25519.wasm', import.meta.url) });
  return verify;
}
