//! The page's cookies: Secure, HttpOnly, SameSite, for this host alone; what each holds.

use axum::http::{HeaderMap, HeaderValue, header};

/// The session.
pub(crate) const SESSION: &str = "langhals";
/// What the forms before the sign-in are bound to.
pub(crate) const BEFORE: &str = "langhals-before";
/// What a sign-in at the identity provider is bound to.
pub(crate) const FLOW: &str = "langhals-flow";
/// Preferences.
pub(crate) const LANGUAGE: &str = "langhals-language";
pub(crate) const THEME: &str = "langhals-theme";

/// Longer values are none of ours.
const LONGEST: usize = 4096;
const A_YEAR: u32 = 365 * 24 * 3600;

/// How the cookies are named: behind https by a name that no other host can set; on loopback without TLS
/// browsers do not take that name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jar {
    pub(crate) https: bool,
}

impl Jar {
    fn name(self, name: &str) -> String {
        if self.https { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// The value of this cookie.
    pub(crate) fn find<'h>(self, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
        let name = self.name(name);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value);
        values.next().filter(|value| !value.is_empty() && value.len() <= LONGEST)
    }

    /// A cookie that goes when the browser is closed. `Lax`, so that links from a mail find one signed in.
    pub(crate) fn set(self, name: &str, value: &str) -> Option<HeaderValue> {
        self.written(name, value, "SameSite=Lax")
    }

    /// The same for the page's own forms only.
    pub(crate) fn set_strict(self, name: &str, value: &str) -> Option<HeaderValue> {
        self.written(name, value, "SameSite=Strict")
    }

    /// One that stays for so many seconds.
    pub(crate) fn set_for(self, name: &str, value: &str, seconds: u32) -> Option<HeaderValue> {
        self.written(name, value, &format!("SameSite=Lax; Max-Age={seconds}"))
    }

    /// A preference.
    pub(crate) fn keep(self, name: &str, value: &str) -> Option<HeaderValue> {
        self.set_for(name, value, A_YEAR)
    }

    /// Takes it away.
    pub(crate) fn clear(self, name: &str) -> Option<HeaderValue> {
        self.set_for(name, "", 0)
    }

    /// Values are ours and plain; one that is not becomes no cookie.
    fn written(self, name: &str, value: &str, rest: &str) -> Option<HeaderValue> {
        let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let text = format!("{}={value}; Path=/; Secure; HttpOnly; {rest}", self.name(name));
        if plain { HeaderValue::from_str(&text).ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_for_this_host_and_no_script() {
        let (outside, inside) = (Jar { https: true }, Jar { https: false });
        assert_eq!(
            outside.set(SESSION, "a-b_c").unwrap(),
            "__Host-langhals=a-b_c; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            inside.clear(BEFORE).unwrap(),
            "langhals-before=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"
        );
        assert!(inside.set(SESSION, "a; Domain=b").is_none() && inside.set(SESSION, "a\r\nb").is_none());
    }

    #[test]
    fn only_the_cookie_of_that_name_is_found() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; langhals=x=y;langhals-before="));
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-langhals=z"));
        let (outside, inside) = (Jar { https: true }, Jar { https: false });
        assert_eq!(
            (inside.find(&headers, SESSION), outside.find(&headers, SESSION)),
            (Some("x=y"), Some("z"))
        );
        assert_eq!((inside.find(&headers, BEFORE), inside.find(&headers, LANGUAGE)), (None, None));
    }
}
