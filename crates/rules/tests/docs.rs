//! `docs/add-a-rule.md` quotes the crate: what it quotes must be there.

#[test]
fn worked_example_is_in_the_sources() {
    let guide = include_str!("../../../docs/add-a-rule.md");
    let sources = [
        include_str!("../src/libm.rs"),
        include_str!("support/reference.rs"),
    ];
    let mut blocks = guide
        .split("\n```rust\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    let quoted: Vec<&str> = blocks.by_ref().collect();
    assert_eq!(quoted.len(), 2);
    for block in quoted {
        assert!(
            sources.iter().any(|s| s.contains(block.trim())),
            "not in the sources any more:\n{block}"
        );
    }
}

/// Each file that the guide's table of families names exists.
#[test]
fn family_files_exist() {
    let guide = include_str!("../../../docs/add-a-rule.md");
    let rows = guide
        .lines()
        .filter(|line| line.trim_start().starts_with("| `") && line.contains(".rs`"));
    let names: Vec<&str> = rows
        .flat_map(|row| row.split('`'))
        .filter(|text| text.ends_with(".rs"))
        .collect();
    assert!(names.len() >= 10);
    for name in names {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src")
            .join(name);
        assert!(path.exists(), "{} is gone", path.display());
    }
}
