//! Functions that copy and fill bytes.
//!
//! A copy moves tangents like values, a fill makes the shadow zero (a byte pattern is no differentiable function of the
//! filled byte). Where the operands count elements instead of bytes, [`crate::Bytes::scale`] says how large one is.

use smallvec::SmallVec;

use crate::alloc::product;
use crate::builder::TableBuilder;
use crate::entry::{Bytes, Effects, Kind, Set, Transfer};

pub(crate) fn register(rules: &mut TableBuilder) {
    copies(rules);
    fills(rules);
    fortran(rules);
}

struct Copy {
    destination: u8,
    source: u8,
    bytes: Bytes,
    overlap: bool,
}

impl Copy {
    fn register(self, rules: &mut TableBuilder, name: &'static str, signature: &str) {
        let Self {
            destination,
            source,
            bytes,
            overlap,
        } = self;
        let kind = Kind::Transfer(Transfer {
            destination,
            source,
            bytes,
            overlap,
        });
        rules.exact(name, signature, Effects::NONE, kind);
    }
}

fn copies(rules: &mut TableBuilder) {
    let copy = |overlap| Copy {
        destination: 0,
        source: 1,
        bytes: product(&[2]),
        overlap,
    };
    for name in ["llvm.memcpy", "llvm.memcpy.inline"] {
        copy(false).register(rules, name, "wria");
    }
    copy(true).register(rules, "llvm.memmove", "wria");
    copy(false).register(rules, "llvm.memcpy.element.unordered.atomic", "wria");
    copy(true).register(rules, "llvm.memmove.element.unordered.atomic", "wria");
    copy(false).register(rules, "memcpy", "wri>0");
    copy(true).register(rules, "memmove", "wri>0");
    // Returns the end of the destination.
    copy(false).register(rules, "mempcpy", "wri>0");
    copy(false).register(rules, "__mempcpy", "wri>0");
    // The fortified forms have the size of the destination as a further operand.
    copy(false).register(rules, "__memcpy_chk", "wrii>0");
    copy(true).register(rules, "__memmove_chk", "wrii>0");
    copy(false).register(rules, "__mempcpy_chk", "wrii>0");
    for name in ["__aeabi_memcpy", "__aeabi_memcpy4", "__aeabi_memcpy8"] {
        copy(false).register(rules, name, "wri");
    }
    Copy {
        destination: 1,
        source: 0,
        bytes: product(&[2]),
        overlap: true,
    }
    .register(rules, "bcopy", "rwi");
}

fn fill(rules: &mut TableBuilder, name: &'static str, signature: &str, value: Option<u8>, bytes: Bytes) {
    let kind = Kind::Set(Set {
        destination: 0,
        value,
        bytes,
    });
    rules.exact(name, signature, Effects::NONE, kind);
}

fn fills(rules: &mut TableBuilder) {
    for name in [
        "llvm.memset",
        "llvm.memset.inline",
        "llvm.memset.element.unordered.atomic",
    ] {
        fill(rules, name, "wiia", Some(1), product(&[2]));
    }
    fill(rules, "memset", "wii>0", Some(1), product(&[2]));
    fill(rules, "__memset_chk", "wiii>0", Some(1), product(&[2]));
    fill(rules, "memset_explicit", "wii>0", Some(1), product(&[2]));
    fill(rules, "bzero", "wi", None, product(&[1]));
    fill(rules, "__bzero", "wi", None, product(&[1]));
    fill(rules, "explicit_bzero", "wi", None, product(&[1]));
}

/// Classic flang's and PGI's runtime: operands count elements of 1, 2, 4, 8 or 16 bytes.
fn fortran(rules: &mut TableBuilder) {
    let elements = |size, operand| Bytes {
        scale: size,
        operands: SmallVec::from_slice(&[operand]),
    };
    for (zero, copy, size) in [
        ("f90_mzero1", "f90_mcopy1", 1),
        ("f90_mzero2", "f90_mcopy2", 2),
        ("f90_mzero4", "f90_mcopy4", 4),
        ("f90_mzero8", "f90_mcopy8", 8),
        ("f90_mzeroz8", "f90_mcopyz8", 8),
        ("f90_mzeroz16", "f90_mcopyz16", 16),
    ] {
        fill(rules, zero, "wi", None, elements(size, 1));
        let transfer = Copy {
            destination: 0,
            source: 1,
            bytes: elements(size, 2),
            overlap: false,
        };
        transfer.register(rules, copy, "wri");
    }
}
