//! Moments, as a record spells them.

use alloc::string::String;

/// Milliseconds since 1970, up to the end of the year 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

const DAY: u64 = 86_400_000;

impl Time {
    /// The last moment that can be spelled.
    pub const LAST: Time = Time(253_402_300_799_999);

    /// A moment by its milliseconds since 1970.
    pub fn from_millis(millis: u64) -> Option<Time> {
        (millis <= Time::LAST.0).then_some(Time(millis))
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// The moment so much later, at most [`Time::LAST`].
    pub fn plus(self, millis: u64) -> Time {
        Time(self.0.saturating_add(millis)).min(Time::LAST)
    }

    /// Reads `2026-11-23T15:04:05.123Z` (RFC 3339), in exactly this spelling.
    pub fn parse(text: &str) -> Option<Time> {
        let number = |from: usize, to: usize| {
            let digits = text.get(from..to)?;
            digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u64>().ok())?
        };
        let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (23, b'Z')];
        if text.len() != 24 || marks.iter().any(|(at, mark)| text.as_bytes().get(*at) != Some(mark)) {
            return None;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second, millis) =
            (number(11, 13)?, number(14, 16)?, number(17, 19)?, number(20, 23)?);
        if year < 1970 || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let days = days_before(year, month, day)?;
        // A day that the month does not have comes back as another one.
        let there = civil(days) == (year, month, day);
        there.then_some(Time(days * DAY + ((hour * 60 + minute) * 60 + second) * 1000 + millis))
    }

    /// The spelling that [`Time::parse`] reads.
    pub fn text(self) -> String {
        let (year, month, day) = civil(self.0 / DAY);
        let (seconds, millis) = (self.0 % DAY / 1000, self.0 % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let mut out = String::with_capacity(24);
        let parts = [
            (year, 4, '-'),
            (month, 2, '-'),
            (day, 2, 'T'),
            (hour, 2, ':'),
            (minute, 2, ':'),
            (second, 2, '.'),
        ];
        for (number, width, after) in parts.into_iter().chain([(millis, 3, 'Z')]) {
            for place in (0..width).rev() {
                // A digit, which is one byte.
                out.push(char::from(b'0' + (number / 10u64.pow(place) % 10) as u8));
            }
            out.push(after);
        }
        out
    }
}

/// Days from 1970 to a day of the Gregorian calendar. Years begin in March here, so that the leap day is their last.
fn days_before(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day.checked_sub(1)?;
    (year * 365 + year / 4 - year / 100 + year / 400 + of_year).checked_sub(719_468)
}

/// The day of the Gregorian calendar, so many days after 1970.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_moments() {
        for (text, millis) in [
            ("1970-01-01T00:00:00.000Z", 0),
            ("2000-02-29T23:59:59.999Z", 951_868_799_999),
            ("2026-11-23T15:04:05.123Z", 1_795_446_245_123),
            ("2100-03-01T00:00:00.000Z", 4_107_542_400_000),
            ("9999-12-31T23:59:59.999Z", Time::LAST.0),
        ] {
            assert_eq!(Time::parse(text), Some(Time(millis)), "{text}");
            assert_eq!(Time(millis).text(), text);
        }
    }

    #[test]
    fn every_day_reads_back() {
        for day in (0..=Time::LAST.0 / DAY).step_by(13) {
            let time = Time(day * DAY + day % DAY);
            assert_eq!(Time::parse(&time.text()), Some(time), "{}", time.text());
        }
    }

    #[test]
    fn refuses_what_is_no_moment_or_spelled_otherwise() {
        for text in [
            "",
            "2026-11-23T15:04:05Z",
            "2026-11-23 15:04:05.123Z",
            "2026-11-23T15:04:05.123+00:00",
            "2026-11-23T15:04:05.123Zx",
            "2025-02-29T00:00:00.000Z",
            "2026-04-31T00:00:00.000Z",
            "2026-13-01T00:00:00.000Z",
            "2026-00-01T00:00:00.000Z",
            "2026-01-00T00:00:00.000Z",
            "2026-01-01T24:00:00.000Z",
            "2026-01-01T00:00:60.000Z",
            "1969-12-31T00:00:00.000Z",
            "+026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:00.00äZ",
        ] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
    }
}
