// The policy of the pages with an ad stack. What differs stands in the address: `?region=US-CA&gvl=missing`.
const wish = new URLSearchParams(location.search);
window.assentPolicy = {
  version: 1,
  controller: { name: 'Harbour & Pine', contact: 'privacy@harbour.example', privacyNotice: '/privacy' },
  purposes: [
    { id: 'analytics', tcf: [8, 9] },
    { id: 'marketing', tcf: [1, 2, 3, 4, 7], specialFeatures: [1] },
  ],
  vendors: [
    { id: 'acme-metrics', name: 'Acme Metrics', hosts: ['metrics.example'], purposes: ['analytics'], gvlId: 10 },
    { id: 'acme-ads', name: 'Acme Ads', hosts: ['ads.example'], purposes: ['marketing'], gvlId: 20 },
    { id: 'acme-gone', name: 'Acme Gone', hosts: ['gone.example'], purposes: ['marketing'], gvlId: 30 },
  ],
  tcf: { cmpId: 300, cmpVersion: 7, vendorList: wish.has('gvl') ? '/cases/no-such-list.json' : '/cases/iab-gvl.json', publisherCountry: 'DE' },
  gpp: true,
  usp: true,
  region: wish.get('region') || 'DE',
  onWithdraw: 'stay',
};
if (wish.has('stacks')) window.assentPolicy.tcf.stacks = [8, 18];
if (wish.has('cookie')) window.assentPolicy.cookie = { domain: location.hostname };
if (wish.has('unregistered')) delete window.assentPolicy.tcf.cmpId;
Object.defineProperty(navigator, 'globalPrivacyControl', { value: wish.has('signal'), configurable: true });
