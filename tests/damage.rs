//! Chunks that are cut, garbled or of another size: an error that names the chunk, never missing data.

use crate::{
    errors::{BAD_DATA, JOB, fails, sound},
    support::Place,
};
use rsmp_testkit::{Array, Codec, DataType, Form, Store, crc32c};

type Damage = fn(&[u8]) -> Vec<u8>;

fn cut(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() / 2].to_vec()
}

fn begun(bytes: &[u8]) -> Vec<u8> {
    bytes[..3].to_vec()
}

fn empty(_: &[u8]) -> Vec<u8> {
    Vec::new()
}

fn garbled(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[..4].fill(0xFF);
    bytes
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

/// The first byte of the index of a shard of eight chunks.
fn index_flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = bytes.len() - 4 - 8 * 16;
    bytes[at] ^= 1;
    bytes
}

/// An offset beyond the shard, with the right checksum.
fn index_wild(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let end = bytes.len() - 4;
    bytes[end - 8 * 16..end - 8 * 16 + 8].copy_from_slice(&(1_u64 << 62).to_le_bytes());
    let sum = crc32c(&bytes[end - 8 * 16..end]).to_le_bytes();
    bytes[end..].copy_from_slice(&sum);
    bytes
}

/// A frame that unfolds to 128 MiB of one byte.
fn bomb(_: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58];
    for i in 0..1024_u32 {
        let header = ((128 << 10) << 3) | (1 << 1) | u32::from(i == 1023);
        bytes.extend(&header.to_le_bytes()[..3]);
        bytes.push(7);
    }
    bytes
}

/// A blosc header that promises two gigabytes.
fn lying(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[4..8].copy_from_slice(&0x7FFF_FF00_u32.to_le_bytes());
    bytes
}

#[test]
fn damaged_chunks_are_named_and_never_read_as_missing() {
    let v2 = |codec: Codec| Form {
        codec,
        ..Form::v2()
    };
    let v3 = |codec: Codec| Form {
        codec,
        ..Form::v3()
    };
    let sharded = |codec: Codec| Form {
        shards: Some(2),
        ..v3(codec)
    };
    let rows: Vec<(Form, Vec<Damage>)> = vec![
        (v2(Codec::None), vec![cut, begun, empty]),
        (v2(Codec::Zlib), vec![cut, begun, empty, garbled, flipped]),
        (v2(Codec::Gzip), vec![cut, begun, empty, garbled, flipped]),
        (v2(Codec::Zstd), vec![cut, begun, empty, garbled, bomb]),
        (v2(Codec::Blosc), vec![cut, begun, empty, garbled, lying]),
        (v3(Codec::None), vec![cut, begun, empty]),
        (v3(Codec::Gzip), vec![cut, flipped]),
        (v3(Codec::Zstd), vec![cut, garbled, bomb]),
        (v3(Codec::Blosc), vec![cut, garbled, lying]),
        (v3(Codec::Crc32c), vec![cut, begun, empty, garbled, flipped]),
        (
            sharded(Codec::None),
            vec![cut, begun, empty, index_flipped, index_wild],
        ),
        (
            sharded(Codec::Crc32c),
            vec![garbled, index_flipped, index_wild],
        ),
    ];
    for (form, damages) in rows {
        for (i, damage) in damages.into_iter().enumerate() {
            let place = Place::with(&sound(&form));
            let key = if form.format == 2 {
                "field/0.1.0"
            } else {
                "field/c/0/1/0"
            };
            let path = place.path(&format!("in.zarr/{key}"));
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(&path, damage(&bytes)).unwrap();
            eprintln!("damage {i} of {form:?}");
            let says = [
                "chunk [0, 1, 0] of variable `field`",
                key,
                "hint: ",
                "damaged",
            ];
            for words in ["", "--workers 1 --batch-size 1", "--method nearest --json"] {
                fails(&place, &format!("{JOB} {words}"), BAD_DATA, &says);
            }
        }
    }
}

#[test]
fn a_chunk_of_another_shape_is_damaged() {
    for codec in [Codec::None, Codec::Gzip, Codec::Zstd, Codec::Blosc] {
        for scale in [1, 3] {
            let form = Form {
                codec,
                ..Form::v2()
            };
            let place = Place::with(&sound(&form));
            let other = Array::new(
                "field",
                &[("time", 1), ("lat", 8), ("lon", 8 * scale)],
                DataType::Int16,
            );
            let other = Store::new(form).with(other.chunk(&[1, 4 * scale, 8 * scale]));
            let bytes = other.objects()["field/0.0.0"].clone();
            std::fs::write(place.path("in.zarr/field/0.0.0"), bytes).unwrap();
            fails(
                &place,
                JOB,
                BAD_DATA,
                &["chunk [0, 0, 0] of variable `field`", "hint: "],
            );
        }
    }
}

#[test]
fn a_damaged_coordinate_is_named() {
    let place = Place::with(&sound(&Form::v2()));
    std::fs::write(place.path("in.zarr/lat/0"), [1, 2, 3]).unwrap();
    fails(
        &place,
        JOB,
        BAD_DATA,
        &["chunk [0] of variable `lat`", "lat/0", "hint: "],
    );
}
