//! Whole receipts, sound and tampered with.

use crate::shop::{LOG, archive, consent, erasure, key, leaf_number, signed, verifier};
use assent_core::record::note::{Checkpoint, VerifierKey};
use assent_core::record::tree::{Batch, Frontier};
use assent_core::record::{Bundle, Earlier, Event, Refusal, Verified, is_good};

fn verify(bundle: &Bundle) -> Result<Verified, Refusal> {
    bundle.verify(&[verifier()], None, is_good)
}

#[test]
fn what_the_archive_gives_out_holds() {
    for (before, after) in [(0, 0), (0, 1), (1, 0), (6, 9), (255, 3), (300, 0)] {
        for record in [consent(), erasure()] {
            let bundle = archive(&record, before, after);
            let verified = verify(&bundle).unwrap();
            assert_eq!((verified.record, verified.receipt.index), (record, before));
            assert_eq!(verified.checkpoint.size, before + 1 + after);
            assert_eq!(Bundle::parse(&bundle.text()), Ok(bundle));
        }
    }
}

#[test]
fn a_changed_byte_anywhere_is_refused() {
    let bundle = archive(&consent(), 5, 2);
    let good = verify(&bundle).unwrap();
    let text = bundle.text();
    for i in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[i] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        let Ok(changed) = Bundle::parse(&changed) else { continue };
        assert!(verify(&changed).is_err(), "byte {i} of the bundle");
    }
    for i in 0..bundle.proof.len() {
        let mut bytes = bundle.proof.clone().into_bytes();
        bytes[i] ^= 1;
        let Ok(proof) = String::from_utf8(bytes) else { continue };
        assert!(verify(&Bundle { proof, ..bundle.clone() }).is_err(), "byte {i} of the proof");
    }
    assert_eq!(verify(&bundle), Ok(good));
}

#[test]
fn each_refusal_has_its_reason() {
    let bundle = archive(&consent(), 5, 2);
    let other = archive(&erasure(), 6, 2);
    let elsewhere = archive(&consent(), 6, 2);
    for (changed, reason) in [
        (Bundle { salt: [8; 32], ..bundle.clone() }, "commitment"),
        (Bundle { record: other.record.clone(), ..bundle.clone() }, "commitment"),
        (Bundle { record: bundle.record.replace("shop", "SHOP"), ..bundle.clone() }, "record"),
        (Bundle { receipt: bundle.receipt.replace('.', ""), ..bundle.clone() }, "receipt"),
        (Bundle { proof: bundle.proof.replace("index", "extra aaaa\nindex"), ..bundle.clone() }, "proof"),
        (Bundle { proof: elsewhere.proof, ..bundle.clone() }, "place"),
        (Bundle { proof: archive(&erasure(), 5, 2).proof, ..bundle.clone() }, "not-included"),
    ] {
        assert_eq!(verify(&changed).unwrap_err().name(), reason);
    }
    let stranger = VerifierKey::new(LOG, [7; 32]).unwrap();
    assert_eq!(bundle.verify(&[stranger], None, is_good), Err(Refusal::UnknownKey));
    let namesake = VerifierKey::new("other.example", key().verifying_key().to_bytes()).unwrap();
    assert_eq!(bundle.verify(&[namesake], None, is_good), Err(Refusal::UnknownKey));
    assert_eq!(bundle.verify(&[verifier()], None, |_| false), Err(Refusal::Signature));
}

#[test]
fn verdicts_that_are_missing_are_no_verdicts() {
    let opened = archive(&consent(), 5, 2).open(&[verifier()], None).unwrap();
    assert_eq!(opened.claims().len(), 2);
    assert!(opened.claims().iter().all(is_good));
    for verdicts in [&[][..], &[true], &[true, false], &[true, true, true]] {
        assert_eq!(opened.clone().accept(verdicts), Err(Refusal::Signature));
    }
    assert!(opened.accept(&[true, true]).is_ok());
}

#[test]
fn a_receipt_for_another_record_is_a_contradiction() {
    let mut record = consent();
    let bundle = archive(&record, 0, 0);
    if let Event::Decision(decision) = &mut record.event {
        decision.answer.policy.0[0] ^= 1;
    }
    // A receipt whose commitment is right, and whose policy is the old one.
    let lie = archive(&record, 0, 0);
    let claims = |jws: &str| {
        let parsed = assent_core::record::SignedReceipt::parse(jws).unwrap();
        parsed.receipt
    };
    let mut receipt = claims(&lie.receipt);
    receipt.policy = claims(&bundle.receipt).policy;
    let input = receipt.signing_input(&verifier().kid());
    let signature = ed25519_dalek::Signer::sign(key(), input.as_bytes()).to_bytes();
    let lie = Bundle { receipt: assent_core::record::Receipt::jws(&input, &signature), ..lie };
    assert_eq!(verify(&lie), Err(Refusal::Contradiction));
}

#[test]
fn a_forked_log_is_noticed_at_the_next_sight() {
    let bundle = archive(&consent(), 4, 3);
    // Four leaves were seen before; they are a perfect subtree of the eight, and so the proof is the other half.
    let mut frontier = Frontier::new();
    (0..4).for_each(|i| frontier.append(leaf_number(i)));
    let seen = Checkpoint { origin: LOG.into(), size: 4, root: frontier.root() };
    let now = verify(&bundle).unwrap().checkpoint;
    let proof = Batch::new(&frontier, &[]).prove(0);
    assert_eq!(proof, None);
    let half = assent_core::record::Inclusion::parse(&bundle.proof).unwrap();
    let mut right = Frontier::new();
    let record = assent_core::record::tree::leaf_hash(&assent_core::record::leaf(
        consent().kind(),
        &assent_core::record::commitment(&bundle.salt, &bundle.record),
    ));
    [record, leaf_number(5), leaf_number(6), leaf_number(7)].into_iter().for_each(|leaf| right.append(leaf));
    assert_eq!(half.path.last(), Some(&frontier.root()));

    let earlier = Earlier { checkpoint: seen.clone(), proof: vec![right.root()] };
    assert!(bundle.verify(&[verifier()], Some(&earlier), is_good).is_ok());
    let forked = Earlier { checkpoint: Checkpoint { root: [1; 32], ..seen.clone() }, ..earlier.clone() };
    assert_eq!(bundle.verify(&[verifier()], Some(&forked), is_good), Err(Refusal::Forked));
    let unproved = Earlier { proof: Vec::new(), ..earlier };
    assert_eq!(bundle.verify(&[verifier()], Some(&unproved), is_good), Err(Refusal::Forked));
    let other_log = Checkpoint { origin: "other.example".into(), ..now.clone() };
    assert!(now.agrees(&now, &[]) && !now.agrees(&other_log, &[]));
    assert!(seen.agrees(&now, &[right.root()]) && now.agrees(&seen, &[right.root()]));
}

#[test]
fn a_checkpoint_alone_is_opened_with_its_claims() {
    let now = verify(&archive(&consent(), 4, 3)).unwrap().checkpoint;
    let (checkpoint, claims) = Checkpoint::open(&signed(&now), &[verifier()]).unwrap();
    assert_eq!(checkpoint, now);
    assert!(claims.len() == 1 && claims.iter().all(is_good));
    assert_eq!(Checkpoint::open(&signed(&now), &[]), Err(Refusal::UnknownKey));
}
