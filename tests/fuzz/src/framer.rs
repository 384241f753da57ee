//! Any bytes in any chunks through the framer, and what comes out through the parser.
//!
//! ```text
//!   first byte: which caps      second byte: how the rest is cut into chunks      the rest: the server's bytes
//! ```

use async_imap::imap_proto::Response;
use langhals_mailbox::guard::{Breach, Caps, Framer, Literals};

/// Small enough that few bytes reach them.
const TIGHT: Caps =
    Caps { line: 120, octets: Literals { response: 60, command: 150 }, literals: 3, depth: 4, text: 1_000 };

/// Panics where the guard does not keep its promises.
pub fn run(input: &[u8]) {
    let [caps, chunks, bytes @ ..] = input else { return };
    let caps = if caps % 2 == 0 { TIGHT } else { Caps::default() };
    let whole = frame(caps, bytes, |_| usize::MAX, &mut Vec::new());
    let mut ends = Vec::new();
    assert_eq!(whole, frame(caps, bytes, |_| 1, &mut ends), "byte by byte it is something else");
    let step = usize::from(*chunks);
    let cut = frame(caps, bytes, |at| 1 + (at * 31 + step) % (step + 1), &mut Vec::new());
    assert_eq!(whole, cut, "in chunks it is something else");
    let (out, _) = whole;
    // A quoted string of one octet becomes a literal of one octet, which is the worst that mending does.
    assert!(out.len() <= bytes.len() * 4 + 4, "{} bytes came of {}", out.len(), bytes.len());
    parse(&out, &ends);
}

/// Every response until the first that is none, or is not whole: never a panic, and never two in one.
fn parse(out: &[u8], ends: &[usize]) {
    let mut rest = out;
    while let Ok((after, _)) = Response::parse(rest) {
        let (begin, end) = (out.len() - rest.len(), out.len() - after.len());
        // The last one may be whole although more of it is still to come, and to be dropped.
        let first = ends.iter().copied().find(|at| *at > begin).unwrap_or(out.len());
        assert_eq!(first, end, "the parser ends a response elsewhere than the guard");
        rest = after;
    }
}

/// What comes out of bytes in chunks of these sizes, and how it ended; and where responses end.
fn frame(
    caps: Caps,
    bytes: &[u8],
    size: impl Fn(usize) -> usize,
    ends: &mut Vec<usize>,
) -> (Vec<u8>, Option<Breach>) {
    let (mut framer, mut out, mut fed) = (Framer::new(caps), Vec::new(), 0);
    while fed < bytes.len() {
        let end = fed.saturating_add(size(fed)).min(bytes.len());
        while fed < end {
            match framer.feed(&bytes[fed..end], &mut out) {
                Ok(used) => {
                    assert!((1..=end - fed).contains(&used), "took {used} bytes");
                    fed += used;
                    if !framer.is_amid() {
                        ends.push(out.len());
                    }
                }
                Err(breach) => {
                    assert_eq!(framer.feed(b"* OK\r\n", &mut out), Err(breach), "a breach is final");
                    return (out, Some(breach));
                }
            }
        }
    }
    (out, None)
}
