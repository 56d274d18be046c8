// The module inside the file.

/** The module's bytes; a text that was decoded in another character set than UTF-8 has another length. */
export function wasmBytes() {
  const text = '__ASSENT_WASM__';
  if (text.length != '__ASSENT_WASM_LENGTH__') throw Error('the file was not read as UTF-8');
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
