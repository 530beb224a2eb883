//! A palette as a page that plays.

use concertina::Result;
use concertina::text::counted;
use concertina_music::score::Family;
use maud::{PreEscaped, html};
use serde_json::{Value, json};

use super::Palette;
use crate::plot::PianoRolls;
use crate::report::html::{Text, document_with_script};

impl Palette<'_> {
    /// One self-contained page on which cells and paths through them are played, by the browser's
    /// own synthesiser.
    ///
    /// # Errors
    /// As [`Palette::to_png`].
    pub fn to_html(&self) -> Result<String> {
        let rolls = self.rolls()?;
        let windows = counted(self.windows.len(), "window");
        let bars = counted(self.encoding.bars(), "bar");
        let body = html! {
            header {
                h1 { (Text(self.title)) }
                p.summary {
                    (windows) " of " (bars) ". Press a cell to hear it, or draw a path through \
                     several to hear them one after another."
                }
            }
            section.palette {
                noscript { p { "This page needs JavaScript to show and play its windows." } }
                div.controls {
                    button #play type="button" disabled { "Play" }
                    label { input #loop type="checkbox"; "Repeat" }
                    label {
                        "Tempo"
                        input #tempo type="range" min="60" max="200" step="2" value="120";
                        output #tempo-text for="tempo" {}
                    }
                    p #status role="status" {}
                }
                div.board {
                    div #grid role="group" aria-label="windows of music" {}
                    svg #trace preserveAspectRatio="none" aria-hidden="true" {
                        polyline vector-effect="non-scaling-stroke" {}
                        path vector-effect="non-scaling-stroke" {}
                    }
                }
                @if !self.note.is_empty() { p.axis { (Text(self.note)) } }
                @if rolls.voices.len() > 1 {
                    ul.key {
                        @for (number, name) in rolls.voices.iter().enumerate() {
                            li {
                                svg viewBox="0 0 1 1" aria-hidden="true" {
                                    rect width="1" height="1" class=(colour(number)) {}
                                }
                                (Text(name))
                            }
                        }
                    }
                }
            }
            section {
                h2 { "By keyboard" }
                p {
                    "Arrow keys go from cell to cell; Enter plays. With Shift, arrow keys draw a \
                     path, which Enter at its end plays. Escape stops."
                }
            }
            script #data type="application/json" { (PreEscaped(data(self, &rolls).to_string())) }
        };
        let style = include_str!("palette.css");
        Ok(document_with_script(self.title, style, include_str!("palette.js"), &body))
    }
}

/// The class of a voice's colour.
fn colour(voice: usize) -> String {
    format!("voice-{}", voice % 6)
}

/// What the script reads. There are no texts from outside in it.
fn data(palette: &Palette<'_>, rolls: &PianoRolls) -> Value {
    // The family of each voice: where one has several, that of its first note.
    let mut players: Vec<Option<Value>> = vec![None; rolls.voices.len()];
    let drawn = rolls.rows.iter().flat_map(|row| &row.rolls);
    let windows = palette.windows.iter().zip(drawn).map(|(tokens, roll)| {
        let notes = palette.encoding.notes(tokens);
        let notes = notes.iter().zip(&roll.notes).map(|(note, drawn)| {
            let player = json!({
                "drums": note.is_drums,
                "family": Family::of(note.program) as usize,
            });
            players[drawn.voice].get_or_insert(player);
            json!([drawn.voice, note.pitch, note.start, note.end, note.velocity])
        });
        notes.collect::<Vec<Value>>()
    });
    let windows: Vec<Vec<Value>> = windows.collect();
    json!({
        "columns": palette.columns,
        "bars": rolls.bars,
        "beatsPerBar": rolls.beats_per_bar,
        "stepsPerBeat": rolls.steps_per_beat,
        "players": players,
        "windows": windows,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use concertina_music::encoding::Encoding;

    use super::*;

    #[test]
    fn the_page_has_the_notes_and_nothing_from_outside() {
        let encoding = Encoding::Trio { bars: 1 };
        let window = |pitch: u16| [vec![pitch, 17, 1, 0, 0, 4], vec![0; 42]].concat();
        let windows: Vec<Vec<u16>> = (41..45).map(window).collect();
        let title = "</script><script>alert(1)</script>";
        let palette = Palette { title, encoding, windows: &windows, columns: 2, note: "z1 & z2" };
        let page = palette.to_html().unwrap();
        assert!(!page.contains("<script>alert"));
        assert!(page.contains("z1 &amp; z2") && page.contains("script-src 'unsafe-inline'"));
        for word in ["http://", "https://", "src=", "url("] {
            // The name of SVG's elements is an address that nobody visits.
            let page = page.replace("http://www.w3.org/2000/svg", "");
            assert!(!page.contains(word), "{word}");
        }
        let from = page.find("application/json\">").unwrap() + "application/json\">".len();
        let json = &page[from..][..page[from..].find("</script>").unwrap()];
        let data: Value = serde_json::from_str(json).unwrap();
        assert_eq!(data["columns"], 2);
        assert_eq!(data["players"][1], json!({ "drums": false, "family": 4 }));
        assert_eq!(data["players"][2]["drums"], true);
        // A melody's note to the end of the bar, a bass, a kick and a hi-hat.
        let notes =
            json!([[0, 60, 0, 16, 80], [1, 36, 0, 16, 80], [2, 36, 0, 1, 80], [2, 42, 1, 2, 80]]);
        assert_eq!(data["windows"][0], notes);
    }

    #[test]
    fn rows_are_whole() {
        let encoding = Encoding::Melody { bars: 1 };
        let windows = vec![vec![0; 16]; 3];
        for (columns, windows) in [(2, &windows[..]), (0, &windows), (1, &[])] {
            let palette = Palette { title: "", encoding, windows, columns, note: "" };
            let error = palette.to_html().unwrap_err().to_string();
            assert!(error.contains("expected rows of"), "{error}");
        }
    }
}
