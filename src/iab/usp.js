// `__uspapi`: IAB Tech Lab, "US Privacy User Signal Mechanism", version 1; retired in 2024, still read.

import { callable, takeOver } from './takeover.js';

export function makeUsp(cmp) {
  function call(command, version, callback) {
    const answer = callable(callback);
    if (!answer) return;
    const { uspString } = cmp.truth();
    if (command == 'getUSPData' && version == 1 && uspString) answer({ version: 1, uspString }, true);
    else answer(null, false);
  }

  const { replay } = takeOver('__uspapi', call);
  return { replay, name: 'uspapi', byMessage: ({ command, version }, answer) => call(command, version, answer) };
}
