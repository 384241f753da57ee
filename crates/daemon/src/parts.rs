//! Large mails without their attachments: header, structure and texts are fetched piece by piece, and put together.
//!
//! ```text
//!   header, MIME headers (some mails at once) ─▶ parse::Outline ─▶ texts (mail by mail) ─▶ a mail that `parse` reads
//!                  └ refused, or does not fit together ─▶ nothing: it is read from its begin
//! ```

use std::collections::BTreeMap;

use domain::Uid;
use mailbox::{Connection, Error, Pieces, RawMessage, Section, Summary};
use parse::{Outline, Piece, Want};

use crate::letters::WHOLE_UP_TO;

/// From here on it is cheaper to ask two or three times for little than once for everything: at 20 Mbit/s a mail of 128 KiB
/// takes as long as two answers over 25 ms each. Hardly any mail without attachments is so large.
const LARGE_FROM: u32 = 128 * 1024;
/// Mails whose headers are asked for at once: 120 KiB each at most.
const AT_ONCE: usize = 16;
/// How often a mail is asked about at most; an honest one takes two or three times.
const ROUNDS: usize = 40;

/// Those of the large mails that could be read so, and takes what they hold off what is `left` for the batch.
pub(crate) async fn fetch(
    connection: &mut Connection,
    summaries: &[Summary],
    left: &mut u64,
) -> Result<Vec<RawMessage>, Error> {
    let large: Vec<&Summary> = summaries.iter().filter(|summary| summary.size >= LARGE_FROM).collect();
    let mut gathered = Vec::new();
    for some in large.chunks(AT_ONCE) {
        let uids: Vec<Uid> = some.iter().map(|summary| summary.uid).collect();
        // A server that does not know how is not asked again for this batch.
        let Some(mut begun) = ask(connection, &uids, &Outline::first()).await? else { break };
        for summary in some {
            let Some(pieces) = begun.remove(&summary.uid) else { continue };
            if let Some(mail) = one(connection, summary, &pieces, *left).await? {
                *left = left.saturating_sub(mail.bytes.len() as u64);
                gathered.push(mail);
            }
        }
    }
    Ok(gathered)
}

/// One mail; `None` where it is to be read from its begin.
async fn one(
    connection: &mut Connection,
    summary: &Summary,
    first: &Pieces,
    left: u64,
) -> Result<Option<RawMessage>, Error> {
    let header = first.get(&Section::Header).and_then(Option::as_deref).unwrap_or_default();
    // It may hold its texts and some headers.
    let most = 2 * u64::from(WHOLE_UP_TO);
    let outline = Outline::new(header, summary.size as usize, WHOLE_UP_TO as usize);
    let Some(mut outline) = outline.filter(|_| left >= most) else { return Ok(None) };
    learn(&mut outline, &Outline::first(), first);
    for _ in 0..ROUNDS {
        let wants = outline.wants();
        if wants.is_empty() {
            break;
        }
        let answered = ask(connection, &[summary.uid], &wants).await?;
        let Some(pieces) = answered.and_then(|mut answered| answered.remove(&summary.uid)) else {
            return Ok(None);
        };
        learn(&mut outline, &wants, &pieces);
    }
    let mail = outline.mail();
    Ok(mail.map(|mail| RawMessage { uid: summary.uid, bytes: mail.bytes, partial: mail.cut }))
}

/// Asks for pieces; `None` where the server refuses.
async fn ask(
    connection: &mut Connection,
    uids: &[Uid],
    wants: &[Want],
) -> Result<Option<BTreeMap<Uid, Pieces>>, Error> {
    let sections: Vec<(Section, u32)> =
        wants.iter().map(|want| (section(want), octets(want.octets))).collect();
    let each: u64 = sections.iter().map(|(_, octets)| u64::from(*octets)).sum();
    match connection.sections(uids, &sections, each * uids.len() as u64).await {
        Ok(pieces) => Ok(Some(pieces)),
        Err(Error::Refused { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn learn(outline: &mut Outline, wants: &[Want], pieces: &Pieces) {
    for want in wants {
        outline.learn(want, pieces.get(&section(want)).and_then(Option::as_deref));
    }
}

fn section(want: &Want) -> Section {
    match want.piece {
        Piece::Header if want.path.is_empty() => Section::Header,
        Piece::Header => Section::Mime(want.path.clone()),
        Piece::Content { from } => Section::Content(want.path.clone(), octets(from)),
    }
}

/// A mail's octets are counted in 32 bits (RFC 3501, 9, number).
fn octets(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
