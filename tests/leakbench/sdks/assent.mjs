// The SDK as a site uses it: one script, and a policy that lists the bench's trackers as the owner would.
import { html } from '../lib/page.mjs';
import { rules, services, storageNames } from '../lib/services.mjs';

const sdk = process.env.ASSENT_SDK;
if (!sdk) throw new Error('ASSENT_SDK must name the folder of the built SDK');

// A vendor behind the site's own names: the policy has to say where.
const behind = { analytics: ['acme.example/g/collect'], marketing: ['metrics.acme.example'], functional: [] };

/** One vendor per purpose: the hosts of all trackers that serve it, and the names that they write. */
const vendor = (purpose) => ({
  id: `bench-${purpose}`,
  name: purpose,
  purposes: [purpose],
  hosts: [...rules.filter((rule) => rule.purpose === purpose && rule.host).map((rule) => rule.host + (rule.path ?? '')), ...behind[purpose]],
  cookies: storageNames[purpose] ?? [],
  storage: storageNames[purpose] ?? [],
  country: 'US',
  retentionDays: 30,
});

const policy = {
  version: 1,
  controller: { name: 'Leakbench', contact: 'privacy@shop.example', privacyNotice: '/privacy' },
  region: 'DE',
  apiGrants: 'any',
  purposes: ['functional', 'analytics', 'marketing'],
  vendors: ['functional', 'analytics', 'marketing'].map(vendor),
  essential: Object.values(services)
    .filter((service) => service.purpose === 'essential' && service.host)
    .map((service) => (service.host === 'www.google.com' ? 'www.google.com/recaptcha' : service.host)),
  appearance: { button: 'none' },
};

const adapter = (name, extra) => ({
  name,
  policy: { ...policy, ...extra },
  version: '',
  files: { '/sdk/assent.js': `${sdk}/assent.js`, '/sdk/assent-notice.js': `${sdk}/assent-notice.js`, '/sdk/assent-notice.wasm': `${sdk}/assent-notice.wasm`, '/sdk/locales/en.json': `${sdk}/locales/en.json` },
  head: () => `<script type="application/json" id="assent-policy">${JSON.stringify({ ...policy, ...extra })}</script><script src="/sdk/assent.js"></script>`,
  tag(n, purpose) {
    const { src, srcset, poster, type, ...rest } = n.attrs;
    const addresses = { 'data-src': src, 'data-srcset': srcset, 'data-poster': poster };
    const given = Object.fromEntries(Object.entries(addresses).filter(([, address]) => address));
    const waits = { ...rest, 'data-assent': purpose, ...given };
    if (n.tag === 'script') return html({ ...n, attrs: { ...waits, type: 'text/plain', ...(type && { 'data-type': type }) } });
    if (Object.keys(given).length) return html({ ...n, attrs: { ...waits, ...(type && { type }) } });
    return `<template data-assent="${purpose}">${html(n)}</template>`;
  },
  ready: () => !!(window.assent && window.assent.choice),
  acceptAll: () => window.assent.acceptAll(),
  acceptAnalytics: () => window.assent.set({ analytics: true, marketing: false, functional: false }),
  reject: () => window.assent.rejectAll(),
  withdraw: () => window.assent.withdraw(),
});

// A harmless policy behind the page's head: Chromium's preload scanner waits for it, so the gate comes first (docs/csp.md).
const late = { headEnd: () => '<meta http-equiv="Content-Security-Policy" content="base-uri *">' };

export default adapter('assent', {});
export const techniques = {
  late: { ...adapter('assent:late', {}), ...late },
  strict: { ...adapter('assent:strict', { enforce: 'csp' }), ...late, actDelay: 500 },
  // What writes into the markup writes the late policy, too.
  tag: { ...adapter('assent:tag', { enforce: 'csp' }), front: 'tag', actDelay: 500 },
  proxy: { ...adapter('assent:proxy', { enforce: 'csp' }), front: 'proxy', actDelay: 500 },
};
