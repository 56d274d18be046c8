// `__gpp`: IAB Tech Lab, "GPP CMP API", version 1.1.

import { callable, takeOver } from './takeover.js';

const US = ['7:usnat', '8:usca', '9:usva', '10:usco', '11:usut', '12:usct', '13:usfl', '14:usmt', '15:usor', '16:ustx', '17:usde', '18:usia',
  '19:usne', '20:usnh', '21:usnj', '22:ustn', '23:usmn', '24:usmd', '25:usin', '26:usky', '27:usri']; // prettier-ignore
const DATES = ['Created', 'LastUpdated'];

export function makeGpp(cmp, policy) {
  const listeners = new Map();
  let lastId = 0;
  let cmpStatus = 'loading';
  let cmpDisplayStatus = 'hidden';
  let signalStatus = 'not ready';
  let told = {};
  const supportedAPIs = [...(policy.tcf ? ['2:tcfeuv2', '5:tcfcav1'] : []), ...(policy.usp ? ['6:uspv1'] : []), ...US];

  /** Whether TCF counts here and its string could not be made. */
  function failed() {
    const { gppString, isLost } = cmp.truth();
    return gppString === undefined || (!!policy.tcf && isLost);
  }

  function pingData() {
    const { cmpId = 1, gppString = '', sectionList = [], applicableSections = [0] } = cmp.truth();
    const parsedSections = sectionsNow();
    const status = { gppVersion: '1.1', cmpStatus, cmpDisplayStatus, signalStatus, supportedAPIs, cmpId };
    // A copy: nobody can change what the next one is told.
    return { ...structuredClone({ ...status, sectionList, applicableSections, gppString }), parsedSections };
  }

  /** All sections, taken apart, as a copy; those with dates have them as such. */
  function sectionsNow() {
    const sections = structuredClone(cmp.truth().parsedSections || {});
    for (const section of Object.values(sections)) {
      for (const name of DATES) if (section[name]) section[name] = new Date(section[name]);
    }
    return sections;
  }

  const event = (eventName, listenerId, data) => ({ eventName, listenerId, data, pingData: pingData() });

  function tell(eventName, data) {
    for (const [id, { callback, prefix }] of [...listeners]) {
      if (!prefix || eventName != 'sectionChange' || prefix == data) callback(event(eventName, id, data), true);
    }
  }

  function section(prefix) {
    const sections = sectionsNow();
    return Object.hasOwn(sections, prefix) ? sections[prefix] : null;
  }

  const COMMANDS = {
    ping: (callback) => callback(pingData(), true),
    addEventListener(callback, prefix) {
      const id = ++lastId;
      listeners.set(id, { callback, prefix });
      callback(event('listenerRegistered', id, true), true);
    },
    removeEventListener(callback, id) {
      callback(event('listenerRemoved', id, listeners.delete(id)), true);
    },
    hasSection: (callback, prefix) => callback((cmp.truth().prefixes || []).includes(prefix), true),
    getSection: (callback, prefix) => callback(section(prefix), true),
    getField(callback, path) {
      const [prefix, name] = String(path).split('.');
      const fields = section(prefix);
      callback(fields && Object.hasOwn(fields, name) ? fields[name] : null, true);
    },
  };

  function call(command, callback, parameter) {
    const answer = callable(callback);
    if (!answer) return;
    const isLost = failed() && command != 'ping' && cmpStatus != 'loading';
    if (!Object.hasOwn(COMMANDS, command) || isLost) return answer(null, false);
    COMMANDS[command](answer, parameter);
  }

  function change(name, value) {
    if (name == 'cmpStatus') cmpStatus = value;
    else if (name == 'cmpDisplayStatus') cmpDisplayStatus = value;
    else signalStatus = value;
    tell(name, value);
  }

  /** A section whose text is another than before, and that the truth may be acted on. */
  function ready() {
    const now = sections();
    for (const prefix of Object.keys(now)) if (told[prefix] != now[prefix]) tell('sectionChange', prefix);
    told = now;
    if (signalStatus != 'ready') change('signalStatus', 'ready');
  }

  /** The texts of the sections, by prefix. */
  function sections() {
    const { gppString = '', prefixes = [] } = cmp.truth();
    const texts = gppString.split('~').slice(1);
    return Object.fromEntries(prefixes.map((prefix, i) => [prefix, texts[i]]));
  }

  const { stub, replay } = takeOver('__gpp', call);
  // Listeners that another's stub has answered already keep their ids.
  for (const { id, callback, parameter } of Array.isArray(stub?.events) ? stub.events : []) {
    const answer = callable(callback);
    if (answer) listeners.set(id, { callback: answer, prefix: parameter });
    lastId = Math.max(lastId, +id || 0);
  }
  return {
    replay,
    started: () => change('cmpStatus', failed() ? 'error' : 'loaded'),
    name: 'gpp',
    byMessage: ({ command, parameter }, answer) => call(command, answer, parameter),
    shown() {
      if (signalStatus == 'ready') change('signalStatus', 'not ready');
      change('cmpDisplayStatus', 'visible');
    },
    hidden: () => change('cmpDisplayStatus', 'hidden'),
    chosen: () => failed() || ready(),
    known: () => failed() || ready(),
  };
}
