//! A model's own page: its facts, its switches, and `CARD.md` as a page.
//!
//! The card is written by Langhals and by whoever keeps the models folder. Whatever it says stays text: HTML in it is
//! shown and not obeyed, links and pictures are left to their words.

use std::fmt::Write as _;

use askama::Template;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::asks::Card;
use super::sayings::{self, Fact, Saying, SwitchView};
use crate::frame::Frame;

/// Longer cards are cut: nobody reads them on a page.
const LONGEST: usize = 200_000;

#[derive(Template)]
#[template(path = "school-card.html")]
pub(super) struct CardView {
    frame: Frame,
    id: String,
    part: Option<String>,
    in_use: bool,
    made: Option<String>,
    facts: Vec<Fact>,
    lacks: Vec<Saying>,
    damaged: Option<String>,
    switches: Vec<SwitchView>,
    /// HTML of ours.
    card: Option<String>,
}

impl CardView {
    pub(super) fn new(frame: Frame, card: &Card) -> Self {
        let words = frame.words;
        let model = &card.model;
        let facts = model.facts.as_ref();
        Self {
            id: model.id.clone(),
            part: sayings::part(words, model.part),
            in_use: model.part == super::Part::InUse,
            made: model.made.map(|at| words.moment(at)),
            facts: facts.map_or_else(|_| Vec::new(), |facts| sayings::facts(words, facts)),
            lacks: sayings::objections(words, &model.lacks),
            damaged: facts.err().cloned(),
            switches: card.switches.iter().map(|switch| SwitchView::new(words, switch)).collect(),
            card: card.text.as_deref().map(rendered),
            frame,
        }
    }
}

/// A card as HTML: text is escaped, and only elements of ours are in it.
fn rendered(markdown: &str) -> String {
    let end = markdown.floor_char_boundary(LONGEST);
    let mut page = Writer::default();
    for event in Parser::new_ext(markdown.get(..end).unwrap_or_default(), Options::ENABLE_TABLES) {
        page.write(event);
    }
    page.html
}

#[derive(Default)]
struct Writer {
    html: String,
    /// The text of table cells waits until it is known whether there is any.
    cell: Option<String>,
    in_head: bool,
    column: usize,
}

impl Writer {
    fn write(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(&tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.text(&text),
            Event::Code(text) => {
                self.put("<code>");
                self.text(&text);
                self.put("</code>");
            }
            Event::SoftBreak => self.put("\n"),
            Event::HardBreak => self.put("<br>"),
            Event::Rule => self.put("<hr>"),
            Event::TaskListMarker(done) => self.put(if done { "☑ " } else { "☐ " }),
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph => self.put("<p>"),
            // The page has a title and a heading above the card already.
            Tag::Heading { level, .. } => {
                let level = (*level as usize + 1).clamp(3, 6);
                let _ = write!(self.html, "<h{level}>");
            }
            Tag::List(Some(_)) => self.put("<ol>"),
            Tag::List(None) => self.put("<ul>"),
            Tag::Item => self.put("<li>"),
            Tag::Emphasis => self.put("<em>"),
            Tag::Strong => self.put("<strong>"),
            Tag::BlockQuote(_) => self.put("<blockquote>"),
            Tag::CodeBlock(_) => self.put("<pre><code>"),
            Tag::Table(_) => self.put("<div class=\"wide\" tabindex=\"0\"><table class=\"card__table\">"),
            Tag::TableHead => {
                (self.in_head, self.column) = (true, 0);
                self.put("<thead><tr>");
            }
            Tag::TableRow => {
                self.column = 0;
                self.put("<tr>");
            }
            Tag::TableCell => self.cell = Some(String::new()),
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.put("</p>\n"),
            TagEnd::Heading(level) => {
                let level = (level as usize + 1).clamp(3, 6);
                let _ = writeln!(self.html, "</h{level}>");
            }
            TagEnd::List(true) => self.put("</ol>\n"),
            TagEnd::List(false) => self.put("</ul>\n"),
            TagEnd::Item => self.put("</li>"),
            TagEnd::Emphasis => self.put("</em>"),
            TagEnd::Strong => self.put("</strong>"),
            TagEnd::BlockQuote(_) => self.put("</blockquote>"),
            TagEnd::CodeBlock => self.put("</code></pre>"),
            TagEnd::Table => self.put("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                self.in_head = false;
                self.put("</tr></thead><tbody>");
            }
            TagEnd::TableRow => self.put("</tr>"),
            TagEnd::TableCell => self.cell_ends(),
            _ => {}
        }
    }

    /// A heading of nothing would be read out as one.
    fn cell_ends(&mut self) {
        let text = self.cell.take().unwrap_or_default();
        let (open, close) = match (self.in_head, self.column) {
            _ if text.is_empty() => ("<td>", "</td>"),
            (true, _) => ("<th scope=\"col\">", "</th>"),
            (false, 0) => ("<th scope=\"row\">", "</th>"),
            (false, _) => ("<td>", "</td>"),
        };
        self.column += 1;
        self.html.extend([open, &text, close]);
    }

    fn text(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '<' => self.put("&lt;"),
                '>' => self.put("&gt;"),
                '&' => self.put("&amp;"),
                '"' => self.put("&quot;"),
                _ => self.cell.as_mut().unwrap_or(&mut self.html).push(letter),
            }
        }
    }

    fn put(&mut self, html: &str) {
        self.cell.as_mut().unwrap_or(&mut self.html).push_str(html);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_headings_paragraphs_and_tables_below_the_pages_own_heading() {
        let html = rendered("# A\n\n## B\n\nsome *text*\n\n| | x |\n|---|---|\n| a | `1` |\n");
        for said in [
            "<h3>A</h3>",
            "<h3>B</h3>",
            "<p>some <em>text</em></p>",
            "<thead><tr><td></td><th scope=\"col\">x</th></tr></thead>",
            "<tr><th scope=\"row\">a</th><td><code>1</code></td></tr>",
        ] {
            assert!(html.contains(said), "{said}: {html}");
        }
    }

    #[test]
    fn what_a_card_says_is_never_obeyed() {
        let hostile = "<script>alert(1)</script>\n\na <b onclick=x>c</b> [link](javascript:alert(1)) \
                       ![img](https://evil.example/x.png)\n\n<img src=x onerror=y>\n\n| <i>a</i> |\n|---|\n| <u> |\n";
        let html = rendered(hostile);
        for harm in ["<script", "<b", "<img", "<i>", "<u>", "href", "src=\"", "evil"] {
            assert!(!html.contains(harm), "{harm}: {html}");
        }
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
        assert!(rendered(&"ä".repeat(LONGEST)).len() <= LONGEST + 20);
    }

    #[test]
    fn the_card_of_the_default_model_is_a_page() {
        let html = rendered(include_str!("../../../../models/standard-1/CARD.md"));
        assert!(html.contains("<th scope=\"row\">class_strength</th>"), "{html}");
        assert_eq!(html.matches("<table").count(), html.matches("</table>").count());
    }
}
