//! Where an imported object comes from, for messages: source locations from debug info, LLVM's text, and readable names.

use ir::{FuncId, Origin};
use llvm_sys::debuginfo::{
    LLVMDIFileGetDirectory, LLVMDIFileGetFilename, LLVMDILocationGetColumn, LLVMDILocationGetInlinedAt,
    LLVMDILocationGetLine, LLVMDILocationGetScope, LLVMDIScopeGetFile, LLVMDISubprogramGetLine,
};
use llvm_sys::prelude::{LLVMMetadataRef, LLVMValueRef};

use crate::Importer;
use crate::ffi::{Md, Val, raw, string, sys, take_message};

/// A place in a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLocation {
    /// The file, as the compiler was given it, or absolute if debug info knows the folder.
    pub file: String,
    /// The line, counted from 1; 0 if the compiler made the instruction up.
    pub line: u32,
    /// The column, counted from 1; 0 if it is unknown.
    pub column: u32,
    /// The function that contains the place in the source, in the source's terms.
    pub function: Option<String>,
    /// Where that function was inlined.
    pub inlined_at: Option<Box<SourceLocation>>,
}

impl std::fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if self.column != 0 {
            write!(f, ":{}", self.column)?;
        }
        Ok(())
    }
}

/// Characters of LLVM's text that a message shows.
const MAX_TEXT: usize = 160;

/// `DISubprogram` among the numbers of `LLVMMetadataKind` of LLVM 22.
const SUBPROGRAM_KIND: i32 = 17;
/// Positions among a scope's operands: file 0, scope 1, name 2, and the symbol of a subprogram 3.
const SCOPE_OPERAND: usize = 1;
pub(crate) const NAME_OPERAND: usize = 2;
pub(crate) const SYMBOL_OPERAND: usize = 3;
/// Nested scopes deeper than this are taken for a cycle.
const MAX_SCOPES: usize = 200;

impl Importer {
    /// Whether rustc made the module, or part of it: it signs what it makes (`llvm.ident`).
    pub fn is_from_rustc(&self) -> bool {
        const IDENT: &std::ffi::CStr = c"llvm.ident";
        // SAFETY: the module is alive, the name ends with a zero, and the array has as many places as the node has operands.
        let signers = unsafe {
            let count = sys::LLVMGetNamedMetadataNumOperands(self.module_ref, IDENT.as_ptr());
            let mut nodes = vec![std::ptr::null_mut(); count as usize];
            if count > 0 {
                sys::LLVMGetNamedMetadataOperands(self.module_ref, IDENT.as_ptr(), nodes.as_mut_ptr());
            }
            nodes.into_iter().filter_map(|raw| Val::some(raw))
        };
        let mut texts = signers.flat_map(|node| node.md_operands().into_iter().flatten());
        texts.any(|text| text.is_md_string().is_some() && text.md_text().starts_with("rustc "))
    }

    /// The source location of an imported instruction; that of its function if the instruction has none.
    pub fn location(&self, inst: Origin) -> Option<SourceLocation> {
        // SAFETY: origins of instructions live as long as the importer.
        let inst = unsafe { Val::new(inst.address() as LLVMValueRef) };
        match inst.debug_loc() {
            Some(location) => Some(self.read_location(location)),
            None => self.subprogram_location(inst.inst_block()?.parent()?),
        }
    }

    /// The source location of a function.
    pub fn function_location(&self, func: FuncId) -> Option<SourceLocation> {
        // SAFETY: origins of functions live as long as the importer.
        self.subprogram_location(unsafe { Val::new(self.raw(func)?) })
    }

    fn subprogram_location(&self, func: Val) -> Option<SourceLocation> {
        let subprogram = func.subprogram()?;
        // SAFETY: the node is a subprogram, which is a scope.
        let line = unsafe { LLVMDISubprogramGetLine(subprogram.raw()) };
        Some(SourceLocation {
            file: file_of(subprogram),
            line,
            column: 0,
            function: self.scope_function(subprogram),
            inlined_at: None,
        })
    }

    fn read_location(&self, location: Md) -> SourceLocation {
        // SAFETY: the node is a location; its scope is never null.
        let (line, column, scope, outer) = unsafe {
            (
                LLVMDILocationGetLine(location.raw()),
                LLVMDILocationGetColumn(location.raw()),
                Md::new(LLVMDILocationGetScope(location.raw())),
                Md::some(LLVMDILocationGetInlinedAt(location.raw())),
            )
        };
        SourceLocation {
            file: file_of(scope),
            line,
            column,
            function: self.scope_function(scope),
            inlined_at: outer.map(|outer| Box::new(self.read_location(outer))),
        }
    }

    /// The name of the function around a scope.
    fn scope_function(&self, scope: Md) -> Option<String> {
        let operands = self.as_value(self.subprogram_around(scope)?).md_operands();
        let text = |position: usize| {
            let name = operands.get(position).copied().flatten()?;
            name.is_md_string().map(|name| name.md_text())
        };
        let symbol = text(SYMBOL_OPERAND).map(|symbol| demangle(&symbol));
        symbol.or_else(|| text(NAME_OPERAND))
    }

    /// The function around a scope. LLVM's C API has no getters for parents and names of scopes, but both are operands.
    pub(crate) fn subprogram_around(&self, scope: Md) -> Option<Md> {
        let mut node = scope;
        for _ in 0..MAX_SCOPES {
            // SAFETY: the node is alive.
            if unsafe { raw::LLVMGetMetadataKind(node.raw()) } == SUBPROGRAM_KIND {
                return Some(node);
            }
            node = self.operand(node, SCOPE_OPERAND)?;
        }
        None
    }
}

/// The debug location of an imported instruction, for the host's own diagnostics; null if it has none.
///
/// # Safety
/// The origin must be of an instruction that is alive.
pub unsafe fn debug_location(origin: Origin) -> LLVMMetadataRef {
    // SAFETY: by the contract above.
    let inst = unsafe { Val::new(origin.address() as LLVMValueRef) };
    inst.debug_loc().map_or(std::ptr::null_mut(), Md::raw)
}

/// File, line and column of a debug location, as compilers print them; `None` if the location is null.
///
/// # Safety
/// The location must be null or a `DILocation` whose context is alive.
pub unsafe fn location_text(location: LLVMMetadataRef) -> Option<String> {
    // SAFETY: by the contract above; the scope of a location is never null.
    unsafe {
        let location = Md::some(location)?.raw();
        let file = file_of(Md::new(LLVMDILocationGetScope(location)));
        let (line, column) = (LLVMDILocationGetLine(location), LLVMDILocationGetColumn(location));
        Some(format!("{file}:{line}:{column}"))
    }
}

/// An imported instruction as LLVM prints it, without metadata, cut to a readable length.
///
/// Printing numbers the values and metadata of the whole module, which takes more than a second where debug info is huge: for messages
/// only, and not for many.
///
/// # Safety
/// The origin must be of an instruction that is alive.
pub unsafe fn instruction_text(origin: Origin) -> String {
    // SAFETY: by the contract above; the text is taken over.
    let text = unsafe { take_message(sys::LLVMPrintValueToString(origin.address() as LLVMValueRef)) };
    let text = text.trim();
    let text = text
        .split_once(", !")
        .map_or(text, |(instruction, _metadata)| instruction);
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

pub(crate) fn file_of(scope: Md) -> String {
    // SAFETY: the node is a scope; texts belong to the context and are copied at once.
    unsafe {
        let file: LLVMMetadataRef = LLVMDIScopeGetFile(scope.raw());
        if file.is_null() {
            return "<unknown>".to_owned();
        }
        let mut len = 0;
        let name = LLVMDIFileGetFilename(file, &raw mut len);
        let name = string(name, len as usize);
        let folder = LLVMDIFileGetDirectory(file, &raw mut len);
        let folder = string(folder, len as usize);
        if folder.is_empty() || std::path::Path::new(&name).is_absolute() {
            name
        } else {
            format!("{folder}/{name}")
        }
    }
}

/// A symbol in the terms of its source language (Rust, C++, Fortran); the symbol itself if it is none of theirs.
pub fn demangle(symbol: &str) -> String {
    if let Ok(rust) = rustc_demangle::try_demangle(symbol) {
        return format!("{rust:#}");
    }
    if symbol.starts_with("_Z")
        && let Ok(parsed) = cpp_demangle::Symbol::new(symbol)
        && let Ok(text) = parsed.demangle()
    {
        return text;
    }
    fortran_name(symbol).unwrap_or_else(|| symbol.to_owned())
}

/// flang's names: `_QMgridsPsweep` is procedure `sweep` of module `grids`, `_QFouterPinner` one inside another. Names of the language
/// have no capital letters, so each capital starts a part.
fn fortran_name(symbol: &str) -> Option<String> {
    let parts = symbol.strip_prefix("_Q")?;
    if let Some(program) = parts.strip_prefix('Q') {
        return Some(program.to_owned());
    }
    let starts: Vec<usize> = parts
        .char_indices()
        .filter(|(_, letter)| letter.is_ascii_uppercase())
        .map(|(at, _)| at)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([parts.len()]);
    let names: Vec<&str> = starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| &parts[start + 1..end])
        .filter(|name| !name.is_empty())
        .collect();
    (!names.is_empty() && starts[0] == 0).then(|| names.join("::"))
}
