//! HTML to lines of text, in one pass: linear in time whatever the nesting, bounded in what it returns.
//!
//! ```text
//! block, <br>, <li>, <tr> ─▶ new line        <blockquote> ─▶ lines behind "> "
//! <td>, <th> ─▶ space                        style, script, comment, hidden ─▶ nothing
//! ```

use mail_parser::decoders::html::add_html_token;

/// The visible text of `html`, at most about `most` bytes; quoted parts are marked with `> `.
pub(crate) fn to_text(html: &str, most: usize) -> String {
    let mut scan = Scan { html, at: 0, quotes_pair: true, page: Page { most, ..Page::default() } };
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
        if !tag.closing && matches!(&*tag.name, "style" | "script" | "title" | "template" | "noscript") {
            self.skip_element(&tag.name);
        } else {
            self.page.tag(&tag);
        }
    }

    /// Where the tag ends: at its `>`, minding quoted attribute values as long as those close.
    fn tag_end(&mut self) -> usize {
        if self.quotes_pair {
            let mut quote = None;
            for (offset, byte) in self.rest().iter().enumerate() {
                match (byte, quote) {
                    (b'>', None) => return self.at + offset,
                    (b'"' | b'\'', None) => quote = Some(*byte),
                    (_, Some(open)) if *byte == open => quote = None,
                    _ => {}
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

    /// Skips an element whose content is no text, up to its closing tag.
    fn skip_element(&mut self, name: &str) {
        let closes =
            |window: &[u8]| window.starts_with(b"</") && window[2..].eq_ignore_ascii_case(name.as_bytes());
        let found = self.rest().windows(name.len() + 2).position(closes);
        self.at = found.map_or(self.html.len(), |offset| self.at + offset);
    }

    fn rest(&self) -> &[u8] {
        &self.html.as_bytes()[self.at.min(self.html.len())..]
    }
}

/// A tag's name in lower case and what its attributes say.
struct Tag {
    name: String,
    closing: bool,
    hidden: bool,
    /// Word writes every line as a paragraph of class `MsoNormal`, without space between them.
    tight: bool,
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
        let attributes = source.get(name.len()..).unwrap_or_default();
        let interesting = !closing && attributes.len() > 1;
        let hidden = interesting && is_hidden(attributes);
        let tight = interesting && name == "p" && attributes.to_ascii_lowercase().contains("mso");
        Self { name, closing, hidden, tight }
    }
}

/// Whether the attributes keep an element from being seen.
fn is_hidden(attributes: &str) -> bool {
    let squeezed: String = attributes
        .chars()
        .take(2_000)
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let styled =
        ["display:none", "visibility:hidden", "mso-hide:all"].iter().any(|style| squeezed.contains(style));
    let words = attributes.split_ascii_whitespace().take(50);
    styled
        || words.map(|word| word.trim_end_matches('/')).any(|word| {
            word.eq_ignore_ascii_case("hidden") || word.to_ascii_lowercase().starts_with("hidden=")
        })
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
    /// The hidden element we are in, and how many of its kind are open.
    hidden: Option<(String, usize)>,
}

impl Page {
    fn push(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
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
            ("br", _) => self.end_line(),
            ("td" | "th", _) => self.gap = true,
            ("blockquote", false) => {
                self.end_block();
                self.quoted += 1;
            }
            ("blockquote", true) => {
                self.end_block();
                self.quoted = self.quoted.saturating_sub(1);
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
        match &mut self.hidden {
            Some((name, open)) => {
                if *name == tag.name {
                    *open = if tag.closing { open.saturating_sub(1) } else { *open + 1 };
                }
                if *open == 0 {
                    self.hidden = None;
                }
                true
            }
            None if tag.hidden && !is_void(&tag.name) => {
                self.hidden = Some((tag.name.clone(), 1));
                true
            }
            None => false,
        }
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

    fn finish(mut self) -> String {
        self.end_block();
        self.text
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
        assert_eq!(to_text(html, 1 << 20).trim_end(), text, "{html}");
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
    }

    #[test]
    fn broken_markup_is_text_or_nothing() {
        check("1 < 2 > 0", "1 < 2 > 0");
        check("a<b", "a");
        check("a<b title=\"x>y\">c", "ac");
        check("a<b title=\"x>c", "ac");
        check("<", "<");
        check("&", "&");
        check("</>x", "x");
    }

    #[test]
    fn output_is_bounded() {
        assert!(to_text(&"wort ".repeat(100_000), 1_000).len() < 1_100);
        assert!(to_text(&"<br>".repeat(100_000), 1_000).len() < 1_100);
        let deep = "<blockquote>a".repeat(50_000);
        assert!(to_text(&deep, 10_000).len() < 10_100);
    }
}
