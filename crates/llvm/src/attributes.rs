//! Attributes in both directions.
//!
//! Reading is memoised per list of attribute addresses (LLVM uniques attributes per context), and a call without attributes costs a
//! count per operand. Kinds have different numbers in different builds of LLVM, so they are looked up by name once.

use ir::attrs::{AttrList, FuncFlags, MemoryEffects, ModRef, ParamAttrs, ParamFlags};
use ir::{Attrs, Type};
use rustc_hash::FxHashMap;

use crate::Importer;
use crate::ffi::{Attr, FUNCTION_INDEX, RETURN_INDEX, Val, sys};

/// Boolean attributes of functions and calls.
const FUNC_FLAGS: [(&str, FuncFlags); 11] = [
    ("nounwind", FuncFlags::NOUNWIND),
    ("noreturn", FuncFlags::NORETURN),
    ("nofree", FuncFlags::NOFREE),
    ("willreturn", FuncFlags::WILLRETURN),
    ("convergent", FuncFlags::CONVERGENT),
    ("nobuiltin", FuncFlags::NOBUILTIN),
    ("returns_twice", FuncFlags::RETURNS_TWICE),
    ("norecurse", FuncFlags::NORECURSE),
    ("speculatable", FuncFlags::SPECULATABLE),
    ("nosync", FuncFlags::NOSYNC),
    ("strictfp", FuncFlags::STRICTFP),
];

/// Boolean attributes of parameters and returns. Those that bind a value to a convention share a flag and are not written back.
const PARAM_FLAGS: [(&str, ParamFlags); 16] = [
    ("noalias", ParamFlags::NOALIAS),
    ("readonly", ParamFlags::READONLY),
    ("writeonly", ParamFlags::WRITEONLY),
    ("readnone", ParamFlags::READNONE),
    ("nofree", ParamFlags::NOFREE),
    ("returned", ParamFlags::RETURNED),
    ("nonnull", ParamFlags::NONNULL),
    ("noundef", ParamFlags::NOUNDEF),
    ("immarg", ParamFlags::IMMARG),
    ("inreg", ParamFlags::CONVENTION),
    ("swiftself", ParamFlags::CONVENTION),
    ("swifterror", ParamFlags::CONVENTION),
    ("swiftasync", ParamFlags::CONVENTION),
    ("nest", ParamFlags::CONVENTION),
    ("inalloca", ParamFlags::CONVENTION),
    ("preallocated", ParamFlags::CONVENTION),
];

/// The bits of `captures(...)` that mean that a copy with provenance is kept (`llvm/Support/ModRef.h`, `CaptureComponents`): in the
/// high half anywhere, in the low half in the return value.
const CAPTURES_PROVENANCE: u64 = 0b1100_1100;

/// What a kind of attribute means where it stands on a function or call, and where it stands on a parameter or return.
#[derive(Clone, Copy, Debug, Default)]
struct Kind {
    func: FuncFlags,
    param: ParamFlags,
    special: Option<Special>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Special {
    Memory,
    Captures,
    Align,
    Dereferenceable,
    ByVal,
    SRet,
}

const SPECIAL: [(&str, Special); 6] = [
    ("memory", Special::Memory),
    ("captures", Special::Captures),
    ("align", Special::Align),
    ("dereferenceable", Special::Dereferenceable),
    ("byval", Special::ByVal),
    ("sret", Special::SRet),
];

/// The numbers of attribute kinds.
#[derive(Debug)]
pub(crate) struct AttrKinds {
    by_number: Vec<Kind>,
}

/// The number of an attribute kind; 0 if this LLVM does not know it.
pub(crate) fn kind_number(name: &str) -> u32 {
    // SAFETY: the name is passed with its length.
    unsafe { sys::LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len()) }
}

impl AttrKinds {
    pub(crate) fn new() -> Self {
        let mut by_number: Vec<Kind> = Vec::new();
        let mut slot = |name: &str, set: &dyn Fn(&mut Kind)| {
            let number = kind_number(name) as usize;
            if number != 0 {
                if by_number.len() <= number {
                    by_number.resize(number + 1, Kind::default());
                }
                set(&mut by_number[number]);
            }
        };
        for (name, flag) in FUNC_FLAGS {
            slot(name, &|kind| kind.func = flag);
        }
        for (name, flag) in PARAM_FLAGS {
            slot(name, &|kind| kind.param = flag);
        }
        for (name, special) in SPECIAL {
            slot(name, &|kind| kind.special = Some(special));
        }
        Self { by_number }
    }

    fn get(&self, number: u32) -> Kind {
        self.by_number.get(number as usize).copied().unwrap_or_default()
    }
}

/// The memo of attribute lists that were read.
#[derive(Debug)]
pub(crate) struct AttrTable {
    kinds: AttrKinds,
    known: FxHashMap<Box<[usize]>, Attrs>,
    key: Vec<usize>,
    found: Vec<Attr>,
}

impl AttrTable {
    pub(crate) fn new() -> Self {
        Self {
            kinds: AttrKinds::new(),
            known: FxHashMap::default(),
            key: Vec::new(),
            found: Vec::new(),
        }
    }
}

impl Importer {
    /// The attributes of a function.
    pub(crate) fn func_attrs(&mut self, func: Val) -> Attrs {
        self.read_attrs(func.param_count(), |index, out| func.func_attrs(index, out))
    }

    /// The attributes of a call site.
    pub(crate) fn call_attrs(&mut self, call: Val, args: u32) -> Attrs {
        self.read_attrs(args, |index, out| call.call_attrs(index, out))
    }

    fn read_attrs(&mut self, params: u32, read: impl Fn(u32, &mut Vec<Attr>)) -> Attrs {
        let table = &mut self.attrs;
        table.key.clear();
        table.found.clear();
        for index in std::iter::once(FUNCTION_INDEX).chain(RETURN_INDEX..=params) {
            let before = table.found.len();
            read(index, &mut table.found);
            if table.found.len() > before {
                // Odd numbers are no addresses, so indices and attributes cannot be confused.
                table.key.push(((index as usize) << 1) | 1);
                table
                    .key
                    .extend(table.found[before..].iter().map(|attr| attr.address()));
            }
        }
        if table.key.is_empty() {
            return Attrs::none();
        }
        if let Some(&known) = table.known.get(table.key.as_slice()) {
            return known;
        }
        let key = table.key.clone().into_boxed_slice();
        let found = std::mem::take(&mut table.found);
        let list = self.decode(&key, &found);
        self.attrs.found = found;
        let attrs = self.module.ctx.add_attrs(list);
        self.attrs.known.insert(key, attrs);
        attrs
    }

    /// The meaning of a key: odd entries say where the attributes stand that follow.
    fn decode(&mut self, key: &[usize], found: &[Attr]) -> AttrList {
        let (mut list, mut index, mut attrs) = (AttrList::default(), FUNCTION_INDEX, found.iter());
        for &entry in key {
            if entry & 1 == 1 {
                index = (entry >> 1) as u32;
                continue;
            }
            let Some(&attr) = attrs.next() else { break };
            match index {
                FUNCTION_INDEX => self.decode_func(attr, &mut list),
                RETURN_INDEX => self.decode_param(attr, &mut list.ret),
                _ => {
                    let position = index as usize;
                    if list.params.len() < position {
                        list.params.resize(position, ParamAttrs::default());
                    }
                    self.decode_param(attr, &mut list.params[position - 1]);
                }
            }
        }
        // Attributes that are not modelled leave no trace, so that equal descriptions are one.
        while list.params.last() == Some(&ParamAttrs::default()) {
            list.params.pop();
        }
        list
    }

    fn decode_func(&self, attr: Attr, list: &mut AttrList) {
        if attr.is_string() {
            let key = attr.key();
            if is_read(&key) {
                list.strings.push((key.into(), attr.text().into()));
            }
        } else if attr.is_enum() {
            let kind = self.attrs.kinds.get(attr.enum_kind());
            list.flags = list.flags.union(kind.func);
            if kind.special == Some(Special::Memory) {
                list.memory = memory_effects(attr.enum_value());
            }
        }
    }

    fn decode_param(&mut self, attr: Attr, out: &mut ParamAttrs) {
        if attr.is_string() {
            let key = attr.key();
            if key.starts_with("enzyme") {
                out.strings.push((key.into(), attr.text().into()));
            }
            return;
        }
        if attr.is_type() {
            let ty: Type = self.types.import(&mut self.module.ctx.types, attr.type_value());
            let kind = self.attrs.kinds.get(attr.enum_kind());
            out.flags = out.flags.union(kind.param);
            match kind.special {
                Some(Special::ByVal) => out.byval = Some(ty),
                Some(Special::SRet) => out.sret = Some(ty),
                _ => {}
            }
        } else if attr.is_enum() {
            let kind = self.attrs.kinds.get(attr.enum_kind());
            out.flags = out.flags.union(kind.param);
            match kind.special {
                Some(Special::Captures) if attr.enum_value() & CAPTURES_PROVENANCE == 0 => {
                    out.flags = out.flags.union(ParamFlags::NOCAPTURE);
                }
                Some(Special::Align) => out.align = attr.enum_value(),
                Some(Special::Dereferenceable) => out.dereferenceable = attr.enum_value(),
                _ => {}
            }
        }
    }
}

/// Decodes `memory(...)`: two bits (1 reads, 2 writes) for each of argument, inaccessible, errno, other and two target locations
/// (`llvm/Support/ModRef.h`). Target state counts as memory that the module cannot see.
/// Whether a string attribute of a function is one that analyses read.
pub(crate) fn is_read(key: &str) -> bool {
    ["enzyme", "rsenzyme", "implements"]
        .iter()
        .any(|start| key.starts_with(start))
}

fn memory_effects(bits: u64) -> MemoryEffects {
    let at = |location: u32| ModRef {
        reads: bits >> (2 * location) & 1 != 0,
        writes: bits >> (2 * location) & 2 != 0,
    };
    MemoryEffects {
        arguments: at(0),
        inaccessible: at(1).union(at(4)).union(at(5)),
        errno: at(2),
        other: at(3),
    }
}

/// The inverse of [`memory_effects`].
fn memory_bits(effects: MemoryEffects) -> u64 {
    let bits = |effect: ModRef, location: u32| {
        (u64::from(effect.reads) | u64::from(effect.writes) << 1) << (2 * location)
    };
    bits(effects.arguments, 0)
        | bits(effects.inaccessible, 1)
        | bits(effects.errno, 2)
        | bits(effects.other, 3)
        | bits(effects.inaccessible, 4)
        | bits(effects.inaccessible, 5)
}

/// One attribute to be written: where, and what.
pub(crate) enum NewAttr<'a> {
    /// A boolean or integer attribute.
    Enum(&'static str, u64),
    /// An attribute with a type.
    Type(&'static str, Type),
    /// A string attribute.
    Text(&'a str, &'a str),
}

/// The attributes that a list says, as (index, attribute). `call` leaves out what only declarations may have.
pub(crate) fn write(list: &AttrList, call: bool) -> Vec<(u32, NewAttr<'_>)> {
    let mut out = Vec::new();
    for (name, flag) in FUNC_FLAGS {
        if list.flags.contains(flag) {
            out.push((FUNCTION_INDEX, NewAttr::Enum(name, 0)));
        }
    }
    if list.memory != MemoryEffects::UNKNOWN {
        out.push((FUNCTION_INDEX, NewAttr::Enum("memory", memory_bits(list.memory))));
    }
    for (key, text) in &list.strings {
        out.push((FUNCTION_INDEX, NewAttr::Text(key, text)));
    }
    write_param(&list.ret, RETURN_INDEX, call, &mut out);
    for (position, param) in list.params.iter().enumerate() {
        write_param(param, position as u32 + 1, call, &mut out);
    }
    out
}

fn write_param<'a>(param: &'a ParamAttrs, index: u32, call: bool, out: &mut Vec<(u32, NewAttr<'a>)>) {
    for (name, flag) in PARAM_FLAGS {
        let writable = flag != ParamFlags::CONVENTION && !(call && flag == ParamFlags::IMMARG);
        if writable && param.flags.contains(flag) {
            out.push((index, NewAttr::Enum(name, 0)));
        }
    }
    if param.flags.contains(ParamFlags::NOCAPTURE) && index != RETURN_INDEX {
        // Weaker than `captures(none)`: addresses may be looked at.
        out.push((index, NewAttr::Enum("captures", 0b0011_0011)));
    }
    for (name, value) in [("align", param.align), ("dereferenceable", param.dereferenceable)] {
        if value != 0 {
            out.push((index, NewAttr::Enum(name, value)));
        }
    }
    for (name, ty) in [("byval", param.byval), ("sret", param.sret)] {
        if let Some(ty) = ty {
            out.push((index, NewAttr::Type(name, ty)));
        }
    }
    for (key, text) in &param.strings {
        out.push((index, NewAttr::Text(key, text)));
    }
}
