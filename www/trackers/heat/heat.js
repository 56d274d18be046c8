// Driftmap, a made-up heat map: reports how far down the page was read and where it was clicked.
(() => {
  document.cookie = '_drift_session=1; path=/; samesite=lax';
  const send = (path, point) => navigator.sendBeacon(`http://heat.localhost:4321/${path}`, JSON.stringify(point));
  send('start', { width: innerWidth, height: innerHeight });
  addEventListener('click', (event) => send('click', { x: event.pageX, y: event.pageY }), true);
})();
