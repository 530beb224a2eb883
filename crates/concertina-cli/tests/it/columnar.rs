//! Codes as Parquet and as Arrow, read back by the readers of those formats.

use crate::place::{Place, TINY};

/// Where the program was built without them, it says so, and nothing is written.
#[test]
#[cfg(not(feature = "arrow"))]
fn a_program_without_tables_of_columns_names_the_remedy() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    for name in ["codes.parquet", "codes.arrow"] {
        let ended = place.run(&format!("encode run digits --limit 5 -o {name}"));
        assert_eq!(ended.code, Some(2));
        assert!(ended.complaint().contains("one that was built without them"));
        assert!(ended.stderr.contains("hint: build it with `--features arrow`, or write a .npy"));
        assert!(!place.path(name).exists());
    }
}

#[cfg(feature = "arrow")]
mod read_back {
    use std::path::Path;

    use arrow_array::cast::AsArray;
    use arrow_array::types::Float32Type;
    use arrow_array::{RecordBatch, RecordBatchReader};
    use arrow_ipc::reader::FileReader;
    use concertina_formats::csv;
    use fs_err as fs;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;

    /// The names, the labels and the codes of a table.
    type Found = (Vec<String>, Vec<String>, Vec<f32>);

    fn found(batches: Vec<RecordBatch>) -> Found {
        let (mut names, mut labels, mut codes) = (Vec::new(), Vec::new(), Vec::new());
        for batch in batches {
            let texts = |name| {
                let column = batch.column_by_name(name).unwrap().as_string::<i32>();
                column.iter().map(|text| text.unwrap().to_owned()).collect::<Vec<_>>()
            };
            names.extend(texts("name"));
            labels.extend(texts("label"));
            let column = batch.column_by_name("code").unwrap().as_fixed_size_list();
            assert_eq!(column.value_length(), 2);
            codes.extend(column.values().as_primitive::<Float32Type>().values().iter());
        }
        (names, labels, codes)
    }

    fn arrow(path: &Path) -> Found {
        let reader = FileReader::try_new(fs::File::open(path).unwrap(), None).unwrap();
        found(reader.map(Result::unwrap).collect())
    }

    fn parquet(path: &Path) -> Found {
        let file = fs::File::open(path).unwrap().into_parts().0;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
        assert_eq!(reader.schema().fields().len(), 3);
        found(reader.map(Result::unwrap).collect())
    }

    #[test]
    fn tables_have_what_a_csv_has() {
        let place = Place::new();
        place.succeed(&format!("{TINY} --out run"));
        place.succeed("data pack digits --limit 60 --out pack");
        for data in ["digits --limit 50", "pack --train", "pack --train --shard 1/3"] {
            for kind in ["csv", "parquet", "arrow"] {
                let out = place.path(&format!("codes.{kind}"));
                let _ = fs::remove_file(out);
                place.succeed(&format!("encode run {data} -o codes.{kind}"));
            }
            let table = csv::parse(&fs::read(place.path("codes.csv")).unwrap()).unwrap();
            let expected = (table.names.unwrap(), table.labels.unwrap(), table.values);
            assert_eq!(parquet(&place.path("codes.parquet")), expected, "{data}");
            assert_eq!(arrow(&place.path("codes.arrow")), expected, "{data}");
        }
        // Writing it again makes the same bytes.
        let before = fs::read(place.path("codes.parquet")).unwrap();
        fs::remove_file(place.path("codes.parquet")).unwrap();
        place.succeed("encode run pack --train --shard 1/3 -o codes.parquet");
        assert!(fs::read(place.path("codes.parquet")).unwrap() == before);
    }
}
