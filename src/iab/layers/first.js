// The first layer: what is stored and processed, by how many, for which purposes, and the right to object.

import { make } from '../../parts.js';

/** Adds to the banner. */
export function drawFirst(page, { tag, vendorList, asked, texts, say }) {
  const body = page.stage.querySelector('[part=body]');
  const before = body?.querySelector('[part~=small]');
  if (!before) return;
  const ids = Object.keys(asked.vendors);
  const vendors = ids.map((id) => vendorList.vendors[id]);
  const names = (kind, list) => list.map((id) => texts[kind][id]?.name).filter(Boolean);
  const categories = new Set(vendors.flatMap((vendor) => vendor.dataDeclaration || []));
  const data = new Intl.ListFormat(tag, { type: 'conjunction' }).format(names('dataCategories', [...categories].sort((a, b) => a - b)));
  const list = (title, items) => (items.length ? [make('p', { part: 'subtitle' }, title), make('ul', { part: 'list', lang: texts.lang }, ...items.map((name) => make('li', {}, name)))] : []);
  const n = ids.length.toLocaleString(tag);
  const claims = asked.interest.length > 0 || Object.values(asked.vendors).some(({ interest }) => interest.length);
  before.before(
    make(
      'div',
      { part: 'framework' },
      make('p', {}, say(data ? 'first.data' : 'first', { n, data })),
      ...list(say('purposes'), names('purposes', [...asked.consent, ...asked.interest].sort((a, b) => a - b))),
      ...list(say('specialFeatures'), names('specialFeatures', asked.specialFeatures)),
      ...(claims ? [make('p', {}, say('first.interest'))] : []),
      make('p', {}, say('first.scope')),
      make('p', {}, make('button', { type: 'button', part: 'link', 'data-action': 'vendors', 'data-tcf': '' }, say('first.vendors', { n }))),
    ),
  );
}
