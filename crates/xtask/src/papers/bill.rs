//! The bill of materials (SBOM) as `CycloneDX` 1.5 JSON: every crate with version, hash and licence, who uses whom, and the
//! default model with the hash of its weights.

use std::fs;

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use testbed::corpus::repo_root;

use super::crates::{Crate, Crates};

/// The document; the same commit gives the same bytes.
pub fn of_materials(crates: &Crates, epoch: i64) -> Result<String> {
    let root = crates.all.get(&crates.root).context("the program's own crate is missing")?;
    let others = crates.all.iter().filter(|(id, _)| **id != crates.root);
    let mut components: Vec<Value> = others.map(|(_, krate)| component(krate)).collect();
    components.push(model()?);
    let dependencies: Vec<Value> = crates.all.values().map(|krate| uses(krate, crates)).collect();
    let body = json!({ "components": components, "dependencies": dependencies });
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": serial_number(&body.to_string()),
        "version": 1,
        "metadata": {
            "timestamp": Timestamp::from_second(epoch)?.to_string(),
            "tools": { "components": [{ "type": "application", "name": "langhals-xtask", "version": root.version }] },
            "component": {
                "type": "application",
                "bom-ref": reference(root),
                "name": "langhals",
                "version": root.version,
                "licenses": [{ "license": { "id": "EUPL-1.2" } }],
            },
        },
        "components": body["components"],
        "dependencies": body["dependencies"],
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn component(krate: &Crate) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(krate),
        "name": krate.name,
        "version": krate.version,
        "scope": if krate.only_builds { "excluded" } else { "required" },
    });
    if let Some(licence) = &krate.licence {
        component["licenses"] = json!([{ "expression": licence }]);
    }
    if let Some(sum) = &krate.sha256 {
        component["purl"] = json!(reference(krate));
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
    }
    if let Some(repository) = &krate.repository {
        component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    component
}

/// The model is a component like any other: what judges can be told by its hash.
fn model() -> Result<Value> {
    let models = repo_root().join("models");
    let id = fs::read_to_string(models.join("PROMOTED"))?.trim().to_owned();
    let weights = fs::read(models.join(&id).join("weights.bin"))?;
    Ok(json!({
        "type": "machine-learning-model",
        "bom-ref": format!("model/{id}"),
        "name": id,
        "scope": "required",
        "hashes": [{ "alg": "SHA-256", "content": hex(&Sha256::digest(&weights)) }],
        "licenses": [{ "license": { "id": "EUPL-1.2" } }],
    }))
}

fn uses(krate: &Crate, crates: &Crates) -> Value {
    let used: Vec<String> = krate.uses.iter().filter_map(|id| crates.all.get(id)).map(reference).collect();
    json!({ "ref": reference(krate), "dependsOn": used })
}

fn reference(krate: &Crate) -> String {
    format!("pkg:cargo/{}@{}", krate.name, krate.version)
}

/// A UUID that the content alone decides (version 8, RFC 9562).
fn serial_number(content: &str) -> String {
    let digest = hex(&Sha256::digest(content));
    let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-8{}-a{}-{}", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 30))
}

/// Bytes as people read hashes.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_bill_names_every_crate_and_the_model_and_is_the_same_each_time() {
        let crates = Crates::of("langhals-cli").unwrap();
        let text = of_materials(&crates, 1_700_000_000).unwrap();
        assert_eq!(text, of_materials(&crates, 1_700_000_000).unwrap());
        let bill: Value = serde_json::from_str(&text).unwrap();
        let components = bill["components"].as_array().unwrap();
        assert_eq!(components.len(), crates.all.len());
        let refs: BTreeSet<&str> = components.iter().filter_map(|c| c["bom-ref"].as_str()).collect();
        assert_eq!(refs.len(), components.len(), "two components have the same bom-ref");
        assert!(refs.contains("model/standard-1"));
        for component in components {
            assert!(component["licenses"].is_array(), "{component}");
        }
        assert_eq!(bill["metadata"]["timestamp"], "2023-11-14T22:13:20Z");
        let serial = bill["serialNumber"].as_str().unwrap();
        assert_eq!((serial.len(), serial.chars().nth(23)), (45, Some('8')));
    }
}
