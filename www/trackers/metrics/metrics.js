// Tidepool Metrics, a made-up analytics library: works off its queue, sets an id, reports every event.
(() => {
  const endpoint = 'http://metrics.localhost:4321/collect';
  const id = (document.cookie.match(/_tide_id=(\w+)/) || [])[1] || Math.random().toString(36).slice(2);
  document.cookie = `_tide_id=${id}; path=/; max-age=7776000; samesite=lax`;
  localStorage.setItem('tide.visitor', id);

  const send = (event, detail) => fetch(endpoint, { method: 'POST', keepalive: true, body: JSON.stringify({ id, event, detail }) });
  const queue = (window.tide && window.tide.q) || [];
  window.tide = (event, detail) => void send(event, detail);
  for (const [event, detail] of queue) send(event, detail);
})();
