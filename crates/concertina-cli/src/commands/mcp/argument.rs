//! The arguments of tools: what they may be, and where they go on the command line.

use serde_json::{Map, Value, json};

/// An argument of a tool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Argument {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) kind: Kind,
    pub(super) goes: Goes,
    pub(super) is_required: bool,
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A whole number of at least this.
    Whole(u64),
    Number,
    Flag,
    /// A list of texts.
    Texts,
}

/// Where it goes on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goes {
    /// Behind all options, in the order of the arguments.
    Place,
    /// As this option.
    Option(&'static str),
}

impl Argument {
    /// A text that must be there.
    pub(super) const fn place(name: &'static str, about: &'static str) -> Self {
        Self { name, about, kind: Kind::Text, goes: Goes::Place, is_required: true }
    }

    /// An option that may be there.
    pub(super) const fn option(
        name: &'static str,
        kind: Kind,
        option: &'static str,
        about: &'static str,
    ) -> Self {
        Self { name, about, kind, goes: Goes::Option(option), is_required: false }
    }

    /// Its JSON Schema.
    pub(super) fn schema(self) -> Value {
        let about = self.about;
        match self.kind {
            Kind::Text => json!({"type": "string", "description": about}),
            Kind::Whole(least) => {
                json!({"type": "integer", "minimum": least, "description": about})
            }
            Kind::Number => json!({"type": "number", "description": about}),
            Kind::Flag => json!({"type": "boolean", "description": about}),
            Kind::Texts => {
                json!({"type": "array", "items": {"type": "string"}, "description": about})
            }
        }
    }

    /// Its values as text, if it is given; a flag that is set has an empty one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(self, given: &Map<String, Value>) -> Result<Vec<String>, String> {
        let wrong = |found: &Value| {
            let expected = match self.kind {
                Kind::Text => "text".to_owned(),
                Kind::Whole(least) => format!("a whole number of at least {least}"),
                Kind::Number => "a number".to_owned(),
                Kind::Flag => "true or false".to_owned(),
                Kind::Texts => "a list of texts".to_owned(),
            };
            format!("`{}`: expected {expected}, found {found}", self.name)
        };
        let Some(value) = given.get(self.name).filter(|value| !value.is_null()) else {
            if self.is_required {
                return Err(format!("expected the argument `{}`, found none", self.name));
            }
            return Ok(Vec::new());
        };
        let read = match (self.kind, value) {
            (Kind::Text, Value::String(text)) => Some(vec![text.clone()]),
            (Kind::Whole(least), value) => {
                value.as_u64().filter(|n| *n >= least).map(|n| vec![n.to_string()])
            }
            (Kind::Number, Value::Number(number)) => Some(vec![number.to_string()]),
            (Kind::Flag, Value::Bool(is_set)) => {
                Some(if *is_set { vec![String::new()] } else { Vec::new() })
            }
            (Kind::Texts, Value::Array(list)) => {
                list.iter().map(|text| text.as_str().map(ToOwned::to_owned)).collect()
            }
            _ => None,
        };
        read.ok_or_else(|| wrong(value))
    }
}
