// For scripts that run later than they were written for: what they wait for, and where they write.
//
// What this is: loaded where the policy says `replay`. A released script that listens for an event of the page's loading,
// which is over, is called for it once everything released has run. What it writes with `document.write()` stands before
// it; the browser would begin a new page, or write nothing.
//
// What it is not: a second event. Whoever listened in time hears nothing.

/** In the order in which a page tells them: the event, where it is told, and what the browser notes of it. */
const EVENTS = {
  DOMContentLoaded: [document, 'domContentLoadedEventStart'],
  readystatechange: [document, 'domComplete'],
  load: [window, 'loadEventStart'],
};
/** How often it is looked whether somebody has still to run, in milliseconds. */
const PATIENCE = 20;

/** What stands in front from now on. Nobody is released before that. */
export function open({ busy }) {
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  let round = 0;
  let waits = false;

  /** What an event is called for those who came too late for it. Each time they are told, it is called otherwise. */
  const late = (name) => `assent-${round}-${name}`;

  /** Whether a target has told an event, and one that was released wants to hear of it. */
  function missed(target, name) {
    const [where, noted] = Object.hasOwn(EVENTS, name) ? EVENTS[name] : [];
    const told = where && (target == where || (target == window && name == 'DOMContentLoaded'));
    return told && performance.getEntriesByType('navigation')[0]?.[noted] > 0 && !!released();
  }

  function tell() {
    waits = true;
    setTimeout(() => {
      if (busy()) return tell();
      waits = false;
      const named = Object.entries(EVENTS).map(([name, [target]]) => [name, target, late(name)]);
      round++;
      for (const [name, target, called] of named) {
        const event = new Event(called, { bubbles: name == 'DOMContentLoaded' });
        target.dispatchEvent(Object.defineProperty(event, 'type', { value: name }));
      }
    }, PATIENCE);
  }

  front(EventTarget.prototype, 'addEventListener', 'value', (native, self, [name, ...rest]) => {
    const target = self ?? window;
    if (!missed(target, name)) return Reflect.apply(native, self, [name, ...rest]);
    if (!waits) tell();
    addEventListener.call(target, late(name), ...rest);
  });
  front(EventTarget.prototype, 'removeEventListener', 'value', (native, self, [name, ...rest]) => {
    if (Object.hasOwn(EVENTS, name)) removeEventListener.call(self ?? window, late(name), ...rest);
    return Reflect.apply(native, self, [name, ...rest]);
  });
  // Who keeps an older handler and calls it from a new one finds none: it has been called.
  for (const [name, [target]] of Object.entries(EVENTS)) {
    front(target, `on${name}`, 'set', (native, self, [listener]) => {
      if (!missed(target, name)) return Reflect.apply(native, self, [listener]);
      if (listener) target.addEventListener(name, listener);
    });
    front(target, `on${name}`, 'get', (native, self, args) => (missed(target, name) ? null : Reflect.apply(native, self, args)));
  }
  for (const name of ['write', 'writeln']) {
    front(document, name, 'value', (native, self, args) => {
      const script = self == document && released();
      if (!script) return Reflect.apply(native, self, args);
      script.before(document.createRange().createContextualFragment(args.length > 1 ? args.join('') : args[0]));
    });
  }
}

/** The script that runs now, if it was held and released: it has a tag of ours, or a vendor with a grant after the page was read. */
function released() {
  const script = document.currentScript;
  if (!script) return;
  const held = script.dataset.assent || (document.readyState != 'loading' && window.assent.explain(script).rule == 'granted');
  return held ? script : undefined;
}

/** Puts a trap in front of a method, a setter or a getter, wherever the object has it from. */
function front(object, name, part, trap) {
  let owner = object;
  while (owner && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
  const property = owner && Object.getOwnPropertyDescriptor(owner, name);
  if (!property?.[part]) return;
  property[part] = new Proxy(property[part], { apply: trap });
  Object.defineProperty(owner, name, property);
}
