//! As much of a browser as signing in needs: requests over plain HTTP on loopback, cookies by port, redirects by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Nobody on loopback takes longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// More redirects in a row are a circle.
const MOST_HOPS: usize = 20;

/// Cookies by the port that set them.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    jars: BTreeMap<u16, BTreeMap<String, String>>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The address it is the answer of.
    pub url: String,
    /// The status.
    pub status: u16,
    /// Headers in lower case, in their order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub text: String,
}

impl Browser {
    /// Without cookies.
    pub fn new() -> Self {
        Self::default()
    }

    /// Signs in by a local account.
    ///
    /// # Errors
    /// If the page does not answer, or refuses.
    pub fn signed_in(page: u16, name: &str, password: &str) -> Result<Self> {
        let mut browser = Self::new();
        let form = browser.get(&format!("http://127.0.0.1:{page}/anmelden"))?;
        let fields = [
            ("token", form.hidden("token")?.as_str()),
            ("name", name),
            ("password", password),
            ("weiter", "/"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let answer = browser.post(&form.url, &fields)?;
        if answer.header("location") != Some("/") {
            bail!("cannot sign in as {name}: status {}\n{}", answer.status, answer.text);
        }
        Ok(browser)
    }

    /// One GET; redirects are not followed.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn get(&mut self, url: &str) -> Result<Answer> {
        self.send("GET", url, None)
    }

    /// One POST of a form; redirects are not followed.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn post(&mut self, url: &str, fields: &[(String, String)]) -> Result<Answer> {
        let pairs = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        self.send("POST", url, Some(body))
    }

    /// Follows redirects while they stay on loopback and `go_on` says so.
    ///
    /// # Errors
    /// If there is no answer, or no end.
    pub fn follow(&mut self, mut answer: Answer, go_on: impl Fn(&str) -> bool) -> Result<Answer> {
        for _ in 0..MOST_HOPS {
            match answer.target() {
                Some(url) if go_on(&url) => answer = self.get(&url)?,
                _ => return Ok(answer),
            }
        }
        bail!("more than {MOST_HOPS} redirects, at last to {}", answer.url)
    }

    /// The cookie of that name at that port.
    pub fn cookie(&self, port: u16, name: &str) -> Option<&str> {
        self.jars.get(&port)?.get(name).map(String::as_str)
    }

    fn send(&mut self, method: &str, url: &str, body: Option<String>) -> Result<Answer> {
        let (port, path) = place(url)?;
        let cookies = self.jars.entry(port).or_default();
        let cookies =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n");
        write!(request, "Accept: text/html\r\nAccept-Language: de\r\n")?;
        if !cookies.is_empty() {
            write!(request, "Cookie: {cookies}\r\n")?;
        }
        if let Some(body) = &body {
            write!(request, "Origin: http://127.0.0.1:{port}\r\nContent-Length: {}\r\n", body.len())?;
            write!(request, "Content-Type: application/x-www-form-urlencoded\r\n")?;
        }
        write!(request, "\r\n{}", body.unwrap_or_default())?;
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).with_context(|| url.to_owned())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let answer = Answer::parse(url, &String::from_utf8_lossy(&bytes))?;
        self.keep_cookies(port, &answer);
        Ok(answer)
    }

    fn keep_cookies(&mut self, port: u16, answer: &Answer) {
        let jar = self.jars.entry(port).or_default();
        for (_, line) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let line = line.to_ascii_lowercase();
            if value.is_empty() || line.contains("max-age=0") || line.contains("expires=thu, 01 jan 1970") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Answer {
    fn parse(url: &str, text: &str) -> Result<Self> {
        let (head, body) = text.split_once("\r\n\r\n").with_context(|| format!("no HTTP from {url}"))?;
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let pairs = lines.filter_map(|line| line.split_once(':'));
        let headers: Vec<(String, String)> =
            pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
        let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        Ok(Self {
            url: url.to_owned(),
            status: status.with_context(|| format!("no status from {url}"))?,
            headers,
            text: if chunked { unchunked(body) } else { body.to_owned() },
        })
    }

    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Where a redirect leads, whole.
    pub fn target(&self) -> Option<String> {
        let location = self.header("location").filter(|_| (300..400).contains(&self.status))?;
        if location.starts_with("http") {
            return Some(location.to_owned());
        }
        let origin = self.url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        Some(format!("{origin}{location}"))
    }

    /// The value of the first hidden field of that name.
    ///
    /// # Errors
    /// If there is none.
    pub fn hidden(&self, name: &str) -> Result<String> {
        let field = format!("name=\"{name}\" value=\"");
        let rest = self.text.split_once(&field).map(|(_, rest)| rest);
        let value = rest.and_then(|rest| rest.split('"').next());
        value.map(str::to_owned).with_context(|| format!("no field {name} at {}:\n{}", self.url, self.text))
    }
}

fn place(url: &str) -> Result<(u16, &str)> {
    let rest = url.strip_prefix("http://127.0.0.1:").with_context(|| format!("{url} is not on loopback"))?;
    let (port, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Ok((port.parse().with_context(|| format!("no port in {url}"))?, if path.is_empty() { "/" } else { path }))
}

/// In the encoding of forms; blanks as `%20`, which is the same there.
pub fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn unchunked(body: &str) -> String {
    let (mut text, mut rest) = (String::new(), body);
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length.split(';').next().unwrap_or_default(), 16).unwrap_or(0);
        let Some(chunk) = after.get(..length).filter(|_| length > 0) else { break };
        text.push_str(chunk);
        rest = after.get(length..).unwrap_or_default().trim_start_matches("\r\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_whole() {
        let text = "HTTP/1.1 303 See Other\r\nLocation: /a?b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        let answer = Answer::parse("http://127.0.0.1:80/x/y", text).unwrap();
        assert_eq!((answer.status, answer.text.as_str()), (303, "abcde"));
        assert_eq!(answer.target().unwrap(), "http://127.0.0.1:80/a?b");
        assert_eq!(encoded("a b&ä"), "a%20b%26%C3%A4");
        assert_eq!(place("http://127.0.0.1:8765").unwrap(), (8765, "/"));
    }
}
