//! The way to PostgreSQL, by TLS.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use assent_server::store::{Archive, Database, Error, Settings, Shards, SystemClock, SystemEntropy};

use crate::server::{Server, is_root};

async fn open(folder: &Path, address: String) -> Result<(), Error> {
    let settings = Settings {
        database: Database::Postgres(address),
        keys: folder.join("keys"),
        origin: "consent.example.com".into(),
        shards: Shards::One,
        queue: 64,
        batch: 8,
        readers: 1,
    };
    let archive = Archive::open(settings, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?;
    archive.close().await;
    Ok(())
}

#[tokio::test]
async fn a_certificate_is_checked_and_what_is_wrong_is_told_with_its_remedy() {
    if std::env::var_os("ASSENT_TEST_POSTGRES").is_none() {
        eprintln!("no PostgreSQL here: `cargo xtask test` installs one");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::make(folder.path());
    let (key, certificate) = (folder.path().join("data/server.key"), folder.path().join("data/server.crt"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(made.unwrap().success(), "Debian's package openssl");
    if is_root() {
        for file in [&key, &certificate] {
            assert!(Command::new("chown").arg("postgres").arg(file).status().unwrap().success());
        }
    }
    let trusted = folder.path().join("authority.pem");
    fs::copy(&certificate, &trusted).unwrap();
    let keys = tempfile::tempdir().unwrap();
    let address =
        |host: &str, more: &str| format!("postgres://assent@{host}:{}/postgres?{more}", server.port);
    let refused = async |host: &str, more: &str| match open(keys.path(), address(host, more)).await {
        Err(Error::Refused(why)) => why,
        other => panic!("{host} {more}: {other:?}"),
    };
    server.start("");
    assert!(refused("localhost", "sslmode=require").await.contains("ssl = on"));
    server.stop("fast");
    server.start("-c ssl=on");
    // Nobody but TLS is let in.
    let rule = "hostssl all all 127.0.0.1/32 trust\nhostssl all all ::1/128 trust\n";
    fs::write(folder.path().join("data/pg_hba.conf"), rule).unwrap();
    server.stop("fast");
    server.start("-c ssl=on");
    assert!(refused("localhost", "sslmode=require").await.contains("sslrootcert"), "nobody trusts it");
    let known = format!("sslmode=require&sslrootcert={}", trusted.display());
    assert!(refused("127.0.0.1", &known).await.contains("name the host"), "it is for another name");
    assert!(open(keys.path(), address("localhost", "sslmode=disable")).await.is_err());
    open(keys.path(), address("localhost", &known)).await.unwrap();
    open(keys.path(), address("localhost", &known.replace("require", "verify-full"))).await.unwrap();
}
