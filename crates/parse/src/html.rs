//! HTML to lines of text, in one pass: linear in time whatever the nesting, bounded in what it returns.
//!
//! ```text
//! block, <br>, <li>, <tr> ─▶ new line        <blockquote> ─▶ lines behind "> "
//! <td>, <th> ─▶ space                        style, script, comment, hidden ─▶ nothing
//! ```

use std::collections::BTreeMap;

use domain::Link;
use mail_parser::decoders::html::add_html_token;

use crate::{limits, links};

/// What a reader sees of a page, and where its links lead.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) text: String,
    pub(crate) links: Vec<Link>,
}

/// The visible text of `html`, at most about `most` bytes; quoted parts are marked with `> `.
///
/// Where nothing visible is found, hidden text is taken after all: better too much than an empty mail.
pub(crate) fn to_text(html: &str, most: usize) -> Seen {
    let seen = scan(html, most, true);
    if seen.text.trim().is_empty() { scan(html, most, false) } else { seen }
}

fn scan(html: &str, most: usize, hides: bool) -> Seen {
    let mut scan = Scan { html, at: 0, quotes_pair: true, page: Page { most, hides, ..Page::default() } };
    while scan.page.text.len() < most && scan.step() {}
    scan.page.finish()
}

/// A walk over the source. `at` only ever grows.
struct Scan<'a> {
    html: &'a str,
    at: usize,
    /// Whether quotation marks in tags still close; looked for in vain once, they are ignored from then on,
    /// or every further tag would search to the end again.
    quotes_pair: bool,
    page: Page,
}

impl Scan<'_> {
    /// Takes one run of text, one entity or one tag; `false` at the end.
    fn step(&mut self) -> bool {
        let Some(byte) = self.html.as_bytes().get(self.at) else { return false };
        match byte {
            b'<' => self.markup(),
            b'&' => self.entity(),
            _ => self.run(),
        }
        true
    }

    fn run(&mut self) {
        let length =
            self.rest().iter().position(|byte| matches!(byte, b'<' | b'&')).unwrap_or(self.rest().len());
        // A run ends before an ASCII byte, so it never splits a character.
        self.page.push(self.html.get(self.at..self.at + length).unwrap_or_default());
        self.at += length;
    }

    fn entity(&mut self) {
        const LONGEST: usize = 33;
        let rest = self.rest();
        let length = rest
            .iter()
            .take(LONGEST)
            .skip(1)
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#')
            .count();
        if length == 0 {
            self.page.push("&");
            self.at += 1;
            return;
        }
        let source = self.html.get(self.at..=self.at + length).unwrap_or_default();
        let token = format!("{source};");
        let mut text = String::new();
        add_html_token(&mut text, token.as_bytes(), false);
        self.at += source.len();
        if text == token {
            self.page.push(source);
        } else {
            self.at += usize::from(self.rest().first() == Some(&b';'));
            self.page.push(&text);
        }
    }

    fn markup(&mut self) {
        match self.rest().get(1) {
            Some(b'!') if self.rest().starts_with(b"<!--") => self.skip_past(b"-->", 4),
            Some(b'!' | b'?') => self.skip_past(b">", 1),
            Some(b'/' | b'a'..=b'z' | b'A'..=b'Z') => self.tag(),
            _ => {
                self.page.push("<");
                self.at += 1;
            }
        }
    }

    fn tag(&mut self) {
        let end = self.tag_end();
        let tag = Tag::of(self.html.get(self.at + 1..end).unwrap_or_default());
        self.at = end + 1;
        let hides = matches!(&*tag.name, "template" | "noscript") && self.page.hides;
        if !tag.closing && (hides || matches!(&*tag.name, "style" | "script" | "title")) {
            self.skip_element(&tag.name);
        } else {
            self.page.tag(&tag);
        }
    }

    /// Where the tag ends: at its `>`, minding quoted attribute values (behind a `=`) as long as those close.
    fn tag_end(&mut self) -> usize {
        if self.quotes_pair {
            let mut quote = None;
            let mut before = b' ';
            for (offset, byte) in self.rest().iter().enumerate() {
                match (byte, quote) {
                    (b'>', None) => return self.at + offset,
                    (b'"' | b'\'', None) if before == b'=' => quote = Some(*byte),
                    (_, Some(open)) if *byte == open => quote = None,
                    _ => {}
                }
                if !byte.is_ascii_whitespace() {
                    before = *byte;
                }
            }
            self.quotes_pair = false;
        }
        self.rest().iter().position(|byte| *byte == b'>').map_or(self.html.len(), |offset| self.at + offset)
    }

    /// Skips to behind the next `end`; without one, everything is inside, as browsers have it.
    fn skip_past(&mut self, end: &[u8], from: usize) {
        let rest = self.rest().get(from..).unwrap_or_default();
        let found = rest.windows(end.len()).position(|window| window == end);
        self.at = found.map_or(self.html.len(), |offset| self.at + from + offset + end.len());
    }

    /// Skips an element whose content is no text, up to its closing tag; an open title ends with the head at the latest.
    fn skip_element(&mut self, name: &str) {
        let begins = |window: &[u8], tag: &[u8]| {
            window.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
        };
        let closes = |window: &[u8]| {
            window.starts_with(b"</") && window[2..].eq_ignore_ascii_case(name.as_bytes())
                || name == "title" && (begins(window, b"</head") || begins(window, b"<body"))
        };
        let found = self.rest().windows(name.len() + 2).position(closes);
        self.at = found.map_or(self.html.len(), |offset| self.at + offset);
    }

    fn rest(&self) -> &[u8] {
        &self.html.as_bytes()[self.at.min(self.html.len())..]
    }
}

/// A tag's name in lower case and what its attributes say.
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a tag, not a state")]
struct Tag {
    name: String,
    closing: bool,
    hidden: bool,
    /// A `blockquote` that only moves its text to the right, as programs do for „indent“.
    indents: bool,
    /// Word writes every line as a paragraph of class `MsoNormal`, without space between them.
    tight: bool,
    /// Where an `a` leads; empty where nothing is said.
    href: String,
}

impl Tag {
    /// Reads what stands between `<` and `>`.
    fn of(source: &str) -> Self {
        const LONGEST: usize = 16;
        let closing = source.starts_with('/');
        let name: String = source
            .chars()
            .skip(usize::from(closing))
            .take(LONGEST)
            .take_while(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        let attributes = if closing { "" } else { source.get(name.len()..).unwrap_or_default() };
        let mut tag =
            Self { closing, hidden: false, indents: false, tight: false, href: String::new(), name };
        let mut cites = false;
        for (attribute, written) in (Attributes { rest: attributes }) {
            if tag.name == "a" && attribute.eq_ignore_ascii_case("href") {
                written
                    .get(..written.floor_char_boundary(limits::LINK))
                    .unwrap_or_default()
                    .clone_into(&mut tag.href);
                continue;
            }
            let value = squeezed(written);
            match &*attribute.to_ascii_lowercase() {
                "hidden" => tag.hidden = true,
                "style" => {
                    tag.hidden |= HIDING.iter().any(|style| value.contains(style));
                    tag.indents |= value.contains("margin") && !value.contains("border-left");
                }
                "class" => {
                    tag.tight = tag.name == "p" && value.contains("mso");
                    cites |= value.contains("quote");
                }
                "type" => cites |= value == "cite",
                _ => {}
            }
        }
        tag.indents &= !cites;
        tag
    }
}

const HIDING: &[&str] = &["display:none", "visibility:hidden", "mso-hide:all"];

/// The start of a value in lower case, without blanks.
fn squeezed(value: &str) -> String {
    const MOST: usize = 2_000;
    value.chars().take(MOST).filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}

/// Attributes and their values, in whatever quotation marks.
struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '='));
        let end =
            rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '=')).unwrap_or(rest.len());
        let (name, rest) = rest.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        let Some(value) = rest.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start) else {
            self.rest = rest;
            return Some((name, ""));
        };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, rest) = match quote {
            Some(quote) => value.get(1..).and_then(|value| value.split_once(quote)).unwrap_or((value, "")),
            None => value.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((value, "")),
        };
        self.rest = rest;
        Some((name, value))
    }
}

/// The text as it is laid out, line by line.
#[derive(Default)]
struct Page {
    text: String,
    line: String,
    most: usize,
    /// A space is due before the next word.
    gap: bool,
    /// The line has a no-break space; with nothing else, that is an empty line that was meant to be seen.
    held_open: bool,
    quoted: usize,
    preformatted: usize,
    /// For each open `blockquote`, whether it quotes.
    quotes: Vec<bool>,
    /// Whether hidden elements are left out.
    hides: bool,
    /// The hidden element we are in.
    hidden: Option<Hidden>,
    links: Vec<Link>,
    /// The open link: where it leads, and what it shows so far.
    anchor: Option<(String, String)>,
}

/// A hidden element, with the elements that are open in it, blocks and its own kind alone.
struct Hidden {
    name: String,
    open: Vec<String>,
    /// How many of each name are open, so that no closing tag searches in vain.
    count: BTreeMap<String, usize>,
}

impl Hidden {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), open: Vec::new(), count: BTreeMap::new() }
    }

    fn is_open(&self, name: &str) -> bool {
        self.count.get(name).is_some_and(|open| *open > 0)
    }

    /// Closes an element, and what was left open in it.
    fn close(&mut self, name: &str) {
        while let Some(last) = self.open.pop() {
            let found = last == name;
            self.count.entry(last).and_modify(|open| *open -= 1);
            if found {
                return;
            }
        }
    }

    /// Follows a tag inside; `true` where it ends the element, by its closing tag or because browsers have it so
    /// (HTML Living Standard, 13.1.2.4).
    fn is_ended_by(&mut self, tag: &Tag) -> bool {
        let structural = is_block(&tag.name) || matches!(&*tag.name, "td" | "th");
        if tag.closing {
            if self.is_open(&tag.name) {
                self.close(&tag.name);
                return false;
            }
            return tag.name == self.name || structural && tag.name != "p";
        }
        let ended = match &*self.name {
            "p" => structural,
            "li" => tag.name == "li" && !self.is_open("ul") && !self.is_open("ol"),
            "tr" => tag.name == "tr" && !self.is_open("table"),
            "td" | "th" => matches!(&*tag.name, "td" | "th" | "tr") && !self.is_open("table"),
            _ => false,
        };
        if !ended && (structural || tag.name == self.name) {
            self.open.push(tag.name.clone());
            *self.count.entry(tag.name.clone()).or_default() += 1;
        }
        ended
    }
}

impl Page {
    fn push(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        if let Some((_, shown)) = self.anchor.as_mut().filter(|(_, shown)| shown.len() < limits::LINK) {
            shown.push_str(text.get(..text.floor_char_boundary(limits::LINK)).unwrap_or_default());
        }
        for letter in text.chars() {
            if self.text.len() + self.line.len() > self.most {
                return;
            }
            match letter {
                '\n' if self.preformatted > 0 => self.end_line(),
                ' ' | '\t' | '\r' | '\n' if self.preformatted == 0 => self.gap = true,
                '\u{a0}' => {
                    self.gap = true;
                    self.held_open = true;
                }
                _ => {
                    if std::mem::take(&mut self.gap) && !self.line.is_empty() {
                        self.line.push(' ');
                    }
                    self.line.push(letter);
                }
            }
        }
    }

    fn tag(&mut self, tag: &Tag) {
        if self.is_hidden_by(tag) {
            return;
        }
        match (&*tag.name, tag.closing) {
            ("a", closing) => {
                self.end_anchor();
                self.anchor = (!closing && !tag.href.is_empty()).then(|| (tag.href.clone(), String::new()));
            }
            ("br", _) => self.end_line(),
            ("td" | "th", _) => self.gap = true,
            ("blockquote", false) => {
                self.end_block();
                let quotes = !tag.indents || self.text.trim_end().ends_with(':');
                self.quotes.push(quotes);
                self.quoted += usize::from(quotes);
            }
            ("blockquote", true) => {
                self.end_block();
                self.quoted -= usize::from(self.quotes.pop().unwrap_or_default());
            }
            ("pre", closing) => {
                self.end_block();
                self.preformatted =
                    if closing { self.preformatted.saturating_sub(1) } else { self.preformatted + 1 };
            }
            ("p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6", false) if !tag.tight => {
                self.end_block();
                self.blank_line();
            }
            (name, _) if is_block(name) => self.end_block(),
            _ => {}
        }
    }

    /// Follows the hidden element, if we are in one or this tag opens one.
    fn is_hidden_by(&mut self, tag: &Tag) -> bool {
        if let Some(hidden) = &mut self.hidden {
            if !hidden.is_ended_by(tag) {
                return true;
            }
            let own_end = tag.closing && hidden.name == tag.name;
            self.hidden = None;
            if own_end {
                return true;
            }
        }
        let opens = self.hides && tag.hidden && !is_void(&tag.name);
        self.hidden = opens.then(|| Hidden::new(&tag.name));
        opens
    }

    fn end_block(&mut self) {
        if self.line.is_empty() && !self.held_open {
            self.gap = false;
        } else {
            self.end_line();
        }
    }

    fn blank_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") && !self.text.ends_with("> \n") {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        const DEEPEST_MARK: usize = 3;
        if self.text.len() <= self.most {
            self.text.extend(std::iter::repeat_n("> ", self.quoted.min(DEEPEST_MARK)));
            self.text.push_str(&self.line);
            self.text.push('\n');
        }
        self.line.clear();
        self.gap = false;
        self.held_open = false;
    }

    /// Takes the open link down, if there is one.
    fn end_anchor(&mut self) {
        let link = self.anchor.take().and_then(|(href, shown)| links::of_anchor(&href, &shown));
        if let Some(link) = link {
            links::add(&mut self.links, link);
        }
    }

    fn finish(mut self) -> Seen {
        self.end_anchor();
        self.end_block();
        Seen { text: self.text, links: self.links }
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "html"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "option"
            | "p"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Elements without content (HTML Living Standard, 13.1.2): hidden or not, they hide nothing after them.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "wbr"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, text: &str) {
        assert_eq!(to_text(html, 1 << 20).text.trim_end(), text, "{html}");
    }

    #[test]
    fn blocks_are_lines() {
        check("<div>eins</div><div>zwei</div>drei", "eins\nzwei\ndrei");
        check("<ul><li>eins<li>zwei</ul>", "eins\nzwei");
        check("eins<br>zwei<BR/><br>drei", "eins\nzwei\n\ndrei");
        check("<p>eins</p>\n<p>zwei</p>", "eins\n\nzwei");
        check("<p class=MsoNormal>eins</p><p class=MsoNormal>zwei</p>", "eins\nzwei");
        check(
            "<p class=MsoNormal>eins</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>zwei</p>",
            "eins\n\nzwei",
        );
        check("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc");
        check("<pre>a  b\nc</pre>d", "a  b\nc\nd");
        check("a <b>b</b>c\n  d", "a bc d");
    }

    #[test]
    fn what_is_not_seen_is_not_text() {
        check("<head><title>T</title><style>p{}</style></head>da", "da");
        check("a<script>if (a < b) alert('</p>')</script>b", "ab");
        check("a<!-- <b>nie</b> -->b<![if mso]>c<![endif]>", "abc");
        check("a<span style=\"DISPLAY: none\">weg<span>auch</span>weg</span>b", "ab");
        check("a<div hidden>weg</div>b", "ab");
        check("a<div style='visibility:hidden'>weg</div>b", "ab");
        check("a<img style='display:none'>b", "ab");
        check("<div class=hidden-xs>bleibt</div>", "bleibt");
        check("da<style>nie", "da");
        check("<head><title>T</head><body>da</body>", "da");
        check("<div title='see hidden field'>da</div>", "da");
        check("<div title='a > b' style=\"display:none\">weg</div>da", "da");
    }

    #[test]
    fn hidden_elements_end_where_browsers_end_them() {
        check("<p style='display:none'>weg<p>da<p>auch", "da\n\nauch");
        check("<table><tr style='display:none'><td>weg<tr><td>da</table>", "da");
        check("<tr hidden><td><table><tr><td>weg</table>weg</tr>da", "da");
        check("<ul><li hidden>weg<ul><li>weg</ul>weg<li>da</ul>", "da");
        check("<div><span style=display:none>weg</div><div>da</div>", "da");
        check("<div hidden>weg<div>weg</div>weg</p>weg</div>da", "da");
        check("<body><div hidden><b>alles</b>", "alles");
    }

    #[test]
    fn entities_are_decoded() {
        check(
            "Gr&uuml;&szlig;e &amp; mehr&#33; &#x20AC; &lt;b&gt; &nichts; A&B & C &uuml.",
            "Grüße & mehr! € <b> &nichts; A&B & C ü.",
        );
        check("a&nbsp;b", "a b");
    }

    #[test]
    fn quotes_are_marked() {
        check("neu<blockquote>alt<br>auch</blockquote>neu", "neu\n> alt\n> auch\nneu");
        check("<blockquote>a<blockquote>b</blockquote></blockquote></blockquote>c", "> a\n> > b\nc");
        check("neu<blockquote style='margin:0 0 0 40px;border:none'>auch neu</blockquote>", "neu\nauch neu");
        check("neu<blockquote class=gmail_quote style='margin:0 0 0 .8ex'>alt</blockquote>", "neu\n> alt");
        check("A schrieb:<blockquote style='margin:0'>alt</blockquote>neu", "A schrieb:\n> alt\nneu");
    }

    #[test]
    fn broken_markup_is_text_or_nothing() {
        check("1 < 2 > 0", "1 < 2 > 0");
        check("a<b", "a");
        check("a<b title=\"x>y\">c", "ac");
        check("a<b title=\"x>c", "ac");
        check("<font face=Arial'>da</font> wie geht's?", "da wie geht's?");
        check("<", "<");
        check("&", "&");
        check("</>x", "x");
    }

    #[test]
    fn links_tell_what_they_show_and_where_they_lead() {
        let seen = to_text(
            "<a href='https://evil.example/x'><b>www.amt</b>.example</a> <A HREF=http://a.example>mehr</A>\
             <div hidden><a href=http://weg.example>weg</a></div><a name=x>y</a> <a href=http://b.example>",
            1 << 20,
        );
        let links: Vec<_> = seen.links.iter().map(|link| (&*link.shown, &*link.target)).collect();
        assert_eq!(links, [("www.amt.example", "evil.example"), ("", "a.example"), ("", "b.example")]);
    }

    #[test]
    fn output_is_bounded() {
        assert!(to_text(&"wort ".repeat(100_000), 1_000).text.len() < 1_100);
        assert!(to_text(&"<br>".repeat(100_000), 1_000).text.len() < 1_100);
        let deep = "<blockquote>a".repeat(50_000);
        assert!(to_text(&deep, 10_000).text.len() < 10_100);
    }
}
