//! Helm's own code and Kubernetes' own schemas, as Python packages carry them: charts are linted, rendered and checked
//! without a cluster.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::install;

/// Helm 4 as a library.
const HELM: &str = "helm-sdkpy==0.1.32";
/// JSON schemas of the Kubernetes API, and what checks by them.
const SCHEMAS: &str = "kubernetes-validate==1.37.0";
/// Renders; see there.
const SCRIPT: &str = include_str!("helm/render.py");
/// The release whose API the objects must fit.
const KUBERNETES: &str = "1.30";
/// Kinds that are not Kubernetes' own, so that it has no schema for them.
const FOREIGN: [&str; 1] = ["ServiceMonitor"];

/// The tools, installed under `target/testbed`.
pub struct Helm {
    place: PathBuf,
}

/// What a chart makes of values.
#[derive(Deserialize)]
pub struct Rendered {
    /// Every object, as it would be applied.
    pub objects: Vec<Value>,
    /// What `helm lint` has to say.
    pub lint: Lint,
    /// The release, with its notes.
    pub release: Value,
}

/// A lint's answer, as Helm's library gives it.
#[derive(Deserialize)]
pub struct Lint {
    /// Remarks with their severity: 1 is information, 2 a warning, 3 an error.
    #[serde(rename = "Messages")]
    pub messages: Vec<Remark>,
}

/// One remark.
#[derive(Debug, Deserialize)]
pub struct Remark {
    /// How bad.
    #[serde(rename = "Severity")]
    pub severity: u8,
    /// Where.
    #[serde(rename = "Path")]
    pub path: String,
}

impl Helm {
    /// Installs both packages if they are missing.
    ///
    /// # Errors
    /// If Python or the package index is out of reach: tests then say loudly that they skip.
    pub fn ensure() -> Result<Self> {
        let helm = Self { place: install::testbed_dir()?.join("helm") };
        let _turn = install::lock("helm")?;
        if !helm.is_there() {
            install::once_a_run("helm", || helm.install())?;
        }
        ensure!(helm.is_there(), "Helm was installed, but {} is not whole", helm.place.display());
        fs::write(helm.place.join("render.py"), SCRIPT)?;
        Ok(helm)
    }

    /// Lints a chart and renders it with these values.
    ///
    /// # Errors
    /// What Helm objects to.
    pub fn render(&self, chart: &Path, values: &Value) -> Result<Rendered> {
        let file = tempfile::NamedTempFile::new()?;
        fs::write(file.path(), values.to_string())?;
        let mut python = Command::new("timeout");
        python.arg("60").arg(self.place.join("venv/bin/python")).arg(self.place.join("render.py"));
        let said = python.arg(self.library()).arg(chart).arg(file.path()).output()?;
        ensure!(said.status.success(), "render.py: {}", String::from_utf8_lossy(&said.stderr));
        let answer: Value = serde_json::from_slice(&said.stdout).context("render.py says no JSON")?;
        match answer.get("error").and_then(Value::as_str) {
            Some(error) => bail!("{error}"),
            None => Ok(serde_json::from_value(answer)?),
        }
    }

    /// Checks objects by the schemas of the Kubernetes API, in which nothing unknown may stand.
    ///
    /// # Errors
    /// What does not fit.
    pub fn validate(&self, objects: &[Value]) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let mut check = Command::new(self.place.join("venv/bin/kubernetes-validate"));
        check.args(["--kubernetes-version", KUBERNETES, "--strict", "--quiet"]);
        for (i, object) in objects.iter().enumerate() {
            if !FOREIGN.contains(&object["kind"].as_str().unwrap_or_default()) {
                let file = folder.path().join(format!("{i}.json"));
                fs::write(&file, object.to_string())?;
                check.arg(file);
            }
        }
        let said = check.output()?;
        let words = [said.stdout, said.stderr].concat();
        ensure!(said.status.success(), "{}", String::from_utf8_lossy(&words));
        Ok(())
    }

    fn library(&self) -> PathBuf {
        self.place.join("helm_sdkpy/_lib/linux-amd64/libhelm_sdkpy.so")
    }

    fn is_there(&self) -> bool {
        self.library().exists() && self.place.join("venv/bin/kubernetes-validate").exists()
    }

    fn install(&self) -> Result<()> {
        install::ensure_venv()?;
        eprintln!("installing Helm and Kubernetes' schemas (pip, into {})", self.place.display());
        let venv = self.place.join("venv");
        install::run_quietly("python3", ["-m", "venv", "--clear", &venv.to_string_lossy()])?;
        let pip = venv.join("bin/pip");
        let patient =
            ["install", "--quiet", "--disable-pip-version-check", "--retries", "2", "--timeout", "20"];
        install::run_quietly(&pip, [&patient[..], &[SCHEMAS]].concat())
            .context("cannot install the schemas")?;
        // Only its library is used, by ctypes: so an older Python does, too.
        let place = self.place.to_string_lossy();
        let alone =
            ["--no-deps", "--ignore-requires-python", "--only-binary=:all:", "--target", &place, HELM];
        install::run_quietly(&pip, [&patient[..], &alone].concat()).context("cannot install Helm")
    }
}
