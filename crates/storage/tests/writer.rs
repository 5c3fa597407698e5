//! Writers that share a place: nobody's objects are replaced or removed by another.

#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "tests make folders")]

use rsmp_storage::{
    ArraySpec, Compression, DataType, Dataset, Error, Format, Location, Scalar, Writer,
};

fn spec(missing: Option<Scalar>) -> ArraySpec {
    ArraySpec {
        name: "field".to_owned(),
        dimensions: vec!["x".to_owned()],
        shape: vec![4],
        chunk: vec![2],
        data_type: DataType::Float64,
        missing,
        compression: Compression::None,
        attributes: serde_json::Map::default(),
    }
}

fn bytes(values: [f64; 4]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_ne_bytes())
        .collect()
}

#[tokio::test]
async fn one_of_two_writers_is_refused_and_takes_away_only_its_own() {
    let location = Location::in_memory();
    let mut first = Writer::create(&location, Format::V3).await.unwrap();
    let mut second = Writer::create(&location, Format::V3).await.unwrap();
    let (one, two) = (
        first.add(spec(None)).unwrap(),
        second.add(spec(None)).unwrap(),
    );
    one.write(&bytes([1.0, 2.0, 3.0, 4.0])).await.unwrap();
    let refused = two.write(&bytes([5.0, 6.0, 7.0, 8.0])).await;
    assert!(matches!(refused, Err(Error::Exists { .. })), "{refused:?}");
    second.abort().await.unwrap();
    first.finish(&serde_json::Map::default()).await.unwrap();
    let found = Dataset::open(&location).await.unwrap();
    assert_eq!(
        found.variable("field").unwrap().values().await.unwrap(),
        [1.0, 2.0, 3.0, 4.0]
    );
}

#[tokio::test]
async fn folders_that_were_there_stay_and_those_that_were_made_go() {
    let dir = tempfile::tempdir().unwrap();
    for (there, made) in [
        ("", "a/b/c.zarr"),
        ("d/e.zarr", "d/e.zarr"),
        ("f", "f/g.zarr"),
    ] {
        let (there, made) = (dir.path().join(there), dir.path().join(made));
        std::fs::create_dir_all(&there).unwrap();
        let location = Location::parse(made.to_str().unwrap()).unwrap();
        let mut writer = Writer::create(&location, Format::V2).await.unwrap();
        let array = writer.add(spec(None)).unwrap();
        array.write(&bytes([0.0; 4])).await.unwrap();
        assert!(made.join("field/1").is_file());
        writer.abort().await.unwrap();
        assert!(there.is_dir(), "{there:?} was there before");
        assert!(made == there || !made.exists(), "{made:?} was not");
    }
    assert!(!dir.path().join("a").exists());
}

#[tokio::test]
async fn zeros_are_written_where_the_fill_value_means_nothing() {
    for format in [Format::V2, Format::V3] {
        for (missing, n) in [(None, 2), (Some(Scalar::Float(0.0)), 0)] {
            let location = Location::in_memory();
            let mut writer = Writer::create(&location, format).await.unwrap();
            writer
                .add(spec(missing))
                .unwrap()
                .write(&bytes([0.0; 4]))
                .await
                .unwrap();
            assert_eq!(
                location.stored("field").await.unwrap().0,
                n,
                "{format} {missing:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_place_that_can_only_be_read_is_refused() {
    let web = Location::parse("https://127.0.0.1/x.zarr").unwrap();
    assert!(!web.is_writable());
    assert!(matches!(
        Writer::create(&web, Format::V3).await,
        Err(Error::Location { .. })
    ));
    assert!(
        web.stored("field").await.is_err(),
        "a web server is not asked for a listing"
    );
}
