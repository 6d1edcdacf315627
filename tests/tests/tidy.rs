//! What a reviewer would have to count: which crate may know which, how long files and functions get, that links lead somewhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The crates from the bottom up. A crate may depend only on crates in lines above its own.
const LAYERS: [&[&str]; 11] = [
    &["rsenzyme-ir", "rsenzyme-llvm-link", "rsenzyme-macros"],
    &["rsenzyme-rules", "rsenzyme-llvm", "rsenzyme-rs"],
    &["rsenzyme-typeanalysis"],
    &["rsenzyme-activity"],
    &["rsenzyme-facts", "rsenzyme-shadow"],
    &["rsenzyme-cache"],
    &["rsenzyme-forward", "rsenzyme-reverse"],
    &["rsenzyme"],
    &["rsenzyme-plugin", "rsenzyme-cli", "cargo-rsenzyme"],
    &["rsenzyme-tests"],
    &["rsenzyme-adbench", "rsenzyme-adbench-objectives"],
];

/// The crates that may use LLVM's C API.
const LLVM_USERS: [&str; 7] = [
    "rsenzyme-llvm",
    "rsenzyme-llvm-link",
    "rsenzyme",
    "rsenzyme-plugin",
    "rsenzyme-cli",
    "cargo-rsenzyme",
    "rsenzyme-tests",
];

/// Longer files need a reason in their module docs; none may be longer than this.
const MAX_FILE_LINES: usize = 1000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manifest(path: &Path) -> toml::Table {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.parse()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The manifests of the workspace's crates, by package name.
fn crates() -> BTreeMap<String, toml::Table> {
    let folders = fs::read_dir(root().join("crates")).expect("the folder of crates exists");
    let mut paths: Vec<_> = folders
        .map(|entry| entry.expect("entries can be read").path())
        .collect();
    paths.extend([root().join("tests"), root().join("xtask")]);
    let manifests = paths
        .into_iter()
        .map(|path| path.join("Cargo.toml"))
        .filter(|path| path.exists());
    manifests
        .map(|path| {
            let table = manifest(&path);
            let name = table["package"]["name"]
                .as_str()
                .expect("a package has a name")
                .to_owned();
            (name, table)
        })
        .collect()
}

/// The packages that a crate depends on outside its tests, by their real names.
fn dependencies(table: &toml::Table, workspace: &toml::Table) -> Vec<String> {
    let shared = workspace["workspace"]["dependencies"]
        .as_table()
        .expect("the workspace shares dependencies");
    let own = table.get("dependencies").and_then(toml::Value::as_table);
    let real_name = |(key, value): (&String, &toml::Value)| {
        let package = value.get("package").or_else(|| shared.get(key)?.get("package"));
        package.and_then(toml::Value::as_str).unwrap_or(key).to_owned()
    };
    own.into_iter().flatten().map(real_name).collect()
}

#[test]
fn dependencies_point_downwards() {
    let workspace = manifest(&root().join("Cargo.toml"));
    let layer = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    let mut wrong = Vec::new();
    for (name, table) in crates() {
        for dependency in dependencies(&table, &workspace) {
            let (Some(from), Some(to)) = (layer(&name), layer(&dependency)) else {
                continue;
            };
            if to >= from {
                wrong.push(format!("{name} -> {dependency}"));
            }
        }
        assert!(
            layer(&name).is_some() || name == "xtask",
            "{name} has no layer in this test"
        );
    }
    assert!(
        wrong.is_empty(),
        "dependencies that do not point downwards: {wrong:?}"
    );
}

#[test]
fn llvm_stays_at_the_edges() {
    let workspace = manifest(&root().join("Cargo.toml"));
    let is_llvm = |name: &String| matches!(name.as_str(), "llvm-sys" | "inkwell" | "rsenzyme-llvm");
    for (name, table) in crates() {
        let uses: Vec<_> = dependencies(&table, &workspace)
            .into_iter()
            .filter(is_llvm)
            .collect();
        assert!(
            uses.is_empty() || LLVM_USERS.contains(&name.as_str()),
            "{name} uses {uses:?}"
        );
    }
}

/// All files below the root with one of these endings, without build output and hidden folders.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("folders of the tree can be read") {
            let path = entry.expect("entries can be read").path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn files_have_one_subject() {
    let lines = |path: &PathBuf| fs::read_to_string(path).map_or(0, |text| text.lines().count());
    let long: Vec<_> = files(&[".rs", ".cpp"])
        .into_iter()
        .filter(|path| lines(path) > MAX_FILE_LINES)
        .collect();
    assert!(
        long.is_empty(),
        "files of more than {MAX_FILE_LINES} lines: {long:?}"
    );
}

#[test]
fn nothing_is_left_half_done() {
    // Written apart, so that this file does not find itself.
    let marks = [
        ["to", "do!("].concat(),
        ["unimple", "mented!("].concat(),
        ["#[ign", "ore"].concat(),
    ];
    for path in files(&[".rs"]) {
        let text = fs::read_to_string(&path).expect("sources can be read");
        let found: Vec<_> = marks.iter().filter(|mark| text.contains(mark.as_str())).collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
}

#[test]
fn links_in_documents_lead_somewhere() {
    for path in files(&[".md"]) {
        let text = fs::read_to_string(&path).expect("documents can be read");
        let folder = path.parent().expect("a file is in a folder");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(
                folder.join(target).exists(),
                "{}: the link {link} leads nowhere",
                path.display()
            );
        }
    }
}
