//! A tool: its arguments, the command that it stands for, and what it gives.

use serde_json::{Map, Value, json};

use super::argument::{Argument, Goes, Kind};

/// A tool that an assistant can call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tool {
    pub(super) name: &'static str,
    /// One or two sentences for whoever chooses among tools.
    pub(super) about: &'static str,
    /// The verb, with what is always said.
    pub(super) command: &'static [&'static str],
    pub(super) arguments: &'static [Argument],
    pub(super) gives: Gives,
}

/// What a tool gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    /// The JSON document that the command prints.
    Json,
    /// The same, after a training that tells of its epochs.
    Run,
    /// A file that is written; with this ending if nobody says where.
    File(&'static str),
}

impl Tool {
    /// As `tools/list` tells of it.
    pub(super) fn told(&self) -> Value {
        let mut properties = Map::new();
        for argument in self.arguments {
            properties.insert(argument.name.to_owned(), argument.schema());
        }
        let required: Vec<&str> = self
            .arguments
            .iter()
            .filter(|argument| argument.is_required)
            .map(|argument| argument.name)
            .collect();
        json!({
            "name": self.name,
            "description": self.about,
            "inputSchema": {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            },
            "annotations": {
                "readOnlyHint": !self.arguments.iter().any(|argument| argument.name == "out"),
                "destructiveHint": false,
                "openWorldHint": false,
            },
        })
    }

    /// The command line for these arguments.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(super) fn command_line(&self, given: &Map<String, Value>) -> Result<Vec<String>, String> {
        let known = |name: &&String| self.arguments.iter().any(|argument| argument.name == **name);
        if let Some(unknown) = given.keys().find(|name| !known(name)) {
            let names: Vec<&str> = self.arguments.iter().map(|argument| argument.name).collect();
            let names = names.join(", ");
            return Err(format!("`{unknown}`: no such argument; `{}` takes {names}", self.name));
        }
        let mut line: Vec<String> = self.command.iter().map(|&word| word.to_owned()).collect();
        let mut places = Vec::new();
        for argument in self.arguments {
            let values = argument.read(given)?;
            match argument.goes {
                Goes::Place => places.extend(values),
                Goes::Option(option) => line.extend(values.into_iter().map(|value| {
                    // In one word, so that no value is taken for an option.
                    if argument.kind == Kind::Flag {
                        option.to_owned()
                    } else {
                        format!("{option}={value}")
                    }
                })),
            }
        }
        if !places.is_empty() {
            line.push("--".to_owned());
            line.extend(places);
        }
        Ok(line)
    }
}
