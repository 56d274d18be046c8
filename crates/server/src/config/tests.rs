use super::*;

fn load(toml: &str) -> Result<Config, Vec<Fault>> {
    Config::load(&Layers::new().file("assent.toml".as_ref(), toml))
}

fn told(toml: &str) -> Vec<String> {
    let faults = load(toml).expect_err("these settings have a fault");
    faults.into_iter().map(|fault| format!("{}: {}", fault.path, fault.message)).collect()
}

#[test]
fn without_a_file_everything_has_a_default() {
    let config = Config::load(&Layers::new()).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database, Database::Sqlite);
    assert_eq!(config.data, PathBuf::from("assent-data"));
    assert_eq!(config.limits.header, Duration::from_secs(5));
    assert!(config.sites.is_empty() && config.metrics_listen.is_none());
}

#[test]
fn each_fault_is_told_with_its_path() {
    for (toml, expected) in [
        ("listen = 8080", "listen: not a text"),
        ("listen = \"8080\"", "listen: not an address with a port"),
        (
            "listen = \"127.0.0.1:80\"\nmetrics_listen = \"127.0.0.1:80\"",
            "metrics_listen: the same address as `listen`",
        ),
        ("lisen = \"x\"", "lisen: no such setting"),
        ("database = \"mysql://h\"", "database: neither SQLite nor PostgreSQL"),
        ("data = \"\"", "data: empty"),
        ("[log]\norigin = \"a b\"", "log.origin: not the name of a log"),
        ("[log]\norigin = \"a+b\"", "log.origin: not the name of a log"),
        ("[log]\nshards = \"days\"", "log.shards: no such way to cut time into logs"),
        ("limits = 3", "limits: not a table"),
        ("[limits]\nbody_bytes = 17000", "limits.body_bytes: not a number in its range"),
        ("[limits]\nbody_bytes = -1", "limits.body_bytes: not a number in its range"),
        ("[limits]\nidle_seconds = 0", "limits.idle_seconds: not a time in its range"),
        ("[limits]\nidle = 3", "limits.idle: no such setting"),
        ("[region]\ntrusted_proxies = [\"10.0.0.0/8\", \"ten\"]", "region.trusted_proxies[1]: not a network"),
        (
            "[region]\ncountry_header = \"x-country\"",
            "region.country_header: a header that nobody is trusted to send",
        ),
        (
            "[region]\ntrusted_proxies = [\"::1\"]\nclient_header = \"a b\"",
            "region.client_header: not the name of a header",
        ),
        ("[region]\ndatabase = \"\"", "region.database: empty"),
        (
            "[region]\ntrusted_proxies = [\"::1\"]\ndatabase = \"countries.mmdb\"",
            "region.database: behind a proxy, and no visitor's address to look up",
        ),
        ("sites = 1", "sites: not a list of tables"),
    ] {
        assert_eq!(told(toml), [expected], "{toml}");
    }
}

#[test]
fn every_fault_is_told_at_once() {
    let toml =
        "listen = 1\n[[sites]]\nid = \"Shop\"\norigins = [\"https://shop.example/\"]\nerasure = \"some\"\n";
    assert_eq!(
        told(toml),
        [
            "listen: not a text",
            "sites[0].id: not an id",
            "sites[0].origins[0]: not an origin",
            "sites[0].origins: no origin",
            "sites[0].policy: missing",
            "sites[0].erasure: no such way to erase",
        ]
    );
}

#[test]
fn a_file_that_is_not_toml_is_told_with_its_line() {
    let faults = load("listen = \"a\"\n\n= 3\n").unwrap_err();
    assert!(faults[0].message.starts_with("not TOML at line 3"), "{faults:?}");
    assert!(faults[0].to_string().starts_with("assent.toml: not TOML"), "{}", faults[0]);
}

#[test]
fn a_restriction_needs_the_key_of_those_who_may_look() {
    let site = "[[sites]]\nid = \"a\"\norigins = [\"https://a.example\"]\npolicy = \"none\"\n";
    let key = "0f".repeat(32);
    for (more, path) in [
        ("erasure = \"restrict\"".to_string(), "sites[0].erasure_key: missing"),
        ("erasure = \"restrict\"\nerasure_key = \"00\"".to_string(), "sites[0].erasure_key: not a key"),
        (format!("erasure_key = \"{key}\""), "sites[0].erasure_key: only for erasure = \"restrict\""),
        ("erasure_after_hours = 25".to_string(), "sites[0].erasure_after_hours: not a number in its range"),
    ] {
        assert!(told(&format!("{site}{more}\n")).contains(&path.to_string()), "{more}");
    }
    let good = format!("{site}erasure = \"restrict\"\nerasure_key = \"{key}\"\n");
    assert_eq!(told(&good), ["sites[0].policy: cannot read none (entity not found)"]);
    assert_eq!(sites::key_of_hex(&key), Some([15; 32]));
}

#[test]
fn an_origin_is_what_a_browser_sends() {
    let bad = [
        "shop.example",
        "https://",
        "ftp://a",
        "https://a/",
        "https://A.example",
        "https://a:443",
        "http://a:80",
    ];
    for origin in bad {
        let told = told(&format!("[[sites]]\nid = \"a\"\norigins = [\"{origin}\"]\npolicy = \"none\"\n"));
        assert!(told.contains(&"sites[0].origins[0]: not an origin".to_string()), "{origin}: {told:?}");
    }
}

#[test]
fn a_flag_wins_over_a_variable_and_a_variable_over_the_file() {
    let layers =
        Layers::new().file("a.toml".as_ref(), "listen = \"127.0.0.1:1\"\n[limits]\nidle_seconds = 9");
    let variables = [("ASSENT_LISTEN", "127.0.0.1:2"), ("ASSENT_LIMITS__CONNECTIONS", "7"), ("PATH", "x")];
    let layers = layers.variables(variables.map(|(name, value)| (name.to_string(), value.to_string())));
    let config = Config::load(&layers).unwrap();
    assert_eq!((config.listen.port(), config.limits.connections), (2, 7));
    assert_eq!(config.limits.idle, Duration::from_secs(9));
    assert_eq!(Config::load(&layers.flag("listen", "127.0.0.1:3")).unwrap().listen.port(), 3);
}

#[test]
fn a_fault_names_where_it_was_given_and_never_a_password() {
    let layers = Layers::new().variables([("ASSENT_DATABASE".to_string(), "mysql://u:canary@h".to_string())]);
    let faults = Config::load(&layers).unwrap_err();
    assert!(faults[0].to_string().starts_with("ASSENT_DATABASE: database: neither"), "{}", faults[0]);
    assert!(!faults[0].to_string().contains("canary"));
    let unknown = Layers::new().variables([("ASSENT_DATABSE".to_string(), "postgres://h".to_string())]);
    assert_eq!(Config::load(&unknown).unwrap_err()[0].message, "no such setting");
    assert_eq!(format!("{:?}", Database::Postgres("canary".into())), "Postgres(…)");
}

#[test]
fn the_faults_of_a_policy_are_told_with_their_codes() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy.json"), r#"{"version":1,"purposes":["a","a"]}"#).unwrap();
    let toml = "[[sites]]\nid = \"a\"\norigins = [\"https://a.example\"]\npolicy = \"policy.json\"\n";
    let layers = Layers::new().file(&folder.path().join("assent.toml"), toml);
    let faults = Config::load(&layers).unwrap_err();
    let lines: Vec<String> = faults.iter().map(Fault::to_string).collect();
    assert!(lines.iter().any(|line| line.contains("error A7") && line.contains("purposes[1]")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("error A2") && line.contains("controller")), "{lines:?}");
}
