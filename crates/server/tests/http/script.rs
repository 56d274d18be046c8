//! Scripted requests.
//!
//! A script is a list of steps with empty lines between them; lines that begin with `#` are for people. A step:
//!
//! ```text
//! GET /v1/sites/shop/region         the request
//! origin: https://shop.example      its headers
//! > {"a": 1}                        its body, if it has one
//! = 200                             the status that must come back
//! = cache-control: no-store         a header that must
//! ~ policy_token                    what the body must contain
//! ! 192.0.2.1                       and what neither head nor body may
//! < policy policy_token             members of the body that later steps know as {policy} and {policy_token}
//! ```

use std::collections::BTreeMap;

use crate::stage::{Stage, Visitor, draw};

async fn play(name: &str, script: &str) {
    let stage = Stage::start().await;
    let (visitor, other) = (Visitor::new(1), Visitor::new(2));
    let (admin_token, auditor, backend) =
        (token(&stage, "admin").await, token(&stage, "auditor").await, token(&stage, "backend").await);
    let mut known = BTreeMap::from([
        ("subject".to_string(), visitor.id()),
        ("auth".into(), visitor.token()),
        ("other".into(), other.id()),
        ("other_auth".into(), other.token()),
        ("admin".into(), admin_token),
        ("auditor".into(), auditor),
        ("backend".into(), backend),
    ]);
    for number in 1..=9 {
        known.insert(format!("id{number}"), draw().text());
    }
    let mut steps = 0;
    for step in script.split("\n\n").filter(|step| !step.trim().is_empty()) {
        steps += usize::from(take_step(&stage, name, step, &mut known).await);
    }
    assert_ne!(steps, 0, "{name} has no step");
    stage.stop().await;
}

async fn token(stage: &Stage, scope: &str) -> String {
    let scope = assent_server::store::Scope::from_name(scope).unwrap();
    stage.archive.make_token("test", scope.name(), scope, None, 1).await.unwrap().1
}

async fn take_step(stage: &Stage, name: &str, step: &str, known: &mut BTreeMap<String, String>) -> bool {
    let (mut head, mut body, mut expected) = (String::new(), String::new(), Vec::new());
    for line in step.lines().filter(|line| !line.starts_with('#')) {
        let line = known
            .iter()
            .fold(line.to_string(), |line, (key, value)| line.replace(&format!("{{{key}}}"), value));
        match line.split_at_checked(2) {
            Some((mark @ ("= " | "~ " | "! " | "< "), rest)) => {
                expected.push((mark.to_string(), rest.to_string()))
            }
            Some(("> ", rest)) => body += rest,
            _ => head += &format!("{line}\n"),
        }
    }
    if head.is_empty() {
        return false;
    }
    let answer = stage.ask(&format!("{head}\n{body}")).await;
    let text = answer.text();
    let place = format!("{name}:\n{step}\n\ngot:\n{}\n\n{text}\n", answer.head);
    assert!(!expected.is_empty(), "a step must expect something: {place}");
    for (mark, rest) in expected {
        match (mark.trim(), rest.split_once(": ")) {
            ("=", Some((header, value))) => assert_eq!(answer.header(header), Some(value), "{place}"),
            ("=", None) => assert_eq!(answer.status.to_string(), rest, "{place}"),
            ("~", _) => assert!(text.contains(&rest), "{place}"),
            ("!", _) => assert!(!text.contains(&rest) && !answer.head.contains(&rest), "{place}"),
            _ => {
                for member in rest.split(' ') {
                    let value = &answer.json()[member];
                    let value = value.as_str().map_or_else(|| value.to_string(), String::from);
                    known.insert(member.into(), value);
                }
            }
        }
    }
    if answer.status >= 400 {
        answer.problem();
    }
    true
}

macro_rules! scripts {
    ($($name:ident,)+) => {
        $(#[tokio::test]
        async fn $name() {
            play(stringify!($name), include_str!(concat!("scripts/", stringify!($name), ".txt"))).await;
        })+

        #[test]
        fn each_script_is_played() {
            let played = [$(stringify!($name),)+];
            for entry in std::fs::read_dir(crate::stage::repository("crates/server/tests/http/scripts")).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                assert!(played.contains(&name.trim_end_matches(".txt")), "{name} has no row in script.rs");
            }
        }
    };
}

scripts! {
    a_choice_is_recorded_once,
    a_person_sees_withdraws_and_erases,
    a_wrong_request_is_told_by_a_problem,
    owners_and_auditors_have_doors_of_their_own,
    people_are_told_of_a_breach,
    the_house_says_how_it_is,
    the_log_is_public,
    what_is_asked_depends_on_the_place,
}
