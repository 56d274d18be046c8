// `__tcfapi`: IAB Tech Lab, "Consent Management Platform API v2", with the changes of 2.2 and 2.3.

import { callable, takeOver } from './takeover.js';

const VERSIONS = [2, 0, null, undefined];

export function makeTcf(cmp) {
  const listeners = new Map();
  const waiting = [];
  let lastId = 0;
  let eventStatus;
  let displayStatus = 'disabled';

  /** Whether the string counts here and could not be made. */
  const failed = () => !cmp.truth().tc && cmp.truth().gdprApplies !== false;
  const cmpStatus = () => (failed() ? 'error' : 'loaded');

  function ping() {
    const { gdprApplies, cmpId, cmpVersion, gvlVersion, tcfPolicyVersion } = cmp.truth();
    const status = { gdprApplies, cmpLoaded: true, cmpStatus: cmpStatus(), displayStatus, apiVersion: '2.2' };
    return { ...status, cmpVersion, cmpId, gvlVersion, tcfPolicyVersion };
  }

  function data(listenerId, tc) {
    const { gdprApplies, cmpId, cmpVersion, tcfPolicyVersion } = cmp.truth();
    const event = { gdprApplies, eventStatus, cmpStatus: cmpStatus() };
    if (listenerId !== undefined) event.listenerId = listenerId;
    // A copy: nobody can change what the next one is told.
    return { cmpId, cmpVersion, tcfPolicyVersion, ...structuredClone(tc), ...event };
  }

  const tcData = (listenerId) => data(listenerId, cmp.truth().tc);

  /** The old command, with the vendors that were asked for. */
  function oneTime(wanted) {
    const answer = tcData();
    if (Array.isArray(wanted) && answer.vendor) {
      for (const map of Object.values(answer.vendor)) {
        for (const id of Object.keys(map)) if (!wanted.includes(+id)) delete map[id];
      }
    }
    return answer;
  }

  function vendorList(version) {
    const found = cmp.vendorList();
    const asked = version === undefined || version === null || version === 'LATEST' || +version === found?.vendorListVersion;
    return found && asked ? structuredClone(found) : null;
  }

  const COMMANDS = {
    addEventListener(callback) {
      const id = lastId++;
      listeners.set(id, callback);
      callback(tcData(id), true);
    },
    getTCData: (callback, ids) => callback(oneTime(ids), true),
    getInAppTCData: (callback) => callback(data(undefined, cmp.inApp()), true),
    getVendorList(callback, version) {
      const found = vendorList(version);
      callback(found, !!found);
    },
    removeEventListener: (callback, id) => callback(listeners.delete(id), true),
  };

  function call(command, version, callback, parameter) {
    const answer = callable(callback);
    if (!answer) return;
    if (command == 'ping') return answer(ping(), true);
    if (!VERSIONS.includes(version) || !Object.hasOwn(COMMANDS, command)) return answer(null, false);
    if (failed()) return answer(null, false);
    // Nothing is known before there is an answer, or the question.
    if (eventStatus || command == 'getVendorList') return COMMANDS[command](answer, parameter);
    waiting.push([command, answer, parameter]);
  }

  function tell(status) {
    if (failed()) return;
    eventStatus = status;
    for (const [id, listener] of [...listeners]) listener(tcData(id), true);
    for (const [command, answer, parameter] of waiting.splice(0)) COMMANDS[command](answer, parameter);
  }

  const { replay } = takeOver('__tcfapi', call);
  return {
    replay,
    name: 'tcfapi',
    byMessage: ({ command, version, parameter }, answer) => call(command, version, answer, parameter),
    shown() {
      displayStatus = 'visible';
      tell('cmpuishown');
    },
    hidden: () => (displayStatus = 'hidden'),
    chosen: () => tell('useractioncomplete'),
    known: () => tell('tcloaded'),
  };
}
