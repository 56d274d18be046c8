// Traps in front of built-ins, which stay what they were to whoever looks at them.

import { answers } from './hold.js';

const { Proxy, WeakMap } = window;
const { defineProperty, getOwnPropertyDescriptor } = Object;
/** What stands behind each proxy, for those who read a function's text; and in front of a function that has two names. */
export const natives = new WeakMap();
const fronts = new WeakMap();

/** Stands in front of a function, once. */
function front(native, handler) {
  if (natives.has(native)) return native;
  if (!fronts.has(native)) fronts.set(native, new Proxy(native, handler));
  natives.set(fronts.get(native), native);
  return fronts.get(native);
}

/** Puts a trap in front of a method, a constructor, a setter or (`get`) a getter; what is not there in this browser is left alone. */
export function patch(owner, name, trap, kind = 'apply', get) {
  const property = owner && getOwnPropertyDescriptor(owner, name);
  if (!property) return;
  const { value, set } = property;
  const noted = (native, self, args) => {
    answers._through = name;
    return trap(native, self, args);
  };
  if (value) property.value = front(value, { [kind]: noted });
  if (set) property.set = front(set, { apply: noted });
  if (get) property.get = front(property.get, { apply: get });
  defineProperty(owner, name, property);
  // Not that of `Audio`, which makes what `HTMLAudioElement` is the constructor of.
  if (kind != 'apply' && value.prototype.constructor == value) value.prototype.constructor = property.value;
}
