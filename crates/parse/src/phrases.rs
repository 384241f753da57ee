//! Many phrases looked for at once: nearly every place is told by its first three octets to begin none of them.

/// A table of as many bits as octets can be three of, by a hash.
const BITS: usize = 1 << 12;

/// Phrases of at least three octets.
pub(crate) struct Phrases {
    phrases: &'static [&'static str],
    begins: [u64; BITS / 64],
}

impl Phrases {
    /// Shorter ones are never found.
    pub(crate) fn of(phrases: &'static [&'static str]) -> Self {
        let mut begins = [0; BITS / 64];
        for phrase in phrases {
            if let Some(first) = phrase.as_bytes().first_chunk() {
                let bit = bit(*first);
                begins[bit / 64] |= 1 << (bit % 64);
            }
        }
        Self { phrases, begins }
    }

    /// Where in the text one of them begins, in order.
    pub(crate) fn within<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        let bytes = text.as_bytes();
        let may_begin = |at: &usize| {
            let first = bytes.get(*at..).and_then(|rest| rest.first_chunk());
            first.is_some_and(|first| {
                let bit = bit(*first);
                self.begins[bit / 64] >> (bit % 64) & 1 == 1
            })
        };
        let begins = |at: &usize| {
            let rest = bytes.get(*at..).unwrap_or_default();
            self.phrases.iter().any(|phrase| phrase.len() >= 3 && rest.starts_with(phrase.as_bytes()))
        };
        (0..bytes.len()).filter(may_begin).filter(begins)
    }
}

fn bit(first: [u8; 3]) -> usize {
    let number = first.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
    (number.wrapping_mul(0x9E37_79B1) >> 20) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_wherever_they_begin() {
        let phrases = Phrases::of(&["zwv", "in rot", "s. u.", "übernahme", "in"]);
        let within = |text| phrases.within(text).collect::<Vec<_>>();
        assert_eq!(within("zwv, s. u."), [0, 5]);
        assert_eq!(within("die übernahme in rot"), [4, 15]);
        assert_eq!(within("in ro"), [] as [usize; 0]);
        assert_eq!(within("zw"), [] as [usize; 0]);
        assert_eq!(within(""), [] as [usize; 0]);
    }
}
