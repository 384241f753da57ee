//! What `deploy/` promises: a unit that may do little, a package whose parts are there, a chart that gives a pod as little as
//! it can do with, and a Containerfile that names only what exists.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use langhals_tests::Helm;
use langhals_tests::corpus::repo_root;
use langhals_tests::helm::Rendered;
use langhals_tests::langhals::binary;
use serde_json::{Value, json};

/// The most that `systemd-analyze security` may say; 0 is a service that can do nothing, 10 one that can do anything.
const EXPOSURE: f64 = 1.5;

fn deploy(path: &str) -> PathBuf {
    repo_root().join("deploy").join(path)
}

#[test]
fn the_unit_is_hardened() {
    let analysis = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager"])
        .arg(deploy("systemd/langhals.service"))
        .output();
    let Ok(said) = analysis else {
        eprintln!("skipped: there is no systemd-analyze here (Debian package systemd)");
        return;
    };
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let line = text.lines().last().unwrap();
    let exposure: f64 = line.split_whitespace().find_map(|word| word.parse().ok()).unwrap();
    assert!(exposure <= EXPOSURE, "{text}");
}

#[test]
fn unit_user_folders_and_configuration_speak_of_the_same_places() {
    let unit = fs::read_to_string(deploy("systemd/langhals.service")).unwrap();
    let users = fs::read_to_string(deploy("systemd/langhals.sysusers")).unwrap();
    let folders = fs::read_to_string(deploy("systemd/langhals.tmpfiles")).unwrap();
    for line in
        ["User=langhals", "LoadCredential=poststelle:/etc/langhals/credentials/poststelle", "LimitCORE=0"]
    {
        assert!(unit.lines().any(|present| present == line), "{line}");
    }
    assert!(users.contains("\nu langhals - "));
    for folder in ["/var/lib/langhals ", "/var/lib/langhals/models ", "/etc/langhals/credentials "] {
        assert!(folders.contains(&format!("\nd {folder}")), "{folder}");
    }
}

#[test]
fn every_part_of_the_package_is_there() {
    let text = fs::read_to_string(repo_root().join("crates/cli/Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&text).unwrap();
    let package = &manifest["package"]["metadata"]["deb"];
    let own = repo_root().join("crates/cli");
    for asset in package["assets"].as_array().unwrap() {
        let source = asset[0].as_str().unwrap();
        if !source.starts_with("target/release/") {
            let path = own.join(source);
            let folder = path.parent().unwrap();
            assert!(path.exists() || source.contains('*') && folder.is_dir(), "{source}");
        }
    }
    for script in ["postinst", "postrm"] {
        let text = fs::read_to_string(deploy("debian").join(script)).unwrap();
        assert!(text.contains("\n#DEBHELPER#\n") && text.contains("\nset -e\n"), "{script}");
    }
    // Every model that comes with the program is packaged.
    for entry in fs::read_dir(repo_root().join("models")).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            let name = entry.file_name().into_string().unwrap();
            assert!(
                text.contains(
                    &format!("/usr/share/langhals/models/{name}/").trim_start_matches('/').to_owned()
                ),
                "{name}"
            );
        }
    }
}

#[test]
fn the_containerfile_copies_only_what_exists_and_ends_as_nobody() {
    let text = fs::read_to_string(deploy("container/Containerfile")).unwrap();
    let last_user = text.lines().filter_map(|line| line.strip_prefix("USER ")).next_back().unwrap();
    assert_eq!(last_user, "65532:65532");
    assert!(text.contains("\nFROM scratch\n"));
    for line in
        text.lines().filter_map(|line| line.strip_prefix("COPY ")).filter(|line| !line.starts_with("--from"))
    {
        for source in line.split_whitespace().rev().skip(1) {
            assert!(repo_root().join(source).exists(), "{source}");
        }
    }
}

/// Values of an office with one mailbox, no page.
fn small() -> Value {
    json!({
        "mailboxes": [{
            "name": "poststelle", "host": "imap.amt.example", "user": "poststelle",
            "secret": { "name": "langhals-poststelle", "key": "password" },
        }],
        "networkPolicy": { "mailServers": [{ "cidr": "192.0.2.10/32", "port": 993 }] },
    })
}

/// Values of a house with everything: page, identity provider, own authority, tokens instead of a password, Prometheus.
fn large() -> Value {
    json!({
        "image": { "repository": "registry.amt.example/langhals", "digest": format!("sha256:{}", "a".repeat(64)) },
        "mailboxes": [
            {
                "name": "poststelle", "host": "imap.amt.example", "user": "poststelle", "more": "poll_seconds = 30",
                "secret": { "name": "s1", "key": "password" }, "folders": ["INBOX", "Büro \"Mitte\""], "write": "keywords",
            },
            {
                "name": "bauamt", "host": "imap.amt.example", "user": "bauamt", "tls": "starttls",
                "secret": { "name": "s2", "key": "client" },
                "oauth": "grant = \"client_credentials\"\ntoken_url = \"https://login.amt.example/token\"\nclient_id = \"langhals\"",
            },
        ],
        "ca": { "configMap": "hausinterne-ca", "key": "ca.crt" },
        "settings": "[triage]\nland = \"BY\"\n[periods]\nifg = \"off\"\n",
        "page": {
            "publicUrl": "https://langhals.amt.example",
            "oidc": {
                "issuer": "https://login.amt.example/realms/amt", "clientId": "langhals",
                "secret": { "name": "oidc", "key": "client-secret" },
            },
            "groups": [{ "name": "poststelle", "role": "team", "mailboxes": ["poststelle"] }],
        },
        "ingress": { "enabled": true, "className": "nginx", "tls": { "secretName": "langhals-tls" } },
        "metrics": { "serviceMonitor": { "enabled": true } },
        "networkPolicy": {
            "mailServers": [{ "cidr": "192.0.2.10/32", "port": 993 }, { "cidr": "192.0.2.10/32", "port": 143 }],
            "identityProvider": [{ "cidr": "192.0.2.20/32", "port": 443 }],
        },
        "persistence": { "existingClaim": "langhals-state" },
    })
}

fn helm() -> Option<Helm> {
    match Helm::ensure() {
        Ok(helm) => Some(helm),
        Err(error) => {
            eprintln!("skipped: Helm cannot be had: {error:#}");
            None
        }
    }
}

fn render(helm: &Helm, values: &Value) -> Rendered {
    helm.render(&deploy("helm/langhals"), values).unwrap()
}

fn the<'a>(rendered: &'a Rendered, kind: &str) -> &'a Value {
    rendered.objects.iter().find(|object| object["kind"] == kind).unwrap()
}

#[test]
fn the_chart_is_well_formed_and_fits_the_api() {
    let Some(helm) = helm() else { return };
    for (values, kinds) in [(small(), 5), (large(), 7)] {
        let rendered = render(&helm, &values);
        // Only that there is no icon is remarked.
        assert!(
            rendered.lint.messages.iter().all(|remark| remark.severity < 2),
            "{:?}",
            rendered.lint.messages
        );
        assert_eq!(rendered.objects.len(), kinds);
        helm.validate(&rendered.objects).unwrap();
        assert!(rendered.release["info"]["notes"].as_str().unwrap().contains("langhals check"));
    }
}

#[test]
fn the_pod_may_do_as_little_as_it_can_do_with() {
    let Some(helm) = helm() else { return };
    for values in [small(), large()] {
        let rendered = render(&helm, &values);
        let set = the(&rendered, "StatefulSet");
        assert_eq!(set["spec"]["replicas"], 1);
        let pod = &set["spec"]["template"]["spec"];
        assert_eq!(pod["automountServiceAccountToken"], false);
        for key in ["hostNetwork", "hostPID", "hostIPC"] {
            assert!(pod[key].is_null(), "{key}");
        }
        assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
        assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
        for container in pod["containers"].as_array().unwrap() {
            let context = &container["securityContext"];
            assert_eq!(context["privileged"], false);
            assert_eq!(context["allowPrivilegeEscalation"], false);
            assert_eq!(context["readOnlyRootFilesystem"], true);
            assert_eq!(context["capabilities"], json!({ "drop": ["ALL"] }));
            assert!(container["env"].is_null(), "a secret could stand in the environment");
            for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
                assert_eq!(container[probe]["httpGet"]["port"], "metrics", "{probe}");
            }
            assert!(container["resources"]["limits"]["memory"].is_string());
        }
        for volume in pod["volumes"].as_array().unwrap() {
            assert!(volume["hostPath"].is_null(), "{volume}");
        }
    }
}

#[test]
fn the_pod_reaches_its_mail_servers_and_nothing_else() {
    let Some(helm) = helm() else { return };
    let rendered = render(&helm, &large());
    let spec = &the(&rendered, "NetworkPolicy")["spec"];
    assert_eq!(spec["policyTypes"], json!(["Ingress", "Egress"]));
    let egress = spec["egress"].as_array().unwrap();
    let mut reached: Vec<String> = Vec::new();
    for rule in egress {
        let ports: Vec<String> =
            rule["ports"].as_array().unwrap().iter().map(|p| p["port"].to_string()).collect();
        for peer in rule["to"].as_array().unwrap() {
            let block = peer["ipBlock"]["cidr"].as_str().unwrap_or("names");
            reached.push(format!("{block} {}", ports.join(",")));
        }
    }
    assert_eq!(reached, ["names 53,53", "192.0.2.10/32 993", "192.0.2.10/32 143", "192.0.2.20/32 443"]);
    for rule in spec["ingress"].as_array().unwrap() {
        assert!(
            rule["from"][0]["namespaceSelector"]["matchLabels"].is_object(),
            "anybody may come in: {rule}"
        );
    }
}

#[test]
fn no_secret_stands_in_the_chart_and_the_program_takes_its_configuration() {
    let Some(helm) = helm() else { return };
    for values in [small(), large()] {
        let rendered = render(&helm, &values);
        assert!(rendered.objects.iter().all(|object| object["kind"] != "Secret"));
        let text = the(&rendered, "ConfigMap")["data"]["langhals.toml"].as_str().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("langhals.toml");
        fs::write(&file, text).unwrap();
        assert_eq!(refusal(&file), None, "{text}");
    }
}

/// What the program objects to in a configuration; none if it only finds no server.
fn refusal(file: &Path) -> Option<String> {
    let said = Command::new(binary().unwrap()).arg("--config").arg(file).arg("check").output().unwrap();
    (said.status.code() == Some(2)).then(|| String::from_utf8_lossy(&said.stderr).into_owned())
}

#[test]
fn values_that_cannot_work_are_refused_with_a_sentence() {
    let Some(helm) = helm() else { return };
    let with = |change: &dyn Fn(&mut Value)| {
        let mut values = large();
        change(&mut values);
        values
    };
    let cases: [(&str, Value); 8] = [
        ("mailboxes: there is none", json!({ "networkPolicy": { "enabled": false } })),
        (
            "networkPolicy.mailServers: there is none",
            with(&|v| v["networkPolicy"]["mailServers"] = json!([])),
        ),
        ("nobody could sign in", with(&|v| v["networkPolicy"]["identityProvider"] = json!([]))),
        ("/mailboxes/0", with(&|v| v["mailboxes"][0]["password"] = json!("geheim"))),
        (
            "/networkPolicy/mailServers/0/cidr",
            with(&|v| v["networkPolicy"]["mailServers"][0]["cidr"] = json!("0.0.0.0/0")),
        ),
        ("/page/publicUrl", with(&|v| v["page"]["publicUrl"] = json!("http://langhals.amt.example"))),
        ("/settings", with(&|v| v["settings"] = json!("[web]\nlisten = \"0.0.0.0:1\"\n"))),
        ("replicas", with(&|v| v["replicas"] = json!(2))),
    ];
    for (sentence, values) in cases {
        let Err(error) = helm.render(&deploy("helm/langhals"), &values) else { panic!("taken: {values}") };
        assert!(error.to_string().contains(sentence), "{sentence}: {error}");
    }
}
