//! Which points of a scatter plot get which colour, and what its key says.

use std::collections::BTreeMap;

use super::legend::Entry;
use super::theme::{Colours, Rgb};

/// More colours than this cannot be told apart.
const MOST_COLOURS: usize = 20;

/// The classes that have a colour of their own. All others share a grey.
pub(super) struct Classes {
    coloured: BTreeMap<u32, Class>,
    /// How many classes share the grey, and how many points they have.
    others: usize,
}

pub(super) struct Class {
    pub(super) name: String,
    pub(super) colour: Rgb,
}

impl Classes {
    /// Gives colours to the classes of `labels`; if there are more than twenty, to the nineteen
    /// with the most points. `names` are by class; a class without one is named by its number.
    pub(super) fn new(labels: &[u32], names: &[String], colours: &Colours) -> Self {
        let mut counts = BTreeMap::<u32, usize>::new();
        for label in labels {
            *counts.entry(*label).or_default() += 1;
        }
        let all = counts.len();
        let mut chosen: Vec<(u32, usize)> = counts.into_iter().collect();
        if all > MOST_COLOURS {
            chosen.sort_by_key(|(label, count)| (std::cmp::Reverse(*count), *label));
            chosen.truncate(MOST_COLOURS - 1);
            chosen.sort_unstable();
        }
        let by_number = chosen.last().is_some_and(|(label, _)| (*label as usize) < MOST_COLOURS);
        let coloured: BTreeMap<u32, Class> = chosen
            .into_iter()
            .enumerate()
            .map(|(rank, (label, _))| {
                // A class keeps its colour where another is missing, as long as the numbers allow
                // it.
                let colour = colours.class(if by_number { label as usize } else { rank });
                let name = names.get(label as usize).cloned().unwrap_or_else(|| label.to_string());
                (label, Class { name, colour })
            })
            .collect();
        Self { others: all - coloured.len(), coloured }
    }

    /// The class, if it has a colour of its own.
    pub(super) fn get(&self, label: u32) -> Option<&Class> {
        self.coloured.get(&label)
    }

    /// All that have a colour of their own, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Class)> {
        self.coloured.iter().map(|(label, class)| (*label, class))
    }

    pub(super) fn legend(&self, colours: &Colours) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self
            .coloured
            .values()
            .map(|class| Entry { colour: class.colour, name: class.name.clone() })
            .collect();
        if self.others > 0 {
            entries.push(Entry { colour: colours.grey, name: format!("{} others", self.others) });
        }
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::super::theme::Theme;
    use super::*;

    #[test]
    fn a_class_keeps_its_colour_when_another_is_missing() {
        let colours = Theme::Light.colours();
        let (all, some) =
            (Classes::new(&[0, 1, 2], &[], colours), Classes::new(&[2, 0], &[], colours));
        let colour = |classes: &Classes| classes.get(2).map(|class| class.colour);
        assert_eq!(colour(&all), colour(&some));
        assert_eq!(some.iter().count(), 2);
    }

    #[test]
    fn of_many_classes_the_largest_get_colours() {
        let labels: Vec<u32> = (0..100).chain(50..60).collect();
        let classes = Classes::new(&labels, &["zero".to_owned()], Theme::Light.colours());
        assert_eq!(classes.iter().count(), 19);
        assert!((50..60).all(|label| classes.get(label).is_some()) && classes.get(99).is_none());
        let legend = classes.legend(Theme::Light.colours());
        assert_eq!(legend[0].name, "zero");
        assert_eq!(legend[19].name, "81 others");
    }
}
