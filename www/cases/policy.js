// The policy of most cases: three purposes, three vendors under `.example` names that no browser knows.
window.assentPolicy = {
  version: 1,
  controller: { name: 'Harbour & Pine', contact: 'privacy@harbour.example', privacyNotice: '/privacy' },
  purposes: ['functional', 'analytics', 'marketing'],
  vendors: [
    { id: 'acme-metrics', name: 'Acme Metrics', hosts: ['metrics.example'], cookies: ['_metrics*'], storage: ['metrics.*'],
      purposes: ['analytics'], country: 'DE', privacyNotice: 'https://metrics.example/privacy', retentionDays: 90 },
    { id: 'acme-ads', name: 'Acme Ads', hosts: ['ads.example'], cookies: ['_ads*'], storage: ['ads.*'],
      purposes: ['marketing'], country: 'US', privacyNotice: 'https://ads.example/privacy', retentionDays: 390 },
    { id: 'acme-video', name: 'Acme Video', hosts: ['video.example'],
      purposes: ['functional'], country: 'SE', privacyNotice: 'https://video.example/privacy', retentionDays: 1 },
  ],
  essential: ['js.stripe.com'],
  consentMode: true,
  languages: ['en', 'de'],
};
