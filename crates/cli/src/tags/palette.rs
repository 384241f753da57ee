//! Order and colours, the same in every client.

use domain::Tag;

/// What is urgent or undecided first: where a client shows but one of several tags, it is the first of these.
pub const BY_WEIGHT: [Tag; 8] = [
    Tag::Hoch,
    Tag::Verschluesselt,
    Tag::Unsicher,
    Tag::Frist,
    Tag::Antrag,
    Tag::Rueckfrage,
    Tag::Sonstiges,
    Tag::Niedrig,
];

/// Readable as text on white, under white text, and on the dark ground of a client at night. The name always stands
/// beside it, as nobody should have to tell colours apart.
pub fn colour(tag: Tag) -> &'static str {
    match tag {
        Tag::Hoch => "#DB2A40",
        Tag::Verschluesselt => "#B3561A",
        Tag::Unsicher => "#976B00",
        Tag::Frist => "#A552BC",
        Tag::Antrag => "#2074D6",
        Tag::Rueckfrage => "#00838E",
        Tag::Sonstiges => "#70708A",
        Tag::Niedrig => "#767676",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// WCAG 2.1, "relative luminance".
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(colour.get(at..at + 2).unwrap(), 16).unwrap()) / 255.0;
            if value <= 0.039_28 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    /// WCAG 2.1, "contrast ratio".
    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_colour_can_be_read_by_day_and_seen_by_night() {
        for tag in Tag::ALL {
            let (day, night) = (contrast(colour(tag), "#FFFFFF"), contrast(colour(tag), "#18181B"));
            assert!(day >= 4.5 && night >= 3.5, "{tag:?}: {day:.2} by day, {night:.2} by night");
        }
    }

    #[test]
    fn no_tag_is_forgotten_and_no_two_look_alike() {
        assert_eq!(BTreeSet::from(BY_WEIGHT), BTreeSet::from(Tag::ALL));
        assert_eq!(BTreeSet::from(Tag::ALL.map(colour)).len(), Tag::ALL.len());
    }
}
