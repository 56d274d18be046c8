// The vendors of the second layer: what each does, on which basis, for how long, and where it says so.

import { make } from '../../parts.js';
import { parentsOf } from './switches.js';

const DAY = 86400;

/** The list, folded. `turn` makes a switch, `basis` is what is not consent. */
export function drawVendors(page, { policy, tag, vendorList, asked, texts, say }, turn, basis) {
  const names = (kind, ids = []) => ids.map((id) => texts[kind][id]?.name).filter(Boolean);
  const days = (n) => n.toLocaleString(tag, { style: 'unit', unit: 'day', unitDisplay: 'long' });

  function fact(key, value) {
    return value ? [make('dt', {}, say(key)), make('dd', {}, value)] : [];
  }

  /** Names with how long data are kept for each. */
  function kept(kind, ids, { stdRetention, ...own } = {}) {
    const span = (id) => own[kind]?.[id] ?? stdRetention;
    const each = ids.filter((id) => texts[kind][id]).map((id) => texts[kind][id].name + (span(id) === undefined ? '' : ` (${days(span(id))})`));
    return each.join(', ');
  }

  function storage({ usesCookies, cookieMaxAgeSeconds: age, cookieRefresh, usesNonCookieAccess }) {
    const life = age > 0 ? days(Math.ceil(age / DAY)) : say('session');
    return [usesCookies && say('cookies', { life }), usesCookies && cookieRefresh && say('renewed'), usesNonCookieAccess && say('otherStorage')].filter(Boolean).join(' ');
  }

  function draw([id, { consent, interest }]) {
    const vendor = vendorList.vendors[id];
    const entries = (policy.vendors || []).filter(({ gvlId }) => gvlId == id).map((entry) => entry.id);
    const parents = () => parentsOf(page.stage, 'vendor', entries);
    const urls = (vendor.urls || []).find(({ langId }) => langId == tag.split('-')[0]) || vendor.urls?.[0] || {};
    const label = (key) => `${vendor.name}: ${say(key)}`;
    const link = (href, key) => (/^https?:/.test(href) ? [make('a', { part: 'link', href, target: '_blank', rel: 'noopener noreferrer' }, say(key))] : []);
    return make(
      'div',
      { part: 'vendor' },
      make('h4', {}, vendor.name),
      ...(consent.length ? [turn(`v${id}`, label('consent'), parents())] : []),
      ...(interest.length ? [turn(`w${id}`, label(basis), parents())] : []),
      make(
        'dl',
        { part: 'facts' },
        ...fact('vendor.consent', kept('purposes', consent, vendor.dataRetention)),
        ...fact(`vendor.${basis}`, kept('purposes', interest, vendor.dataRetention)),
        ...fact('specialPurposes', kept('specialPurposes', vendor.specialPurposes || [], vendor.dataRetention)),
        ...fact('features', names('features', vendor.features).join(', ')),
        ...fact('specialFeatures', names('specialFeatures', vendor.specialFeatures).join(', ')),
        ...fact('data', names('dataCategories', vendor.dataDeclaration).join(', ')),
        ...fact('storage', storage(vendor)),
      ),
      make('p', { part: 'links' }, ...link(urls.privacy, 'privacy'), ...link(urls.legIntClaim, 'claim'), ...link(vendor.deviceStorageDisclosureUrl, 'disclosure')),
    );
  }

  const all = Object.entries(asked.vendors);
  return make('details', {}, make('summary', {}, say('vendors', { n: all.length.toLocaleString(tag) })), ...all.map(draw));
}
