//! Groups of pictures in words, and as JSON.

use concertina::Error;
use concertina::duplicates::{Alignment, Fingerprint, Group, Groups, Likeness};
use concertina::text::{bytes, counted, number, thousands};
use schemars::JsonSchema;
use serde::Serialize;

use crate::printer::Printer;
use crate::words::{columns, on_one_line};

/// A turn that differs by less than this, in degrees, from a multiple of 90 is told as that.
const LEAST_TURN: f32 = 1.0;
/// A change of size by less than this factor is none.
const LEAST_SCALE: f32 = 1.02;
/// A picture of which at least so much is shown is shown as a whole.
const WHOLE: f32 = 0.95;

/// What `--json` writes.
#[derive(JsonSchema, Serialize)]
pub(in crate::commands) struct Told {
    /// That could be compared.
    pub(super) pictures: usize,
    /// Pictures of groups that are not the one to keep.
    pub(super) duplicates: usize,
    /// Of these, those that are equal to another picture of the group.
    pub(super) equal: usize,
    /// The bytes of their files.
    pub(super) bytes: u64,
    pub(super) groups: Vec<ToldGroup>,
    /// Files that could not be compared, and why.
    pub(super) skipped: Vec<String>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct ToldGroup {
    pub(super) keep: Picture,
    pub(super) others: Vec<Other>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Picture {
    /// Among all pictures.
    #[serde(skip)]
    pub(super) index: usize,
    pub(super) name: String,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bytes: u64,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Other {
    #[serde(flatten)]
    pub(super) picture: Picture,
    pub(super) likeness: &'static str,
    /// In words.
    pub(super) how: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    alignment: Option<Alignment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance: Option<f64>,
}

impl Told {
    pub(super) fn new(prints: &[Fingerprint], groups: &Groups, skipped: &[Error]) -> Self {
        let groups: Vec<ToldGroup> =
            groups.groups.iter().map(|group| ToldGroup::new(prints, group)).collect();
        let others = || groups.iter().flat_map(|group| &group.others);
        Self {
            pictures: prints.len(),
            duplicates: others().count(),
            equal: others().filter(|other| other.likeness == "equal").count(),
            bytes: others().map(|other| other.picture.bytes).sum(),
            skipped: skipped.iter().map(ToString::to_string).collect(),
            groups,
        }
    }

    pub(super) fn print(&self, printer: Printer) -> anyhow::Result<()> {
        let line = |name: &str, value: String| printer.data(format_args!("{name:<12} {value}"));
        line("pictures", thousands(self.pictures))?;
        line("groups", thousands(self.groups.len()))?;
        line("duplicates", self.duplicates_in_words())?;
        for (number, group) in self.groups.iter().enumerate() {
            printer.data("")?;
            let keep =
                vec![format!("keep     {}", on_one_line(&group.keep.name)), group.keep.size()];
            let rows = group.others.iter().map(|other| {
                let name = on_one_line(&other.picture.name);
                vec![format!("{:<8} {name}", other.likeness), other.picture.size()]
            });
            let rows: Vec<Vec<String>> = std::iter::once(keep).chain(rows).collect();
            printer.data(format_args!("group {}", thousands(number + 1)))?;
            let how = std::iter::once("").chain(group.others.iter().map(|o| o.how.as_str()));
            for (row, how) in columns(&rows).iter().zip(how) {
                printer.data(format_args!("  {row}  {how}").to_string().trim_end())?;
            }
        }
        Ok(())
    }

    /// As in `3, 2 of them equal; 1.2 MB`.
    pub(super) fn duplicates_in_words(&self) -> String {
        if self.duplicates == 0 {
            return "0".to_owned();
        }
        let (all, equal) = (thousands(self.duplicates), thousands(self.equal));
        format!("{all}, {equal} of them equal; {}", file_size(self.bytes))
    }
}

impl ToldGroup {
    fn new(prints: &[Fingerprint], group: &Group) -> Self {
        let others = group.others.iter().map(|member| {
            let (mut likeness, mut how) = words(&member.likeness);
            if let Some(other) = member.copy_of {
                likeness = "equal";
                how = format!("the pixels of {}; {how}", on_one_line(&prints[other].name));
            }
            let (mut alignment, mut distance) = (None, None);
            match member.likeness {
                Likeness::Aligned(found) => alignment = Some(found),
                Likeness::Code(found) => distance = Some(found),
                _ => {}
            }
            let picture = Picture::new(prints, member.index);
            Other { picture, likeness, how, alignment, distance }
        });
        Self { keep: Picture::new(prints, group.keep), others: others.collect() }
    }

    /// As in `3 pictures`.
    pub(super) fn size(&self) -> String {
        counted(1 + self.others.len(), "picture")
    }
}

impl Picture {
    fn new(prints: &[Fingerprint], index: usize) -> Self {
        let Fingerprint { name, sides: [height, width], bytes, .. } = &prints[index];
        Self { index, name: name.clone(), width: *width, height: *height, bytes: *bytes }
    }

    /// As in `640 x 480, 82 kB`.
    pub(super) fn size(&self) -> String {
        format!("{} x {}, {}", self.width, self.height, file_size(self.bytes))
    }
}

/// A number of bytes, in kB where they are few.
pub(super) fn file_size(n: u64) -> String {
    if n < 1_000_000 { format!("{} kB", n.div_ceil(1000)) } else { bytes(n) }
}

/// One word, and how a picture is like the one to keep.
fn words(likeness: &Likeness) -> (&'static str, String) {
    match likeness {
        Likeness::SameFile => ("equal", "the same file".to_owned()),
        Likeness::SamePixels => ("equal", "the same pixels".to_owned()),
        Likeness::Aligned(alignment) => ("similar", changes(alignment)),
        Likeness::Code(distance) => ("similar", format!("distance {}", number(*distance))),
        Likeness::Linked => ("similar", "to another of the group".to_owned()),
    }
}

/// What was done to a picture.
fn changes(alignment: &Alignment) -> String {
    let Alignment { mirrored, degrees, scale, shown, filled, .. } = alignment;
    let mut words = Vec::new();
    let quarter = 90.0 * (degrees / 90.0).round();
    let is_exact = (degrees - quarter).abs() < LEAST_TURN;
    let turn = if is_exact { quarter.abs() } else { degrees.abs().round() };
    if *mirrored && turn == 180.0 {
        words.push("flipped upside down".to_owned());
    } else {
        if *mirrored {
            words.push("mirrored".to_owned());
        }
        if turn == 180.0 {
            words.push("turned by 180 degrees".to_owned());
        } else if turn > 0.0 {
            let side = if *degrees > 0.0 { "clockwise" } else { "anticlockwise" };
            words.push(format!("turned by about {turn} degrees {side}"));
        }
    }
    let percent = |share: f32| format!("{:.0} %", 100.0 * share);
    match (*shown >= WHOLE, *filled >= WHOLE) {
        (true, true) => {}
        (false, true) => words.push(format!("cropped to {}", percent(*shown))),
        (true, false) => words.push(format!("{} of it", percent(*filled))),
        (false, false) => words.push(format!("{} of it shown", percent(*shown))),
    }
    if scale.max(scale.recip()) >= LEAST_SCALE {
        words.push(format!("resized to {}", percent(*scale)));
    }
    if words.is_empty() { "with other pixel values".to_owned() } else { words.join(", ") }
}
