//! Who is signed in: in memory only, so that a restart signs everyone out and no disk holds who worked when.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::secret::{self, Mark};
use crate::visitor::Rights;

/// Without a request for so long, a session is over.
const IDLE: SignedDuration = SignedDuration::from_mins(60);
/// More than any house has people; where there are more, the longest unused goes.
const MOST: usize = 10_000;

/// Who signed in, and by what.
#[derive(Clone)]
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) rights: Rights,
    pub(crate) by: By,
}

/// By what somebody signed in.
#[derive(Clone)]
pub(crate) enum By {
    /// A local account; the mark of what it was then: whoever is changed or removed is signed out.
    Account(Mark),
    /// The identity provider; what it said, to be told at the sign-out.
    Issuer(Arc<str>),
}

struct Session {
    who: Who,
    opened: Timestamp,
    used: Timestamp,
}

/// The open sessions, each under the mark of its cookie: who reads our memory still cannot take one over.
pub(crate) struct Sessions {
    open: Mutex<BTreeMap<Mark, Session>>,
    life: SignedDuration,
}

impl Sessions {
    pub(crate) fn new(life: SignedDuration) -> Self {
        Self { open: Mutex::default(), life }
    }

    /// A new session; returns what its cookie holds.
    pub(crate) fn open(&self, who: Who, now: Timestamp) -> io::Result<String> {
        let cookie = secret::random()?;
        let mut open = self.locked();
        if open.len() >= MOST {
            open.retain(|_, session| !session.is_over(self.life, now));
        }
        if open.len() >= MOST {
            let unused = open.iter().min_by_key(|(_, session)| session.used).map(|(mark, _)| *mark);
            unused.map(|mark| open.remove(&mark));
        }
        open.insert(secret::mark(&cookie), Session { who, opened: now, used: now });
        Ok(cookie)
    }

    /// Whose session this is, if it is still one; `by_hand` if they are still there, and it is not an open page that
    /// asks by itself.
    pub(crate) fn find(&self, cookie: &str, by_hand: bool, now: Timestamp) -> Option<Who> {
        let mark = secret::mark(cookie);
        let mut open = self.locked();
        let session = open.get_mut(&mark)?;
        if session.is_over(self.life, now) {
            open.remove(&mark);
            return None;
        }
        if by_hand {
            session.used = now;
        }
        Some(session.who.clone())
    }

    /// Ends it.
    pub(crate) fn close(&self, cookie: &str) -> Option<Who> {
        self.locked().remove(&secret::mark(cookie)).map(|session| session.who)
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<Mark, Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    fn is_over(&self, life: SignedDuration, now: Timestamp) -> bool {
        now.duration_since(self.opened) >= life || now.duration_since(self.used) >= IDLE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn who(name: &str) -> Who {
        Who { name: name.to_owned(), rights: Rights::default(), by: By::Issuer("".into()) }
    }

    #[test]
    fn a_session_ends_unused_or_old_and_once_ended_never_comes_back() {
        let sessions = Sessions::new(SignedDuration::from_hours(3));
        let (busy, lazy) = (sessions.open(who("a"), at(0)).unwrap(), sessions.open(who("b"), at(0)).unwrap());
        for minutes in [10, 69, 128, 179] {
            assert!(sessions.find(&busy, true, at(minutes)).is_some(), "{minutes}");
        }
        assert!(sessions.find(&busy, true, at(180)).is_none() && sessions.find(&busy, true, at(1)).is_none());
        assert!(sessions.find(&lazy, true, at(60)).is_none() && sessions.find(&lazy, true, at(1)).is_none());
        assert!(sessions.find("", true, at(0)).is_none());
        let open = sessions.open(who("c"), at(0)).unwrap();
        assert!(
            sessions.find(&open, false, at(59)).is_some() && sessions.find(&open, false, at(60)).is_none()
        );
    }

    #[test]
    fn signing_out_ends_one_session_only() {
        let sessions = Sessions::new(SignedDuration::from_hours(3));
        let both = [sessions.open(who("a"), at(0)).unwrap(), sessions.open(who("a"), at(0)).unwrap()];
        assert!(sessions.close(&both[0]).is_some() && sessions.close(&both[0]).is_none());
        assert!(
            sessions.find(&both[0], true, at(1)).is_none() && sessions.find(&both[1], true, at(1)).is_some()
        );
    }

    #[test]
    fn there_are_never_more_than_fit_and_the_longest_unused_goes() {
        let sessions = Sessions::new(SignedDuration::from_hours(3));
        let first = sessions.open(who("a"), at(0)).unwrap();
        let second = sessions.open(who("b"), at(1)).unwrap();
        sessions.find(&first, true, at(2));
        for _ in 0..MOST - 1 {
            sessions.open(who("c"), at(3)).unwrap();
        }
        assert_eq!(sessions.locked().len(), MOST);
        assert!(
            sessions.find(&first, true, at(3)).is_some() && sessions.find(&second, true, at(3)).is_none()
        );
    }
}
