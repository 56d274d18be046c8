// `?dir=rtl` turns the shop round and lets the notice speak Arabic, to be judged by those who read from right to left.
if (new URLSearchParams(location.search).get('dir') === 'rtl') {
  document.documentElement.dir = 'rtl';
  (window.assent = window.assent || []).push(['setLanguage', 'ar']);
}
