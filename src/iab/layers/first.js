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
  const items = (entries) => make('ul', { part: 'list', lang: texts.lang }, ...entries.map((entry) => make('li', entry.localName ? { part: 'stack' } : {}, entry)));
  const list = (title, entries) => (entries.length ? [make('p', { part: 'subtitle' }, title), items(entries)] : []);
  const stacks = asked.stacks.filter((id) => texts.stacks[id]).map((id) => ({ ...vendorList.stacks[id], ...texts.stacks[id] }));
  // What a stack stands for is told under its name, and not beside it.
  const inStack = (kind, id) => stacks.some((stack) => stack[kind]?.includes(id));
  const alone = (kind, ids) => names(kind, ids.filter((id) => !inStack(kind, id)));
  const unfold = ({ name, description, purposes = [], specialFeatures = [] }) =>
    make('details', {}, make('summary', {}, name), make('p', {}, description), items([...names('purposes', purposes), ...names('specialFeatures', specialFeatures)]));
  const withPurposes = ({ purposes }) => purposes?.length > 0;
  const purposes = [...asked.consent, ...asked.interest].sort((a, b) => a - b);
  const n = ids.length.toLocaleString(tag);
  const claims = asked.interest.length > 0 || Object.values(asked.vendors).some(({ interest }) => interest.length);
  before.before(
    make(
      'div',
      { part: 'framework' },
      make('p', {}, say(data ? 'first.data' : 'first', { n, data })),
      ...list(say('purposes'), [...stacks.filter(withPurposes).map(unfold), ...alone('purposes', purposes)]),
      ...list(say('specialFeatures'), [...stacks.filter((stack) => !withPurposes(stack)).map(unfold), ...alone('specialFeatures', asked.specialFeatures)]),
      ...(claims ? [make('p', {}, say(asked.isImplied ? 'first.implied' : 'first.interest'))] : []),
      make('p', {}, say('first.scope')),
      make('p', {}, make('button', { type: 'button', part: 'link', 'data-action': 'vendors', 'data-tcf': '' }, say('first.vendors', { n }))),
    ),
  );
}
