// What a page can find out about the built-ins of a window without calling them: a line for each property of the window, of
// each constructor and of each prototype, with its flags and, for functions, name, length and text.
window.__surface = (win) => {
  const text = win.Function.prototype.toString;
  const say = (it) => (typeof it == 'function' ? `${it.name}/${it.length}/${text.call(it)}` : typeof it);
  const lines = {};
  const note = (path, owner, key) => {
    const { value, get, set, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(owner, key);
    lines[`${path}.${String(key)}`] = [writable, enumerable, configurable, say(value), say(get), say(set)].join(' ');
  };
  for (const name of Object.getOwnPropertyNames(win)) {
    const it = Object.getOwnPropertyDescriptor(win, name).value;
    if (typeof it != 'function' || win.__ours?.includes(name)) continue;
    note('window', win, name);
    for (const key of Reflect.ownKeys(it)) note(name, it, key);
    if (!it.prototype) continue;
    for (const key of Reflect.ownKeys(it.prototype)) note(`${name}.prototype`, it.prototype, key);
    lines[`${name}.prototype.constructor is`] = String(it.prototype.constructor === it);
    lines[`${name} inherits from`] = Object.getPrototypeOf(it)?.name ?? 'nothing';
  }
  return lines;
};
/** The lines in which a window is not what was noted on another page. */
window.__differences = (win) => {
  const before = JSON.parse(sessionStorage.getItem('surface'));
  const now = window.__surface(win);
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((path) => before[path] !== now[path])
    .map((path) => `${path}: ${before[path]} -> ${now[path]}`);
};
window.__ours = ['__surface', '__differences', 'assentPolicy'];
