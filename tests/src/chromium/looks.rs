//! How a page is looked at: width, zoom, colours; and pictures of it.

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{Chromium, text};

/// Width, height, zoom and colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Of the window, in its own points.
    pub width: u32,
    /// Of the window, in its own points.
    pub height: u32,
    /// In per cent.
    pub zoom: u32,
    /// Whether the reader's system is dark.
    pub dark: bool,
}

impl Look {
    /// A desk, by day.
    pub const DESK: Self = Self { width: 1280, height: 900, zoom: 100, dark: false };
    /// The same at night.
    pub const NIGHT: Self = Self { dark: true, ..Self::DESK };
    /// A narrow phone.
    pub const PHONE: Self = Self { width: 360, height: 740, ..Self::DESK };
    /// A desk whose reader needs everything twice as large.
    pub const LARGE: Self = Self { zoom: 200, ..Self::DESK };
}

impl Chromium {
    /// Looks at pages in this way from now on.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn look(&self, look: Look) -> Result<()> {
        // Zoom makes a window of fewer points, each of more pixels.
        let metrics = json!({
            "width": look.width * 100 / look.zoom,
            "height": look.height * 100 / look.zoom,
            "deviceScaleFactor": f64::from(look.zoom) / 100.0,
            "mobile": false,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", &metrics)?;
        let scheme = if look.dark { "dark" } else { "light" };
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]});
        self.cdp("Emulation.setEmulatedMedia", &features).map(drop)
    }

    /// What sticks out of the window to the right, so that the whole page would have to be moved to read it.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn sticks_out(&self) -> Result<Vec<String>> {
        let found = self.ask(STICKS_OUT, &[])?;
        found.as_array().into_iter().flatten().map(text).collect()
    }

    /// A picture of the page as WebP, from its top to `height` points at most, with so many pixels a point.
    /// `quality` is of 100.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn picture(&self, height: u32, scale: f64, quality: u32) -> Result<Vec<u8>> {
        let size = self.ask("return [innerWidth, document.documentElement.scrollHeight]", &[])?;
        let (width, whole) = size[0].as_u64().zip(size[1].as_u64()).context("the page has no size")?;
        let height = whole.min(u64::from(height));
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": scale });
        self.capture(&json!({ "captureBeyondViewport": true, "clip": clip }), quality)
    }

    /// A picture of what the window shows, as WebP.
    ///
    /// # Errors
    /// If the browser is gone.
    pub fn window_picture(&self, quality: u32) -> Result<Vec<u8>> {
        self.capture(&json!({}), quality)
    }

    fn capture(&self, what: &Value, quality: u32) -> Result<Vec<u8>> {
        let mut parameters = what.clone();
        parameters["format"] = json!("webp");
        parameters["quality"] = json!(quality);
        let taken = self.cdp("Page.captureScreenshot", &parameters)?;
        Ok(BASE64_STANDARD.decode(text(&taken["data"])?)?)
    }
}

const STICKS_OUT: &str = r"
const root = document.scrollingElement;
if (root.scrollWidth <= innerWidth) return [];
const wide = [...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > innerWidth + 1);
const named = wide.slice(0, 8).map(one => `${one.tagName}.${one.className} ${(one.textContent ?? '').trim().slice(0, 40)}`);
return [`${root.scrollWidth} of ${innerWidth} points at ${location.href}`, ...named];";
