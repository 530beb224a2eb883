//! Numbers as people read them.

use concertina::text::thousands;

/// As in `1 image` or `60,000 images`.
pub(crate) fn counted(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", thousands(n), if n == 1 { "" } else { "s" })
}

/// A loss with as many digits as say something.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        size if size < 10.0 => format!("{value:.4}"),
        size if size < 1e7 => format!("{value:.3}"),
        _ => format!("{value:.3e}"),
    }
}

/// Two decimals; what rounds to nothing has no sign.
pub(crate) fn hundredths(value: f64) -> String {
    format!("{:.2}", (value * 100.0).round() / 100.0 + 0.0)
}

/// A share as in `97.3 %`, with two decimals at most.
pub(crate) fn percent(share: f64) -> String {
    let text = format!("{:.2}", 100.0 * share);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} %")
}

/// Lines of at most `first` and then `width` characters, if no word is longer.
pub(crate) fn wrapped(text: &str, first: usize, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut room = first;
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a line from the beginning");
        let blank = usize::from(!line.is_empty());
        if line.chars().count() + blank + word.chars().count() <= room {
            line.push_str(&" ".repeat(blank));
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
            room = width;
        }
    }
    lines
}

/// As in `1h 05m`, `3m 20s` or `12s`.
pub(crate) fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "?".to_owned();
    }
    let seconds = seconds.round() as u64;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m {:02}s", seconds % 60),
        _ => format!("{hours}h {minutes:02}m"),
    }
}

/// The same text without what could break the line or speak to the terminal: file names may hold anything.
pub(crate) fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        for (seconds, text) in [(0.4, "0s"), (59.0, "59s"), (200.0, "3m 20s"), (3900.0, "1h 05m")] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn numbers_have_the_digits_that_say_something() {
        for (value, text) in [(0.5, "0.5000"), (-35.7, "-35.700"), (2.5e30, "2.500e30")] {
            assert_eq!(number(value), text);
        }
        for (value, text) in [(-0.001, "0.00"), (-0.5, "-0.50"), (2.71005, "2.71")] {
            assert_eq!(hundredths(value), text);
        }
        assert_eq!(
            [0, 1, 2000].map(|n| counted(n, "image")),
            ["0 images", "1 image", "2,000 images"]
        );
    }

    #[test]
    fn shares_are_told_in_percent() {
        for (share, text) in [
            (0.973, "97.3 %"),
            (1.0 - 0.99, "1 %"),
            (0.5, "50 %"),
            (0.97326, "97.33 %"),
            (0.0, "0 %"),
        ] {
            assert_eq!(percent(share), text);
        }
    }

    #[test]
    fn text_is_broken_between_words() {
        assert_eq!(wrapped("one two three four", 7, 10), ["one two", "three four"]);
        assert_eq!(wrapped("one two", 2, 7), ["", "one two"]);
        assert_eq!(wrapped("an extraordinary", 7, 7), ["an", "extraordinary"]);
        assert_eq!(wrapped("", 7, 7), [""]);
    }

    #[test]
    fn names_cannot_break_a_line_or_speak_to_the_terminal() {
        assert_eq!(on_one_line("a\nb\x1b[2J 日.png"), "a\\nb\\u{1b}[2J 日.png");
    }
}
