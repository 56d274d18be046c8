// What this is: the official libraries behind one list of jobs, for crates/core/tests/signals/reference.rs. Jobs come as a
// JSON list on standard input, answers leave as one on standard output, in the same order.
//
// What it is not: a test. What is asked, and what the answers must be, is said in Rust.
import { readFileSync } from 'node:fs';
import * as tcf from '@iabtechlabtcf/core';
import * as gpp from '@iabgpp/cmpapi';

// Names of the libraries for what the vectors call otherwise.
const SEGMENTS = { core: 'core', disclosedVendors: 'vendorsDisclosed', publisherTC: 'publisherTC' };
const VENDORS = [
  'VendorConsents', 'VendorLegitimateInterests', 'VendorsAllowed', 'VendorsDisclosed',
  'VendorExpressConsent', 'VendorImpliedConsent', 'DisclosedVendors',
];

// Sets of vendors travel as `1-3,7`.
const compact = (ids) => {
  const runs = [];
  for (const id of ids) {
    const run = runs.at(-1);
    if (run && run[1] === id - 1) run[1] = id;
    else runs.push([id, id]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
};
const expand = (text) => text.split(',').filter(Boolean).flatMap((run) => {
  const [first, last = first] = run.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
});

const idsOf = (vector) => [...vector].filter(([, isSet]) => isSet).map(([id]) => id);
const dateOf = (deciseconds) => new Date(deciseconds * 100);

function readTc({ text }) {
  const model = tcf.TCString.decode(text);
  const kinds = text.split('.').slice(1).map((segment) => segment.charCodeAt(0));
  const isDisclosed = kinds.some((first) => first >= 73 && first <= 80);
  const isPublisher = kinds.some((first) => first >= 89);
  return {
    created: model.created.getTime() / 100,
    lastUpdated: model.lastUpdated.getTime() / 100,
    cmpId: model.cmpId,
    cmpVersion: model.cmpVersion,
    consentScreen: model.consentScreen,
    consentLanguage: model.consentLanguage,
    vendorListVersion: model.vendorListVersion,
    policyVersion: model.policyVersion,
    isServiceSpecific: model.isServiceSpecific,
    useNonStandardTexts: model.useNonStandardTexts,
    specialFeatureOptins: idsOf(model.specialFeatureOptins),
    purposeConsents: idsOf(model.purposeConsents),
    purposeLegitimateInterests: idsOf(model.purposeLegitimateInterests),
    purposeOneTreatment: model.purposeOneTreatment,
    publisherCC: model.publisherCountryCode,
    vendorConsents: compact(idsOf(model.vendorConsents)),
    vendorLegitimateInterests: compact(idsOf(model.vendorLegitimateInterests)),
    publisherRestrictions: model.publisherRestrictions.getRestrictions().map((restriction) => ({
      purposeId: restriction.purposeId,
      restrictionType: restriction.restrictionType,
      vendors: compact(model.publisherRestrictions.getVendors(restriction)),
    })),
    disclosedVendors: isDisclosed ? compact(idsOf(model.vendorsDisclosed)) : null,
    publisherTC: isPublisher
      ? {
          consents: idsOf(model.publisherConsents),
          legitimateInterests: idsOf(model.publisherLegitimateInterests),
          numCustomPurposes: model.numCustomPurposes,
          customConsents: idsOf(model.publisherCustomConsents),
          customLegitimateInterests: idsOf(model.publisherCustomLegitimateInterests),
        }
      : null,
  };
}

function modelOf(from) {
  const model = new tcf.TCModel();
  for (const key of ['cmpId', 'cmpVersion', 'consentScreen', 'consentLanguage', 'vendorListVersion', 'policyVersion',
    'isServiceSpecific', 'useNonStandardTexts', 'purposeOneTreatment']) model[key] = from[key];
  model.publisherCountryCode = from.publisherCC;
  model.created = dateOf(from.created);
  model.lastUpdated = dateOf(from.lastUpdated);
  for (const key of ['specialFeatureOptins', 'purposeConsents', 'purposeLegitimateInterests']) model[key].set(from[key]);
  for (const key of ['vendorConsents', 'vendorLegitimateInterests']) model[key].set(expand(from[key]));
  for (const { purposeId, restrictionType, vendors } of from.publisherRestrictions) {
    const restriction = new tcf.PurposeRestriction(purposeId, restrictionType);
    for (const vendor of expand(vendors)) model.publisherRestrictions.add(vendor, restriction);
  }
  if (from.disclosedVendors !== null) model.vendorsDisclosed.set(expand(from.disclosedVendors));
  if (from.publisherTC !== null) {
    model.publisherConsents.set(from.publisherTC.consents);
    model.publisherLegitimateInterests.set(from.publisherTC.legitimateInterests);
    model.numCustomPurposes = from.publisherTC.numCustomPurposes;
    model.publisherCustomConsents.set(from.publisherTC.customConsents);
    model.publisherCustomLegitimateInterests.set(from.publisherTC.customLegitimateInterests);
  }
  return model;
}

function writeTc({ model: from }) {
  const model = modelOf(from);
  // Every id is a vendor: no range bridges a gap. Set behind the setter's back, which would drop what a list forbids.
  model.publisherRestrictions.gvl_ = { vendorIds: { has: () => true } };
  // Segment by segment: the whole-string encoder changes the model by the policies first.
  return from.segments.map((segment) => tcf.SegmentEncoder.encode(model, SEGMENTS[segment])).join('.');
}

function conformTc({ model: from }) {
  const model = modelOf(from);
  model.gvl = new tcf.GVL(JSON.parse(readFileSync('tests/vectors/gvl-synthetic-policy5.json', 'utf8')));
  return tcf.TCString.encode(model);
}

function readGpp({ text }) {
  const model = new gpp.GppModel(text);
  const sections = model.toObject();
  for (const section of Object.values(sections)) {
    for (const [name, value] of Object.entries(section)) section[name] = plain(name, value);
  }
  return { sectionIds: model.getSectionIds(), sections };
}

function plain(name, value) {
  if (value instanceof Date) return value.getTime() / 100;
  if (!Array.isArray(value)) return value;
  if (VENDORS.includes(name)) return compact(value);
  if (typeof value[0] === 'boolean') return value.flatMap((isSet, i) => (isSet ? [i + 1] : []));
  return value.map((item) => (item.getKey
    ? { purposeId: item.getKey(), restrictionType: item.getType(), vendors: compact(item.getIds()) }
    : item));
}

function writeGpp({ sections }) {
  const model = new gpp.GppModel();
  for (const [prefix, fields] of Object.entries(sections)) {
    // Any other field sets the dates to now: they come last.
    const isDate = (name) => ['Created', 'LastUpdated'].includes(name);
    const ordered = Object.entries(fields).sort(([a], [b]) => isDate(a) - isDate(b));
    for (const [name, value] of ordered) model.setFieldValue(prefix, name, rich(value));
  }
  return model.encode();
}

function rich(value) {
  if (value?.date !== undefined) return dateOf(value.date);
  if (value?.ids !== undefined) return expand(value.ids);
  if (value?.flags) return Array.from({ length: value.width }, (_, i) => value.flags.includes(i + 1));
  if (value?.restrictions) {
    return value.restrictions.map(({ purposeId, restrictionType, vendors }) => ({
      getKey: () => purposeId, getType: () => restrictionType, getIds: () => expand(vendors),
    }));
  }
  return value;
}

const DO = { readTc, writeTc, conformTc, readGpp, writeGpp };
const answer = (job) => {
  try {
    return { ok: DO[job.do](job) };
  } catch (error) {
    return { error: String(error.stack ?? error) };
  }
};
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(answer)));
