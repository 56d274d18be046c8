// A script of the site's own host, for tags that wait by their names: it notes that it ran, and which element it is.
(window.__ran = window.__ran || []).push(document.currentScript?.id ?? 'a module');
