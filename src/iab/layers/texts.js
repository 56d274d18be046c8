// The official texts, in the language of the notice if the site serves that translation, else as the vendor list has them.

const KINDS = ['purposes', 'specialPurposes', 'features', 'specialFeatures', 'stacks', 'dataCategories'];
const files = {};

/** Texts by kind and id, and the language they are in. */
export async function textsOf(path, vendorList, tag) {
  const lang = tag.toLowerCase();
  const translated = lang.startsWith('en') ? undefined : await (files[lang] ??= fetchTexts(path, lang));
  // All or nothing: texts of two languages would be shown as one.
  const whole = translated && KINDS.every((kind) => translated[kind]);
  const source = whole ? translated : vendorList;
  return { ...Object.fromEntries(KINDS.map((kind) => [kind, source[kind] || {}])), lang: whole ? tag : 'en' };
}

async function fetchTexts(path, lang) {
  try {
    const reply = await fetch(path.replace(/[^/]*$/, `purposes-${lang}.json`));
    if (reply.ok) return await reply.json();
  } catch {
    // As if there were none: the vendor list has the texts in English.
  }
}
