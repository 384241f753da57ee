//! Where a key stands: its line in the file, or the environment variable that set it.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Finds keys in a configuration's text.
pub(crate) struct Locator<'t> {
    name: &'t str,
    text: &'t str,
    variables: BTreeMap<String, String>,
}

impl<'t> Locator<'t> {
    pub fn new(name: &'t str, text: &'t str) -> Self {
        Self { name, text, variables: BTreeMap::new() }
    }

    /// Notes that a variable set this key.
    pub fn overlay(&mut self, path: &[String], variable: &str) {
        self.variables.insert(path.join("."), variable.to_owned());
    }

    /// `file:line` of an offset into the text.
    pub fn at(&self, offset: Option<usize>) -> String {
        match offset {
            Some(offset) => {
                let before = self.text.as_bytes().iter().take(offset);
                format!("{}:{}", self.name, 1 + before.filter(|byte| **byte == b'\n').count())
            }
            None => self.name.to_owned(),
        }
    }

    /// Where a key such as `mailbox[0].port` was set; for one that is missing, where its section begins.
    pub fn place(&self, key: &str) -> String {
        let path: Vec<String> =
            key.split(['.', '[', ']']).filter(|part| !part.is_empty()).map(str::to_owned).collect();
        if let Some(variable) = self.variables.get(&path.join(".")) {
            return format!("environment variable {variable}");
        }
        let root = DeTable::parse(self.text).ok();
        self.at(root.and_then(|root| offset_in_table(root.get_ref(), &path)))
    }
}

fn offset_in_table(table: &DeTable<'_>, path: &[String]) -> Option<usize> {
    let (name, rest) = path.split_first()?;
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
    Some(offset_in_value(value, rest).unwrap_or_else(|| key.span().start))
}

fn offset_in_value(value: &Spanned<DeValue<'_>>, path: &[String]) -> Option<usize> {
    let (name, rest) = path.split_first()?;
    match value.get_ref() {
        DeValue::Table(table) => offset_in_table(table, path),
        DeValue::Array(list) => {
            let element = list.get(name.parse::<usize>().ok()?)?;
            Some(offset_in_value(element, rest).unwrap_or_else(|| element.span().start))
        }
        _ => None,
    }
}
