//! The fuzz targets compile modules of `src/` on their own: what they need must be what the package needs.

use std::collections::BTreeSet;
use std::fs;

use concord::internals::store::FORMAT_VERSION;

use crate::workspace::repository;

fn manifest(path: &str) -> toml::Table {
    fs::read_to_string(repository().join(path)).unwrap().parse().unwrap()
}

#[test]
fn fuzz_targets_use_the_libraries_of_the_package() {
    let (package, fuzz) = (manifest("Cargo.toml"), manifest("fuzz/Cargo.toml"));
    let package = package["dependencies"].as_table().unwrap();
    let fuzz = fuzz["dependencies"].as_table().unwrap();
    for (name, asked) in fuzz.iter().filter(|(name, _)| *name != "libfuzzer-sys") {
        assert_eq!(Some(asked), package.get(name), "`{name}` in fuzz/Cargo.toml and in Cargo.toml");
    }
}

#[test]
fn every_fuzz_target_is_built_seeded_and_run() {
    let folder = fs::read_dir(repository().join("fuzz/fuzz_targets")).unwrap();
    let files = folder.map(|file| file.unwrap().path());
    let targets: BTreeSet<String> =
        files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let fuzz = manifest("fuzz/Cargo.toml");
    let built = fuzz["bin"].as_array().unwrap().iter();
    let built: BTreeSet<String> =
        built.map(|bin| bin["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(built, targets, "fuzz/Cargo.toml and fuzz/fuzz_targets");

    let script = fs::read_to_string(repository().join("fuzz/run")).unwrap();
    let list = script.split_once("targets=(text").unwrap().1.split(')').next().unwrap();
    let run: BTreeSet<String> = format!("text{list}").split(' ').map(str::to_owned).collect();
    assert_eq!(run, targets, "the list in fuzz/run and fuzz/fuzz_targets");
    let seeds = script.lines().filter_map(|line| line.strip_prefix("seed "));
    let seeds: Vec<(&str, &str)> = seeds.filter_map(|line| line.split_once(' ')).collect();
    for target in &targets {
        assert!(seeds.iter().any(|(name, _)| name == target), "fuzz/run has no seeds for {target}");
    }
    let own = fs::read_dir(repository().join("fuzz/seeds")).unwrap();
    for folder in own.map(|folder| folder.unwrap().file_name().into_string().unwrap()) {
        let from = format!("seeds/{folder}/*");
        assert!(seeds.iter().any(|(_, files)| files.contains(&from)), "{from} is not used");
    }
    // An index of another version is refused before anything else of it is read.
    let index = fs::read(repository().join("fuzz/seeds/index/small")).unwrap();
    let current = format!("{{\"format_version\": {FORMAT_VERSION},");
    assert!(index.starts_with(current.as_bytes()), "the seed of an index is of an older version");
}
