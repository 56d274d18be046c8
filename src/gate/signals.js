// Google Consent Mode and the data layer: what the core has decided, in the form that Google's tags read.

function gtag() {
  (window.dataLayer = window.dataLayer || []).push(arguments);
}

const DENIED = { ad_storage: 'denied', ad_user_data: 'denied', ad_personalization: 'denied', analytics_storage: 'denied' };
let pushed = false;

/** The state of consent: the first time as the default, before any tag, then as updates. Without a word from the core everything is denied. */
export function pushConsent(state = DENIED) {
  gtag('consent', pushed ? 'update' : 'default', state);
  pushed = true;
}

/** An event for tag managers. */
export function pushEvent(event, purposes) {
  (window.dataLayer = window.dataLayer || []).push({ event, assent: purposes });
}
