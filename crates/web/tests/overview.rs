//! The overview's promises: who sees it, over which mailboxes, and that its pictures say what its tables say.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sample;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use langhals_web::Page;
use sample::{folder, house, routes_for};
use tempfile::TempDir;
use tower::ServiceExt as _;

async fn get(router: &Router, language: &str) -> (StatusCode, String) {
    let request = Request::get("/ueberblick").header("host", "localhost").header("accept-language", language);
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, String::from_utf8(bytes.to_vec()).unwrap())
}

fn seen_by(name: &str, page: impl FnOnce(&std::path::Path) -> Page) -> (TempDir, Router) {
    let dir = tempfile::tempdir().unwrap();
    let router = routes_for(page(dir.path()), name);
    (dir, router)
}

async fn shown(name: &str, language: &str) -> String {
    let (_dir, router) = seen_by(name, sample::sample);
    get(&router, language).await.1
}

/// The figure with this id.
fn figure<'t>(text: &'t str, id: &str) -> &'t str {
    let (_, from) = text.split_once(&format!("aria-labelledby=\"{id}\">")).unwrap();
    from.split_once("</figure>").unwrap().0
}

/// The numbers of a figure's table, row by row, without the name of each row.
fn table(figure: &str) -> Vec<Vec<f64>> {
    let (_, body) = figure.split_once("<tbody>").unwrap();
    let rows = body.split("<tr>").skip(1);
    let number = |cell: &str| cell.split("</td>").next().unwrap().replace('.', "").parse().unwrap();
    rows.map(|row| row.split("<td>").skip(1).map(number).collect()).collect()
}

/// Every rectangle of a figure's drawing: (x, y, width, height).
fn rectangles(figure: &str) -> Vec<[f64; 4]> {
    let value = |tag: &str, name: &str| -> f64 {
        let (_, from) = tag.split_once(&format!(" {name}=\"")).unwrap();
        from.split('"').next().unwrap().parse().unwrap()
    };
    let tags = figure.split("<rect").skip(1).map(|rest| rest.split('>').next().unwrap().replace("<rect", ""));
    tags.map(|tag| ["x", "y", "width", "height"].map(|name| value(&tag, name))).collect()
}

#[tokio::test]
async fn those_who_oversee_see_it_and_nobody_else() {
    for (name, status) in [
        ("supervisor", StatusCode::OK),
        ("operator", StatusCode::OK),
        ("leitung", StatusCode::OK),
        ("team", StatusCode::FORBIDDEN),
        ("bauamt", StatusCode::FORBIDDEN),
    ] {
        let (_dir, router) = seen_by(name, sample::sample);
        let (answered, text) = get(&router, "de").await;
        assert_eq!(answered, status, "{name}");
        assert_eq!(text.contains("<svg class=\"chart\""), status == StatusCode::OK, "{name}");
    }
}

#[tokio::test]
async fn what_matters_is_said_first_and_leads_to_what_it_counts() {
    for (language, said) in [
        ("de", ["Eilig", "Frist überschritten", "Wartet zu lange", "Bitte sichten", "gestört"]),
        ("en", ["Urgent", "Overdue", "Waiting too long", "Please look", "disturbed"]),
    ] {
        let text = shown("supervisor", language).await;
        let first = text.split("<figure").next().unwrap();
        for word in said {
            assert!(first.contains(word), "{language}: {word}");
        }
        for link in ["/?prioritaet=hoch", "/?frist=ueberschritten", "/?sortierung=wartezeit", "/?unsicher=1"]
        {
            assert!(first.contains(&format!("href=\"{link}\"")), "{link}");
        }
        assert!(first.contains("href=\"/zustand\""));
    }
}

#[tokio::test]
async fn every_picture_has_a_name_and_a_table_with_its_numbers() {
    let text = shown("supervisor", "de").await;
    assert_eq!(text.matches("<figure").count(), 6);
    assert_eq!(text.matches("<details").count(), 6);
    assert_eq!(
        text.matches("<svg class=\"chart\" role=\"img\" aria-label=\"").count(),
        text.matches("<svg class=\"chart\"").count()
    );
    for id in ["wartend", "fristen", "aelteste", "eingang", "anteil", "korrekturen"] {
        assert!(figure(&text, id).contains("<table"), "{id}");
    }
}

#[tokio::test]
async fn the_picture_shows_the_numbers_of_the_table() {
    let text = shown("supervisor", "de").await;
    // Each part is as long as its number, in one unit for the whole picture.
    for (id, side) in [("wartend", 2), ("eingang", 3), ("fristen", 3)] {
        let figure = figure(&text, id);
        let rows = table(figure);
        let several = rows.iter().any(|row| row.len() > 1);
        let parts = |row: &Vec<f64>| row[..row.len() - usize::from(several)].to_vec();
        let parts: Vec<f64> = rows.iter().flat_map(parts).filter(|count| *count > 0.0).collect();
        let sides: Vec<f64> = rectangles(figure).into_iter().map(|sides| sides[side]).collect();
        assert_eq!(parts.len(), sides.len(), "{id}");
        let unit = sides.iter().sum::<f64>() / parts.iter().sum::<f64>();
        for (count, side) in parts.iter().zip(&sides) {
            assert!((count * unit - side).abs() <= 2.0, "{id}: {count} is {side}, a unit {unit}");
        }
        for row in rows.iter().filter(|row| row.len() > 1) {
            assert!((row[..row.len() - 1].iter().sum::<f64>() - row[row.len() - 1]).abs() < 0.5, "{id}");
        }
    }
}

#[tokio::test]
async fn weeks_are_told_as_they_were() {
    let (_dir, router) = seen_by("supervisor", sample::sample_with_past);
    let text = get(&router, "de").await.1;
    let corrections = table(figure(&text, "korrekturen"));
    assert_eq!(corrections.len(), 12);
    assert!(corrections.iter().all(|row| row[3] > 0.0), "{corrections:?}");
    let shares = figure(&text, "anteil");
    assert_eq!(shares.matches("<tr>").count(), 13);
    assert_eq!(rectangles(shares).len(), 24);
    assert_eq!(table(figure(&text, "eingang")).len(), 14);
}

#[tokio::test]
async fn an_empty_house_says_that_there_is_nothing() {
    let (_dir, router) = seen_by("supervisor", |dir| sample::page(dir, &[]));
    let (status, text) = get(&router, "de").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(text.matches("In dieser Zeit gab es nichts.").count(), 6);
    assert!(text.contains("Noch kein Postfach hat sich gemeldet.") && !text.contains("<svg class=\"chart\""));
}

#[tokio::test]
async fn one_mailbox_and_thirty_are_shown_whole() {
    for count in [1, 30] {
        let folders = house::street(count);
        let (_dir, router) = seen_by("supervisor", |dir| {
            let page = sample::page(dir, &folders);
            for folder in &folders {
                sample::many(&page, folder, 3);
            }
            page
        });
        let text = get(&router, "de").await.1;
        let links = text.split("<h2").last().unwrap().matches("sortierung=wartezeit\"").count();
        assert_eq!(links, count as usize);
        assert_eq!(figure(&text, "aelteste").matches("<tr>").count(), count as usize + 1);
        assert!(rectangles(figure(&text, "aelteste")).len() <= 8);
    }
}

#[tokio::test]
async fn hostile_names_stay_text_also_in_pictures() {
    let hostile = folder("<script>alert(1)</script>\u{202e}", "\"><img src=x onerror=alert(2)>");
    let (_dir, router) = seen_by("supervisor", |dir| {
        let page = sample::page(dir, std::slice::from_ref(&hostile));
        sample::many(&page, &hostile, 3);
        page
    });
    let text = get(&router, "de").await.1;
    for harm in ["<script>", "<img src=x", "\u{202e}", "style=", "<style", "http://www.w3.org/1999"] {
        assert!(!text.contains(harm), "{harm}");
    }
    assert!(text.contains("&#60;script&#62;alert(1)") && text.contains("&lt;script&gt;"));
    assert!(text.contains("/?postfach=%3Cscript%3E"));
}
