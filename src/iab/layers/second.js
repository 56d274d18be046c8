// The second layer: each purpose, feature and vendor of the framework, in the official texts, with its switches.

import { make } from '../../parts.js';
import { isOpen, parentsOf } from './switches.js';
import { drawVendors } from './vendors.js';

/** Adds to the preferences. Returns the switches. `isOn` tells what the strings say now, `unfolds` whether to show the vendors. */
export function drawSecond(page, told, isOn, unfolds) {
  const { policy, tag, vendorList, asked, texts, say } = told;
  const body = page.stage.querySelector('dialog [part=body]');
  if (!body) return [];
  const switches = [];
  const answered = !!JSON.parse(page.state).time;
  const vendors = Object.entries(asked.vendors);
  const interest = asked.isImplied ? 'implied' : 'interest';

  /** A switch that stands for `code`, under a name, hanging on switches of the policy. */
  function turn(code, label, parents) {
    const input = make('input', { type: 'checkbox', role: 'switch', part: 'switch', 'data-tcf': code });
    const item = { code, input, parents };
    const [kind] = code;
    // A purpose stays as it is when another one has turned on what both hang on.
    item.follows = (turned) => kind != 'f' && !(turned && /[cl]/.test(kind));
    item.wasOpen = isOpen(item);
    // Without an answer nothing is on but what rests on legitimate interest.
    input.checked = item.wasOpen && (answered ? !!isOn(kind, +code.slice(1)) : /[lw]/.test(kind));
    switches.push(item);
    return make('label', { part: 'row' }, make('span', { part: 'name' }, label), input);
  }

  const hanging = (member, id) => parentsOf(page.stage, 'purpose', (policy.purposes || []).filter((purpose) => purpose[member]?.includes(id)).map((purpose) => purpose.id));
  /** By how many something is done, and by whom. */
  const count = (uses) => {
    const names = vendors.filter(uses).map(([id]) => vendorList.vendors[id].name);
    const text = say('count', { n: names.length.toLocaleString(tag) });
    if (!names.length) return make('p', { part: 'small' }, text);
    return make('details', {}, make('summary', {}, text), make('ul', { part: 'list' }, ...names.map((name) => make('li', {}, name))));
  };

  function entry({ name, description, illustrations = [] }, counted, ...rows) {
    const text = illustrations.length
      ? [make('details', {}, make('summary', {}, say('examples')), make('ul', { part: 'list', lang: texts.lang }, ...illustrations.map((it) => make('li', {}, it))))]
      : [];
    const title = make('h4', { lang: texts.lang }, name);
    return make('section', { part: 'purpose' }, title, ...rows, make('p', { lang: texts.lang }, description), ...text, counted);
  }

  const group = (key, entries, note = say(`${key}.note`)) => (entries.length ? [make('h3', {}, say(key)), ...(note ? [make('p', {}, note)] : []), ...entries] : []);
  const declared = (member) => (id) => ([vendor]) => vendorList.vendors[vendor][member]?.includes(+id);
  const untouched = (kind) =>
    Object.entries(texts[kind])
      .filter(([id]) => vendors.some(declared(kind)(id)))
      .map(([id, text]) => entry(text, count(declared(kind)(id))));

  const purposes = [...asked.consent, ...asked.interest]
    .sort((a, b) => a - b)
    .filter((id) => texts.purposes[id])
    .map((id) => {
      const byConsent = asked.consent.includes(id);
      const basis = byConsent ? 'consent' : 'interest';
      const row = turn(`${byConsent ? 'c' : 'l'}${id}`, say(byConsent ? 'consent' : interest), hanging('tcf', id));
      return entry(texts.purposes[id], count(([, vendor]) => vendor[basis].includes(id)), row);
    });
  const features = asked.specialFeatures
    .filter((id) => texts.specialFeatures[id])
    .map((id) => entry(texts.specialFeatures[id], count(declared('specialFeatures')(id)), turn(`f${id}`, say('optIn'), hanging('specialFeatures', id))));
  const list = drawVendors(page, told, turn, interest);
  const section = make(
    'section',
    { part: 'framework' },
    make('h3', { part: 'chapter' }, say('title')),
    make('p', {}, say('intro')),
    ...group('purposes', purposes),
    ...group('specialFeatures', features),
    ...group('specialPurposes', untouched('specialPurposes'), say(asked.isImplied ? 'specialPurposes.implied' : 'specialPurposes.note')),
    ...group('features', untouched('features')),
    list,
  );
  body.append(section);
  if (unfolds) {
    list.open = true;
    list.scrollIntoView();
    list.querySelector('summary').focus();
  }
  return switches;
}
