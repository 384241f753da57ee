//! What strangers wrote, on a page: escaped by the template, set apart by `<bdi>`, and harmless by this.

/// A stranger's text for one line: what it would steer is gone, and at most `max` characters are left, `…` among them.
pub(crate) fn shown(text: &str, max: usize) -> String {
    domain::harmless(text, max)
}
