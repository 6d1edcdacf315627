//! Which function a request means, and other operands whose value must be known.

use super::RequestError;
use crate::raw::Val;

/// The function that an operand names: through casts, aliases, constant memory, and stack slots that are written once.
pub(crate) fn function_of(operand: Val) -> Option<Val> {
    use llvm_sys::LLVMOpcode::{
        LLVMAddrSpaceCast, LLVMBitCast, LLVMFreeze, LLVMIntToPtr, LLVMLoad, LLVMPtrToInt,
    };
    let mut value = operand;
    for _ in 0..16 {
        if value.is_function() {
            return Some(value);
        }
        if let Some(aliasee) = value.aliasee() {
            value = aliasee;
            continue;
        }
        let first = *value.operands().first()?;
        value = match value.operation()? {
            LLVMLoad if first.is_constant_global() => first.initializer()?,
            LLVMLoad => stored_once(first)?,
            LLVMBitCast | LLVMAddrSpaceCast | LLVMIntToPtr | LLVMPtrToInt | LLVMFreeze => first,
            _ => return None,
        };
    }
    None
}

/// The start of the stack slot that an address is the start of.
fn slot(mut address: Val) -> Option<Val> {
    use llvm_sys::LLVMOpcode::{LLVMAlloca, LLVMGetElementPtr};
    loop {
        let operands = address.operands();
        match address.opcode()? {
            LLVMAlloca => return Some(address),
            LLVMGetElementPtr if operands[1..].iter().all(|index| index.const_int() == Some(0)) => {
                address = operands[0];
            }
            _ => return None,
        }
    }
}

/// What a stack slot holds wherever it is read, if it is written in one place only and its address goes nowhere.
fn stored_once(address: Val) -> Option<Val> {
    use llvm_sys::LLVMOpcode::{LLVMGetElementPtr, LLVMLoad, LLVMStore};
    let mut addresses = vec![slot(address)?];
    let mut next = 0;
    let mut stored = None;
    while let Some(&address) = addresses.get(next) {
        next += 1;
        for user in address.users() {
            let operands = user.operands();
            match user.opcode()? {
                LLVMLoad => {}
                LLVMStore if operands.first() != Some(&address) && stored.is_none() => {
                    stored = operands.first().copied();
                }
                LLVMGetElementPtr if slot(user).is_some() => addresses.push(user),
                _ => return None,
            }
        }
    }
    stored
}

/// The functions that a request may mean, the second if a condition does not hold.
pub(super) struct Targets {
    pub(super) first: Val,
    pub(super) second: Option<(Val, Val)>,
}

impl Targets {
    pub(super) fn of(operand: Val) -> Option<Self> {
        if let Some(first) = function_of(operand) {
            return Some(Self { first, second: None });
        }
        let is_select = operand.opcode() == Some(llvm_sys::LLVMOpcode::LLVMSelect);
        let &[condition, yes, no] = is_select.then(|| operand.operands())?.as_slice() else {
            return None;
        };
        Some(Self {
            first: function_of(yes)?,
            second: Some((condition, function_of(no)?)),
        })
    }

    /// Whether one call can mean both.
    pub(super) fn agree(&self) -> bool {
        self.second.is_none_or(|(_, second)| {
            let sret = |function: Val| function.param_type_attribute("sret", 0);
            second.function_type() == self.first.function_type() && sret(second) == sret(self.first)
        })
    }
}

/// Whether the target is something that can be differentiated at all.
pub(super) fn check_target(target: Val) -> Result<(), RequestError> {
    if !target.has_body() {
        let function = target.name();
        return Err(RequestError::NoBody { function });
    }
    check_target_type(target)
}

/// Whether the parameters and the result of a function have fixed types.
pub(super) fn check_target_type(target: Val) -> Result<(), RequestError> {
    let function = target.name();
    let ty = target.function_type();
    if ty.is_variadic() {
        return Err(RequestError::Variadic { function });
    }
    for (index, param) in ty.params().into_iter().enumerate() {
        if param.is_scalable() {
            let what = format!("argument {index}");
            return Err(RequestError::Scalable {
                function,
                what,
                ty: param.to_string(),
            });
        }
    }
    let ret = ty.return_type();
    if ret.is_scalable() {
        return Err(RequestError::Scalable {
            function,
            what: "its result".into(),
            ty: ret.to_string(),
        });
    }
    Ok(())
}

/// The number that an operand is: through casts of integers, and stack slots that are written once.
pub(crate) fn number_of(operand: Val) -> Option<i64> {
    use llvm_sys::LLVMOpcode::{LLVMLoad, LLVMSExt, LLVMTrunc, LLVMZExt};
    let mut value = operand;
    for _ in 0..8 {
        if let Some(number) = value.const_int() {
            return Some(number);
        }
        let first = *value.operands().first()?;
        value = match value.operation()? {
            LLVMLoad if first.is_constant_global() => first.initializer()?,
            LLVMLoad => stored_once(first)?,
            LLVMSExt | LLVMTrunc | LLVMZExt => first,
            _ => return None,
        };
    }
    None
}
