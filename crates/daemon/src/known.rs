//! Messages that are known by their fingerprints although their UID is new: the folder was numbered anew,
//! or they came from another folder. They are taken over with what is known of them, and never judged again.

use std::collections::{BTreeMap, BTreeSet};

use domain::Uid;
use mailbox::{Connection, Error, Summary};
use store::{Adoption, Mark, Recognised, fingerprint};

use crate::attend::{AttendError, Role};
use crate::batch::ours;
use crate::letters::BATCH;
use crate::round::Round;

/// Listed messages of which nothing is known.
pub(crate) struct Strangers {
    /// They came with tags of ours.
    pub tagged: Vec<(Summary, Known)>,
    /// They are to be judged.
    pub fresh: Vec<Summary>,
}

/// By what a listed message is known, as far as its Message-ID tells.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub fingerprint: String,
    pub thread: Option<Mark>,
}

impl Round<'_> {
    /// Takes over what is known, and hands back the rest.
    pub async fn strangers(&mut self, listed: Vec<Summary>) -> Result<Strangers, AttendError> {
        let (folder, validity) = (self.attendant.folder.clone(), self.validity);
        let remembers = self.attendant.book(|ledger, now| ledger.remembers(&folder.mailbox, now))?;
        let filed = matches!(self.attendant.role, Role::Class(_));
        let moves = self.attendant.write.may_move();
        let prefix = self.attendant.prefix.clone();
        let has_tags = |summary: &Summary| filed || !ours(&prefix, &summary.flags).is_empty();
        let (asked, mut fresh): (Vec<Summary>, Vec<Summary>) =
            listed.into_iter().partition(|summary| moves || remembers || has_tags(summary));
        let prints = self.fingerprints(&asked).await?;
        let wanted: Vec<String> = prints.values().map(|print| print.fingerprint.clone()).collect();
        let known = self.attendant.book(|ledger, now| ledger.recognise(&folder, validity, &wanted, now))?;

        let (mut taken, mut adoptions, mut tagged) = (BTreeSet::new(), Vec::new(), Vec::new());
        for summary in asked {
            // What is gone by now has no fingerprint: its journey ends where it is fetched.
            let Some(print) = prints.get(&summary.uid) else {
                fresh.push(summary);
                continue;
            };
            let is_tagged = has_tags(&summary);
            let fingerprint = &print.fingerprint;
            match known.get(fingerprint).filter(|known| takes_over(known, is_tagged, moves)) {
                Some(known) if taken.insert(fingerprint.clone()) => adoptions.push(Adoption {
                    uid: summary.uid,
                    fingerprint: fingerprint.clone(),
                    from: known.from.clone(),
                }),
                _ if is_tagged => tagged.push((summary, print.clone())),
                _ => fresh.push(summary),
            }
        }
        fresh.sort_by_key(|summary| summary.uid);
        self.attendant.book(|ledger, now| ledger.adopt(&folder, validity, &adoptions, now))?;
        Ok(Strangers { tagged, fresh })
    }

    /// The fingerprints of listed messages; those that are gone, or cannot be fetched, have none.
    async fn fingerprints(&mut self, listed: &[Summary]) -> Result<BTreeMap<Uid, Known>, Error> {
        let mut prints = BTreeMap::new();
        let mut rest = listed;
        while let Some(first) = rest.first().map(|summary| summary.uid) {
            let caution = &mut self.attendant.caution;
            let (chunk, later) = rest.split_at(caution.most(first, BATCH).min(rest.len()));
            rest = later;
            if caution.is_given_up(first) {
                continue;
            }
            caution.begin(first, chunk.last().map_or(first, |summary| summary.uid), chunk.len());
            prints.append(&mut prints_of(self.connection, chunk).await?);
            self.attendant.caution.done();
        }
        Ok(prints)
    }
}

/// The Message-ID of a header.
pub(crate) fn message_id(header: &[u8]) -> Option<String> {
    parse::message(header).0.message_id
}

/// What a server answers when it is asked for a mail's Message-ID fields (RFC 3501, 6.4.5, HEADER.FIELDS).
pub(crate) fn message_id_field(mail: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b"message-id";
    let mut field = Vec::new();
    let mut ours = false;
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() {
            break;
        }
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii_end();
            ours = name.eq_ignore_ascii_case(NAME);
        }
        if ours {
            field.extend_from_slice(line);
        }
    }
    field.extend_from_slice(b"\r\n");
    field.truncate(mailbox::LONGEST_HEADER as usize);
    field
}

/// The fingerprints of a few listed messages; those that are gone have none.
pub(crate) async fn fingerprints(
    connection: &mut Connection,
    listed: &[Summary],
) -> Result<BTreeMap<Uid, String>, Error> {
    let prints = prints_of(connection, listed).await?;
    Ok(prints.into_iter().map(|(uid, print)| (uid, print.fingerprint)).collect())
}

async fn prints_of(connection: &mut Connection, listed: &[Summary]) -> Result<BTreeMap<Uid, Known>, Error> {
    let uids: Vec<Uid> = listed.iter().map(|summary| summary.uid).collect();
    let headers = connection.headers(&uids).await?;
    let ids: BTreeMap<Uid, Option<String>> =
        headers.into_iter().map(|header| (header.uid, message_id(&header.bytes))).collect();
    let print = |summary: &Summary| {
        let id = ids.get(&summary.uid)?.as_deref();
        let fingerprint = fingerprint(id, summary.size, summary.arrived).to_string();
        Some((summary.uid, Known { fingerprint, thread: id.map(Mark::of_message_id) }))
    };
    Ok(listed.iter().filter_map(print).collect())
}

/// Whether what is known of a message holds for one that is found here. One without tags that came back by
/// itself is judged anew; but what a person decided stands, and what the server numbered anew is no news.
fn takes_over(known: &Recognised, is_tagged: bool, moves: bool) -> bool {
    let entry = &known.entry;
    let stands = entry.person || known.from.is_none() && entry.renumbered;
    // Where messages are moved by class, whoever moves one back has decided.
    is_tagged || stands || moves && !entry.held.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mail: &str, id: Option<&str>) {
        assert_eq!(message_id(&message_id_field(mail.as_bytes())).as_deref(), id);
    }

    #[test]
    fn the_field_is_what_a_server_would_answer() {
        check("Subject: a\r\nMessage-Id: <a@b>\r\n\r\nMessage-ID: <c@d>\r\n", Some("a@b"));
        check("MESSAGE-ID:\r\n <a@b>\r\nSubject: x\r\n\r\n", Some("a@b"));
        check("\r\nMessage-ID: <a@b>\r\n\r\ntext", None);
        check("X-Message-ID: <a@b>\r\n\r\n", None);
        check("", None);
    }
}
