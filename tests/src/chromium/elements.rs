//! What stands on a page, found as people find it: by what it is and what it is called.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::{Chromium, text};

/// What an element is to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Leads somewhere.
    Link,
    /// Does something.
    Button,
    /// A line to write in.
    Field,
    /// A list to choose from.
    Choice,
    /// One of several.
    Radio,
    /// Yes or no.
    Checkbox,
    /// A heading.
    Heading,
}

impl Role {
    /// Where to look, and which roles count there.
    fn known(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Link => ("a[href], [role=link]", &["link"]),
            Self::Button => {
                ("button, summary, input[type=submit], [role=button]", &["button", "DisclosureTriangle"])
            }
            Self::Field => ("input, textarea", &["textbox", "searchbox", "spinbutton", "slider"]),
            Self::Choice => ("select", &["combobox", "listbox"]),
            Self::Radio => ("input[type=radio]", &["radio"]),
            Self::Checkbox => ("input[type=checkbox]", &["checkbox", "switch"]),
            Self::Heading => ("h1, h2, h3, h4, h5, h6", &["heading"]),
        }
    }
}

/// Something on the page, for as long as the page stands.
#[derive(Clone)]
pub struct Element<'b> {
    browser: &'b Chromium,
    handle: Value,
    id: String,
}

/// The name under which `WebDriver` hands elements over.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What could be called so, before the browser is asked what it is called: its text, or anything that could name it.
const CANDIDATES: &str = r"
const [selector, name] = arguments;
const plain = text => (text ?? '').replace(/\s+/g, ' ').trim();
const named = element => [
  element.textContent, element.value, element.title, element.placeholder, element.getAttribute('aria-label'),
  ...(element.getAttribute('aria-labelledby') ?? '').split(' ').map(id => document.getElementById(id)?.textContent),
  ...[...(element.labels ?? [])].map(label => label.textContent),
  ...[...element.querySelectorAll('[alt], [aria-label], title')].map(part => part.alt ?? part.ariaLabel),
];
const words = name.split(' ');
return [...document.querySelectorAll(selector)].filter(element => {
  const all = named(element).map(plain).join(' ');
  return element.checkVisibility() && words.every(word => all.includes(word));
});";

const CHOOSE: &str = "option => { option.selected = true; \
                      option.closest('select').dispatchEvent(new Event('change', { bubbles: true })); }";

impl Chromium {
    /// The first element with this role and exactly this accessible name.
    ///
    /// # Errors
    /// If the page has none; the text says which ones it has.
    pub fn find(&self, role: Role, name: &str) -> Result<Element<'_>> {
        match self.all(role, name)?.into_iter().next() {
            Some(element) => Ok(element),
            None => bail!(
                "no {role:?} is called {name:?} at {}; there are {:?}",
                self.address()?,
                self.names(role)?
            ),
        }
    }

    /// Whether the page has such an element.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn has(&self, role: Role, name: &str) -> Result<bool> {
        Ok(!self.all(role, name)?.is_empty())
    }

    /// Every visible element with this role and exactly this accessible name.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn all(&self, role: Role, name: &str) -> Result<Vec<Element<'_>>> {
        let (selector, _) = role.known();
        let name = &plain(name);
        let mut found = Vec::new();
        for element in self.elements(CANDIDATES, &[json!(selector), json!(name)])? {
            if element.is(role)? && element.name()? == *name {
                found.push(element);
            }
        }
        Ok(found)
    }

    /// The accessible names of everything of that role, for messages.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn names(&self, role: Role) -> Result<Vec<String>> {
        let all = self.elements(CANDIDATES, &[json!(role.known().0), json!("")])?;
        all.iter().take(40).map(Element::name).collect()
    }

    /// Everything that a selector finds.
    ///
    /// # Errors
    /// If it is none.
    pub fn select(&self, selector: &str) -> Result<Vec<Element<'_>>> {
        self.elements("return [...document.querySelectorAll(arguments[0])]", &[json!(selector)])
    }

    /// Where the keyboard is.
    ///
    /// # Errors
    /// If nothing has the focus.
    pub fn focused(&self) -> Result<Element<'_>> {
        self.element(self.wire.get("element/active")?)
    }

    /// Clicks on what has this role and name.
    ///
    /// # Errors
    /// If the page has none, or something lies above it.
    pub fn click(&self, role: Role, name: &str) -> Result<()> {
        self.find(role, name)?.click()
    }

    /// Writes into the field of this name, in the place of what stood there.
    ///
    /// # Errors
    /// If the page has none.
    pub fn fill(&self, name: &str, value: &str) -> Result<()> {
        self.find(Role::Field, name)?.write(value)
    }

    /// Chooses the option of this text from the list of this name.
    ///
    /// # Errors
    /// If the page has none.
    pub fn choose(&self, name: &str, option: &str) -> Result<()> {
        let list = self.find(Role::Choice, name)?;
        let found = "return [...arguments[0].options].filter(one => one.text.replace(/\\s+/g, ' ').trim() === arguments[1])";
        match self.elements(found, &[list.handle.clone(), json!(plain(option))])?.first() {
            // Lists of options open outside of the page, where no driver clicks.
            Some(option) => option.ask(CHOOSE).map(drop),
            None => bail!("the list {name:?} has no {option:?}"),
        }
    }

    fn elements(&self, script: &str, arguments: &[Value]) -> Result<Vec<Element<'_>>> {
        let found = self.ask(script, arguments)?;
        found.as_array().into_iter().flatten().map(|one| self.element(one.clone())).collect()
    }

    fn element(&self, handle: Value) -> Result<Element<'_>> {
        let id = text(&handle[ELEMENT])?;
        Ok(Element { browser: self, handle, id })
    }
}

impl Element<'_> {
    /// As assistive technology calls it, without line breaks.
    ///
    /// # Errors
    /// If the page is gone.
    pub fn name(&self) -> Result<String> {
        Ok(plain(&text(&self.get("computedlabel")?)?))
    }

    /// Whether it is that to assistive technology.
    ///
    /// # Errors
    /// If the page is gone.
    pub fn is(&self, role: Role) -> Result<bool> {
        let computed = text(&self.get("computedrole")?)?;
        Ok(role.known().1.iter().any(|known| known.eq_ignore_ascii_case(&computed)))
    }

    /// The text of it that a person sees.
    ///
    /// # Errors
    /// If the page is gone.
    pub fn text(&self) -> Result<String> {
        Ok(plain(&text(&self.get("text")?)?))
    }

    /// An attribute; nothing where it has none.
    ///
    /// # Errors
    /// If the page is gone.
    pub fn attribute(&self, name: &str) -> Result<Option<String>> {
        Ok(self.get(&format!("attribute/{name}"))?.as_str().map(str::to_owned))
    }

    /// What a function of it says, e.g. `element => element.open`.
    ///
    /// # Errors
    /// If it throws.
    pub fn ask(&self, function: &str) -> Result<Value> {
        self.browser.ask(&format!("return ({function})(arguments[0])"), std::slice::from_ref(&self.handle))
    }

    /// Clicks on it and waits for the page that this may lead to.
    ///
    /// # Errors
    /// If something lies above it.
    pub fn click(&self) -> Result<()> {
        // Chromium would click where it stood before the page had scrolled there.
        self.ask("element => element.scrollIntoView({ block: 'center', behavior: 'instant' })")?;
        self.post("click", &json!({}))
    }

    /// Writes into it, in the place of what stood there.
    ///
    /// # Errors
    /// If it cannot be written in.
    pub fn write(&self, value: &str) -> Result<()> {
        self.post("clear", &json!({}))?;
        self.post("value", &json!({ "text": value }))
    }

    fn get(&self, path: &str) -> Result<Value> {
        self.browser.wire.get(&format!("element/{}/{path}", self.id))
    }

    fn post(&self, path: &str, body: &Value) -> Result<()> {
        self.browser.wire.post(&format!("element/{}/{path}", self.id), body).map(drop)
    }
}

/// Without line breaks, and with plain blanks only.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
