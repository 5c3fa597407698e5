//! Stores on S3 and behind plain http, against a server on the loopback interface.

use crate::support::{Done, Place, done};
use rsmp_testkit::{
    Array, DataType, Form, Metadata, Store,
    s3::{ACCESS_KEY, BUCKET, S3Server, SECRET_KEY},
};
use std::{collections::BTreeMap, path::Path};

const WINDOWS: &str = "--dim lat=-90:90:60 --dim lon=-180:180:90";

/// Ragged chunks, some of them absent.
fn store(form: Form) -> Store {
    let centres =
        |start: f64, n: u32| -> Vec<f64> { (0..n).map(|i| start + 30.0 * f64::from(i)).collect() };
    let field = Array::new(
        "field",
        &[("time", 2), ("lat", 6), ("lon", 12)],
        DataType::Float32,
    )
    .chunk(&[1, 4, 5])
    .values(|index| (100 * index[0] + 12 * index[1] + index[2]) as f64)
    .fill("NaN")
    .absent(&[0, 1, 1]);
    Store::new(form)
        .with(Array::coordinate("lat", &centres(-75.0, 6)))
        .with(Array::coordinate("lon", &centres(-165.0, 12)))
        .with(Array::coordinate("time", &[0.0, 31.0]).attribute("units", "days since 2000-01-01"))
        .with(field)
}

fn served(form: Form) -> (Place, S3Server) {
    let (place, server) = (Place::with(&store(form)), S3Server::start().unwrap());
    server.upload(&place.path("in.zarr"), "in.zarr").unwrap();
    (place, server)
}

/// Runs a line with the keys in the environment; the secret is nowhere in what it says.
fn run(place: &Place, server: &S3Server, line: &str) -> Done {
    let mut command = place.command();
    command
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        .env("AWS_ENDPOINT_URL", server.endpoint())
        .env("AWS_ALLOW_HTTP", "true");
    let done = done(command.args(line.split_whitespace()));
    assert!(!format!("{done:?}").contains("canary"), "{done:?}");
    done
}

fn succeeds(place: &Place, server: &S3Server, line: &str) -> Done {
    let done = run(place, server, line);
    assert_eq!(done.code, 0, "{line}\n{done:?}");
    done
}

fn fails(done: &Done, code: i32, says: &[&str]) {
    assert_eq!(done.code, code, "{done:?}");
    for part in says.iter().chain(&["error: ", "hint: "]) {
        assert!(done.err.contains(part), "no `{part}` in {done:?}");
    }
}

/// Every object below a folder but the root documents, which hold the command line in `history`.
fn objects(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let key = path
                .strip_prefix(folder)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            let bytes = std::fs::read(&path).unwrap();
            assert!(
                !bytes.windows(6).any(|part| part == b"canary"),
                "secret in {key}"
            );
            // The server keeps files of its own beside the objects.
            let is_object = !key.rsplit('/').next().unwrap().starts_with(".bucket");
            if is_object && !matches!(key.as_str(), "zarr.json" | ".zattrs" | ".zmetadata") {
                found.insert(key, bytes);
            }
        }
    }
    found
}

#[test]
fn every_way_between_disk_and_s3_gives_the_same_bytes() {
    let apart = |form| Form {
        metadata: Metadata::Apart,
        ..form
    };
    let sharded = Form {
        shards: Some(2),
        ..Form::v3()
    };
    for form in [
        Form::v2(),
        Form::v3(),
        apart(Form::v2()),
        apart(Form::v3()),
        sharded,
    ] {
        let (place, server) = served(form);
        place.downscale(WINDOWS);
        let expected = objects(&place.path("out.zarr"));
        assert!(expected.len() > 5, "{:?}", expected.keys());
        let remote = format!("s3://{BUCKET}/in.zarr");
        for (source, destination) in [
            (remote.as_str(), format!("s3://{BUCKET}/deep/out.zarr")),
            ("in.zarr", format!("s3://{BUCKET}/up.zarr")),
            (remote.as_str(), "down.zarr".to_owned()),
        ] {
            succeeds(
                &place,
                &server,
                &format!("downscale {source} {destination} -q {WINDOWS}"),
            );
            let folder = match destination.strip_prefix(&format!("s3://{BUCKET}/")) {
                Some(key) => server.bucket_folder().join(key),
                None => place.path(&destination),
            };
            assert_eq!(objects(&folder), expected, "{source} to {destination}");
        }
        let told = succeeds(
            &place,
            &server,
            &format!("info s3://{BUCKET}/deep/out.zarr"),
        );
        assert!(told.out.contains("field(time, lat, lon)"), "{told:?}");
    }
}

#[test]
fn the_file_of_the_replaced_package_works_unchanged() {
    let (place, server) = served(Form::v2());
    std::fs::create_dir(place.path("config")).unwrap();
    let text = format!(
        "endpoint_url='{}'\nbucket='{BUCKET}'\naws_access_key_id='{ACCESS_KEY}'\n\
         aws_secret_access_key='{SECRET_KEY}'\naws_session_token=''\n",
        server.endpoint()
    );
    std::fs::write(place.path("config/config.toml"), text).unwrap();
    std::fs::rename(place.path("in.zarr"), place.path("elsewhere")).unwrap();
    let line = format!("downscale in.zarr out.zarr --allow-http {WINDOWS}");
    let told = place.run(&line);
    assert_eq!(told.code, 0, "{told:?}");
    assert!(server.bucket_folder().join("out.zarr/.zmetadata").is_file());
    assert!(
        told.err.contains("warning: config/config.toml holds keys"),
        "{told:?}"
    );
    assert!(!format!("{told:?}").contains("canary"), "{told:?}");
    // A path that says that it is one stays on disk.
    let told = place.run(&format!("downscale ./elsewhere ./out.zarr -q {WINDOWS}"));
    assert_eq!(told.code, 0, "{told:?}");
    assert!(place.path("out.zarr/.zmetadata").is_file());
}

#[test]
fn the_environment_is_stronger_than_the_file_and_flags_are_stronger_than_both() {
    let (place, server) = served(Form::v3());
    let wrong = "endpoint_url='http://127.0.0.1:1'\naws_access_key_id='nobody'\n\
                 aws_secret_access_key='canary-other'\naws_session_token='canary-token'\n";
    std::fs::write(place.path("keys.toml"), wrong).unwrap();
    let line = format!("info s3://{BUCKET}/in.zarr --config keys.toml");
    succeeds(&place, &server, &line);
    let mut command = place.command();
    command
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    let words = ["--allow-http", "--endpoint-url", server.endpoint()];
    let told = done(command.args(line.split_whitespace()).args(words));
    assert_eq!(told.code, 0, "{told:?}");
}

#[test]
fn wrong_keys_and_missing_stores_are_told_apart() {
    let (place, server) = served(Form::v2());
    let mut command = place.command();
    command
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        .env("AWS_SECRET_ACCESS_KEY", "canary-wrong")
        .env("AWS_ENDPOINT_URL", server.endpoint())
        .env("AWS_ALLOW_HTTP", "1");
    let told = done(command.args(["info", &format!("s3://{BUCKET}/in.zarr")]));
    fails(&told, 74, &["cannot read", "zarr.json"]);
    assert!(!told.err.contains("canary"), "{told:?}");

    let told = run(&place, &server, &format!("info s3://{BUCKET}/nope.zarr"));
    fails(&told, 65, &["s3://ocean/nope.zarr", "not a Zarr group"]);
    let told = place.run(&format!("info s3://{BUCKET}/in.zarr"));
    fails(&told, 2, &["no access key"]);
    let plain = format!(
        "info s3://{BUCKET}/in.zarr --endpoint-url {}",
        server.endpoint()
    );
    fails(&place.run(&plain), 2, &["not encrypted", "--allow-http"]);
}

#[test]
fn no_mistake_shows_a_key() {
    let place = Place::with(&store(Form::v2()));
    let job = format!("downscale in.zarr out.zarr {WINDOWS}");
    for (text, says) in [
        ("aws_secret_access_key = 424242", "text in quotes"),
        ("aws_secret_access_key = canary", "bad.toml"),
        ("aws_secret_access_key = 'canary", "bad.toml"),
        ("aws_access_key_id = ['canary']", "text in quotes"),
        ("endpoint_url = 'https://user:canary@host'", "endpoint URL"),
    ] {
        std::fs::write(place.path("bad.toml"), format!("{text}\n")).unwrap();
        let told = place.run(&format!("{job} --config bad.toml"));
        fails(&told, 2, &[says]);
        assert!(
            !told.err.contains("canary") && !told.err.contains("424242"),
            "{told:?}"
        );
    }
    for words in [
        "--endpoint-url https://user:canary@host",
        "--endpoint-url https://host?token=canary",
        "--endpoint-url http://user:canary@host",
    ] {
        let told = place.run(&format!("{job} {words}"));
        fails(&told, 2, &["endpoint URL"]);
        assert!(!told.err.contains("canary"), "{told:?}");
    }
    for location in [
        "s3://b/x.zarr?sig=canary",
        "http://h/x.zarr?token=canary",
        "s3://b/a#canary",
        "s3://b:9/canary",
    ] {
        for line in [
            format!("info {location}"),
            job.replace("out.zarr", location),
        ] {
            let told = place.run(&line);
            fails(&told, 2, &["location"]);
            let hidden = location.contains(['?', '#']);
            assert!(!hidden || !told.err.contains("canary"), "{told:?}");
        }
    }
    assert!(!place.path("out.zarr").exists());
}

#[test]
fn what_exists_on_s3_is_kept_and_failed_work_is_removed() {
    let (place, server) = served(Form::v2());
    let before = objects(&server.bucket_folder());
    let inside = format!("s3://{BUCKET}/in.zarr");
    for destination in [
        inside.clone(),
        format!("{inside}/deeper"),
        format!("s3://{BUCKET}/in.zarr/"),
    ] {
        let told = run(
            &place,
            &server,
            &format!("downscale {inside} {destination} {WINDOWS}"),
        );
        fails(&told, 3, &["overlap"]);
    }
    let told = run(
        &place,
        &server,
        &format!("downscale in.zarr {inside} {WINDOWS}"),
    );
    fails(&told, 3, &["already exists"]);
    assert_eq!(objects(&server.bucket_folder()), before);

    let chunk = server.bucket_folder().join("in.zarr/field/1.1.2");
    let bytes = std::fs::read(&chunk).unwrap();
    std::fs::write(&chunk, &bytes[..bytes.len() / 2]).unwrap();
    let before = objects(&server.bucket_folder());
    let line = format!("downscale {inside} s3://{BUCKET}/out.zarr -q {WINDOWS}");
    fails(
        &run(&place, &server, &line),
        65,
        &["[1, 1, 2]", "`field`", "in.zarr/field/1.1.2"],
    );
    assert_eq!(objects(&server.bucket_folder()), before);
}

#[test]
fn public_stores_are_read_without_keys() {
    let (place, server) = (Place::with(&store(Form::v3())), S3Server::public().unwrap());
    server.upload(&place.path("in.zarr"), "in.zarr").unwrap();
    let address = server.endpoint();
    place.downscale(WINDOWS);
    let expected = objects(&place.path("out.zarr"));
    for (i, words) in [
        format!("s3://{BUCKET}/in.zarr out0.zarr --anonymous --endpoint-url {address}"),
        format!("{address}/{BUCKET}/in.zarr out1.zarr"),
    ]
    .iter()
    .enumerate()
    {
        let told = place.run(&format!("downscale {words} --allow-http -q {WINDOWS}"));
        assert_eq!(told.code, 0, "{told:?}");
        assert_eq!(
            objects(&place.path(&format!("out{i}.zarr"))),
            expected,
            "{words}"
        );
    }
    let told = place.run(&format!(
        "downscale in.zarr {address}/x.zarr --allow-http {WINDOWS}"
    ));
    fails(&told, 2, &["the destination", "only be read"]);
}
