use super::*;

#[test]
fn reads_what_a_policy_contains() {
    let value = parse(r#" {"a":[1,-20,true,null],"b":{"c":"x\n\u00e4\ud83d\ude00"}} "#).unwrap();
    assert_eq!(value.get("a").unwrap().list().len(), 4);
    assert_eq!(value.get("a").unwrap().list()[1].int(), Some(-20));
    assert_eq!(value.get("b").unwrap().get("c").unwrap().str(), Some("x\nä😀"));
}

#[test]
fn refuses_what_is_not_json_and_says_where() {
    for (text, at) in [
        ("", 0),
        ("{", 1),
        ("[1,]", 3),
        ("{\"a\" 1}", 5),
        ("1.5", 1),
        ("01", 2),
        ("\"\\ud800x\"", 7),
        ("\"a\nb\"", 2),
        ("nul", 3),
        ("1 2", 2),
        ("9999999999999999", 16),
    ] {
        assert_eq!(parse(text), Err(Error { at }), "{text:?}");
    }
}

#[test]
fn of_a_repeated_key_the_last_counts() {
    assert_eq!(parse(r#"{"a":1,"b":2,"a":3}"#), parse(r#"{"a":3,"b":2}"#));
}

#[test]
fn refuses_nesting_that_would_eat_the_stack() {
    let text = "[".repeat(100_000);
    assert!(parse(&text).is_err());
}

#[test]
fn what_is_written_is_what_a_browser_writes_and_reads_back() {
    let text = r#"{"a":[1,-2,true,null,{}],"b\"\\":"\b\f\n\r\t\u0001ä😀<"}"#;
    let mut out = String::new();
    write_value(&mut out, &parse(text).unwrap());
    assert_eq!(out, text);
}
