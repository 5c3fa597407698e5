//! JSON as Python writes it: with bare `NaN`, `Infinity` and `-Infinity`, which the standard does not have.

use serde_json::{Error, Value};

/// Parses a document. Bare words for numbers that JSON lacks become strings: `NaN` is read as `"NaN"`.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(bytes).or_else(|error| match quoted(bytes) {
        Some(text) => serde_json::from_slice(&text),
        None => Err(error),
    })
}

/// The document with its bare words in quotes; `None` when it has none.
fn quoted(bytes: &[u8]) -> Option<Vec<u8>> {
    const WORDS: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];
    let mut out = Vec::with_capacity(bytes.len() + 16);
    let (mut at, mut in_string, mut found) = (0, false, false);
    while at < bytes.len() {
        let word = WORDS
            .iter()
            .find(|word| !in_string && bytes[at..].starts_with(word));
        if let Some(word) = word {
            out.push(b'"');
            out.extend_from_slice(word);
            out.push(b'"');
            at += word.len();
            found = true;
            continue;
        }
        match bytes[at] {
            b'"' => in_string = !in_string,
            // The character behind a backslash cannot end the string.
            b'\\' if in_string => {
                out.push(b'\\');
                at += 1;
            }
            _ => {}
        }
        out.extend(bytes.get(at));
        at += 1;
    }
    found.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn bare_words_outside_strings_are_read() {
        let text = br#"{"a": NaN, "b": [-Infinity, 1, Infinity], "NaN \" NaN": "a NaN \\"}"#;
        let expected = json!({
            "a": "NaN", "b": ["-Infinity", 1, "Infinity"], "NaN \" NaN": "a NaN \\"
        });
        assert_eq!(parse(text).unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_stays_wrong() {
        for text in ["", "{", "{\"a\": NaNs}", "{\"a\": nan}", "\"\\", "NaN NaN"] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn valid_documents_are_read_as_they_are(text in "[a-zNI\\\\\"-]{0,20}") {
            let document = json!({ text.clone(): [text] });
            prop_assert_eq!(parse(document.to_string().as_bytes()).unwrap(), document);
        }
    }
}
