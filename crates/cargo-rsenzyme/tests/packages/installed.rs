//! The way of a new user: installing, a new package, and both routes, on a machine without any LLVM package.

use std::fs;
use std::process::Command;

use crate::support::{clean, is_full, root, run};

/// In a mount namespace of its own: folders and programs of LLVM packages are covered, and nothing outside notices.
const ALONE: &str = r#"
set -e
for folder in /usr/lib/llvm-* /usr/include/llvm-* /usr/include/llvm-c-*; do
    [ ! -d "$folder" ] || mount -t tmpfs none "$folder"
done
for file in /usr/bin/*-22 /usr/bin/llvm-config* /usr/lib/*/libLLVM*; do
    [ ! -e "$file" ] || mount --bind /dev/null "$file"
done
if llvm-config-22 --version || clang-22 --version; then echo "LLVM is still there"; exit 1; fi
cargo install --locked --path "$SOURCES/crates/cargo-rsenzyme" --root "$PLACE/installed" --target-dir "$PLACE/build"
PATH="$PLACE/installed/bin:$PATH"
cd "$PLACE"
cargo rsenzyme doctor
cargo rsenzyme new demo
cd demo
cargo rsenzyme run
cargo rsenzyme run --release
cd "$SOURCES"
cargo rsenzyme setup
find "$XDG_CACHE_HOME" -name librsenzyme.so -path '*/backend/*' | grep -q .
cp -r tests/rust/std_autodiff "$PLACE/slopes"
cd "$PLACE/slopes"
cargo rsenzyme --std-autodiff run --release
"#;

#[test]
fn without_llvm_packages() {
    if !is_full("compiles the engine twice, for installing and as a backend") {
        return;
    }
    // Not within this workspace: `cargo new` would make the new package a member of it.
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let place = folder.path();
    fs::create_dir(place.join("cache")).expect("a folder can be made");
    let mut command = Command::new("unshare");
    clean(&mut command)
        .args(["--mount", "sh", "-c", ALONE])
        .env("SOURCES", root())
        .env("PLACE", place)
        .env("XDG_CACHE_HOME", place.join("cache"))
        // Else the backend beside the test programs would do.
        .env_remove("RSENZYME_BACKEND")
        .current_dir(place);
    let ran = run(&mut command).expect_success();
    let heights = ran.stdout().matches("(closed form 10.190)").count();
    assert_eq!(heights, 2, "{}", ran.text());
    assert!(ran.stdout().contains("rising by 10.190 m/s"), "{}", ran.text());
}
