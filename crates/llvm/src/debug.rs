//! Import of what debug records say about variables (LLVM's "Source Level Debugging" and DWARF 5, section 5).
//!
//! Only the types of variables that a value of the function stands for are read, and of what they lead to only [`LEVELS`] levels of
//! pointers: C++ classes lead to most of their library. A type is read once for each level, so the work is bounded by the debug
//! information that is reached. LLVM's C API has no getters for most fields, but all are operands of their nodes; the encoding of a
//! basic type is no operand, so those are known by their names, which compilers take from a short list.

use ir::{
    DebugKind, DebugMember, DebugNode, DebugPlace, DebugType, DebugVariable, FloatKind, Function, Value,
};
use llvm_sys::debuginfo;
use llvm_sys::prelude::LLVMDbgRecordRef;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Importer;
use crate::ffi::{Md, Val, raw, string, sys};
use crate::records::Understood;

/// Levels of pointers that are followed from a variable.
const LEVELS: u8 = 3;
/// Types within types, pointers not counted; more are malformed.
pub(crate) const NESTING: u32 = 64;
/// Members of one type that are read; machine-made types with more say nothing about the rest.
const MEMBERS: usize = 1024;

/// The numbers of `LLVMMetadataKind` of LLVM 22.
const BASIC: i32 = 11;
const DERIVED: i32 = 12;
const COMPOSITE: i32 = 13;

/// The numbers of `LLVMDbgRecordKind`.
const DECLARE: i32 = 1;
const VALUE: i32 = 2;

/// DWARF's tags (DWARF 5, table 7.3).
mod tag {
    pub const ARRAY: u16 = 0x01;
    pub const CLASS: u16 = 0x02;
    pub const ENUMERATION: u16 = 0x04;
    pub const MEMBER: u16 = 0x0d;
    pub const POINTER: u16 = 0x0f;
    pub const REFERENCE: u16 = 0x10;
    pub const STRUCTURE: u16 = 0x13;
    pub const TYPEDEF: u16 = 0x16;
    pub const UNION: u16 = 0x17;
    pub const INHERITANCE: u16 = 0x1c;
    pub const CONST: u16 = 0x26;
    pub const VARIANT_PART: u16 = 0x33;
    pub const VOLATILE: u16 = 0x35;
    pub const RESTRICT: u16 = 0x37;
    pub const RVALUE_REFERENCE: u16 = 0x42;
    pub const ATOMIC: u16 = 0x47;
}

/// Positions of operands: of `DILocalVariable`, of types, of `DICompositeType`, of `DISubrange`.
const VARIABLE_TYPE: usize = 3;
const BASE_TYPE: usize = 5;
const ELEMENTS: usize = 6;
const TEMPLATE_PARAMETERS: usize = 8;
const DISCRIMINATOR: usize = 10;
const DATA_LOCATION: usize = 11;
const COUNT: usize = 0;
/// Of `DITemplateTypeParameter`.
const PARAMETER_TYPE: usize = 1;

/// `DIFlags` of members that are no part of the object, or not at a fixed place in whole bytes.
const STATIC_MEMBER: i32 = 1 << 12;
const VIRTUAL: i32 = 1 << 5;
const BIT_FIELD: i32 = 1 << 19;

/// `DW_OP_deref` (DWARF 5, table 7.9).
const DEREF: u64 = 0x06;
/// `DW_OP_LLVM_fragment`, followed by offset and size in bits.
const FRAGMENT: u64 = 0x1000;
/// The size in bits of the fragments that are read: addresses.
const FRAGMENT_BITS: u64 = 64;

/// The memo of types that were read.
#[derive(Debug, Default)]
pub(crate) struct DebugTable {
    /// The expressions that are understood; LLVM has one node of each.
    expressions: Option<Expressions>,
    /// Whether there is any, once somebody has asked.
    present: Option<bool>,
    types: FxHashMap<(Md, u8), DebugType>,
}

/// Expressions that are understood.
#[derive(Clone, Copy, Debug)]
struct Expressions {
    /// No operations.
    empty: Md,
    /// One dereference.
    deref: Md,
    /// The two halves of a pair of addresses or of an address and a number, as of a Rust slice.
    halves: [Md; 2],
}

impl Importer {
    /// Reads the variables that the debug records of a function describe with one of its values, once for each value and type.
    pub(crate) fn read_variables(
        &mut self,
        raw: Val,
        function: &mut Function,
        values: &FxHashMap<Val, Value>,
    ) {
        if !self.has_debug_info() {
            return;
        }
        let mut seen = FxHashSet::default();
        let mut block = raw.first_block();
        while let Some(current) = block {
            let mut inst = current.first_inst();
            while let Some(found) = inst {
                // SAFETY: the instruction is alive; records belong to it and are walked at once.
                let mut record = unsafe { sys::LLVMGetFirstDbgRecord(found.raw()) };
                while !record.is_null() {
                    let variable = self.read_variable(record, values);
                    let variable = variable.filter(|known| seen.insert((known.value, known.place, known.ty)));
                    function.variables.extend(variable);
                    // SAFETY: as above.
                    record = unsafe { sys::LLVMGetNextDbgRecord(record) };
                }
                inst = found.next_inst();
            }
            block = current.next();
        }
    }

    /// Whether the module has debug information: records of functions without a subprogram count too.
    pub(crate) fn has_debug_info(&mut self) -> bool {
        const UNITS: &std::ffi::CStr = c"llvm.dbg.cu";
        *self.debug.present.get_or_insert_with(|| {
            // SAFETY: the module is alive, and the name is passed with its length.
            let units =
                unsafe { sys::LLVMGetNamedMetadata(self.module_ref, UNITS.as_ptr(), UNITS.to_bytes().len()) };
            !units.is_null()
        })
    }

    fn read_variable(
        &mut self,
        record: LLVMDbgRecordRef,
        values: &FxHashMap<Val, Value>,
    ) -> Option<DebugVariable> {
        let Expressions { deref, halves, .. } = self.expressions();
        let Understood {
            declares,
            expression,
            held,
            variable,
        } = self.understood(record)?;
        let value = *values.get(&held)?;
        let place = match (declares, expression == deref) {
            (true, false) | (false, true) => DebugPlace::Memory,
            (false, false) => DebugPlace::Value,
            // The variable is behind a pointer that is in this memory.
            (true, true) => return None,
        };
        let node = self
            .as_value(variable)
            .md_operands()
            .get(VARIABLE_TYPE)
            .copied()
            .flatten()?;
        let mut ty = self.debug_type(as_md(node)?, LEVELS, NESTING);
        if let Some(half) = halves.iter().position(|&half| half == expression) {
            if declares {
                return None;
            }
            ty = self.part_of(ty, half as u64 * FRAGMENT_BITS / 8)?;
        }
        Some(DebugVariable { value, place, ty })
    }

    /// The parts of a record of a variable whose expression is understood.
    pub(crate) fn understood(&mut self, record: LLVMDbgRecordRef) -> Option<Understood> {
        let Expressions { empty, deref, halves } = self.expressions();
        // SAFETY: the record is alive; only records of variables have an expression, a variable, and a value for an expression
        // without arguments.
        unsafe {
            let kind = raw::LLVMDbgRecordGetKind(record);
            if !matches!(kind, DECLARE | VALUE) {
                return None;
            }
            let expression = Md::new(sys::LLVMDbgVariableRecordGetExpression(record));
            if expression != empty && expression != deref && !halves.contains(&expression) {
                return None;
            }
            Some(Understood {
                declares: kind == DECLARE,
                expression,
                held: Val::some(sys::LLVMDbgVariableRecordGetValue(record, 0))?,
                variable: Md::some(sys::LLVMDbgVariableRecordGetVariable(record))?,
            })
        }
    }

    /// The address that a record has at an offset.
    fn part_of(&self, ty: DebugType, offset: u64) -> Option<DebugType> {
        match &self.module.ctx.debug_types[ty].kind {
            DebugKind::Pointer(_) if offset == 0 => Some(ty),
            DebugKind::Record(members) => {
                let bytes = |member: &DebugMember| self.module.ctx.debug_types[member.ty].bytes;
                let found = members
                    .iter()
                    .find(|member| (member.offset..member.offset + bytes(member)).contains(&offset))?;
                self.part_of(found.ty, offset - found.offset)
            }
            _ => None,
        }
    }

    /// The expressions that are understood. Expressions are uniqued, so making them finds those that the module uses.
    fn expressions(&mut self) -> Expressions {
        *self.debug.expressions.get_or_insert_with(|| {
            // SAFETY: the module is alive; a builder that makes no compile unit adds nothing to it.
            unsafe {
                let builder = debuginfo::LLVMCreateDIBuilderDisallowUnresolved(self.module_ref);
                let make = |operations: &mut [u64]| {
                    let (start, count) = (operations.as_mut_ptr(), operations.len());
                    Md::new(debuginfo::LLVMDIBuilderCreateExpression(builder, start, count))
                };
                let found = Expressions {
                    empty: make(&mut []),
                    deref: make(&mut [DEREF]),
                    halves: [0, FRAGMENT_BITS].map(|from| make(&mut [FRAGMENT, from, FRAGMENT_BITS])),
                };
                debuginfo::LLVMDisposeDIBuilder(builder);
                found
            }
        })
    }

    /// A type, with `levels` levels of pointers below it and `nesting` levels of types within types.
    pub(crate) fn debug_type(&mut self, node: Md, levels: u8, nesting: u32) -> DebugType {
        if let Some(&known) = self.debug.types.get(&(node, levels)) {
            return known;
        }
        let read = if nesting == 0 {
            None
        } else {
            self.read_debug_type(node, levels, nesting - 1)
        };
        let ty = read.unwrap_or_else(|| self.add_debug_type(size(node), DebugKind::Opaque));
        self.debug.types.insert((node, levels), ty);
        ty
    }

    fn add_debug_type(&mut self, bytes: u64, kind: DebugKind) -> DebugType {
        self.module.ctx.debug_types.push(DebugNode { bytes, kind })
    }

    fn read_debug_type(&mut self, node: Md, levels: u8, nesting: u32) -> Option<DebugType> {
        // SAFETY: the node is alive.
        let (kind, tag) = unsafe {
            (
                raw::LLVMGetMetadataKind(node.raw()),
                debuginfo::LLVMGetDINodeTag(node.raw()),
            )
        };
        let bytes = size(node);
        let kind = match kind {
            BASIC => match complex(&name(node)) {
                Some(float) => {
                    let part = self.add_debug_type(bytes / 2, DebugKind::Float(float));
                    DebugKind::Array(part, Some(2))
                }
                None => basic(&name(node), bytes, &self.module.ctx.triple)?,
            },
            DERIVED => match tag {
                tag::POINTER | tag::REFERENCE | tag::RVALUE_REFERENCE => {
                    let target = self.operand(node, BASE_TYPE).filter(|_| levels > 0);
                    DebugKind::Pointer(target.map(|target| self.debug_type(target, levels - 1, NESTING)))
                }
                tag::TYPEDEF | tag::CONST | tag::VOLATILE | tag::RESTRICT | tag::ATOMIC | tag::MEMBER => {
                    let base = self.operand(node, BASE_TYPE)?;
                    return Some(self.debug_type(base, levels, nesting));
                }
                _ => return None,
            },
            COMPOSITE => self.composite(node, tag, levels, nesting)?,
            _ => return None,
        };
        Some(self.add_debug_type(bytes, kind))
    }

    fn composite(&mut self, node: Md, tag: u16, levels: u8, nesting: u32) -> Option<DebugKind> {
        Some(match tag {
            tag::STRUCTURE | tag::CLASS => {
                let mut members = self.members(node, levels, nesting);
                if let Some(element) = self.vector_element(node)
                    && levels > 0
                {
                    let element = self.debug_type(element, levels - 1, NESTING);
                    members
                        .iter_mut()
                        .for_each(|member| self.lead_to(member, element));
                }
                DebugKind::Record(members)
            }
            tag::UNION => DebugKind::Choice(self.members(node, levels, nesting)),
            tag::VARIANT_PART => {
                // The discriminator is there in every variant.
                let variants = self.members(node, levels, nesting);
                let choice = self.add_debug_type(0, DebugKind::Choice(variants));
                let mut parts = vec![DebugMember {
                    offset: 0,
                    ty: choice,
                }];
                let discriminator = self.operand(node, DISCRIMINATOR);
                parts.extend(discriminator.and_then(|member| self.member(member, levels, nesting)));
                DebugKind::Record(parts)
            }
            tag::ENUMERATION if size(node) == 1 => DebugKind::Byte,
            tag::ENUMERATION => DebugKind::Integer,
            tag::ARRAY => self.array(node, levels, nesting)?,
            _ => return None,
        })
    }

    /// What the buffer of a Rust vector holds. Its address is declared as one of bytes: only the parameter of the type tells.
    fn vector_element(&self, node: Md) -> Option<Md> {
        if !name(node).starts_with("RawVec<") {
            return None;
        }
        let parameters = self.operand(node, TEMPLATE_PARAMETERS)?;
        let first = self
            .as_value(parameters)
            .md_operands()
            .first()
            .copied()
            .flatten()?;
        self.operand(as_md(first)?, PARAMETER_TYPE)
    }

    /// Lets the address of bytes in a member lead to `element`.
    fn lead_to(&mut self, member: &mut DebugMember, element: DebugType) {
        let node = self.module.ctx.debug_types[member.ty].clone();
        let kind = match node.kind {
            DebugKind::Record(mut members) => {
                members.iter_mut().for_each(|inner| self.lead_to(inner, element));
                DebugKind::Record(members)
            }
            DebugKind::Pointer(Some(to)) if self.module.ctx.debug_types[to].kind == DebugKind::Byte => {
                DebugKind::Pointer(Some(element))
            }
            _ => return,
        };
        member.ty = self.add_debug_type(node.bytes, kind);
    }

    fn members(&mut self, node: Md, levels: u8, nesting: u32) -> Vec<DebugMember> {
        let elements = self
            .operand(node, ELEMENTS)
            .map(|list| self.as_value(list).md_operands());
        let elements: Vec<Md> = elements
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(as_md)
            .take(MEMBERS)
            .collect();
        elements
            .into_iter()
            .filter_map(|member| self.member(member, levels, nesting))
            .collect()
    }

    /// A member that takes up bytes of its object.
    fn member(&mut self, node: Md, levels: u8, nesting: u32) -> Option<DebugMember> {
        // SAFETY: the node is alive; flags and offset are asked of derived types only, which are types.
        let (kind, tag) = unsafe {
            (
                raw::LLVMGetMetadataKind(node.raw()),
                debuginfo::LLVMGetDINodeTag(node.raw()),
            )
        };
        if kind == COMPOSITE && tag == tag::VARIANT_PART {
            return Some(DebugMember {
                offset: 0,
                ty: self.debug_type(node, levels, nesting),
            });
        }
        if kind != DERIVED || !matches!(tag, tag::MEMBER | tag::INHERITANCE) {
            return None;
        }
        // SAFETY: as above.
        let (flags, bits) = unsafe {
            (
                raw::LLVMDITypeGetFlags(node.raw()),
                debuginfo::LLVMDITypeGetOffsetInBits(node.raw()),
            )
        };
        if flags & (STATIC_MEMBER | VIRTUAL) != 0 {
            return None;
        }
        if flags & BIT_FIELD != 0 {
            let ty = self.add_debug_type(1, DebugKind::Integer);
            return Some(DebugMember { offset: bits / 8, ty });
        }
        let base = self.operand(node, BASE_TYPE)?;
        let ty = self.debug_type(base, levels, nesting);
        Some(DebugMember { offset: bits / 8, ty })
    }

    /// An array of constant or unknown length; with a data location its memory is a descriptor that begins with the elements' address
    /// (Fortran's assumed-shape arrays).
    fn array(&mut self, node: Md, levels: u8, nesting: u32) -> Option<DebugKind> {
        let base = self.operand(node, BASE_TYPE)?;
        if self.operand(node, DATA_LOCATION).is_some() {
            let levels = levels.checked_sub(1)?;
            let element = self.debug_type(base, levels, nesting);
            let elements = self.add_debug_type(0, DebugKind::Array(element, None));
            return Some(DebugKind::Record(vec![DebugMember {
                offset: 0,
                ty: self.add_debug_type(8, DebugKind::Pointer(Some(elements))),
            }]));
        }
        let element = self.debug_type(base, levels, nesting);
        let ranges = self
            .operand(node, ELEMENTS)
            .map(|list| self.as_value(list).md_operands())?;
        let mut count = Some(1u64);
        for range in ranges.into_iter().flatten() {
            let operands = range.is_md_node().map(Val::md_operands).unwrap_or_default();
            let here = operands
                .get(COUNT)
                .copied()
                .flatten()
                .filter(|value| value.is_md_node().is_none());
            let here = here
                .filter(|value| value.kind() == crate::ffi::value_kind::CONSTANT_INT)
                .and_then(|value| u64::try_from(value.int_value_signed()).ok());
            count = count
                .zip(here)
                .and_then(|(before, here)| before.checked_mul(here));
        }
        Some(DebugKind::Array(element, count))
    }

    /// An operand that is a node.
    pub(crate) fn operand(&self, node: Md, position: usize) -> Option<Md> {
        let operands = self.as_value(node).md_operands();
        operands.get(position).copied().flatten().and_then(as_md)
    }
}

/// The node that a value wraps.
pub(crate) fn as_md(value: Val) -> Option<Md> {
    value.is_md_node()?;
    // SAFETY: the value wraps a metadata node.
    unsafe { Md::some(sys::LLVMValueAsMetadata(value.raw())) }
}

/// The size of a type in bytes; 0 if the node is no type.
fn size(node: Md) -> u64 {
    // SAFETY: the node is alive, and a type where the size is asked.
    unsafe {
        if !matches!(raw::LLVMGetMetadataKind(node.raw()), BASIC | DERIVED | COMPOSITE) {
            return 0;
        }
        debuginfo::LLVMDITypeGetSizeInBits(node.raw()).div_ceil(8)
    }
}

/// The name of a type.
fn name(node: Md) -> String {
    let mut len = 0;
    // SAFETY: the node is a type; the text belongs to the context and is copied at once.
    unsafe {
        let text = debuginfo::LLVMDITypeGetName(node.raw(), &raw mut len);
        if text.is_null() {
            String::new()
        } else {
            string(text, len)
        }
    }
}

/// The parts of a complex number. Clang calls complex integers by the name of complex floats, so only Fortran's are known.
fn complex(name: &str) -> Option<FloatKind> {
    match name {
        "complex(kind=4)" => Some(FloatKind::Float),
        "complex(kind=8)" => Some(FloatKind::Double),
        "complex(kind=10)" => Some(FloatKind::X86Fp80),
        "complex(kind=16)" => Some(FloatKind::Fp128),
        _ => None,
    }
}

/// What a basic type of clang, rustc or flang is.
fn basic(name: &str, bytes: u64, triple: &str) -> Option<DebugKind> {
    let float = match (name, bytes) {
        ("f16" | "_Float16" | "__fp16" | "half" | "real(kind=2)", 2) => FloatKind::Half,
        ("__bf16" | "real(kind=3)", 2) => FloatKind::BFloat,
        ("f32" | "float" | "real" | "real(kind=4)", 4) => FloatKind::Float,
        ("f64" | "double" | "long double" | "real(kind=8)", 8) => FloatKind::Double,
        ("long double", 12 | 16) if triple.starts_with("x86_64") || triple.starts_with("i") => {
            FloatKind::X86Fp80
        }
        ("real(kind=10)", _) => FloatKind::X86Fp80,
        ("f128" | "__float128" | "_Float128" | "real(kind=16)", 16) => FloatKind::Fp128,
        _ => return integer(name, bytes),
    };
    Some(DebugKind::Float(float))
}

fn integer(name: &str, bytes: u64) -> Option<DebugKind> {
    let c = ["int", "long", "long long", "short", "__int128", "char"];
    let unsigned = name
        .strip_prefix("unsigned ")
        .or_else(|| name.strip_prefix("signed "));
    let known = c.contains(&unsigned.unwrap_or(name))
        || matches!(
            name,
            "bool" | "_Bool" | "wchar_t" | "char8_t" | "char16_t" | "char32_t" | "isize" | "usize"
        )
        || name
            .strip_prefix(['i', 'u'])
            .is_some_and(|bits| bits.parse::<u64>().is_ok())
        || ["integer", "logical"].iter().any(|fortran| {
            name.strip_prefix(fortran)
                .is_some_and(|kind| kind.is_empty() || kind.starts_with("(kind="))
        });
    if !known {
        return None;
    }
    let truth = matches!(name, "bool" | "_Bool");
    Some(if bytes == 1 && !truth {
        DebugKind::Byte
    } else {
        DebugKind::Integer
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_types_are_known_by_name_and_size() {
        let x86 = "x86_64-unknown-linux-gnu";
        let cases = [
            ("f64", 8, Some(DebugKind::Float(FloatKind::Double))),
            ("long double", 16, Some(DebugKind::Float(FloatKind::X86Fp80))),
            ("real(kind=8)", 8, Some(DebugKind::Float(FloatKind::Double))),
            ("double", 4, None),
            ("unsigned long long", 8, Some(DebugKind::Integer)),
            ("usize", 8, Some(DebugKind::Integer)),
            ("u16", 2, Some(DebugKind::Integer)),
            ("u16", 4, Some(DebugKind::Integer)),
            ("logical(kind=4)", 4, Some(DebugKind::Integer)),
            ("unsigned char", 1, Some(DebugKind::Byte)),
            ("bool", 1, Some(DebugKind::Integer)),
            ("u8", 1, Some(DebugKind::Byte)),
            ("character", 1, None),
            ("complex", 16, None),
        ];
        for (name, bytes, kind) in cases {
            assert_eq!(basic(name, bytes, x86), kind, "{name}");
        }
        assert_eq!(basic("long double", 16, "aarch64-linux"), None);
    }
}
