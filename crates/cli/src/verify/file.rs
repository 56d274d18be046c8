//! What a person holds: one receipt, or a whole export.

use std::fs;
use std::path::Path;

use assent_core::record::note::VerifierKey;
use assent_core::record::{Bundle, Digest, is_good};
use serde_json::Value;

use crate::outcome::{Failure, Outcome};

/// Looks at a receipt (JSON, as the archive answers and the browser keeps it) or at an export (lines of JSON).
pub fn check(path: &Path, given: &[String]) -> Outcome {
    let text = fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    let parts: Vec<Value> = match serde_json::from_str(&text) {
        Ok(whole) => vec![whole],
        Err(_) => {
            let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
            let parse = |(n, line)| {
                serde_json::from_str(line).map_err(|_| {
                    Failure::Wrong(vec![format!("{}: line {} is not JSON", path.display(), n + 1)])
                })
            };
            lines.map(parse).collect::<Result<_, _>>()?
        }
    };
    let along: Vec<String> = parts.iter().flat_map(keys_along).collect();
    if given.is_empty() && along.is_empty() {
        let remedy = "give it with --key; the archive lists its keys at /v1/log";
        return Err(Failure::Could(format!("a receipt is checked against the key of its log; {remedy}")));
    }
    if given.is_empty() {
        println!("checked against the keys that came along: give --key to know who signed");
    }
    let keys = if given.is_empty() { &along } else { given };
    let keys: Vec<VerifierKey> = keys.iter().map(|key| read_key(key)).collect::<Result<_, _>>()?;
    let (mut faults, mut receipts) = (Vec::new(), 0);
    for (n, part) in parts.iter().enumerate() {
        let place = format!("{}, part {}", path.display(), n + 1);
        match kind(part) {
            "receipt" => match receipt(part, &keys) {
                Ok(line) => {
                    receipts += 1;
                    println!("{line}");
                }
                Err(why) => faults.push(format!("{place}: {why}")),
            },
            "policy" if !is_policy(part) => {
                faults.push(format!("{place}: the policy is not the one of its digest"))
            }
            "policy" | "assent-export" => {}
            _ => faults.push(format!("{place}: neither a receipt nor a part of an export")),
        }
    }
    if receipts == 0 && faults.is_empty() {
        faults.push(format!("{}: there is no receipt in it", path.display()));
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::Wrong(faults)) }
}

/// A verifier key as it is written.
pub fn read_key(text: &str) -> Result<VerifierKey, Failure> {
    let remedy = "copy it whole, as `assent keys list` and /v1/log tell it: name+hash+key";
    VerifierKey::parse(text).ok_or_else(|| Failure::Could(format!("a key is not a verifier key; {remedy}")))
}

fn member<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn kind(part: &Value) -> &str {
    let is_receipt = part.get("type").is_none() && part.get("proof").is_some();
    if is_receipt { "receipt" } else { member(part, "type") }
}

/// The keys in the first line of an export.
fn keys_along(part: &Value) -> Vec<String> {
    let logs = part.get("logs").and_then(Value::as_array).into_iter().flatten();
    let keys = logs.filter_map(|log| log.get("keys")?.as_array()).flatten();
    keys.filter_map(|key| key.as_str().map(String::from)).collect()
}

fn is_policy(part: &Value) -> bool {
    Digest::of(member(part, "document").as_bytes()).text() == member(part, "digest")
}

/// What a receipt proves, or why it proves nothing.
fn receipt(part: &Value, keys: &[VerifierKey]) -> Result<String, String> {
    // The archive sends the record as the text that was signed; a bundle has it as an object.
    let record: Value = match part.get("record") {
        Some(Value::String(text)) => {
            serde_json::from_str(text).map_err(|_| "the record is not JSON".to_string())?
        }
        other => other.cloned().unwrap_or_default(),
    };
    let bundle = serde_json::json!({
        "v": 1, "record": record, "salt": part.get("salt"), "receipt": part.get("receipt"), "proof": part.get("proof"),
    });
    let bundle = Bundle::parse(&bundle.to_string())
        .map_err(|fault| format!("not a receipt: {}: {}", fault.path, fault.what.message()))?;
    let verified = bundle.verify(keys, None, is_good).map_err(|refusal| refusal.to_string())?;
    let (id, receipt) = (verified.record.id.text(), verified.receipt);
    let (at, size) = (verified.record.received_at.text(), verified.checkpoint.size);
    Ok(format!("{id}: received {at}, leaf {} of {size} in {}: it holds", receipt.index, receipt.log))
}
