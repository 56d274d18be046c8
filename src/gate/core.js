// The core's four functions by their names; the numbers are those of `mod.rs`.

import { ask, handle, initSync, start, tell } from 'assent-wasm';

export { start };

/** Loads the module; synchronous. */
export const load = (bytes) => initSync(bytes);

const KINDS = ['open', 'look', 'accept', 'refuse', 'choose', 'withdraw', 'reset', 'import'];
const WAYS = ['banner', 'preferences', 'event', 'api'];
const EFFECTS = 'not_trusted unknown_name store forget clear reload signals gate banner button choice change'.split(' ');

/** Hands an event in and returns the names of its effects, in order. */
export function happen(kind, how, trusted, copies, choices) {
  const signals = +(navigator.globalPrivacyControl === true) + 2 * (navigator.doNotTrack == 1);
  const bits = handle(KINDS.indexOf(kind), WAYS.indexOf(how), trusted, signals, Date.now(), `${copies}\n${choices}`);
  return EFFECTS.filter((_, i) => bits & (1 << i));
}

/** 0: held, 1: passes, 2: passes and is to be reported. */
export const decide = (url) => ask(0, url);
export const decideTagged = (names) => ask(1, names) > 0;
export const allows = (name) => ask(2, name) > 0;
export const clearsCookie = (name) => ask(3, name) > 0;
export const clearsKey = (name) => ask(4, name) > 0;
export const toStore = () => tell(0, '');
export const stateWords = () => tell(1, '').split(' ');
export const storageWords = () => tell(2, '').split(' ');
export const consentWords = () => tell(3, '').split(' ');
export const securityPolicy = () => tell(4, '');
export const reasonWords = (url) => tell(5, url).split(' ').slice(0, -1);
