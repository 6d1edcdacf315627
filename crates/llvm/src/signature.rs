//! What debug information says of a function's signature in its source language (LLVM's "Source Level Debugging", `DISubprogram` and
//! `DISubroutineType`).
//!
//! LLVM's own signature is what a calling convention made of it: one parameter of the source may be none, one or two of LLVM's, and
//! results in memory are parameters. Types are read without following pointers.

use ir::DebugType;
use llvm_sys::debuginfo::{LLVMDILocationGetScope, LLVMDISubprogramGetLine};
use llvm_sys::prelude::LLVMValueRef;

use crate::Importer;
use crate::debug::NESTING;
use crate::ffi::{Md, Val};
use crate::location::{NAME_OPERAND, SYMBOL_OPERAND, file_of};

/// Positions of operands: of `DISubprogram`, of `DISubroutineType`.
const TYPE_OPERAND: usize = 4;
const TYPES_OPERAND: usize = 5;

/// A function of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSignature {
    /// Its name, without the path to it.
    pub name: String,
    /// Its symbol.
    pub symbol: String,
    /// The file that it is in.
    pub file: String,
    /// The line that it begins in.
    pub line: u32,
    /// Its types, if debug information has any.
    pub types: Option<SourceTypes>,
}

/// The types of a function of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceTypes {
    /// Of the result; `None` if nothing is returned.
    pub result: Option<DebugType>,
    /// Of the parameters.
    pub params: Vec<DebugType>,
}

impl Importer {
    /// The signature of a function with debug information.
    ///
    /// # Safety
    /// `func` must be a function of the importer's module.
    pub unsafe fn signature(&mut self, func: LLVMValueRef) -> Option<SourceSignature> {
        // SAFETY: by the contract above.
        let subprogram = unsafe { Val::new(func) }.subprogram()?;
        Some(self.read_signature(subprogram))
    }

    /// The signature of the function that an instruction stands in in the source, wherever that was inlined.
    ///
    /// # Safety
    /// `inst` must be an instruction of the importer's module.
    pub unsafe fn signature_around(&mut self, inst: LLVMValueRef) -> Option<SourceSignature> {
        // SAFETY: by the contract above; the scope of a location is never null.
        let scope = unsafe { Md::new(LLVMDILocationGetScope(Val::new(inst).debug_loc()?.raw())) };
        let subprogram = self.subprogram_around(scope)?;
        Some(self.read_signature(subprogram))
    }

    fn read_signature(&mut self, subprogram: Md) -> SourceSignature {
        let operands = self.as_value(subprogram).md_operands();
        let text = |position: usize| {
            let name = operands.get(position).copied().flatten()?;
            name.is_md_string().map(|name| name.md_text())
        };
        let (name, symbol) = (text(NAME_OPERAND), text(SYMBOL_OPERAND));
        SourceSignature {
            name: name.unwrap_or_default(),
            symbol: symbol.unwrap_or_default(),
            file: file_of(subprogram),
            // SAFETY: the node is a subprogram.
            line: unsafe { LLVMDISubprogramGetLine(subprogram.raw()) },
            types: self.read_types(subprogram),
        }
    }

    fn read_types(&mut self, subprogram: Md) -> Option<SourceTypes> {
        let signature = self.operand(subprogram, TYPE_OPERAND)?;
        let list = self.operand(signature, TYPES_OPERAND)?;
        let nodes = self.as_value(list).md_operands();
        let mut types = nodes.into_iter().map(|node| {
            let node = node.and_then(crate::debug::as_md)?;
            Some(self.debug_type(node, 0, NESTING))
        });
        // Without types the list is empty; a function that returns nothing has one that begins with null.
        let result = types.next()?;
        let params: Option<Vec<_>> = types.collect();
        Some(SourceTypes {
            result,
            params: params?,
        })
    }
}
