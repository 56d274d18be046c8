// Traps in front of built-ins, which stay what they were to whoever looks at them.

const { Proxy } = window;
const { defineProperty, getOwnPropertyDescriptor } = Object;

/** Puts a trap in front of a method, a constructor, a setter or (`get`) a getter; what is not there in this browser is left alone. */
export function patch(owner, name, trap, kind = 'apply', get) {
  const property = owner && getOwnPropertyDescriptor(owner, name);
  if (!property) return;
  const { value, set } = property;
  if (value) property.value = new Proxy(value, { [kind]: trap });
  if (set) property.set = new Proxy(set, { apply: trap });
  if (get) property.get = new Proxy(property.get, { apply: get });
  defineProperty(owner, name, property);
  // Not that of `Audio`, which makes what `HTMLAudioElement` is the constructor of.
  if (kind != 'apply' && value.prototype.constructor == value) value.prototype.constructor = property.value;
}
