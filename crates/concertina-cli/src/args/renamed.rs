//! Values of flags that had another name in an earlier version.

use std::ffi::OsStr;
use std::marker::PhantomData;

use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error, ValueEnum};

/// Reads the values of an enum; an old name gets an error that says the new one.
#[derive(Clone)]
pub(super) struct Renamed<T> {
    /// Old and new names.
    names: &'static [[&'static str; 2]],
    values: PhantomData<T>,
}

impl<T> Renamed<T> {
    pub(super) const fn new(names: &'static [[&'static str; 2]]) -> Self {
        Self { names, values: PhantomData }
    }
}

impl<T: ValueEnum + Clone + Send + Sync + 'static> TypedValueParser for Renamed<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, Error> {
        if let Some([old, new]) = self.names.iter().find(|[old, _]| value == *old) {
            let flag = arg.map_or(String::new(), |arg| format!(" for `{arg}`"));
            let message = format!("invalid value `{old}`{flag}: it is now called `{new}`");
            return Err(Error::raw(ErrorKind::InvalidValue, message).format(&mut command.clone()));
        }
        EnumValueParser::<T>::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(T::value_variants().iter().filter_map(T::to_possible_value)))
    }
}
