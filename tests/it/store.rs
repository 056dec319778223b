//! The folder of an index and what lies beside it.

use concord::internals::store::Opened;

use crate::workspace::{TWELVE, Workspace};

/// A workspace with an index `idx` of twelve recommendations.
fn with_index() -> Workspace {
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    workspace
}

#[test]
fn a_flipped_bit_anywhere_in_the_manifest_is_noticed() {
    let workspace = with_index();
    let path = workspace.path("idx");
    let sound = workspace.bytes("idx/manifest.json");
    for at in 0..sound.len() {
        workspace.change("idx/manifest.json", |bytes| bytes[at] ^= 1 << (at % 8));
        assert!(Opened::open(&path).is_err(), "bit {} of byte {at}", at % 8);
        workspace.write("idx/manifest.json", &sound);
    }
    Opened::open(&path).expect("the index is sound again");

    let text = String::from_utf8(sound).unwrap();
    let other = text.replace("\"recommendations\": 12", "\"recommendations\": 13");
    assert_ne!(text, other);
    workspace.write("idx/manifest.json", other);
    let parts = [
        "error: idx/manifest.json is damaged: its content does not match its seal",
        "hint: rebuild it: `concord index idx/recommendations.jsonl --index idx`",
    ];
    workspace.refuses(&["similar", "cost", "--index", "idx"], &parts);
}
