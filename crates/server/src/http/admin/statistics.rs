//! How often people say yes.

use std::collections::BTreeMap;
use std::sync::Arc;

use assent_core::record::Time;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::Answer;
use super::super::app::App;
use super::holder::{self, Holder};
use crate::problem::{self, Kind, Problem};
use crate::store::{Cell, Error, Scope};

const DAY: u64 = 86_400;
/// How many days one answer is about at most, and without being asked.
const MOST_DAYS: u64 = 400;
const USUAL_DAYS: u64 = 30;
/// By how many of day, regime and policy an answer is cut at most.
const MOST_CUTS: usize = 2;

/// What is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Asked {
    pub(in super::super) from: Option<String>,
    pub(in super::super) to: Option<String>,
    #[serde(default)]
    pub(in super::super) by: String,
}

/// How an answer is cut.
#[derive(Clone, Copy, Default)]
struct Cuts {
    day: bool,
    regime: bool,
    policy: bool,
}

impl Cuts {
    fn parse(by: &str) -> Option<Cuts> {
        let mut cuts = Cuts::default();
        let words = by.split(',').filter(|word| !word.is_empty());
        for (number, word) in words.enumerate() {
            let cut = match word {
                "day" => &mut cuts.day,
                "regime" => &mut cuts.regime,
                "policy" => &mut cuts.policy,
                _ => return None,
            };
            if number >= MOST_CUTS || std::mem::replace(cut, true) {
                return None;
            }
        }
        Some(cuts)
    }
}

/// About how many people said yes and no to a purpose.
#[derive(Serialize, ToSchema)]
#[schema(as = Statistic)]
pub(in super::super) struct StatisticBody {
    /// The purpose's id.
    pub(in super::super) purpose: String,
    /// `2026-11-23`, in UTC; with `by=day`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    pub(in super::super) day: Option<String>,
    /// `opt_in`, `opt_out`, `notice`, or `unknown`; with `by=regime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) regime: Option<String>,
    /// The number of the policy at the site; with `by=policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) policy_version: Option<u32>,
    /// Yes, with noise.
    pub(in super::super) granted: u64,
    /// No, with noise.
    pub(in super::super) refused: u64,
    /// Yes of all, from 0 to 1.
    pub(in super::super) rate: f64,
}

/// Statistics of a site.
#[derive(Serialize, ToSchema)]
#[schema(as = Statistics)]
pub(in super::super) struct StatisticsBody {
    /// How many people a released number is about at least; smaller ones are in no sum either.
    pub(in super::super) smallest: u32,
    /// The scale of the noise in each released number (discrete Laplace).
    pub(in super::super) noise: u32,
    /// The numbers; what few people are in is missing.
    pub(in super::super) statistics: Vec<StatisticBody>,
}

type Name = (String, Option<u64>, Option<String>, Option<u32>);

/// How often people say yes, by purpose.
///
/// One choice per person and month is counted, once its day is over. Numbers that few people are in are left out, the others
/// have noise, drawn once; every answer is a sum of those released numbers, so that comparing answers tells nothing more.
/// The first look at a month is paid for out of a monthly budget; when that is spent, the answer is 429 with `Retry-After`.
#[utoipa::path(
    get, path = "/v1/admin/sites/{site}/statistics", tag = "admin", security(("token" = [])),
    params(
        ("site" = String, Path, description = "The site's name"),
        ("from" = Option<String>, Query, description = "The first day, as `2026-11-01`; without it 30 days before the last"),
        ("to" = Option<String>, Query, description = "The last day; without it today. At most 400 days"),
        ("by" = Option<String>, Query, description = "Up to two of `day`, `regime` and `policy`, with a comma between them"),
    ),
    responses(
        (status = 200, description = "The numbers", body = StatisticsBody),
        (status = 429, description = "The month's budget is spent; the detail says from when on there is another", body = problem::Body, content_type = "application/problem+json"),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn statistics(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer<Json<StatisticsBody>> {
    numbers(&app, &holder::of(&app, &headers).await?, &name, &asked).await.map(Json)
}

/// The numbers, for whoever may see them.
pub(in super::super) async fn numbers(
    app: &App,
    holder: &Holder,
    name: &str,
    asked: &Asked,
) -> Answer<StatisticsBody> {
    holder.is_one_of(&[Scope::Admin, Scope::Auditor, Scope::Marketer])?;
    let site = app.site(name).await?;
    holder.may(&[Scope::Admin, Scope::Auditor, Scope::Marketer], Some(site.number))?;
    let wrong = |what: &'static str| move || Problem::new(Kind::BadParameter).detail(what);
    let last =
        day(asked.to.as_deref(), app.clock.now().seconds() / DAY).ok_or_else(wrong("to: not a day"))?;
    let first =
        day(asked.from.as_deref(), last.saturating_sub(USUAL_DAYS)).ok_or_else(wrong("from: not a day"))?;
    if first > last || last - first > MOST_DAYS {
        return Err(wrong("from, to: at most 400 days, the first one before the last one")());
    }
    let cuts = Cuts::parse(&asked.by).ok_or_else(wrong("by: up to two of day, regime and policy"))?;
    let cells = match app.archive.look_at(&site, (first, last), app.statistics).await {
        Err(error @ Error::Spent(until)) => {
            let seconds = until.seconds().saturating_sub(app.clock.now().seconds());
            return Err(Problem::from(error).retry_after(seconds));
        }
        cells => cells?,
    };
    Ok(StatisticsBody {
        smallest: app.statistics.smallest,
        noise: app.statistics.noise,
        statistics: sums(cells, cuts),
    })
}

fn day(text: Option<&str>, otherwise: u64) -> Option<u64> {
    let Some(text) = text else { return Some(otherwise) };
    Some(Time::parse(&format!("{text}T00:00:00.000Z"))?.seconds() / DAY)
}

/// Sums of what was released, and of nothing else.
fn sums(cells: Vec<Cell>, cuts: Cuts) -> Vec<StatisticBody> {
    let mut sums: BTreeMap<Name, (u64, u64)> = BTreeMap::new();
    for cell in cells {
        let name = (
            cell.purpose,
            cuts.day.then_some(cell.day),
            Some(cell.regime).filter(|_| cuts.regime),
            cuts.policy.then_some(cell.policy_version),
        );
        let sum = sums.entry(name).or_default();
        *sum = (sum.0.saturating_add(cell.granted), sum.1.saturating_add(cell.refused));
    }
    let body =
        |((purpose, day, regime, policy_version), (granted, refused)): (Name, (u64, u64))| StatisticBody {
            purpose,
            day: day.map(date),
            regime,
            policy_version,
            granted,
            refused,
            // As exact as the noise lets it be.
            rate: (granted as f64 / granted.saturating_add(refused).max(1) as f64 * 1000.0).round() / 1000.0,
        };
    sums.into_iter().map(body).collect()
}

fn date(day: u64) -> String {
    let text = Time::from_millis(day.saturating_mul(DAY * 1000)).unwrap_or(Time::LAST).text();
    text.split('T').next().unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(day: u64, regime: &str, policy_version: u32, granted: u64, refused: u64) -> Cell {
        Cell { day, purpose: "analytics".into(), regime: regime.into(), policy_version, granted, refused }
    }

    #[test]
    fn whichever_way_an_answer_is_cut_the_parts_are_the_whole() {
        let cells = || {
            vec![
                cell(20_000, "opt_in", 1, 30, 10),
                cell(20_001, "opt_in", 1, 20, 20),
                cell(20_001, "opt_out", 2, 25, 0),
            ]
        };
        let whole = sums(cells(), Cuts::default());
        assert_eq!((whole.len(), whole[0].granted, whole[0].refused, whole[0].rate), (1, 75, 30, 0.714));
        for by in ["day", "regime", "policy", "day,regime", "regime,policy"] {
            let parts = sums(cells(), Cuts::parse(by).unwrap());
            let sum = parts.iter().fold((0, 0), |sum, part| (sum.0 + part.granted, sum.1 + part.refused));
            assert!(parts.len() > 1 && sum == (75, 30), "{by}");
        }
        assert_eq!(sums(cells(), Cuts::parse("day").unwrap())[0].day.as_deref(), Some("2024-10-04"));
        for strange in ["hour", "day,day", "day,regime,policy", "day;regime"] {
            assert!(Cuts::parse(strange).is_none(), "{strange}");
        }
    }
}
