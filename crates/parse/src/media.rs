//! Media types by file name, so that a type nobody set properly, or a record without one, reads like any other.

/// Endings that authorities meet, and their registered types.
const BY_ENDING: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("rtf", "application/rtf"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("zip", "application/zip"),
    ("txt", "text/plain"),
    ("csv", "text/csv"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("xml", "application/xml"),
    ("ics", "text/calendar"),
    ("vcf", "text/vcard"),
    ("eml", "message/rfc822"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
];

/// The given type where it tells something, else the one that the name's ending stands for.
pub(crate) fn type_of(name: &str, given: &str) -> String {
    const UNTOLD: &str = "application/octet-stream";
    if !given.is_empty() && given != UNTOLD {
        return given.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let known = BY_ENDING.iter().find(|(known, _)| ending.as_deref() == Some(known));
    known.map_or(UNTOLD, |(_, media_type)| media_type).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telling_type_wins_over_the_name() {
        for (name, given, expected) in [
            ("Antrag.PDF", "", "application/pdf"),
            ("Antrag.PDF", "application/octet-stream", "application/pdf"),
            ("Antrag.pdf", "image/png", "image/png"),
            ("Antrag", "", "application/octet-stream"),
        ] {
            assert_eq!(type_of(name, given), expected);
        }
    }
}
