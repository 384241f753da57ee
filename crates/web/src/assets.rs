//! Style, fonts, icon and script, carried in the binary: nothing is fetched from elsewhere.
//!
//! KERN UX 2.7.2 (`@kern-ux/native`, EUPL-1.2) is the German administration's design system; its typeface is
//! Fira Sans (OFL-1.1). Both lie unchanged in `assets/kern/`, with their licences; so does Idiomorph 0.8.0 (0BSD), which
//! puts a page's new form into the old one, in `assets/idiomorph/`.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// KERN's address carries its version, so it may be kept for ever; ours changes with each version of Langhals.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const AN_HOUR: &str = "public, max-age=3600";

/// One file.
pub(crate) struct Asset {
    name: &'static str,
    media_type: &'static str,
    keep: &'static str,
    bytes: &'static [u8],
}

/// The file of that name below `/assets/`.
pub(crate) fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

impl IntoResponse for &'static Asset {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, self.media_type), (header::CACHE_CONTROL, self.keep)], self.bytes)
            .into_response()
    }
}

const CSS: &str = "text/css; charset=utf-8";
const FONT: &str = "font/woff2";
const TEXT: &str = "text/plain; charset=utf-8";

const SCRIPT: &str = "text/javascript; charset=utf-8";

static ASSETS: &[Asset] = &[
    Asset { name: "style.css", media_type: CSS, keep: AN_HOUR, bytes: include_bytes!("../assets/style.css") },
    Asset {
        name: "rooms/charts.css",
        media_type: CSS,
        keep: AN_HOUR,
        bytes: include_bytes!("../assets/rooms/charts.css"),
    },
    Asset {
        name: "rooms/message.css",
        media_type: CSS,
        keep: AN_HOUR,
        bytes: include_bytes!("../assets/rooms/message.css"),
    },
    Asset {
        name: "rooms/overview.css",
        media_type: CSS,
        keep: AN_HOUR,
        bytes: include_bytes!("../assets/rooms/overview.css"),
    },
    Asset {
        name: "rooms/people.css",
        media_type: CSS,
        keep: AN_HOUR,
        bytes: include_bytes!("../assets/rooms/people.css"),
    },
    Asset {
        name: "rooms/school.css",
        media_type: CSS,
        keep: AN_HOUR,
        bytes: include_bytes!("../assets/rooms/school.css"),
    },
    Asset {
        name: "icon.svg",
        media_type: "image/svg+xml",
        keep: AN_HOUR,
        bytes: include_bytes!("../assets/icon.svg"),
    },
    Asset {
        name: "arrow-down.svg",
        media_type: "image/svg+xml",
        keep: AN_HOUR,
        bytes: include_bytes!("../assets/arrow-down.svg"),
    },
    Asset {
        name: "langhals.js",
        media_type: SCRIPT,
        keep: AN_HOUR,
        bytes: include_bytes!("../assets/langhals.js"),
    },
    Asset {
        name: "idiomorph-0.8.0/idiomorph.min.js",
        media_type: SCRIPT,
        keep: FOR_EVER,
        bytes: include_bytes!("../assets/idiomorph/idiomorph.min.js"),
    },
    Asset {
        name: "idiomorph-0.8.0/LICENSE.txt",
        media_type: TEXT,
        keep: FOR_EVER,
        bytes: include_bytes!("../assets/idiomorph/LICENSE.txt"),
    },
    Asset {
        name: "kern-2.7.2/kern.min.css",
        media_type: CSS,
        keep: FOR_EVER,
        bytes: include_bytes!("../assets/kern/kern.min.css"),
    },
    Asset {
        name: "kern-2.7.2/FiraSans-Regular.woff2",
        media_type: FONT,
        keep: FOR_EVER,
        bytes: include_bytes!("../assets/kern/FiraSans-Regular.woff2"),
    },
    Asset {
        name: "kern-2.7.2/FiraSans-Medium.woff2",
        media_type: FONT,
        keep: FOR_EVER,
        bytes: include_bytes!("../assets/kern/FiraSans-Medium.woff2"),
    },
    Asset {
        name: "kern-2.7.2/FiraSans-SemiBold.woff2",
        media_type: FONT,
        keep: FOR_EVER,
        bytes: include_bytes!("../assets/kern/FiraSans-SemiBold.woff2"),
    },
    Asset {
        name: "kern-2.7.2/LICENSE.md",
        media_type: TEXT,
        keep: FOR_EVER,
        bytes: include_bytes!("../assets/kern/LICENSE.md"),
    },
    Asset {
        name: "kern-2.7.2/OFL-FiraSans.txt",
        media_type: TEXT,
        keep: FOR_EVER,
        bytes: include_bytes!("../assets/kern/OFL-FiraSans.txt"),
    },
];
