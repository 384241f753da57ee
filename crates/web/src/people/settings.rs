//! How somebody likes the page: its language, light or dark. Kept by their browser, not by us.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::{check_form, cookies, door, onward};
use crate::Page;
use crate::note::Note;
use crate::visitor::Theme;
use crate::words::Language;

#[derive(Deserialize)]
pub(super) struct Settings {
    token: String,
    language: String,
    theme: String,
    weiter: String,
}

/// Sets both, before the sign-in too.
pub(super) async fn set(
    State(page): State<Arc<Page>>,
    headers: HeaderMap,
    form: Result<Form<Settings>, FormRejection>,
) -> Response {
    let people = &page.people;
    let visitor = people.visitor(&page, &headers).unwrap_or_else(|| people.stranger(&headers));
    match form {
        Ok(Form(form)) if check_form(&visitor, &form.token) => {
            let language = Language::from_code(&form.language).map(Language::code);
            let theme = Theme::from_code(&form.theme).map(Theme::code);
            let language = language.and_then(|code| people.jar.keep(cookies::LANGUAGE, code));
            let theme = theme.and_then(|code| people.jar.keep(cookies::THEME, code));
            // Whoever is not signed in is sent on to the sign-in by the door.
            onward(door::local(&form.weiter), [language, theme])
        }
        _ => Note::Stale.page(&page, visitor),
    }
}
