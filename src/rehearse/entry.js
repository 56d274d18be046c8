// What a tester asks for by the address, where the policy lets them: another place, a language, a layer of the notice.
//
// What this is: read before the core starts, which then grants nothing and has nothing kept.

/** Puts the wishes into the policy, and returns what answers for each by its name; empty for what is not wished. */
export function open(policy) {
  const wish = (name) => new URLSearchParams(location.search).get(`assent_${name}`) || '';
  const [region] = /^[A-Z]{2}(-[A-Z\d]{1,3})?$/.exec(wish('region')) || [policy.region];
  Object.assign(policy, { testing: 'now', region, language: wish('lang') || policy.language });
  console.warn('assent: a rehearsal: nothing is granted or kept');
  return wish;
}
