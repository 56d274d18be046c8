// The way into the page for the words about a faulty policy; see `mod.rs`.

import init, { describe } from 'assent-wasm';

/** Says what is wrong with a policy (JSON text), a line per fault. */
export async function diagnose(policy) {
  await init({ module_or_path: new URL('assent-diagnose.wasm', import.meta.url) });
  return describe(policy);
}
