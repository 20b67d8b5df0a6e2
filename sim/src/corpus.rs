//! What fuzzing found worth keeping.

use std::fs;
use std::path::Path;

/// The kept inputs of a fuzz target, from `fuzz/corpus/TARGET.pack`: for each four bytes of length, then the input.
///
/// # Panics
/// When there are none: the test would pass without having tried anything.
#[must_use]
pub fn kept(target: &str) -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fuzz/corpus/{target}.pack"));
    let pack = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (mut inputs, mut rest) = (Vec::new(), &pack[..]);
    while let Some((len, after)) = rest.split_first_chunk() {
        let len = usize::try_from(u32::from_be_bytes(*len)).unwrap_or(usize::MAX);
        let input = after
            .get(..len)
            .unwrap_or_else(|| panic!("{} ends early", path.display()));
        inputs.push(input.to_vec());
        rest = after.get(len..).unwrap_or_default();
    }
    assert!(
        !inputs.is_empty() && rest.is_empty(),
        "{} is broken",
        path.display()
    );
    inputs
}
