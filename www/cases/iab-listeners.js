// An ad stack that asks as soon as it can, and writes down what it hears.
window.__tcf = [];
window.__gppEvents = [];
if (window.__tcfapi) {
  __tcfapi('ping', 2, (data) => (window.__ping = data));
  __tcfapi('addEventListener', 2, (data, success) => __tcf.push(structuredClone({ success, ...data })));
  __tcfapi('getVendorList', 2, (data, success) => (window.__list = { version: data?.vendorListVersion, success }), 'LATEST');
}
if (window.__gpp) {
  __gpp('addEventListener', (event, success) => __gppEvents.push(structuredClone({ success, ...event })));
}
// What is told at once, for tests.
window.__data = () => {
  let answer;
  __tcfapi('getTCData', 2, (data, success) => (answer = { success, ...data }));
  return answer;
};
window.__gppPing = () => {
  let answer;
  __gpp('ping', (data) => (answer = data));
  return answer;
};
window.__field = (path) => {
  let answer;
  __gpp('getField', (data) => (answer = data), path);
  return answer;
};
window.__usp = () => {
  let answer;
  __uspapi('getUSPData', 1, (data) => (answer = data?.uspString));
  return answer;
};
