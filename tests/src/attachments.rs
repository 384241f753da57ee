//! Bytes that pass for attachments: small files, each valid enough that a program opens or at least recognises it.

/// Media type and content for a file of this name.
pub fn content(name: &str) -> (&'static str, Vec<u8>) {
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "pdf" => ("application/pdf", pdf()),
        "png" => ("image/png", PNG.to_vec()),
        "jpg" | "jpeg" => ("image/jpeg", JPEG.to_vec()),
        "gif" => ("image/gif", GIF.to_vec()),
        "heic" => ("image/heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()),
        "mp4" => ("video/mp4", b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2".to_vec()),
        "docx" => (DOCX, zip("[Content_Types].xml", TYPES)),
        "xlsx" => (XLSX, zip("[Content_Types].xml", TYPES)),
        "ods" => (ODS, zip("mimetype", ODS.as_bytes())),
        "zip" => ("application/zip", zip("inhalt.txt", b"Unterlagen\r\n")),
        "xml" => {
            ("application/xml", b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<vorgang/>\r\n".to_vec())
        }
        "html" | "htm" => ("text/html", b"<html><body><p>siehe E-Mail</p></body></html>\r\n".to_vec()),
        "txt" => ("text/plain", b"siehe E-Mail\r\n".to_vec()),
        "csv" => ("text/csv", b"datum;betrag\r\n01.01.2026;12,50\r\n".to_vec()),
        "ics" => ("text/calendar", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n".to_vec()),
        "eml" => ("message/rfc822", EML.to_vec()),
        "p7s" => ("application/pkcs7-signature", SIGNED_DATA.to_vec()),
        "pgp" | "gpg" => ("application/pgp-encrypted", b"\x85\x01\x0c\x03langhals".to_vec()),
        "asc" => ("application/pgp-signature", PGP_SIGNATURE.to_vec()),
        _ => ("application/octet-stream", b"\0\x01\x02\x03".to_vec()),
    }
}

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";
const TYPES: &[u8] =
    b"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
const EML: &[u8] =
    b"From: jemand@example.org\r\nTo: amt@example.org\r\nSubject: weitergeleitet\r\n\r\nsiehe E-Mail\r\n";
const PGP_SIGNATURE: &[u8] =
    b"-----BEGIN PGP SIGNATURE-----\r\n\r\niHUEABYKAB0WIQ==\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n";

/// One white pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9bU\0\0\0\nIDATx\x9cc\xf8\x0f\0\x01\x01\x01\0\xb18\xf6\x14\0\0\0\0IEND\xaeB\x60\x82";
/// One transparent pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
/// Start, JFIF header, end.
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9";
/// `ContentInfo` with the object identifier of signed-data (RFC 5652) and an empty content.
const SIGNED_DATA: &[u8] = b"\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x02\x30\x00";

/// One empty page, with a right cross-reference table.
fn pdf() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (i, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", i + 1));
    }
    let start = out.len();
    out.push_str(&format!(
        "xref\n0 4\n{table}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    out.into_bytes()
}

/// A ZIP archive with one stored file.
fn zip(name: &str, content: &[u8]) -> Vec<u8> {
    let size = (content.len() as u32).to_le_bytes();
    let checksum = crc32fast::hash(content).to_le_bytes();
    let name_length = (name.len() as u16).to_le_bytes();
    // Version 2.0, no flags, stored, 1 January 2026.
    let common =
        [&b"\x14\0\0\0\0\0\0\0\x21\x5c"[..], &checksum, &size, &size, &name_length, b"\0\0"].concat();
    let local = [b"PK\x03\x04", common.as_slice(), name.as_bytes(), content].concat();
    let central = [b"PK\x01\x02\x14\0", common.as_slice(), &[0; 14], name.as_bytes()].concat();
    let [central_size, offset] = [central.len(), local.len()].map(|n| (n as u32).to_le_bytes());
    let end = [&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &central_size, &offset, b"\0\0"].concat();
    [local, central, end].concat()
}
