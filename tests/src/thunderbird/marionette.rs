//! Marionette on the wire: `length:json`, a request `[0, id, name, parameters]`, an answer `[1, id, error, value]`.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// How long a script may take, and the answer to it.
const LIMIT: Duration = Duration::from_mins(2);
/// A picture of a large window.
const LONGEST: usize = 64 << 20;

pub(super) struct Marionette {
    reader: BufReader<TcpStream>,
    next: u32,
}

impl Marionette {
    /// Waits until it listens, which it does soon after the start.
    pub(super) fn connect(port: u16, child: &mut Child, patience: Duration) -> Result<Self> {
        let end = Instant::now() + patience;
        while Instant::now() < end {
            if let Some(status) = child.try_wait()? {
                bail!("Thunderbird ended at once ({status})");
            }
            if let Ok(stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
                stream.set_read_timeout(Some(LIMIT * 2))?;
                let mut wire = Self { reader: BufReader::new(stream), next: 0 };
                let hello = wire.read()?;
                if hello["marionetteProtocol"] == 3 {
                    return Ok(wire);
                }
                bail!("what listens on port {port} is no Thunderbird: {hello}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("Thunderbird did not open its door within {patience:?}")
    }

    /// From now on scripts are part of the program, as its own are. The main window must be there first.
    pub(super) fn enter_chrome(&mut self, patience: Duration) -> Result<()> {
        self.command("WebDriver:NewSession", &json!({ "capabilities": {} }))?;
        self.command("WebDriver:SetTimeouts", &json!({ "script": LIMIT.as_millis() as u64 }))?;
        self.command("Marionette:SetContext", &json!({ "value": "chrome" }))?;
        let end = Instant::now() + patience;
        let ready = "resolve(Boolean(document.getElementById('tabmail')?.currentAbout3Pane?.threadPane));";
        while self.run(ready, &[]).ok() != Some(Value::Bool(true)) {
            if Instant::now() > end {
                bail!("Thunderbird showed no window within {patience:?}");
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    /// What a script hands to `resolve`. Its arguments are `args`; `until(asked, what)` waits for something.
    pub(super) fn run(&mut self, script: &str, args: &[Value]) -> Result<Value> {
        let script = format!(
            "{FRAME}\n(async () => {{ {script}\n}})().catch(error => resolve({{ failed: String(error) }}));"
        );
        let asked = json!({ "script": script, "args": args, "sandbox": "system", "newSandbox": true });
        let mut answer = self.command("WebDriver:ExecuteAsyncScript", &asked)?;
        let value = answer["value"].take();
        match value["failed"].as_str() {
            Some(failed) => bail!("Thunderbird: {failed}"),
            None => Ok(value),
        }
    }

    /// The window as PNG in Base64.
    pub(super) fn picture(&mut self) -> Result<String> {
        let taken = self.command("WebDriver:TakeScreenshot", &json!({ "full": false }))?;
        Ok(taken["value"].as_str().context("Thunderbird gave no picture")?.to_owned())
    }

    fn command(&mut self, name: &str, parameters: &Value) -> Result<Value> {
        self.next += 1;
        let text = json!([0, self.next, name, parameters]).to_string();
        let stream = self.reader.get_mut();
        stream.write_all(format!("{}:{text}", text.len()).as_bytes())?;
        let mut answer = self.read().with_context(|| format!("Thunderbird does not answer ({name})"))?;
        if !answer[2].is_null() {
            bail!("Thunderbird refuses {name}: {} {}", answer[2]["error"], answer[2]["message"]);
        }
        Ok(answer[3].take())
    }

    fn read(&mut self) -> Result<Value> {
        let mut length = Vec::new();
        self.reader.by_ref().take(12).read_until(b':', &mut length)?;
        let length: usize = String::from_utf8_lossy(&length).trim_end_matches(':').parse()?;
        if length > LONGEST {
            bail!("Thunderbird announced {length} octets");
        }
        let mut text = vec![0; length];
        self.reader.read_exact(&mut text)?;
        Ok(serde_json::from_slice(&text)?)
    }
}

const FRAME: &str = r#"
const resolve = arguments[arguments.length - 1];
const args = [...arguments].slice(0, -1);
const until = async (what, ask) => {
  for (const end = Date.now() + 110000; Date.now() < end; await new Promise(go => setTimeout(go, 50))) {
    const found = await ask();
    if (found) { return found; }
  }
  throw new Error("waited in vain for " + what);
};"#;
