//! A matrix of numbers as CSV, with a header line and, if wanted, a name and a label for each row.
//!
//! The columns `name` and `label` hold text and stand first; all others hold numbers. Numbers are
//! written as the shortest decimals that read back as the same `f32`.

use std::io::{self, Write};

use ::csv::{ReaderBuilder, StringRecord, WriterBuilder};

use crate::{Error, Result};

const NAME: &str = "name";
const LABEL: &str = "label";

/// A matrix with named columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The names of the number columns.
    pub columns: Vec<String>,
    /// The numbers, row by row.
    pub values: Vec<f32>,
    /// A name for each row.
    pub names: Option<Vec<String>>,
    /// A label for each row.
    pub labels: Option<Vec<String>>,
}

impl Table {
    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.columns.len()).unwrap_or(0)
    }
}

/// Writes a table, its header line first.
///
/// # Errors
/// If there is no column, the columns' names would not be taken for a header when read, or values,
/// names or labels are not as many as the rows ask for.
pub fn write(table: &Table) -> Result<Vec<u8>> {
    let (rows, columns) = (table.rows(), table.columns.len());
    let fits = |texts: &Option<Vec<String>>| texts.as_ref().is_none_or(|t| t.len() == rows);
    if columns == 0 || table.values.len() != rows * columns {
        return Err(Error::malformed(format!(
            "expected whole rows of {columns} columns, found {} values",
            table.values.len()
        )));
    }
    if !fits(&table.names) || !fits(&table.labels) {
        return Err(Error::malformed(format!(
            "expected one name and one label for each of {rows} rows"
        )));
    }
    let is_number = |column: &String| column.trim().parse::<f32>().is_ok();
    // A header must be told from a row.
    let bare = table.names.is_none() && table.labels.is_none();
    let only_numbers = bare && table.columns.iter().all(is_number);
    let taken = |column: &&String| only_numbers || matches!(column.trim(), NAME | LABEL);
    if let Some(column) = table.columns.iter().find(taken) {
        return Err(Error::malformed(format!(
            "expected csv columns not named `{NAME}`, `{LABEL}` or as a number, found `{column}`"
        )));
    }
    let mut writer = WriterBuilder::new().from_writer(Text::default());
    let mut put =
        |record: StringRecord| writer.write_record(&record).map_err(|error| broken(&error));
    let heads = table.names.iter().map(|_| NAME).chain(table.labels.iter().map(|_| LABEL));
    put(heads.chain(table.columns.iter().map(String::as_str)).collect())?;
    for (row, values) in table.values.chunks_exact(columns).enumerate() {
        let texts = [&table.names, &table.labels].into_iter().flatten().map(|t| t[row].clone());
        put(texts.chain(values.iter().map(f32::to_string)).collect())?;
    }
    Ok(writer.into_inner().map_err(|error| broken(error.error()))?.0)
}

/// Writes rows of text, in quotes where they need them.
///
/// # Errors
/// If the rows differ in length.
pub fn write_rows(rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().from_writer(Text::default());
    for row in rows {
        writer.write_record(row).map_err(|error| broken(&error))?;
    }
    Ok(writer.into_inner().map_err(|error| broken(error.error()))?.0)
}

/// Bytes that grow as long as there is memory: an error where a `Vec` would end the program.
#[derive(Default)]
struct Text(Vec<u8>);

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_reserve(bytes.len())?;
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn broken(error: &dyn std::fmt::Display) -> Error {
    Error::malformed(format!("table cannot be written as csv ({error})"))
}

/// Reads a table. A first line that is not all numbers is the header; without a header the columns
/// are named z0, z1 and so on.
///
/// # Errors
/// If there is no row, rows differ in length, or a number column holds anything but finite numbers.
pub fn parse(bytes: &[u8]) -> Result<Table> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut records = Vec::new();
    for record in reader.records() {
        records.push(
            record.map_err(|error| Error::malformed(format!("csv cannot be read ({error})")))?,
        );
    }
    let Some(first) = records.first() else {
        return Err(Error::malformed(
            "expected a csv file with rows of numbers, found an empty one",
        ));
    };
    let has_header = first.iter().any(|field| field.trim().parse::<f32>().is_err());
    let header: Vec<String> = if has_header {
        records.remove(0).iter().map(|field| field.trim().to_owned()).collect()
    } else {
        (0..first.len()).map(|column| format!("z{column}")).collect()
    };
    if records.is_empty() {
        return Err(Error::malformed("expected rows of numbers after the csv header, found none"));
    }
    rows(&header, &records)
}

fn rows(header: &[String], records: &[StringRecord]) -> Result<Table> {
    let texts = |wanted: &str| header.iter().any(|head| head == wanted).then(Vec::new);
    let count = |wanted: &str| header.iter().filter(|head| *head == wanted).count();
    if count(NAME) > 1 || count(LABEL) > 1 {
        return Err(Error::malformed("expected at most one csv column `name` and one `label`"));
    }
    let numbers = header.iter().filter(|head| !matches!(head.as_str(), NAME | LABEL));
    let mut table = Table {
        columns: numbers.cloned().collect(),
        values: Vec::new(),
        names: texts(NAME),
        labels: texts(LABEL),
    };
    if table.columns.is_empty() {
        return Err(Error::malformed("expected at least one csv column of numbers, found none"));
    }
    for record in records {
        let line = record.position().map_or(0, ::csv::Position::line);
        if record.len() != header.len() {
            return Err(Error::malformed(format!(
                "expected {} fields in line {line} of the csv file, found {}",
                header.len(),
                record.len()
            )));
        }
        for (head, field) in header.iter().zip(record) {
            match head.as_str() {
                NAME => table.names.get_or_insert_default().push(field.to_owned()),
                LABEL => table.labels.get_or_insert_default().push(field.to_owned()),
                _ => table.values.push(number(field, head, line)?),
            }
        }
    }
    Ok(table)
}

fn number(field: &str, head: &str, line: u64) -> Result<f32> {
    match field.trim().parse::<f32>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => {
            let shown: String = field.chars().take(40).collect();
            Err(Error::malformed(format!(
                "expected a number in column `{head}`, line {line} of the csv file, found `{shown}`"
            )))
        }
    }
}
