// `?dir=rtl` turns the shop round, so that a reader of Arabic or Hebrew can judge the notice.
if (new URLSearchParams(location.search).get('dir') === 'rtl') document.documentElement.dir = 'rtl';
