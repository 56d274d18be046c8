// A service worker of the site's own, which has ours in it.
importScripts('/assent-sw.js');
addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname == '/own/by-the-worker') event.respondWith(new Response('from the worker of the site'));
});
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
