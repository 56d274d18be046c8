//! What this is: what wasm-bindgen's glue carries for callers and engines that we do not have.
//!
//! Every page view pays for the gate's glue, so warnings about old ways of calling it and stand-ins for engines that
//! could not run the module anyway are cut out. The texts are those of the pinned version; a text that is not found
//! is an error, so that an update is looked at.

use anyhow::{Result, bail};

/// What to find, what to put there, and whether every glue has it.
const CUTS: &[(&str, &str, bool)] = &[
    // `initSync` is called once, with the bytes or the module itself.
    (
        "    if (wasm !== undefined) return wasm;


    if (module !== undefined) {
        if (Object.getPrototypeOf(module) === Object.prototype) {
            ({module} = module)
        } else {
            console.warn('using deprecated parameters for `initSync()`; pass a single object instead')
        }
    }
",
        "",
        true,
    ),
    // Engines with reference types, which the module needs, have `encodeInto` too.
    (
        "if (!('encodeInto' in cachedTextEncoder)) {
    cachedTextEncoder.encodeInto = function (arg, view) {
        const buf = cachedTextEncoder.encode(arg);
        view.set(buf);
        return {
            read: arg.length,
            written: buf.length
        };
    };
}
",
        "",
        false,
    ),
    // Asked for by no caller: strings always come with a `realloc`.
    (
        "    if (realloc === undefined) {
        const buf = cachedTextEncoder.encode(arg);
        const ptr = malloc(buf.length, 1) >>> 0;
        getUint8ArrayMemory0().subarray(ptr, ptr + buf.length).set(buf);
        WASM_VECTOR_LEN = buf.length;
        return ptr;
    }
",
        "",
        false,
    ),
    // The export is gone where there are no values to prepare (`exports.rs`); the optimiser would have renamed it.
    ("    wasm.__wbindgen_start();\n", "", false),
    // A Safari forgets how to decode after two gigabytes; what a page asks are a few dozen bytes at a time.
    (
        "const MAX_SAFARI_DECODE_BYTES = 2146435072;
let numBytesDecoded = 0;
function decodeText(bytes) {
    numBytesDecoded += bytes.length;
    if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {
        cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
        cachedTextDecoder.decode();
        numBytesDecoded = bytes.length;
    }
",
        "function decodeText(bytes) {\n",
        false,
    ),
];

/// Cuts them out.
pub fn trim(glue: &str) -> Result<String> {
    let mut glue = glue.to_string();
    for (find, put, always) in CUTS {
        if *always && !glue.contains(find) {
            bail!("the glue no longer has this, so look at xtask/src/trim.rs:\n{find}");
        }
        glue = glue.replace(find, put);
    }
    Ok(glue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_cut_and_what_is_missing_is_told() {
        let known: String = CUTS.iter().map(|(find, _, _)| format!("before\n{find}after\n")).collect();
        let cut = trim(&known).unwrap();
        assert!(!cut.contains("deprecated") && !cut.contains("encodeInto") && !cut.contains("realloc"));
        assert_eq!(cut.matches("before\n").count(), CUTS.len());
        assert!(trim("function initSync(module) {}").is_err());
    }
}
