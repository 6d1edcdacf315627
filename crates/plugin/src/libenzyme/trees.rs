//! Type trees behind opaque pointers: Enzyme's C interface over [`TypeTree`].
//!
//! A tree belongs to who made it until [`EnzymeFreeTypeTree`]. Where two facts contradict each other a tree stays as it was, for there is
//! nobody to tell: rustc asks for trees long before there is a module.
//!
//! # Safety
//! Pointers to trees come from this module and were not freed; LLVM contexts are not read.

use std::ffi::{CStr, CString, c_char, c_void};

use ir::FloatKind;
use typeanalysis::{BaseType, Limits, Pointers, TypeTree, Window};

use crate::panics;

/// Enzyme's `CConcreteType`.
fn base_type(number: u32) -> BaseType {
    match number {
        0 => BaseType::Anything,
        1 => BaseType::Integer,
        2 => BaseType::Pointer,
        3 => BaseType::Float(FloatKind::Half),
        4 => BaseType::Float(FloatKind::Float),
        5 => BaseType::Float(FloatKind::Double),
        7 => BaseType::Float(FloatKind::X86Fp80),
        8 => BaseType::Float(FloatKind::BFloat),
        9 => BaseType::Float(FloatKind::Fp128),
        // 6, and what later versions may add.
        _ => BaseType::Unknown,
    }
}

fn give(tree: TypeTree) -> *mut TypeTree {
    Box::into_raw(Box::new(tree))
}

/// Replaces a tree by what `change` makes of it, if that succeeds; whether it is another then.
///
/// # Safety
///
/// See the module.
unsafe fn update<E>(tree: *mut TypeTree, change: impl FnOnce(&TypeTree) -> Result<TypeTree, E>) -> bool {
    panics::contain(|| {
        // SAFETY: promised by the caller.
        let tree = unsafe { &mut *tree };
        change(tree).is_ok_and(|new| {
            let changed = new != *tree;
            *tree = new;
            changed
        })
    })
    .unwrap_or(false)
}

/// Bytes of a pointer in address space 0, as the text of a data layout says: `p:64:64`, and 64 bits where it says nothing.
fn pointer_bytes(layout: &str) -> i32 {
    let of_default = |part: &str| {
        let rest = part.strip_prefix("p:").or_else(|| part.strip_prefix("p0:"))?;
        rest.split(':').next()?.parse::<i32>().ok()
    };
    layout.split('-').find_map(of_default).unwrap_or(64) / 8
}

fn offset(index: i64) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

/// The tree that says nothing.
#[unsafe(no_mangle)]
extern "C" fn EnzymeNewTypeTree() -> *mut TypeTree {
    give(TypeTree::new())
}

/// A value as a whole.
#[unsafe(no_mangle)]
extern "C" fn EnzymeNewTypeTreeCT(base: u32, _context: *mut c_void) -> *mut TypeTree {
    give(match base_type(base) {
        BaseType::Unknown => TypeTree::new(),
        base => TypeTree::whole(base),
    })
}

/// A copy.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
unsafe extern "C" fn EnzymeNewTypeTreeTR(tree: *const TypeTree) -> *mut TypeTree {
    // SAFETY: promised by the caller.
    give(unsafe { &*tree }.clone())
}

/// Frees a tree; null is nothing.
///
/// # Safety
///
/// See the module; the tree is not used again.
#[unsafe(no_mangle)]
unsafe extern "C" fn EnzymeFreeTypeTree(tree: *mut TypeTree) {
    if !tree.is_null() {
        // SAFETY: it came from `give`, and the caller promises that it is freed once.
        drop(unsafe { Box::from_raw(tree) });
    }
}

/// Joins another tree in; whether the first changed.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
unsafe extern "C" fn EnzymeMergeTypeTree(tree: *mut TypeTree, other: *const TypeTree) -> bool {
    // Joined into a copy, so that both may be the same.
    // SAFETY: promised by the caller.
    unsafe {
        update(tree, |old| {
            let mut new = old.clone();
            new.or(&*other, Pointers::Distinct, &Limits::default())
                .map(|_| new)
        })
    }
}

/// Puts an index in front of every path.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
unsafe extern "C" fn EnzymeTypeTreeOnlyEq(tree: *mut TypeTree, index: i64) {
    // SAFETY: promised by the caller.
    unsafe {
        update(tree, |old| {
            Ok::<_, ()>(old.only(offset(index), &Limits::default()))
        })
    };
}

/// Takes the first index of every path away: what is at the start of the value.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
unsafe extern "C" fn EnzymeTypeTreeData0Eq(tree: *mut TypeTree) {
    // SAFETY: promised by the caller.
    unsafe { update(tree, |old| old.data0(&Limits::default())) };
}

/// Moves the facts about `size` bytes (-1: all) from `start` on to `to`.
///
/// # Safety
///
/// See the module; `layout` is the text of a data layout.
#[unsafe(no_mangle)]
unsafe extern "C" fn EnzymeTypeTreeShiftIndiciesEq(
    tree: *mut TypeTree,
    layout: *const c_char,
    start: i64,
    size: i64,
    to: u64,
) {
    // SAFETY: promised by the caller.
    let layout = unsafe { CStr::from_ptr(layout) }.to_string_lossy();
    let limits = Limits {
        pointer_bytes: pointer_bytes(&layout),
        ..Limits::default()
    };
    let window = Window {
        start: offset(start),
        size: (size >= 0).then(|| offset(size)),
        to: i32::try_from(to).unwrap_or(i32::MAX),
    };
    // SAFETY: promised by the caller.
    unsafe { update(tree, |old| old.shift(window, &limits)) };
}

/// Inserts one fact.
///
/// # Safety
///
/// See the module; `indices` points to `length` numbers.
#[unsafe(no_mangle)]
unsafe extern "C" fn EnzymeTypeTreeInsertEq(
    tree: *mut TypeTree,
    indices: *const i64,
    length: usize,
    base: u32,
    _context: *mut c_void,
) {
    let path: Vec<i32> = if length == 0 {
        Vec::new()
    } else {
        // SAFETY: promised by the caller.
        let indices = unsafe { std::slice::from_raw_parts(indices, length) };
        indices.iter().map(|&index| offset(index)).collect()
    };
    // SAFETY: promised by the caller.
    unsafe {
        update(tree, |old| {
            let mut new = old.clone();
            new.insert(&path, base_type(base), Pointers::Distinct, &Limits::default())
                .map(|_| new)
        })
    };
}

/// The text of a tree, to be freed with [`EnzymeTypeTreeToStringFree`].
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
unsafe extern "C" fn EnzymeTypeTreeToString(tree: *const TypeTree) -> *const c_char {
    // SAFETY: promised by the caller.
    let text = panics::contain(|| unsafe { &*tree }.to_string()).unwrap_or_default();
    // The text has no zero byte in it.
    CString::new(text).unwrap_or_default().into_raw()
}

/// Frees a text; null is nothing.
///
/// # Safety
///
/// `text` came from [`EnzymeTypeTreeToString`] and is not used again.
#[unsafe(no_mangle)]
unsafe extern "C" fn EnzymeTypeTreeToStringFree(text: *const c_char) {
    if !text.is_null() {
        // SAFETY: promised by the caller.
        drop(unsafe { CString::from_raw(text.cast_mut()) });
    }
}
