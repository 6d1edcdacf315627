//! A body for `qsort`, for each function that compares and each size of elements (`sorts/sort.c`).
//!
//! The library moves elements about and calls the program back, so its derivative cannot be told by a rule. A call that names the function that
//! compares and the size of elements is read as one of a body of ours, which sorts an order, from which nothing flows back, and then puts the elements
//! there. The program still calls the library.
//!
//! # What it does not know
//! Calls that are handed the function or the size in a variable: they stay refused.

use std::ffi::CString;
use std::rc::Rc;

use ir::{ConstData, Value};
use llvm_sys::LLVMLinkage;
use llvm_sys::prelude::LLVMModuleRef;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::error::PrepareError;
use crate::ffi::{Ty, Val, sys, take_message};
use crate::import::Importer;
use crate::nodes::link_text;
use crate::opcode;

/// The body, for elements of [`SIZE`] bytes.
const TEXT: &str = include_str!("sorts/sort.ll");

/// What stands for the size of elements in the text.
const SIZE: &str = "1000000007";

/// What stands for the function that compares in the text, and what is called like the body.
const COMPARE: &str = "rsenzyme.sort.compare";
const SORT: &str = "rsenzyme.sort";

/// The function that is replaced.
const REPLACED: &std::ffi::CStr = c"qsort";

/// The largest element, in bytes.
const LARGEST: u64 = 1 << 20;

/// The bodies that stand for calls.
#[derive(Debug, Default)]
pub struct Sorts {
    /// The body for each call.
    calls: FxHashMap<Val, Val>,
    /// The bodies, by what compares and the size of elements.
    bodies: FxHashMap<(Val, u64), Val>,
}

impl Sorts {
    /// Makes bodies for the calls of a module.
    ///
    /// # Safety
    /// The module is live and used by this thread alone.
    ///
    /// # Errors
    /// If LLVM does not read or link a body. Those that were made stay.
    pub unsafe fn define(module: LLVMModuleRef) -> Result<Self, PrepareError> {
        let mut sorts = Self::default();
        for call in calls(module) {
            let Some((compare, size)) = known(call) else {
                continue;
            };
            let body = match sorts.bodies.get(&(compare, size)) {
                Some(&body) => body,
                None => make(module, compare, size)?,
            };
            sorts.bodies.insert((compare, size), body);
            sorts.calls.insert(call, body);
        }
        Ok(sorts)
    }

    /// The body that stands for a call.
    pub(crate) fn body(&self, call: Val) -> Option<Val> {
        self.calls.get(&call).copied()
    }

    /// Deletes the bodies that nothing uses.
    ///
    /// # Safety
    /// The module is live, used by this thread alone, and no importer of it lives.
    pub unsafe fn delete_unused(self) {
        for body in self.bodies.into_values() {
            // SAFETY: the body was made here and is deleted nowhere else.
            unsafe {
                if sys::LLVMGetFirstUse(body.raw()).is_null() {
                    sys::LLVMDeleteFunction(body.raw());
                }
            }
        }
    }
}

/// The calls of the library's function, in LLVM's order.
fn calls(module: LLVMModuleRef) -> Vec<Val> {
    let mut found = Vec::new();
    // SAFETY: the module is live, and uses are walked while nothing changes; users of a function are values.
    unsafe {
        let function = sys::LLVMGetNamedFunction(module, REPLACED.as_ptr());
        if function.is_null() || sys::LLVMIsDeclaration(function) == 0 {
            return found;
        }
        let mut used = sys::LLVMGetFirstUse(function);
        while !used.is_null() {
            let user = sys::LLVMGetUser(used);
            let calls = !sys::LLVMIsACallInst(user).is_null() || !sys::LLVMIsAInvokeInst(user).is_null();
            if calls && sys::LLVMGetCalledValue(user) == function {
                found.push(Val::new(user));
            }
            used = sys::LLVMGetNextUse(used);
        }
    }
    found
}

/// What compares, and the size of elements, if a call says it.
fn known(call: Val) -> Option<(Val, u64)> {
    if text(call.called_type()) != "void (ptr, i64, i64, ptr)" {
        return None;
    }
    let size = call.operand(2);
    let compare = function(call.operand(3)).or_else(|| handed_out(call.operand(3)))?;
    // SAFETY: operands of a live call are live.
    let is_number = unsafe { !sys::LLVMIsAConstantInt(size.raw()).is_null() };
    let fits = is_number && text(compare.value_type()) == "i32 (ptr, ptr)";
    let size = fits.then(|| size.int_value())?;
    (1..=LARGEST).contains(&size).then_some((compare, size))
}

/// The function that a value is, if it is one by itself.
fn function(value: Val) -> Option<Val> {
    // SAFETY: the value is live.
    unsafe { Val::some(sys::LLVMIsAFunction(value.raw())) }
}

/// The function that a call gives, whatever it is called with: unoptimized code converts a lambda to the address of a function so.
fn handed_out(call: Val) -> Option<Val> {
    // SAFETY: the value is live, and only calls are asked what they call.
    let callee = unsafe {
        let is_call = !sys::LLVMIsACallInst(call.raw()).is_null();
        Val::some(sys::LLVMGetCalledValue(is_call.then_some(call)?.raw())).and_then(function)?
    };
    let block = callee.first_block()?;
    let is_final = matches!(
        linkage(callee),
        LLVMLinkage::LLVMInternalLinkage
            | LLVMLinkage::LLVMPrivateLinkage
            | LLVMLinkage::LLVMLinkOnceODRLinkage
            | LLVMLinkage::LLVMWeakODRLinkage
    );
    // SAFETY: the block is live; a complete block has a terminator.
    let end = unsafe { Val::some(sys::LLVMGetBasicBlockTerminator(block.raw()))? };
    let returns = end.opcode() == opcode::RET && end.operand_count() == 1;
    (is_final && returns).then(|| end.operand(0)).and_then(function)
}

fn linkage(function: Val) -> LLVMLinkage {
    // SAFETY: the function is live.
    unsafe { sys::LLVMGetLinkage(function.raw()) }
}

/// A type as LLVM writes it.
fn text(ty: Ty) -> String {
    // SAFETY: the type is of a live module; the text is owned.
    unsafe { take_message(sys::LLVMPrintTypeToString(ty.raw())) }
}

/// Makes a body.
fn make(module: LLVMModuleRef, compare: Val, size: u64) -> Result<Val, PrepareError> {
    let find = |name: &str| {
        let name = CString::new(name).unwrap_or_default();
        // SAFETY: the module is live, and the name ends in a zero byte.
        unsafe { Val::some(sys::LLVMGetNamedFunction(module, name.as_ptr())) }
    };
    let names = (0_u32..).map(|number| (format!("{SORT}.{number}"), format!("{COMPARE}.{number}")));
    let free = names
        .into_iter()
        .find(|(sort, compare)| find(sort).is_none() && find(compare).is_none());
    let (sort_name, compare_name) = free.ok_or(PrepareError::Bodies)?;
    let text = TEXT
        .replace(SIZE, &size.to_string())
        .replace(&format!("@{COMPARE}("), &format!("@{compare_name}("))
        .replace(&format!("@{SORT}("), &format!("@{sort_name}("));
    // SAFETY: the module is live; what is held of it is not replaced by what is linked, whose names are new.
    unsafe { link_text(module, &text)? };
    let (Some(body), Some(called)) = (find(&sort_name), find(&compare_name)) else {
        return Err(PrepareError::Bodies);
    };
    // SAFETY: both were just linked and have the same type as what replaces them, an address; the declaration has no uses then.
    unsafe {
        sys::LLVMReplaceAllUsesWith(called.raw(), compare.raw());
        sys::LLVMDeleteFunction(called.raw());
        sys::LLVMSetLinkage(body.raw(), LLVMLinkage::LLVMInternalLinkage);
    }
    Ok(body)
}

impl Importer {
    /// Reads calls as those of the bodies that stand for them.
    pub fn read_sorts(&mut self, sorts: Rc<Sorts>) {
        self.sorts = sorts;
    }

    /// Puts the body that stands for a call in the place of its callee, unless the user has a rule for that. What compares is no argument any more.
    pub(crate) fn replace_sort(
        &mut self,
        call: Val,
        operands: &mut SmallVec<[Value; 3]>,
        body: &mut ir::Function,
    ) {
        // The callee and four arguments.
        let Some(sort) = self.sorts.body(call).filter(|_| operands.len() == 5) else {
            return;
        };
        let ctx = &self.module.ctx;
        let callee = operands.first().and_then(|&callee| body.as_const(callee));
        if let Some(&ConstData::Func(func)) = callee.map(|callee| ctx.consts.get(callee))
            && (!ctx.funcs[func].rules.is_empty()
                || ctx
                    .attrs(ctx.funcs[func].attrs)
                    .string("enzyme_inactive")
                    .is_some())
        {
            return;
        }
        let sort = self.constant(sort);
        let ctx = &mut self.module.ctx;
        operands[0] = body.constant(ctx, sort);
        if let Some(compare) = operands.last_mut() {
            let null = ctx.consts.intern(ConstData::Null(body.ty(*compare)));
            *compare = body.constant(ctx, null);
        }
    }
}
