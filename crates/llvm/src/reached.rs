//! Making functions readable before they are differentiated: what a whole program's unoptimized or separately compiled code hides.
//!
//! Three things are mended, in the functions that some roots reach and in no others:
//!
//! - Unoptimized code (rustc at `opt-level=0`) has values in stack slots, calls of one-line functions, and panics for what cannot happen. It goes
//!   through what programs are differentiated after otherwise, so that a debug build has the same derivatives.
//! - The standard library's allocation code, which is compiled once for all types, makes an address of the alignment that it is given, for
//!   allocations without bytes. Such an address has no shadow, unless the integer is known: then it leads nowhere. So functions that make an
//!   address of a parameter are inlined.
//! - With `std::autodiff` rustc unrolls no loops before the pass. A loop of three over the coordinates of a point then has a tape, and its arrays
//!   stay in memory: loops with a small constant number of iterations are unrolled in functions that calculate.
//!
//! All other functions are frozen meanwhile ([`Frozen`]). Cost: one walk over the reached code, and the pipelines where something is found.

use std::collections::HashSet;

use llvm_sys::LLVMOpcode;
use llvm_sys::prelude::{LLVMModuleRef, LLVMTypeRef, LLVMValueRef};

use crate::error::PrepareError;
use crate::ffi::{Val, sys, type_kind};
use crate::frozen::{Frozen, has, inline_always, run_pipeline};
use crate::prepare::{Machine, run_passes};

/// What runs on unoptimized code. Passes between functions walk over frozen ones too, and are most of the cost; but without them vectors that grow
/// (`RawVec::grow_one`) stay as they are, and nothing tells the types of what is resized.
const OPTIMIZE: &str = "default<O2>,lto<O2>";

/// Inlines what must be, and makes the constants that came with it known.
const EXPOSE: &str =
    "always-inline,function(sroa,early-cse,sccp,instcombine<no-verify-fixpoint>,simplifycfg)";

/// Unrolls what can be unrolled completely, and what LLVM does after that.
const UNROLL: &str = "loop(indvars,loop-unroll-full),sroa,early-cse<memssa>,gvn,instcombine<no-verify-fixpoint>,dse,simplifycfg";

/// How often [`EXPOSE`] is repeated at most: the depth of calls through which a constant may come.
const EXPOSURES: usize = 4;

/// What [`make_readable`] does besides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// Inlines everything into the roots that LLVM can.
    pub inline: bool,
    /// Unrolls loops with a small constant number of iterations.
    pub unroll: bool,
}

/// Makes the functions that `roots` reach readable, as this module describes. True if the module was changed, in which functions may be gone then.
///
/// # Errors
/// If LLVM refuses a pipeline.
///
/// # Safety
/// `roots` must be functions of `module`, which is alive, of LLVM 22, and used by this thread only. The caller holds no other value of the
/// module over the call.
pub unsafe fn make_readable(
    module: LLVMModuleRef,
    roots: &[LLVMValueRef],
    reading: Reading,
) -> Result<bool, PrepareError> {
    // Names, because passes may delete or replace functions.
    // SAFETY: by the contract above.
    let names: Vec<String> = roots
        .iter()
        .map(|&root| unsafe { Val::new(root) }.name())
        .collect();
    let program = Program { module, names };
    let mut changed = false;
    if program.reached().into_iter().any(hides_values) {
        program.run_on_reached(OPTIMIZE)?;
        changed = true;
    }
    for _ in 0..EXPOSURES {
        let reached = program.reached();
        let roots: HashSet<_> = program.roots().into_iter().collect();
        let wanted = |function: &Val| {
            let called = !roots.contains(function) && !calls_itself(*function);
            (reading.inline && called) || makes_address_of_parameter(*function)
        };
        let hiding: Vec<_> = reached
            .into_iter()
            .filter(|function| !has(*function, "alwaysinline") && wanted(function))
            .collect();
        if hiding.is_empty() {
            break;
        }
        hiding.into_iter().for_each(inline_always);
        program.run_on_reached(EXPOSE)?;
        changed = true;
    }
    let reached = if reading.unroll {
        program.reached()
    } else {
        Vec::new()
    };
    let calculating: Vec<_> = reached
        .into_iter()
        .filter(|function| calculates(*function))
        .collect();
    if !calculating.is_empty() {
        let machine = Machine::of(module);
        for function in calculating {
            run_passes(function, UNROLL, machine.raw())?;
        }
        changed = true;
    }
    Ok(changed)
}

/// Whether an instruction of a function gives a float.
fn calculates(function: Val) -> bool {
    instructions(function).any(|inst| matches!(inst.ty().kind(), type_kind::FLOAT | type_kind::DOUBLE))
}

/// A module, and the functions in it where reading begins.
struct Program {
    module: LLVMModuleRef,
    names: Vec<String>,
}

impl Program {
    fn functions(&self) -> Vec<Val> {
        // SAFETY: the module is alive, by the contract of `make_readable`; a function's successor in the list is a function or null.
        let first = unsafe { Val::some(sys::LLVMGetFirstFunction(self.module)) };
        std::iter::successors(first, |function| {
            // SAFETY: as above.
            unsafe { Val::some(sys::LLVMGetNextFunction(function.raw())) }
        })
        .collect()
    }

    fn roots(&self) -> Vec<Val> {
        let names: HashSet<&str> = self.names.iter().map(String::as_str).collect();
        let mut functions = self.functions();
        functions.retain(|function| has_body(*function) && names.contains(function.name().as_str()));
        functions
    }

    /// The functions with a body that operands and tables lead to from the roots, and those that calls through pointers may lead to; the roots
    /// are among them.
    fn reached(&self) -> Vec<Val> {
        let mut found = self.roots();
        let mut seen: HashSet<Val> = found.iter().copied().collect();
        let mut types = HashSet::new();
        let mut next = 0;
        while let Some(&function) = found.get(next) {
            next += 1;
            let mut constants: Vec<Val> = instructions(function).flat_map(operands).collect();
            let called = instructions(function).filter_map(called_through_pointer);
            for ty in called.filter(|&ty| takes_more_than_address(ty) && types.insert(ty)) {
                constants.extend(self.of_type(ty));
            }
            while let Some(constant) = constants.pop() {
                if !constant.is_constant() || !seen.insert(constant) {
                    continue;
                }
                if has_body(constant) {
                    found.push(constant);
                } else {
                    constants.extend(operands(constant));
                }
            }
        }
        found
    }

    /// The functions of a type whose address is known to more than calls of them.
    fn of_type(&self, ty: LLVMTypeRef) -> impl Iterator<Item = Val> {
        // SAFETY: the functions are alive.
        let has_type = move |function: &Val| unsafe { sys::LLVMGlobalGetValueType(function.raw()) } == ty;
        let functions = self.functions().into_iter();
        functions.filter(move |function| has_body(*function) && has_type(function) && has_address(*function))
    }

    /// Runs passes on the functions that the roots reach only.
    fn run_on_reached(&self, passes: &str) -> Result<(), PrepareError> {
        let reached: HashSet<_> = self.reached().into_iter().collect();
        let others = self
            .functions()
            .into_iter()
            .filter(|function| !reached.contains(function));
        let machine = Machine::of(self.module);
        // SAFETY: functions and module are alive, by the contract of `make_readable`.
        unsafe {
            let frozen = Frozen::new(others.map(Val::raw));
            let result = run_pipeline(self.module, passes, machine.raw(), false);
            frozen.thaw(self.module);
            result
        }
    }
}

/// The type of the function that a call through a pointer calls.
fn called_through_pointer(inst: Val) -> Option<LLVMTypeRef> {
    // SAFETY: the instruction is alive, and what is asked of calls only is asked of calls.
    unsafe {
        let is_call =
            !sys::LLVMIsACallInst(inst.raw()).is_null() || !sys::LLVMIsAInvokeInst(inst.raw()).is_null();
        let callee = is_call.then(|| sys::LLVMGetCalledValue(inst.raw()))?;
        let is_known = !sys::LLVMIsAConstant(callee).is_null() || !sys::LLVMIsAInlineAsm(callee).is_null();
        (!is_known).then(|| sys::LLVMGetCalledFunctionType(inst.raw()))
    }
}

/// Whether a function takes anything besides one address. Functions that drop an object do not, and every type has one.
fn takes_more_than_address(ty: LLVMTypeRef) -> bool {
    // SAFETY: the type is that of a function, and belongs to a context that is alive.
    unsafe {
        let is_void = sys::LLVMGetTypeKind(sys::LLVMGetReturnType(ty)) as i32 == type_kind::VOID;
        !is_void || sys::LLVMCountParamTypes(ty) > 1
    }
}

/// Whether anything but the callee of a call has a function's address.
fn has_address(function: Val) -> bool {
    // SAFETY: the uses of a value that is alive are walked at once; the last operand of a call is its callee.
    unsafe {
        let mut used = sys::LLVMGetFirstUse(function.raw());
        while !used.is_null() {
            let user = sys::LLVMGetUser(used);
            let is_call = !sys::LLVMIsACallInst(user).is_null() || !sys::LLVMIsAInvokeInst(user).is_null();
            if !is_call || sys::LLVMGetCalledValue(user) != function.raw() {
                return true;
            }
            used = sys::LLVMGetNextUse(used);
        }
        false
    }
}

fn has_body(value: Val) -> bool {
    // SAFETY: the value is alive; the question is asked of functions only.
    unsafe { !sys::LLVMIsAFunction(value.raw()).is_null() && !value.is_declaration() }
}

fn instructions(function: Val) -> impl Iterator<Item = Val> {
    let blocks = std::iter::successors(function.first_block(), |block| block.next());
    blocks.flat_map(|block| std::iter::successors(block.first_inst(), |inst| inst.next_inst()))
}

/// The operands of an instruction or constant, and a global variable's initial value.
fn operands(user: Val) -> Vec<Val> {
    // SAFETY: the value is alive; values that are no users have no operands, and are not asked.
    unsafe {
        if sys::LLVMIsAUser(user.raw()).is_null() {
            return Vec::new();
        }
        let count = u32::try_from(sys::LLVMGetNumOperands(user.raw())).unwrap_or(0);
        (0..count).map(|index| user.operand(index)).collect()
    }
}

/// Whether a function has values in stack slots that could be values of the IR: optimized code has none. rustc's slots are arrays of bytes, so
/// that their types say nothing.
fn hides_values(function: Val) -> bool {
    let Some(entry) = function.first_block() else {
        return false;
    };
    let mut insts = std::iter::successors(entry.first_inst(), |inst| inst.next_inst());
    insts.any(|inst| {
        // SAFETY: the instruction is alive.
        let opcode = unsafe { sys::LLVMGetInstructionOpcode(inst.raw()) };
        opcode == LLVMOpcode::LLVMAlloca && is_only_accessed(inst)
    })
}

/// Whether an address is only loaded from and stored to.
fn is_only_accessed(address: Val) -> bool {
    // SAFETY: the uses of a value that is alive are walked at once; users of an allocation are instructions.
    unsafe {
        let mut used = sys::LLVMGetFirstUse(address.raw());
        while !used.is_null() {
            let user = sys::LLVMGetUser(used);
            let accessed = match sys::LLVMGetInstructionOpcode(user) {
                LLVMOpcode::LLVMLoad => true,
                LLVMOpcode::LLVMStore => sys::LLVMGetOperand(user, 1) == address.raw(),
                _ => false,
            };
            if !accessed {
                return false;
            }
            used = sys::LLVMGetNextUse(used);
        }
        true
    }
}

/// Whether a function is as an unoptimizing compiler leaves it, so that [`make_readable`] would optimize it.
///
/// # Safety
/// `function` must be a function, alive, of LLVM 22, in a module that is used by this thread only.
pub unsafe fn is_unoptimized(function: LLVMValueRef) -> bool {
    // SAFETY: by the contract above.
    hides_values(unsafe { Val::new(function) })
}

fn makes_address_of_parameter(function: Val) -> bool {
    instructions(function).any(|inst| {
        // SAFETY: the instruction is alive, and a cast has one operand.
        unsafe {
            sys::LLVMGetInstructionOpcode(inst.raw()) == LLVMOpcode::LLVMIntToPtr
                && !sys::LLVMIsAArgument(inst.operand(0).raw()).is_null()
        }
    })
}

fn calls_itself(function: Val) -> bool {
    instructions(function).any(|inst| operands(inst).contains(&function))
}
