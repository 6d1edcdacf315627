//! Structures of the C++ library that stand where nodes are expected and hold something else there.
//!
//! The header of a list or a tree is a link like those of its nodes, so that iterators may stand on it, and behind the link it has the number of
//! nodes where these have the user's value. Whoever concludes from the one what the other is, because one address leads to both, is wrong.
//! What is named here are the structures whose own numbers no address of a node is ever used to read or write.
//!
//! # What it does not know
//! Other standard libraries than libstdc++.

/// Such a structure.
struct Header {
    /// Its name in TBAA: the mangled name of its type information.
    tbaa: &'static str,
    /// The name of its LLVM type.
    llvm: &'static str,
    /// It is a template, whose arguments follow in TBAA.
    template: bool,
}

const HEADERS: [Header; 4] = [
    Header {
        tbaa: "_ZTSNSt8__detail17_List_node_headerE",
        llvm: "struct.std::__detail::_List_node_header",
        template: false,
    },
    Header {
        tbaa: "_ZTSSt15_Rb_tree_header",
        llvm: "struct.std::_Rb_tree_header",
        template: false,
    },
    // The link to the first node of a hash table is a node's link, with the table's own numbers behind it.
    Header {
        tbaa: "_ZTSSt10_HashtableI",
        llvm: "class.std::_Hashtable",
        template: true,
    },
    Header {
        tbaa: "_ZTSNSt8__detail20_Prime_rehash_policyE",
        llvm: "struct.std::__detail::_Prime_rehash_policy",
        template: false,
    },
];

/// Whether TBAA names such a structure.
pub fn is_tbaa_header(name: &str) -> bool {
    HEADERS.iter().any(|header| match header.template {
        true => name.starts_with(header.tbaa),
        false => name == header.tbaa,
    })
}

/// Whether an LLVM type is such a structure. LLVM numbers types of one name.
pub fn is_llvm_header(name: &str) -> bool {
    HEADERS.iter().any(|header| {
        let rest = name.strip_prefix(header.llvm);
        rest.is_some_and(|rest| match rest.strip_prefix('.') {
            Some(number) => number.bytes().all(|byte| byte.is_ascii_digit()),
            None => rest.is_empty(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_whole() {
        assert!(is_tbaa_header("_ZTSNSt8__detail17_List_node_headerE"));
        assert!(is_tbaa_header("_ZTSSt10_HashtableIiSt4pairIKidE"));
        assert!(!is_tbaa_header("_ZTSSt15_Rb_tree_headers"));
        assert!(is_llvm_header("class.std::_Hashtable"));
        assert!(is_llvm_header("class.std::_Hashtable.17"));
        assert!(!is_llvm_header("class.std::_Hashtable.x"));
        assert!(!is_llvm_header("struct.std::__detail::_List_node_header2"));
        assert!(!is_llvm_header("struct.My"));
    }
}
