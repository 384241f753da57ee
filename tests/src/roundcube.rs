//! A real Roundcube on loopback: Debian's, unpacked, served by PHP's own server, with `SQLite` and one plugin.
//!
//! ```text
//!   Chromium ─HTTP─▶ php -S ─ roundcube (links into the unpacked packages) ─IMAP─▶ Dovecot
//!                              └ plugins/langhals, as `langhals tags --client roundcube --out` made it
//! ```

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::json;
use tempfile::TempDir;

use crate::chromium::Chromium;
use crate::dovecot::{password, user};
use crate::unpack::{self, Unpacked};
use crate::{install, system, wait_for};

const PHP: &str = "/usr/bin/php";
/// What Roundcube needs of PHP; with their libraries they are spread over the whole system, so they are installed.
const LIBRARIES: [&str; 13] = [
    "php-cli",
    "php-intl",
    "php-mbstring",
    "php-sqlite3",
    "php-xml",
    "php-curl",
    "php-pear",
    "php-auth-sasl",
    "php-mail-mime",
    "php-net-smtp",
    "php-net-sieve",
    "php-masterminds-html5",
    "php-guzzlehttp-guzzle",
];
/// Unpacked, as installing `roundcube-core` would set a database up.
const PACKAGES: [&str; 7] = [
    "roundcube-core",
    "libjs-bootstrap4",
    "libjs-codemirror",
    "libjs-jquery",
    "libjs-jquery-minicolors",
    "libjs-jquery-ui",
    "libjs-jstimezonedetect",
];
const PATIENCE: Duration = Duration::from_secs(30);

/// A running Roundcube; ended when dropped.
pub struct Roundcube {
    port: u16,
    server: Child,
    dir: TempDir,
}

/// Everything it is made of.
///
/// # Errors
/// If Debian's archive is out of reach.
pub fn ensure() -> Result<Unpacked> {
    install::ensure(&LIBRARIES, Path::new("/usr/share/php/GuzzleHttp"))?;
    unpack::unpack("roundcube", &PACKAGES)
}

impl Roundcube {
    /// Starts one for the mail server at that port of 127.0.0.1; `plugins` holds the folders of its plugins.
    ///
    /// # Errors
    /// If it cannot be had or does not come up.
    pub fn start(imap: u16, plugins: &Path) -> Result<Self> {
        let packages = ensure()?;
        let dir = tempfile::Builder::new().prefix("langhals-roundcube-").tempdir()?;
        lay_out(dir.path(), &packages, plugins)?;
        configure(dir.path(), imap, plugins)?;
        for _ in 0..5 {
            let [port] = system::free_ports()?;
            let mut command = system::quiet_command(PHP);
            command.arg("-d").arg(format!("auto_prepend_file={}", dir.path().join("where.php").display()));
            command.args(["-d", "display_errors=0", "-d", "error_reporting=0"]);
            command.arg("-S").arg(format!("127.0.0.1:{port}")).arg("-t").arg(dir.path());
            command.env("ROUNDCUBE_CONFIG_DIR", dir.path().join("config")).process_group(0);
            let mut server = command.spawn().context("cannot run PHP")?;
            if comes_up(&mut server, port)? {
                return Ok(Self { port, server, dir });
            }
        }
        bail!("cannot start PHP: its ports were taken five times")
    }

    /// Signs user `n` (from 1) in and waits for the list.
    ///
    /// # Errors
    /// If it is not shown; the text carries what Roundcube wrote down.
    pub fn sign_in(&self, browser: &Chromium, n: usize) -> Result<()> {
        browser.goto(&format!("http://127.0.0.1:{}/", self.port))?;
        let fill = "document.querySelector('#rcmloginuser').value = arguments[0]; \
                    document.querySelector('#rcmloginpwd').value = arguments[1]; \
                    document.querySelector('#rcmloginsubmit').click();";
        browser.ask(fill, &[json!(user(n)), json!(password(n))])?;
        let list = browser.wait("the list", "document.querySelector('#messagelist tbody tr') !== null");
        list.map(drop).with_context(|| format!("Roundcube wrote down: {}", self.complaints()))
    }

    /// What went wrong, in its own words.
    pub fn complaints(&self) -> String {
        fs::read_to_string(self.dir.path().join("logs/errors.log")).unwrap_or_default()
    }
}

impl Drop for Roundcube {
    fn drop(&mut self) {
        let _ = system::kill_family(&mut self.server);
    }
}

fn comes_up(server: &mut Child, port: u16) -> Result<bool> {
    wait_for("PHP", PATIENCE, || {
        if server.try_wait()?.is_some() {
            return Ok(Some(false));
        }
        Ok(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok().then_some(true))
    })
}

/// A folder that looks like an installation.
fn lay_out(dir: &Path, packages: &Unpacked, plugins: &Path) -> Result<()> {
    let origin = packages.path("usr/share/roundcube");
    for name in ["plugins", "config", "temp", "logs"] {
        fs::create_dir(dir.join(name))?;
    }
    link_all(&origin, dir, &["plugins", "installer"])?;
    link_all(&origin.join("plugins"), &dir.join("plugins"), &[])?;
    link_all(plugins, &dir.join("plugins"), &[])?;
    for name in ["defaults.inc.php", "mimetypes.php"] {
        fs::copy(packages.path("etc/roundcube").join(name), dir.join("config").join(name))?;
    }
    Ok(())
}

fn link_all(from: &Path, to: &Path, except: &[&str]) -> Result<()> {
    for path in children(from)? {
        let name = path.file_name().unwrap_or_default();
        if !except.iter().any(|except| name == *except) {
            symlink(&path, to.join(name))?;
        }
    }
    Ok(())
}

fn configure(dir: &Path, imap: u16, plugins: &Path) -> Result<()> {
    let names: Vec<String> = children(plugins)?
        .iter()
        .map(|path| format!("'{}'", path.file_name().unwrap_or_default().to_string_lossy()))
        .collect();
    let at = dir.display();
    let text = format!(
        "<?php\n\
         $config['db_dsnw'] = 'sqlite:///{at}/roundcube.sqlite?mode=0600';\n\
         $config['imap_host'] = '127.0.0.1:{imap}';\n\
         $config['des_key'] = 'four-and-twenty-letters!';\n\
         $config['plugins'] = [{}];\n\
         $config['language'] = 'de_DE';\n\
         $config['product_name'] = 'Webmail';\n\
         $config['temp_dir'] = '{at}/temp/';\n\
         $config['log_dir'] = '{at}/logs/';\n",
        names.join(", ")
    );
    fs::write(dir.join("config/config.inc.php"), text)?;
    Ok(fs::write(dir.join("where.php"), format!("<?php define('INSTALL_PATH', '{at}/');\n"))?)
}

fn children(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    entries.map(|entry| Ok(entry?.path())).collect()
}
