// The policy in rows, as the core reads it (`rules.rs` says what stands where; `rules/flat.rs` is its native twin).

const list = (items) => (items ? items.join(' ') : '-');

/** Lays a parsed policy out. It checks nothing; the core does. */
export function flat(policy) {
  const { cookie = {}, controller, purposes, vendors, channels, jurisdictions = {} } = policy;
  return [
    [
      policy.version,
      policy.region,
      cookie.name,
      cookie.domain,
      policy.expiryDays,
      policy.unlisted,
      policy.onWithdraw,
      policy.apiGrants,
      policy.gpc,
      policy.consentMode,
      policy.enforce,
      policy.dnt,
      policy.testing,
      list(policy.essential),
      list(policy.firstParty),
    ],
    ...purposes.map((p) => ['p', p.id || p, p.legalBasis, p.sale, list(p.consentMode), p.sensitive]),
    ...(vendors || []).map((v) => ['v', v.id || v, list(v.hosts), list(v.cookies), list(v.storage), list(v.purposes)]),
    ...Object.entries(jurisdictions).map((row) => ['j', ...row]),
    ['a', JSON.stringify([controller, purposes, vendors, channels])],
  ]
    .map((row) => row.join('|'))
    .join('\n');
}
