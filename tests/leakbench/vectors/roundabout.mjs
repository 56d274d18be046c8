// The same ways out by less usual doors: attributes as nodes, parsed and imported documents, CSS in other words.
import { v, js, plain } from './kit.mjs';

const IMG = `var i=document.createElement('img');`;
const inline = (u) => u.replace(/&/g, '&amp;');

export default [
  // ---------------------------------------------------------------- attributes as nodes
  v('attr-setAttributeNode', 'attribute', 'dom', 'fb', (c) => [js(`${IMG}var a=document.createAttribute('src');a.value=${c.q('gif')};i.setAttributeNode(a)`)]),
  v('attr-setNamedItem', 'attribute', 'dom', 'bing', (c) => [js(`${IMG}var a=document.createAttribute('src');a.value=${c.q('gif')};i.attributes.setNamedItem(a)`)]),
  v('attr-value', 'attribute', 'dom', 'tco', (c) => [js(`${IMG}i.setAttribute('src','data:,');i.attributes.src.value=${c.q('gif')}`)]),
  v('attr-nodeValue', 'attribute', 'dom', 'reddit', (c) => [js(`${IMG}i.setAttribute('src','data:,');i.getAttributeNode('src').nodeValue=${c.q('gif')}`)]),
  v('attr-textContent-script', 'attribute', 'dom', 'taboola', (c) => [js(`var s=document.createElement('script');s.setAttribute('src','');document.head.appendChild(s);s=document.createElement('script');var a=document.createAttribute('src');s.setAttributeNode(a);a.textContent=${c.q('js')};document.head.appendChild(s)`)]),

  // ---------------------------------------------------------------- documents without a window
  v('parsed-document', 'parsed', 'dom', 'criteo', (c) => [js(`var d=new DOMParser().parseFromString('<img src='+JSON.stringify(${c.q('gif')})+'>','text/html');document.body.appendChild(d.images[0])`)]),
  v('parsed-iframe', 'parsed', 'dom', 'gtm', (c) => [js(`var d=new DOMParser().parseFromString('<iframe src='+JSON.stringify(${c.q('html')})+'></iframe>','text/html');document.body.append(d.body.firstChild)`)]),
  v('imported-template', 'parsed', 'dom', 'linkedin', (c) => [plain(`<template id="lbt"><img src="${inline(c.u('gif'))}"></template>`), js(`document.importNode(document.getElementById('lbt').content,true)`)], { note: 'never inserted' }),
  v('adopted-image', 'parsed', 'dom', 'yandex', (c) => [js(`var d=document.implementation.createHTMLDocument('');d.body.innerHTML='<img src='+JSON.stringify(${c.q('gif')})+'>';document.adoptNode(d.images[0])`)]),

  // ---------------------------------------------------------------- styles in other words
  v('css-escaped', 'style', 'dom', 'quant', (c) => [plain('<div id="lbs">x</div>'), js(`var s=document.createElement('style');s.textContent='#lbs{background:url("'+${c.q('gif')}.replace('h','\\\\68 ')+'")}';document.head.appendChild(s)`)], { note: 'a letter of the address as its number' }),
  v('css-text-node', 'style', 'dom', 'gfonts', (c) => [js(`var s=document.createElement('style');document.head.appendChild(s);s.appendChild(document.createTextNode('@import url('+${c.q('css')}+');'))`)], { note: 'as style-loader does' }),
  v('css-connected-text', 'style', 'dom', 'gfonts', (c) => [js(`var s=document.createElement('style');document.head.appendChild(s);s.textContent='@import url('+${c.q('css')}+');'`)]),
  v('css-rule-style', 'style', 'js', 'heap', (c) => [plain('<div id="lbs">x</div><style id="lbst">#lbs{color:red}</style>'), js(`document.getElementById('lbst').sheet.cssRules[0].style.backgroundImage='url('+${c.q('gif')}+')'`)]),
  v('css-animate', 'style', 'js', 'scorecard', (c) => [plain('<div id="lbs">x</div>'), js(`var u='url('+${c.q('gif')}+')';document.getElementById('lbs').animate([{backgroundImage:u},{backgroundImage:u}],1e6)`)]),
  v('css-keyframes', 'style', 'dom', 'pinterest', (c) => [plain('<div id="lbs">x</div>'), js(`var s=document.createElement('style');s.textContent='@keyframes k{from,to{background-image:url('+${c.q('gif')}+')}}#lbs{animation:k 99s}';document.head.appendChild(s)`)]),
  v('css-variable', 'style', 'js', 'bing', (c) => [plain('<div id="lbs" style="background:var(--lb)">x</div>'), js(`document.getElementById('lbs').style.setProperty('--lb','url('+${c.q('gif')}+')')`)]),
  v('css-image-set', 'style', 'js', 'criteo', (c) => [plain('<div id="lbs">x</div>'), js(`var s=new CSSStyleSheet();s.insertRule('#lbs{background:image-set("'+${c.q('gif')}+'" 1x)}');document.adoptedStyleSheets.push(s)`)]),

  // ---------------------------------------------------------------- other elements
  v('svg-feImage', 'element', 'dom', 'adwords', (c) => [js(`document.body.insertAdjacentHTML('beforeend','<svg width=9 height=9><filter id=f><feImage href='+JSON.stringify(${c.q('svg')})+' /></filter><rect width=9 height=9 filter=url(#f) /></svg>')`)]),
  v('media-track', 'element', 'dom', 'vimeo', (c) => [js(`var m=document.createElement('video');m.crossOrigin='anonymous';var t=document.createElement('track');t.default=true;t.kind='captions';t.src=${c.q('vtt')};m.append(t);document.body.append(m);t.track.mode='showing'`)]),
  v('link-imagesrcset', 'element', 'dom', 'pinterest', (c) => [js(`var l=document.createElement('link');l.rel='preload';l.as='image';l.imageSrcset=${c.q('gif')}+' 1x';document.head.append(l)`)]),
  v('link-icon', 'element', 'dom', 'snapchat', (c) => [js(`var l=document.createElement('link');l.rel='icon';l.href=${c.q('gif', '', 'tco')};document.head.append(l)`)]),
  v('shadow-declarative-open', 'shadow', 'parser', 'linkedin', (c) => [plain(`<div><template shadowrootmode="open"><p><img src="${inline(c.u('gif'))}" alt=""></p></template></div>`)]),
  v('shadow-setHTMLUnsafe', 'shadow', 'dom', 'linkedin', (c) => [js(`var d=document.createElement('div');document.body.append(d);d.setHTMLUnsafe('<p><template shadowrootmode=closed><img src='+JSON.stringify(${c.q('gif')})+'></template>')`)]),

  // ---------------------------------------------------------------- calls
  v('fetch-later', 'call', 'js', 'ga', (c) => [js(`fetchLater(${c.q('post')},{activateAfter:0})`)], { engines: ['chromium'] }),
  v('worklet-module', 'call', 'js', 'amplitude', (c) => [js(`new AudioContext().audioWorklet.addModule(${c.q('mjs')})`)]),
  v('paint-worklet', 'call', 'js', 'amplitude', (c) => [js(`CSS.paintWorklet.addModule(${c.q('mjs')})`)], { engines: ['chromium'] }),
  v('worker-data-address', 'call', 'realm', 'fullstory', (c) => [js(`new Worker('data:text/javascript,'+encodeURIComponent('fetch('+JSON.stringify(${c.q('post')})+',{mode:"no-cors"})'))`)]),
  v('webrtc-reconfigured', 'call', 'js', 'fullstory', (c) => [js(`var p=new RTCPeerConnection();p.setConfiguration({iceServers:[{urls:'stun:rtc.fullstory.com:${c.udp()}'}]});p.createDataChannel('x');p.createOffer().then(function(o){return p.setLocalDescription(o)})`)], { wait: 800 }),
  v('speculation-rules', 'call', 'dom', 'gtm', (c) => [js(`var s=document.createElement('script');s.type='speculationrules';s.textContent=JSON.stringify({prefetch:[{source:'list',urls:[${c.q('html')}]}]});document.head.append(s)`)], { wait: 800, engines: ['chromium'] }),

  // ---------------------------------------------------------------- going elsewhere
  v('form-click', 'navigate', 'dom', 'hubspot', (c) => [plain('<iframe name="lbt" hidden></iframe>'), js(`var m=document.createElement('form');m.target='lbt';m.method='POST';var b=document.createElement('button');b.formAction=${c.q('post')};m.append(b);document.body.append(m);b.click()`)]),
  v('link-click', 'navigate', 'dom', 'fb', (c) => [plain('<iframe name="lbt" hidden></iframe>'), js(`var a=document.createElement('a');a.target='lbt';a.href=${c.q('html')};a.click()`)]),
  v('link-dispatched', 'navigate', 'dom', 'fb', (c) => [plain('<iframe name="lbt" hidden></iframe><a id="lba" target="lbt"><b>x</b></a>'), js(`var a=document.getElementById('lba');a.href=${c.q('html')};a.firstChild.dispatchEvent(new MouseEvent('click',{bubbles:true,cancelable:true}))`)]),
  v('popup-fetch', 'navigate', 'realm', 'tiktok', (c) => [js(`var w=window.open('','_blank','width=10,height=10');w.fetch(${c.q('post')},{method:'POST',mode:'no-cors'}).catch(function(){})`)]),
  v('frames-index-fetch', 'frame', 'realm', 'segment', (c) => [js(`document.body.insertAdjacentHTML('beforeend','<iframe hidden></iframe>');frames[frames.length-1].fetch(${c.q('post')},{method:'POST',mode:'no-cors'})`)]),
  v('object-blank-fetch', 'frame', 'realm', 'amplitude', (c) => [js(`var f=document.createElement('object');f.data='about:blank';document.body.append(f);f.contentWindow&&f.contentWindow.fetch(${c.q('post')},{method:'POST',mode:'no-cors'});f.onload=function(){f.contentWindow.fetch(${c.q('post')},{method:'POST',mode:'no-cors'})}`)]),
];
