//! Piano rolls side by side: notes over time, one row for each pitch.

use super::block::{Block, MARGIN};
use super::canvas::{Align, Area, Canvas};
use super::curves::{Key, Series};
use super::font::{NAME, SMALL};
use super::lanes::{Lane, Lanes, RollNote};
use super::theme::{Theme, mix};
use concertina::{Error, Result};

/// The width that a row of rolls fills, about.
const ROW_WIDTH: f32 = 1760.0;
/// A step is at most so wide.
const WIDEST_STEP: f32 = 24.0;
/// Between rolls of a row.
const GAP: f32 = 24.0;
/// Between rows.
const ROW_GAP: f32 = 24.0;
/// From a roll to the labels around it.
const LABEL_GAP: f32 = 12.0;
/// Lines in time that would be closer than this are left out.
const CLOSEST_LINES: f32 = 8.0;
/// Numbers of bars are no closer than this.
const CLOSEST_NUMBERS: f32 = 70.0;
/// The height of a hit of a drum.
const HIT_HEIGHT: f32 = 20.0;
/// Around a roll.
const OUTLINE: f32 = 2.0;

/// The notes of a window.
#[derive(Clone, Debug, Default)]
pub struct Roll {
    /// Above the roll; may be empty.
    pub title: String,
    /// In any order.
    pub notes: Vec<RollNote>,
}

/// A row of rolls.
#[derive(Clone, Debug, Default)]
pub struct RollRow {
    /// Left of the rolls; may be empty.
    pub label: String,
    /// From left to right.
    pub rolls: Vec<Roll>,
}

/// Piano rolls in rows and columns, with the same pitches and the same length.
///
/// Bars are ruled strongly and beats faintly; the rows of black keys are shaded. Pitches are fitted
/// to the notes of all rolls, so that these can be compared. Drums have rows of their own below.
#[derive(Clone, Debug, Default)]
pub struct PianoRolls {
    /// Above the rolls; may be empty.
    pub title: String,
    /// From top to bottom.
    pub rows: Vec<RollRow>,
    /// The names of the voices, which the key explains if there are several.
    pub voices: Vec<String>,
    /// The steps of a beat.
    pub steps_per_beat: u32,
    /// The beats of a bar.
    pub beats_per_bar: u32,
    /// The length of each roll.
    pub bars: u32,
    /// Below the rolls; may be empty.
    pub note: String,
}

impl PianoRolls {
    /// Draws the rolls.
    ///
    /// # Errors
    /// If there is no roll, a roll has no length, or a note has a voice without a name.
    pub fn to_png(&self, theme: Theme) -> Result<Vec<u8>> {
        self.check()?;
        let layout = Layout::new(self);
        let colours = theme.colours();
        let sheet = layout.left + layout.width() + MARGIN;
        let heading = Block::heading(&self.title, sheet - 2.0 * MARGIN);
        let notes = Block::notes([self.note.as_str()], sheet - 2.0 * MARGIN);
        let several = if self.voices.len() > 1 { self.voices.as_slice() } else { &[] };
        let names = several.iter().map(|name| Series { name: name.clone(), points: Vec::new() });
        let key = Key::new(&names.collect::<Vec<_>>(), layout.left, layout.width());
        let mut top = MARGIN + heading.height() + key.height();
        let rows = self.rows.iter().map(|row| layout.row_height(row) + ROW_GAP);
        let below = top + rows.sum::<f32>() - ROW_GAP + layout.numbers_height();
        let mut canvas = Canvas::new(sheet, below + notes.height() + MARGIN, theme)?;
        heading.draw(&mut canvas, colours.ink, MARGIN, MARGIN);
        key.draw(&mut canvas, MARGIN + heading.height());
        for (number, row) in self.rows.iter().enumerate() {
            // Columns that end here.
            let below = self.rows[number + 1..].iter().map(|row| row.rolls.len()).max();
            layout.draw_row(&mut canvas, row, top, below.unwrap_or(0));
            top += layout.row_height(row) + ROW_GAP;
        }
        notes.draw(&mut canvas, colours.muted, MARGIN, below);
        canvas.into_png()
    }

    fn check(&self) -> Result<()> {
        let mut rolls = self.rows.iter().flat_map(|row| &row.rolls).peekable();
        let length = [self.bars, self.beats_per_bar, self.steps_per_beat];
        if rolls.peek().is_none() || length.contains(&0) {
            return Err(Error::data(format!(
                "expected at least one piano roll of at least one step, found {} of {} bars",
                rolls.count(),
                self.bars
            )));
        }
        let n = self.voices.len();
        match rolls.flat_map(|roll| &roll.notes).find(|note| note.voice >= n) {
            Some(note) => Err(Error::data(format!(
                "expected notes of {n} voices, found one of voice {}, counted from 0",
                note.voice
            ))),
            None => Ok(()),
        }
    }
}

/// Where everything lies.
struct Layout {
    lanes: Lanes,
    columns: usize,
    /// The width of a step.
    step: f32,
    steps_per_beat: u32,
    steps_per_bar: u32,
    bars: u32,
    left: f32,
}

impl Layout {
    fn new(rolls: &PianoRolls) -> Self {
        let lanes = Lanes::of(rolls.rows.iter().flat_map(|row| &row.rolls).flat_map(|r| &r.notes));
        let columns = rolls.rows.iter().map(|row| row.rolls.len()).max().unwrap_or(1);
        let steps_per_bar = rolls.steps_per_beat.saturating_mul(rolls.beats_per_bar);
        let steps = steps_per_bar.saturating_mul(rolls.bars) as f32;
        let room = (ROW_WIDTH - GAP * (columns - 1) as f32) / columns as f32;
        let step = (room / steps).min(WIDEST_STEP);
        let labels = lanes.labels();
        let names = labels.iter().map(|(_, label)| SMALL.width(label)).fold(0.0, f32::max).ceil();
        let has_label = rolls.rows.iter().any(|row| !row.label.is_empty());
        let label = if has_label { NAME.line_height() + LABEL_GAP } else { 0.0 };
        Self {
            lanes,
            columns,
            // Whole pixels keep the lines sharp, where steps have any.
            step: if step > 3.0 { step.floor() } else { step },
            steps_per_beat: rolls.steps_per_beat,
            steps_per_bar,
            bars: rolls.bars,
            left: MARGIN + label + names + LABEL_GAP,
        }
    }

    fn roll_width(&self) -> f32 {
        (self.steps_per_bar as f32 * self.bars as f32 * self.step).ceil()
    }

    fn width(&self) -> f32 {
        self.columns as f32 * (self.roll_width() + GAP) - GAP
    }

    fn bar_width(&self) -> f32 {
        self.steps_per_bar as f32 * self.step
    }

    fn titles_height(row: &RollRow) -> f32 {
        let has_titles = row.rolls.iter().any(|roll| !roll.title.is_empty());
        if has_titles { SMALL.line_height() + LABEL_GAP / 2.0 } else { 0.0 }
    }

    fn row_height(&self, row: &RollRow) -> f32 {
        Self::titles_height(row) + self.lanes.height()
    }

    /// The room below the last row, for the numbers of the bars.
    fn numbers_height(&self) -> f32 {
        if self.bars > 1 { SMALL.line_height() + LABEL_GAP } else { 0.0 }
    }

    /// The bars of the first `unnumbered` rolls have no numbers: others lie below.
    fn draw_row(&self, canvas: &mut Canvas, row: &RollRow, top: f32, unnumbered: usize) {
        let colours = canvas.colours;
        let top = top + Self::titles_height(row);
        let label = NAME.shorten(&row.label, self.lanes.height());
        let middle = top + self.lanes.height() / 2.0;
        canvas.text_upwards(&label, NAME, colours.ink, [MARGIN + NAME.size, middle]);
        for (y, label) in self.lanes.labels() {
            let place = [self.left - LABEL_GAP, top + y + SMALL.cap_height() / 2.0];
            canvas.text(&label, SMALL, colours.muted, place, Align::Right);
        }
        for (column, roll) in row.rolls.iter().enumerate() {
            let left = self.left + column as f32 * (self.roll_width() + GAP);
            let title = SMALL.shorten(&roll.title, self.roll_width());
            canvas.text(&title, SMALL, colours.ink, [left, top - LABEL_GAP], Align::Left);
            self.draw_paper(canvas, left, top);
            self.draw_notes(canvas, &roll.notes, left, top);
            if roll.notes.is_empty() {
                // Not on the line between pitches and drums.
                let height = match self.lanes.pitches_height() {
                    0.0 => self.lanes.height(),
                    height => height,
                };
                let place = [left + self.roll_width() / 2.0, top + height / 2.0];
                canvas.mark("no notes", SMALL, colours.muted, place);
            }
            if column >= unnumbered {
                self.draw_numbers(canvas, left, top + self.lanes.height());
            }
        }
    }

    /// Everything below the notes.
    fn draw_paper(&self, canvas: &mut Canvas, left: f32, top: f32) {
        let colours = canvas.colours;
        let (width, shade) = (self.roll_width(), mix(colours.ground, colours.ink, 0.05));
        let sheets = [
            (self.lanes.pitches_height() > 0.0).then_some((0.0, self.lanes.pitches_height())),
            self.lanes.drums_top().map(|drums| (drums, self.lanes.height() - drums)),
        ];
        for (offset, height) in sheets.iter().flatten() {
            let outline = Area {
                left: left - OUTLINE,
                top: top + offset - OUTLINE,
                width: width + 2.0 * OUTLINE,
                height: height + 2.0 * OUTLINE,
            };
            canvas.fill(outline, colours.hairline);
            canvas.fill(Area { left, top: top + offset, width, height: *height }, colours.ground);
        }
        for Lane { top: lane, height } in
            self.lanes.black_keys().chain(self.lanes.every_second_drum())
        {
            canvas.fill(Area { left, top: top + lane, width, height }, shade);
        }
        let beats = self.bars * (self.steps_per_bar / self.steps_per_beat);
        let beat = self.steps_per_beat as f32 * self.step;
        let bar_colour = mix(colours.ground, colours.muted, 0.75);
        let mut rule = |x: f32, thickness: f32, colour| {
            for (offset, height) in sheets.iter().flatten() {
                let x = (left + x).round() - thickness / 2.0;
                let line = Area { left: x, top: top + offset, width: thickness, height: *height };
                canvas.fill(line, colour);
            }
        };
        if beat >= CLOSEST_LINES {
            (1..beats).for_each(|n| rule(n as f32 * beat, 2.0, colours.hairline));
        }
        if self.bar_width() >= CLOSEST_LINES {
            (1..self.bars).for_each(|n| rule(n as f32 * self.bar_width(), 2.0, bar_colour));
        }
    }

    fn draw_notes(&self, canvas: &mut Canvas, notes: &[RollNote], left: f32, top: f32) {
        // Between a note and the next, if steps are wide enough to spare it.
        let gap = if self.step > 3.0 { 2.0 } else { 0.0 };
        let width = self.roll_width();
        for note in notes {
            let Lane { top: lane, height } = self.lanes.lane(note);
            let (start, end) = (note.start as f32 * self.step, self.end(note) * self.step);
            let thickness = if note.is_drum { HIT_HEIGHT } else { height - 1.0 };
            let area = Area {
                left: left + start + gap / 2.0,
                top: top + lane + (height - thickness) / 2.0,
                width: (end.min(width) - start - gap).max(1.5),
                height: thickness,
            };
            if start < width {
                canvas.fill(area, canvas.colours.class(note.voice));
            }
        }
    }

    /// The step at which a note is drawn to end: of a drum, only the beginning means something, so
    /// that a hit is at most a sixteenth long.
    fn end(&self, note: &RollNote) -> f32 {
        let sixteenth = (self.steps_per_beat / 4).max(1);
        let end = if note.is_drum {
            note.end.min(note.start.saturating_add(sixteenth))
        } else {
            note.end
        };
        end as f32
    }

    /// The numbers of the bars.
    fn draw_numbers(&self, canvas: &mut Canvas, left: f32, bottom: f32) {
        if self.bars == 1 {
            return;
        }
        let bar = self.bar_width();
        let every = (CLOSEST_NUMBERS / bar).ceil().max(1.0) as usize;
        for number in (0..self.bars).step_by(every) {
            let label = if number == 0 { "bar 1".to_owned() } else { (number + 1).to_string() };
            let place = [left + number as f32 * bar, bottom + LABEL_GAP + SMALL.size];
            let muted = canvas.colours.muted;
            canvas.text(&label, SMALL, muted, place, Align::Left);
        }
    }
}
