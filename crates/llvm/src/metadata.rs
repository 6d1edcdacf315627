//! Import of the metadata that [`ir::metadata`] models: TBAA, alias scopes, ranges and Enzyme's kinds.
//!
//! An instruction without metadata costs one call. Sets are memoised by the addresses of their nodes, which LLVM uniques or, for
//! distinct nodes, keeps as long as the module. Nodes that are not of the form that the LangRef gives are passed over: an analysis
//! then knows less.

use ir::context::Meta;
use ir::metadata::{MetaSet, TbaaNode, TbaaTag, TbaaType};
use ir::{Const, ConstData, FuncId};
use llvm_sys::debuginfo::{LLVMMetadataReplaceAllUsesWith, LLVMTemporaryMDNode};
use rustc_hash::FxHashMap;

use crate::Importer;
use crate::ffi::{Md, Val, sys, value_kind};

/// The intrinsic that opens alias scopes.
const SCOPE_DECL: &str = "llvm.experimental.noalias.scope.decl";

/// The kinds of Enzyme that occur on instructions and symbols. LLVM's C API cannot tell a kind's name from its number, so they are
/// listed: those of Enzyme's documented interface and those that it writes itself.
const ENZYME_KINDS: [&str; 25] = [
    "enzyme_active",
    "enzyme_augment",
    "enzyme_backstack",
    "enzyme_cache_free",
    "enzyme_deallocator_fn",
    "enzyme_derivative",
    "enzyme_fromcache",
    "enzyme_fromstack",
    "enzyme_gradient",
    "enzyme_inactive",
    "enzyme_inactive_inst",
    "enzyme_inactive_val",
    "enzyme_internalshadowglobal",
    "enzyme_mustcache",
    "enzyme_nocache",
    "enzyme_ompfor",
    "enzyme_pointermath",
    "enzyme_shadow",
    "enzyme_shouldrecompute",
    "enzyme_splitaugment",
    "enzyme_splitderivative",
    "enzyme_truetype",
    "enzyme_type",
    "enzyme_zerostack",
    "enzyme_zerotype",
];

/// A kind of metadata that is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Tbaa,
    TbaaStruct,
    AliasScope,
    NoAlias,
    Range,
    InvariantLoad,
    Loop,
    Enzyme(&'static str),
}

/// The memo of metadata that was read.
#[derive(Debug)]
pub(crate) struct MetaTable {
    kinds: FxHashMap<u32, Kind>,
    known: FxHashMap<Box<[(u32, Md)]>, Meta>,
    /// For each set one list of attachments that says it.
    attachments: FxHashMap<Meta, Box<[(u32, Md)]>>,
    tbaa_types: FxHashMap<Val, Option<TbaaType>>,
    tags: FxHashMap<Val, Option<TbaaTag>>,
    tag_nodes: FxHashMap<TbaaTag, Val>,
    domains: FxHashMap<Val, u32>,
    scopes: FxHashMap<Val, Option<(u32, u32)>>,
    found: Vec<(u32, Md)>,
}

/// The number of a metadata kind in a context.
pub(crate) fn kind_number(context: llvm_sys::prelude::LLVMContextRef, name: &str) -> u32 {
    // SAFETY: the context is alive, and the name is passed with its length.
    unsafe { sys::LLVMGetMDKindIDInContext(context, name.as_ptr().cast(), name.len() as u32) }
}

impl MetaTable {
    pub(crate) fn new(context: llvm_sys::prelude::LLVMContextRef) -> Self {
        let fixed = [
            ("tbaa", Kind::Tbaa),
            ("tbaa.struct", Kind::TbaaStruct),
            ("alias.scope", Kind::AliasScope),
            ("noalias", Kind::NoAlias),
            ("range", Kind::Range),
            ("invariant.load", Kind::InvariantLoad),
            ("llvm.loop", Kind::Loop),
        ];
        let enzyme = ENZYME_KINDS.map(|name| (name, Kind::Enzyme(name)));
        let kinds = fixed
            .into_iter()
            .chain(enzyme)
            .map(|(name, kind)| (kind_number(context, name), kind))
            .collect();
        Self {
            kinds,
            known: FxHashMap::default(),
            attachments: FxHashMap::default(),
            tbaa_types: FxHashMap::default(),
            tags: FxHashMap::default(),
            tag_nodes: FxHashMap::default(),
            domains: FxHashMap::default(),
            scopes: FxHashMap::default(),
            found: Vec::new(),
        }
    }

    /// The attachments that a set was read from, as (kind, node).
    pub(crate) fn attachments(&self, meta: Meta) -> Option<&[(u32, Md)]> {
        self.attachments.get(&meta).map(|list| &**list)
    }

    /// Whether a kind is one of alias scopes, which belong to one copy of the code.
    pub(crate) fn is_alias_scope(&self, number: u32) -> bool {
        matches!(self.kinds.get(&number), Some(Kind::AliasScope | Kind::NoAlias))
    }

    /// Whether nodes of a kind belong to one instruction: they have its type in them, or stand for its loop.
    pub(crate) fn belongs_to_one(&self, number: u32) -> bool {
        matches!(self.kinds.get(&number), Some(Kind::Range | Kind::Loop))
    }

    /// The node of an access tag that was read.
    pub(crate) fn tag_node(&self, tag: &TbaaTag) -> Option<Val> {
        self.tag_nodes.get(tag).copied()
    }

    /// The numbers of a scope's domain and of the scope, which is a node of itself (or a name), its domain and perhaps a name. Lists
    /// share scopes, so walking each once matters.
    fn scope(&mut self, scope: Val) -> Option<(u32, u32)> {
        if let Some(&known) = self.scopes.get(&scope) {
            return known;
        }
        let operands = scope.is_md_node().map(Val::md_operands).unwrap_or_default();
        let numbers = operands.get(1).copied().flatten().map(|domain| {
            let next = self.domains.len() as u32;
            let domain = *self.domains.entry(domain).or_insert(next);
            (domain, self.scopes.len() as u32)
        });
        self.scopes.insert(scope, numbers);
        numbers
    }
}

impl Importer {
    /// The metadata of an instruction.
    pub(crate) fn inst_meta(&mut self, inst: Val) -> Meta {
        if !inst.has_metadata() {
            return Meta::none();
        }
        let mut found = std::mem::take(&mut self.metas.found);
        found.clear();
        inst.all_metadata(&mut found);
        found.retain(|entry| self.metas.kinds.contains_key(&entry.0));
        let meta = self.meta_of(&found);
        self.metas.found = found;
        meta
    }

    /// The metadata of a call, with the alias scopes that it opens.
    pub(crate) fn call_meta(&mut self, call: Val) -> Meta {
        let meta = self.inst_meta(call);
        let is_metadata = call.arg_count() == 1 && call.operand(0).kind() == value_kind::METADATA;
        if !is_metadata || call.operand(1).name() != SCOPE_DECL {
            return meta;
        }
        let opened_scopes = self.scope_list(call.operand(0));
        let set = MetaSet {
            opened_scopes,
            ..self.module.ctx.meta(meta).clone()
        };
        let attached = self.metas.attachments.get(&meta).cloned();
        let meta = self.module.ctx.add_meta(set);
        if let Some(attached) = attached {
            self.metas.attachments.entry(meta).or_insert(attached);
        }
        meta
    }

    fn meta_of(&mut self, found: &[(u32, Md)]) -> Meta {
        if found.is_empty() {
            return Meta::none();
        }
        if let Some(&known) = self.metas.known.get(found) {
            return known;
        }
        let mut set = MetaSet::default();
        for &(number, node) in found {
            let Some(&kind) = self.metas.kinds.get(&number) else {
                continue;
            };
            let node = self.as_value(node);
            self.read_kind(kind, node, &mut set);
        }
        let meta = self.module.ctx.add_meta(set);
        self.metas.known.insert(found.into(), meta);
        self.metas.attachments.entry(meta).or_insert_with(|| found.into());
        meta
    }

    fn read_kind(&mut self, kind: Kind, node: Val, set: &mut MetaSet) {
        match kind {
            Kind::Tbaa => set.tbaa = self.tbaa_tag(node),
            Kind::TbaaStruct => set.tbaa_struct = self.tbaa_struct(node),
            Kind::AliasScope => set.alias_scopes = self.scope_list(node),
            Kind::NoAlias => set.noalias = self.scope_list(node),
            Kind::Range => set.range = range(node),
            Kind::InvariantLoad => set.invariant_load = true,
            Kind::Loop => set.vectorized_loop = is_vectorized_loop(node),
            Kind::Enzyme(name) => {
                let text = match name {
                    "enzyme_type" => tree_text(node),
                    _ => node_text(node),
                };
                set.enzyme.push((name.into(), text.into()));
            }
        }
    }

    /// A node for one loop that is not to be vectorized or unrolled.
    pub(crate) fn vectorized_loop(&self) -> Val {
        // SAFETY: the context is alive; nodes are passed their operands with their number; the temporary node is gone after its uses
        // have been replaced, which makes the loop's node its own first operand and thereby distinct.
        unsafe {
            let text =
                |text: &str| sys::LLVMMDStringInContext2(self.context, text.as_ptr().cast(), text.len());
            let one = sys::LLVMConstInt(sys::LLVMInt32TypeInContext(self.context), 1, 0);
            let mut vectorized = [text("llvm.loop.isvectorized"), sys::LLVMValueAsMetadata(one)];
            let mut unrolled = [text("llvm.loop.unroll.runtime.disable")];
            let itself = LLVMTemporaryMDNode(self.context, std::ptr::null_mut(), 0);
            let mut operands = [
                itself,
                sys::LLVMMDNodeInContext2(self.context, vectorized.as_mut_ptr(), vectorized.len()),
                sys::LLVMMDNodeInContext2(self.context, unrolled.as_mut_ptr(), unrolled.len()),
            ];
            let node = sys::LLVMMDNodeInContext2(self.context, operands.as_mut_ptr(), operands.len());
            LLVMMetadataReplaceAllUsesWith(itself, node);
            Val::new(sys::LLVMMetadataAsValue(self.context, node))
        }
    }

    /// `!{!"Unknown", i32 -1, !{!"name"}}`: the `!enzyme_type` of a value all of whose bytes are of one type.
    pub(crate) fn type_annotation(&self, name: &str) -> Val {
        // SAFETY: the context is alive; strings and nodes are passed with their lengths.
        unsafe {
            let text =
                |text: &str| sys::LLVMMDStringInContext2(self.context, text.as_ptr().cast(), text.len());
            let every = sys::LLVMConstInt(sys::LLVMInt32TypeInContext(self.context), u64::MAX, 1);
            let mut inner = [text(name)];
            let mut operands = [
                text("Unknown"),
                sys::LLVMValueAsMetadata(every),
                sys::LLVMMDNodeInContext2(self.context, inner.as_mut_ptr(), inner.len()),
            ];
            let node = sys::LLVMMDNodeInContext2(self.context, operands.as_mut_ptr(), operands.len());
            Val::new(sys::LLVMMetadataAsValue(self.context, node))
        }
    }

    /// A metadata node as the value that the C API can walk.
    pub(crate) fn as_value(&self, node: Md) -> Val {
        // SAFETY: the node belongs to the context.
        unsafe { Val::new(sys::LLVMMetadataAsValue(self.context, node.raw())) }
    }

    /// A struct-path access tag: base type, accessed type, offset, and whether the memory is constant.
    fn tbaa_tag(&mut self, node: Val) -> Option<TbaaTag> {
        if let Some(&known) = self.metas.tags.get(&node) {
            return known;
        }
        let tag = self.read_tag(node);
        self.metas.tags.insert(node, tag);
        if let Some(tag) = tag {
            self.metas.tag_nodes.entry(tag).or_insert(node);
        }
        tag
    }

    fn read_tag(&mut self, node: Val) -> Option<TbaaTag> {
        node.is_md_node()?;
        let operands = node.md_operands();
        let base = self.tbaa_type((*operands.first()?)?)?;
        let access = self.tbaa_type((*operands.get(1)?)?)?;
        let offset = integer((*operands.get(2)?)?)?;
        // Tags of the newer format have the size of the access before the flag.
        let flag = if is_sized_type((*operands.get(1)?)?) { 4 } else { 3 };
        let constant = operands
            .get(flag)
            .copied()
            .flatten()
            .and_then(integer)
            .is_some_and(|flag| flag & 1 != 0);
        Some(TbaaTag {
            base,
            access,
            offset: offset as u64,
            constant,
        })
    }

    /// A type descriptor: a name, then members with offsets. Roots have no members.
    fn tbaa_type(&mut self, node: Val) -> Option<TbaaType> {
        node.is_md_node()?;
        if let Some(&known) = self.metas.tbaa_types.get(&node) {
            return known;
        }
        // An anonymous root names itself as its first operand; anything else that leads back here is malformed.
        self.metas.tbaa_types.insert(node, None);
        let descriptor = self.read_tbaa_type(node);
        let ty = descriptor.map(|descriptor| self.module.ctx.tbaa.push(descriptor));
        self.metas.tbaa_types.insert(node, ty);
        ty
    }

    fn read_tbaa_type(&mut self, node: Val) -> Option<TbaaNode> {
        if is_sized_type(node) {
            return self.read_sized_type(node);
        }
        let operands = node.md_operands();
        let name = match operands.first().copied().flatten() {
            Some(first) if first.is_md_string().is_some() => first.md_text(),
            Some(first) if first != node => return None,
            _ => String::new(),
        };
        let mut fields = Vec::new();
        for pair in operands.get(1..).unwrap_or(&[]).chunks(2) {
            let member = self.tbaa_type(pair[0]?)?;
            // A scalar descriptor may leave out the offset of its parent.
            let offset = match pair.get(1) {
                Some(offset) => integer((*offset)?)?,
                None => 0,
            };
            fields.push((offset as u64, member));
        }
        Some(TbaaNode {
            name: name.into(),
            fields,
        })
    }

    /// A descriptor of the newer format (`-new-struct-path-tbaa`): parent, size, name, then members with offsets and sizes. A scalar
    /// has its parent in the place of members, as in the older format.
    fn read_sized_type(&mut self, node: Val) -> Option<TbaaNode> {
        let operands = node.md_operands();
        let name = operands.get(2).copied().flatten();
        let name = name
            .filter(|name| name.is_md_string().is_some())
            .map_or_else(String::new, |name| name.md_text());
        let mut fields = Vec::new();
        for member in operands.get(3..)?.chunks_exact(3) {
            fields.push((integer(member[1]?)? as u64, self.tbaa_type(member[0]?)?));
        }
        if fields.is_empty() {
            fields.extend(
                operands[0]
                    .and_then(|parent| self.tbaa_type(parent))
                    .map(|parent| (0, parent)),
            );
        }
        Some(TbaaNode {
            name: name.into(),
            fields,
        })
    }

    fn tbaa_struct(&mut self, node: Val) -> Vec<(u64, u64, TbaaTag)> {
        let operands = node.md_operands();
        let mut fields = Vec::new();
        for field in operands.chunks_exact(3) {
            let [Some(offset), Some(size), Some(tag)] = *field else {
                return Vec::new();
            };
            let (Some(offset), Some(size), Some(tag)) = (integer(offset), integer(size), self.tbaa_tag(tag))
            else {
                return Vec::new();
            };
            fields.push((offset as u64, size as u64, tag));
        }
        fields
    }

    /// A list of scopes.
    fn scope_list(&mut self, node: Val) -> Vec<(u32, u32)> {
        if node.is_md_node().is_none() {
            return Vec::new();
        }
        let scopes = node.md_operands().into_iter().flatten();
        scopes.filter_map(|scope| self.metas.scope(scope)).collect()
    }

    /// Functions that Enzyme's kinds of metadata on a function name.
    pub(crate) fn func_rules(&mut self, func: Val) -> Vec<(Box<str>, FuncId)> {
        let mut rules = Vec::new();
        for (number, node) in func.global_metadata() {
            let Some(&Kind::Enzyme(name)) = self.metas.kinds.get(&number) else {
                continue;
            };
            if let Some(target) = self.first_symbol(node)
                && let ConstData::Func(id) = *self.module.ctx.consts.get(target)
            {
                rules.push((name.into(), id));
            }
        }
        rules
    }

    /// Enzyme's kinds of metadata on a global variable, with their text.
    pub(crate) fn global_strings(&self, global: Val) -> Vec<(Box<str>, Box<str>)> {
        let kinds = global.global_metadata().into_iter();
        kinds
            .filter_map(|(number, node)| match self.metas.kinds.get(&number) {
                Some(&Kind::Enzyme(name)) => Some((name.into(), node_text(self.as_value(node)).into())),
                _ => None,
            })
            .collect()
    }

    /// The variable that `!enzyme_shadow` on a global variable names.
    pub(crate) fn global_shadow(&self, global: Val) -> Option<Val> {
        let shadow = global
            .global_metadata()
            .into_iter()
            .find(|(number, _)| self.metas.kinds.get(number) == Some(&Kind::Enzyme("enzyme_shadow")))?;
        let node = self.as_value(shadow.1);
        node.is_md_node()?;
        node.md_operands()
            .first()
            .copied()
            .flatten()
            .filter(|value| is_symbol(*value))
    }

    fn first_symbol(&mut self, node: Md) -> Option<Const> {
        let node = self.as_value(node);
        node.is_md_node()?;
        let symbol = node.md_operands().first().copied().flatten()?;
        is_symbol(symbol).then(|| self.constant(symbol))
    }
}

/// Constants that metadata holds come back as the bare constants.
fn is_symbol(value: Val) -> bool {
    use crate::ffi::value_kind::{FUNCTION, GLOBAL_VARIABLE};
    matches!(value.kind(), FUNCTION | GLOBAL_VARIABLE)
}

/// Whether a type descriptor is of the newer format: it begins with its parent instead of its name.
fn is_sized_type(node: Val) -> bool {
    if node.is_md_node().is_none() {
        return false;
    }
    let operands = node.md_operands();
    let parent = operands.first().copied().flatten();
    operands.len() >= 3 && parent.is_some_and(|parent| parent.is_md_node().is_some() && parent != node)
}

/// The integer that metadata holds, if it has at most 64 bits.
fn integer(value: Val) -> Option<i64> {
    let fits = value.kind() == crate::ffi::value_kind::CONSTANT_INT && value.ty().int_width() <= 64;
    fits.then(|| value.int_value_signed())
}

fn range(node: Val) -> Vec<(i64, i64)> {
    if node.is_md_node().is_none() {
        return Vec::new();
    }
    let bounds: Option<Vec<i64>> = node
        .md_operands()
        .into_iter()
        .map(|bound| bound.and_then(integer))
        .collect();
    match bounds {
        Some(bounds) => bounds.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect(),
        None => Vec::new(),
    }
}

/// Whether a property of a loop says that it has been vectorized. The first operand is the node itself.
fn is_vectorized_loop(node: Val) -> bool {
    if node.is_md_node().is_none() {
        return false;
    }
    let properties = node.md_operands().into_iter().skip(1).flatten();
    properties
        .into_iter()
        .any(|property| property.is_md_node().is_some() && node_text(property) == "llvm.loop.isvectorized")
}

/// What is longer or deeper is no type tree: nodes may contain themselves.
const TREE_TEXT: usize = 1 << 16;
const TREE_DEPTH: u32 = 64;

/// A type tree: as a string, alone or in a node, or as nested lists, printed in place.
fn tree_text(node: Val) -> String {
    let mut text = node_text(node);
    if node.is_md_string().is_none() && !text.trim_start().starts_with('{') {
        text.clear();
        print_list(node, &mut text, TREE_DEPTH);
    }
    text
}

fn print_list(node: Val, text: &mut String, depth: u32) {
    if text.len() > TREE_TEXT || depth == 0 {
        return;
    }
    if node.is_md_string().is_some() {
        *text += &format!("!\"{}\"", node.md_text());
    } else if node.is_md_node().is_some() {
        *text += "!{";
        for (index, operand) in node.md_operands().into_iter().enumerate() {
            *text += if index > 0 { ", " } else { "" };
            if let Some(operand) = operand {
                print_list(operand, text, depth - 1);
            }
        }
        *text += "}";
    } else if let Some(number) = integer(node) {
        *text += &format!("i32 {number}");
    }
}

/// The first string of a node, for kinds whose operand is a word.
fn node_text(node: Val) -> String {
    if node.is_md_string().is_some() {
        return node.md_text();
    }
    if node.is_md_node().is_none() {
        return String::new();
    }
    let first = node.md_operands().first().copied().flatten();
    first
        .filter(|text| text.is_md_string().is_some())
        .map(Val::md_text)
        .unwrap_or_default()
}
