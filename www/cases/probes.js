// Every way in which a page reaches another host, by name. `probe.all(host)` tries them all;
// each asks for `http://HOST/probe/NAME…`, so that the stage's log says which ones got through.
(() => {
  const slot = () => document.body.appendChild(document.createElement('div'));

  const script = (url) => { const element = document.createElement('script'); element.src = url; return element; };
  const inserted = (insert) => (host, name) => insert(script(`http://${host}/probe/${name}.js`));
  const frame = (url) => { const element = document.createElement('iframe'); element.src = url; return element; };

  const ways = {
    'script-appendChild': inserted((it) => document.head.appendChild(it)),
    'script-insertBefore': inserted((it) => document.head.insertBefore(it, document.head.firstChild)),
    'script-replaceChild': inserted((it) => { const at = slot(); at.parentNode.replaceChild(it, at); }),
    'script-append': inserted((it) => document.body.append(it)),
    'script-prepend': inserted((it) => slot().prepend(it)),
    'script-before': inserted((it) => slot().before(it)),
    'script-after': inserted((it) => slot().after(it)),
    'script-replaceWith': inserted((it) => slot().replaceWith(it)),
    'script-replaceChildren': inserted((it) => slot().replaceChildren(it)),
    'script-insertAdjacentElement': inserted((it) => slot().insertAdjacentElement('afterend', it)),
    'script-fragment': inserted((it) => { const part = document.createDocumentFragment(); part.append(it); document.body.appendChild(part); }),
    'script-range': inserted((it) => { const range = document.createRange(); range.selectNodeContents(slot()); range.insertNode(it); }),
    'script-inside-a-tree': inserted((it) => { const tree = document.createElement('div'); tree.append(it); document.body.append(tree); }),
    'script-setAttribute': (host, name) => {
      const it = document.createElement('script');
      it.setAttribute('src', `http://${host}/probe/${name}.js`);
      document.head.append(it);
    },
    'script-src-after-insertion': (host, name) => {
      const it = document.body.appendChild(document.createElement('script'));
      it.src = `http://${host}/probe/${name}.js`;
    },
    'script-protocol-relative': (host, name) => document.head.append(script(`//${host}/probe/${name}.js`)),
    'script-upper-case-host': (host, name) => document.head.append(script(`http://${host.toUpperCase()}/probe/${name}.js`)),
    'script-with-port': (host, name) => document.head.append(script(`http://${host}:80/probe/${name}.js`)),
    'image-src': (host, name) => { new Image().src = `http://${host}/probe/${name}.gif`; },
    'image-setAttribute': (host, name) => document.createElement('img').setAttribute('src', `http://${host}/probe/${name}.gif`),
    'image-in-page': (host, name) => { const it = document.createElement('img'); document.body.append(it); it.src = `http://${host}/probe/${name}.gif`; },
    'frame-src': (host, name) => document.body.append(frame(`http://${host}/probe/${name}.html`)),
    'frame-src-after-insertion': (host, name) => {
      const it = document.body.appendChild(document.createElement('iframe'));
      it.src = `http://${host}/probe/${name}.html`;
    },
    'frame-setAttribute': (host, name) => {
      const it = document.body.appendChild(document.createElement('iframe'));
      it.setAttribute('src', `http://${host}/probe/${name}.html`);
    },
    'fetch-text': (host, name) => void fetch(`http://${host}/probe/${name}`).catch(() => {}),
    'fetch-url': (host, name) => void fetch(new URL(`http://${host}/probe/${name}`)).catch(() => {}),
    'fetch-request': (host, name) => void fetch(new Request(`http://${host}/probe/${name}`)).catch(() => {}),
    'fetch-no-cors': (host, name) => void fetch(`http://${host}/probe/${name}`, { mode: 'no-cors', method: 'POST', body: '1' }).catch(() => {}),
    'xhr-get': (host, name) => { const it = new XMLHttpRequest(); it.open('GET', `http://${host}/probe/${name}`); it.send(); },
    'xhr-post': (host, name) => { const it = new XMLHttpRequest(); it.open('POST', `http://${host}/probe/${name}`); it.send('1'); },
    'beacon': (host, name) => void navigator.sendBeacon(`http://${host}/probe/${name}`, '1'),
  };

  const ask = (name, host) => {
    try {
      ways[name](host, name);
    } catch (error) {
      window.__errors.push(`${name}: ${error}`);
    }
  };

  window.probe = {
    names: Object.keys(ways),
    all: (host) => Object.keys(ways).forEach((name) => ask(name, host)),
    one: ask,
  };
})();
