//! What is never told: nothing that leads to a person stands in what the archive logs or says.

use std::io::Write;
use std::sync::{Arc, Mutex};

use super::stand::{Person, Stand, browser, each, id, url};

/// Collects what is logged.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<u8>>>);

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn neither_ids_nor_tokens_are_logged_or_said_in_errors() {
    let ear = Ear::default();
    let writer = ear.clone();
    let listener =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    // For all threads, since the one that writes is another one. Only this test listens.
    tracing::subscriber::set_global_default(listener.finish()).unwrap();
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(77);
        person.choose(&archive, &site, 1).await.unwrap();
        let mut forged = person.choice(2, true);
        forged.auth = Some([9; 32]);
        let mut said = String::new();
        said += &archive.record(&site, forged, browser()).await.unwrap_err().to_string();
        said += &archive.record(&site, person.choice(1, true), browser()).await.unwrap_err().to_string();
        let (_, token) =
            archive.make_token("test", "canary", assent_server::store::Scope::Admin, None, 1).await.unwrap();
        archive.withdraw(&person.bearer(&site), id(77, 9)).await.unwrap();
        // A turn that is lost, and a subject that is damaged, are told; of whom, is not.
        stand.tamper("UPDATE subject SET kek = 9 WHERE site = 1").await;
        said += &person.choose(&archive, &site, 3).await.unwrap_err().to_string();
        said += &archive.history(&person.bearer(&site), None, 1).await.unwrap_err().to_string();
        archive.close().await;
        tracing::info!("the ear works");
        let pseudonym = assent_server::keys::Keys::open(&stand.keys(), None).unwrap();
        let pseudonym = pseudonym.pseudonym(site.number, &person.0.subject());
        let logged = String::from_utf8_lossy(&ear.0.lock().unwrap()).to_string() + &said;
        assert!(logged.contains("the ear works"));
        let mut canaries = vec![token, person.choice(1, false).id.text(), id(77, 9).text()];
        for bytes in [&person.0.subject()[..], &person.0.token()[..], &pseudonym[..]] {
            canaries.push(url(bytes));
            canaries.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
            canaries.push(format!("{bytes:?}"));
        }
        for canary in canaries {
            assert!(!logged.contains(&canary), "{canary}");
        }
    });
}
