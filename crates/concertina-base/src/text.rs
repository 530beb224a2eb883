//! Numbers as people read them: the one place where they are formatted, for messages, tables and
//! pages.

use std::fmt::Write as _;

/// 807700 as `807,700`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes as hexadecimal digits, two for each, in lower case.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}

/// As in `1 image` or `60,000 images`.
pub fn counted(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", thousands(n), if n == 1 { "" } else { "s" })
}

/// "1 class" or "10 classes".
pub fn n_classes(n: usize) -> String {
    format!("{} class{}", thousands(n), if n == 1 { "" } else { "es" })
}

/// A number of bytes, in MB or GB.
pub fn bytes(n: u64) -> String {
    if n < 1_000_000_000 {
        format!("{} MB", n.div_ceil(1_000_000))
    } else {
        format!("{:.1} GB", n as f64 / 1e9)
    }
}

/// A measured value, such as a loss: three or four decimals, and a power of ten where these would
/// not do.
pub fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0.0000".to_owned(),
        size if size < 1e-3 => format!("{value:.2e}"),
        size if size < 10.0 => format!("{value:.4}"),
        size if size < 1e7 => format!("{value:.3}"),
        _ => format!("{value:.3e}"),
    }
}

/// Two decimals; what rounds to zero has no sign.
pub fn hundredths(value: f64) -> String {
    format!("{:.2}", (value * 100.0).round() / 100.0 + 0.0)
}

/// A fraction of 1 as in `97.3 %`, with two decimals at most.
pub fn percent(fraction: f64) -> String {
    let text = format!("{:.2}", 100.0 * fraction);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} %")
}

/// As in `1h 05m`, `3m 20s` or `12s`.
pub fn duration(seconds: f64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_two_digits_each() {
        assert_eq!(hexadecimal(&[0, 10, 255]), "000aff");
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (4385, "4,385"), (1_000_000, "1,000,000")] {
            assert_eq!(thousands(number), text);
        }
        assert_eq!(
            [0, 1, 2000].map(|n| counted(n, "image")),
            ["0 images", "1 image", "2,000 images"]
        );
    }

    #[test]
    fn numbers_have_the_digits_that_say_something() {
        for (value, text) in [
            (0.5, "0.5000"),
            (0.0, "0.0000"),
            (-0.0, "0.0000"),
            (-35.7, "-35.700"),
            (0.000_012_3, "1.23e-5"),
            (2.5e30, "2.500e30"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(number(value), text);
        }
        for (value, text) in [(-0.001, "0.00"), (-0.5, "-0.50"), (2.71005, "2.71")] {
            assert_eq!(hundredths(value), text);
        }
    }

    #[test]
    fn fractions_are_given_in_percent() {
        for (fraction, text) in [
            (0.973, "97.3 %"),
            (1.0 - 0.99, "1 %"),
            (0.5, "50 %"),
            (0.97326, "97.33 %"),
            (0.0, "0 %"),
        ] {
            assert_eq!(percent(fraction), text);
        }
    }

    #[test]
    fn durations_read_as_people_say_them() {
        for (seconds, text) in [(0.4, "0s"), (59.0, "59s"), (200.0, "3m 20s"), (3900.0, "1h 05m")] {
            assert_eq!(duration(seconds), text);
        }
    }
}
