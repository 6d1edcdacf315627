//! `--peer`: another LLVM plugin as a column.

use std::path::PathBuf;

use corpus::command::tool;

use crate::compile::Peer;

/// Reads `NAME=PATH[:opt=PATH][:pass=NAME]`.
///
/// # Errors
/// If it has another form.
pub fn parse_peer(text: &str) -> Result<Peer, String> {
    let form = || format!("`{text}` is not of the form NAME=PATH[:opt=PATH][:pass=NAME]");
    let (name, rest) = text.split_once('=').ok_or_else(form)?;
    let mut parts = rest.split(':');
    let plugin = parts.next().filter(|path| !path.is_empty()).ok_or_else(form)?;
    let usable = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || !name.chars().all(usable) {
        return Err(format!(
            "`{name}` is not a name of letters, digits, `-`, `_` and `.`"
        ));
    }
    let mut peer = Peer {
        name: name.into(),
        plugin: PathBuf::from(plugin),
        opt: tool("opt").into(),
        pass: "enzyme".into(),
    };
    for part in parts {
        match part.split_once('=') {
            Some(("opt", path)) => peer.opt = path.into(),
            Some(("pass", pass)) => peer.pass = pass.into(),
            _ => return Err(form()),
        }
    }
    Ok(peer)
}

#[cfg(test)]
mod tests {
    use super::parse_peer;

    #[test]
    fn peers_are_read() {
        let peer =
            parse_peer("Enzyme=/x/LLVMEnzyme-19.so:opt=/usr/lib/llvm-19/bin/opt").expect("it is of the form");
        assert_eq!(peer.name, "Enzyme");
        assert_eq!(peer.plugin.to_str(), Some("/x/LLVMEnzyme-19.so"));
        assert_eq!(peer.opt.to_str(), Some("/usr/lib/llvm-19/bin/opt"));
        assert_eq!(peer.pass, "enzyme");
        let peer = parse_peer("own=a.so:pass=rs-enzyme").expect("it is of the form");
        assert_eq!(
            (peer.pass.as_str(), peer.opt.to_str()),
            ("rs-enzyme", Some("opt-22"))
        );
        for bad in ["Enzyme", "=a.so", "a=", "a=b.so:c", "a/b=c.so", "a=b.so:level=3"] {
            assert!(parse_peer(bad).is_err(), "{bad}");
        }
    }
}
