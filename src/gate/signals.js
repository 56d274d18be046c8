// Google Consent Mode and the data layer: what the core has decided, in the form that Google's tags read.

import { say } from './say.js';

function gtag() {
  (window.dataLayer = window.dataLayer || []).push(arguments);
}

const DENIED = { ad_storage: 'denied', ad_user_data: 'denied', ad_personalization: 'denied', analytics_storage: 'denied' };
let pushed = false;

/**
 * The state of consent: the first time as the default, before any tag, then as updates. Without a word from the core
 * everything is denied. `settings` are further ones of Google's tags.
 */
export function pushConsent(state = DENIED, settings) {
  // What Google's tags did before a default, they did as if everything were granted.
  if (!pushed && (window.google_tag_manager || (window.dataLayer || []).some((it) => it.event || /^(config|event)$/.test(it[0]))))
    say('a Google tag came before its Consent Mode default: put assent.js first');
  gtag('consent', pushed ? 'update' : 'default', state);
  pushed = true;
  for (const name in settings) gtag('set', name, settings[name]);
}

/** An event for tag managers. */
export function pushEvent(event, purposes) {
  (window.dataLayer = window.dataLayer || []).push({ event, assent: purposes });
}
