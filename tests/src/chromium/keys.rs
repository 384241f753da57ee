//! The keyboard alone.

use anyhow::{Result, bail};
use serde_json::json;

use super::{Chromium, Role};

/// The key Tab, as `WebDriver` has it.
pub const TAB: char = '\u{e004}';
/// The key Enter.
pub const ENTER: char = '\u{e007}';
/// The key Escape.
pub const ESCAPE: char = '\u{e00c}';
/// The space bar.
pub const SPACE: char = ' ';

/// Nothing is further away than that.
const MOST: usize = 120;

impl Chromium {
    /// Presses a key and lets it go.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn press(&self, key: char) -> Result<()> {
        self.type_text(&key.to_string())
    }

    /// Types letter by letter into what has the focus.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn type_text(&self, text: &str) -> Result<()> {
        let strokes: Vec<_> = text
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
            })
            .collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] });
        self.wire.post("actions", &actions).map(drop)
    }

    /// Presses Tab until the focus is on what has this role and name. Whatever has it on the way must show it.
    ///
    /// # Errors
    /// If it never gets there, or a focus on the way cannot be seen.
    pub fn tab_to(&self, role: Role, name: &str) -> Result<()> {
        let mut passed = Vec::new();
        for _ in 0..MOST {
            self.press(TAB)?;
            let here = self.focused()?;
            let called = here.name()?;
            if !self.shows_focus()? {
                bail!("the focus on {called:?} cannot be seen at {}", self.address()?);
            }
            if called == name && here.is(role)? {
                return Ok(());
            }
            passed.push(called);
        }
        bail!("no {role:?} {name:?} by {MOST} tabs at {}; on the way were {passed:?}", self.address()?)
    }

    /// Whether what has the focus has an outline or a shadow; the document itself needs none.
    fn shows_focus(&self) -> Result<bool> {
        Ok(self.ask(SHOWS_FOCUS, &[])? == json!(true))
    }
}

const SHOWS_FOCUS: &str = r"
const seen = element => {
  const style = getComputedStyle(element);
  return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
};
const here = document.activeElement;
return here === document.body || seen(here) || seen(here.parentElement)
  || [...here.children, ...(here.parentElement?.children ?? [])].some(seen);";
