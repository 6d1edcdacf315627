//! A function body: values, instructions and blocks in arenas.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use crate::constant::Const;
use crate::context::{Context, FuncId, Meta};
use crate::debug::DebugVariable;
use crate::entity::{Entity, EntityVec};
use crate::inst::{Flags, Inst, InstData, Op};
use crate::members::AddressedMember;
use crate::origin::Origin;
use crate::types::Type;

crate::entity! {
    /// A value of a function: a parameter, the result of an instruction, or a constant that the function mentions.
    Value, "v"
}

crate::entity! {
    /// A basic block of a function.
    Block, "bb"
}

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValueDef {
    /// The parameter of this number.
    Param(u32),
    /// The result of an instruction.
    Inst(Inst),
    /// A constant.
    Const(Const),
}

/// A value.
#[derive(Clone, Debug)]
pub struct ValueData {
    /// Its type.
    pub ty: Type,
    /// Where it comes from.
    pub def: ValueDef,
}

/// A basic block: phis, then other instructions, the last of which is the terminator.
#[derive(Clone, Debug, Default)]
pub struct BlockData {
    /// The instructions, in order. Blocks of few instructions, which loops are made of, need no memory of their own.
    insts: SmallVec<[Inst; 4]>,
}

/// A function body.
///
/// Indices are dense and never reused: removing an instruction takes it from its block only. The first block is the entry.
#[derive(Clone, Debug)]
pub struct Function {
    /// Which function of the module it is.
    pub id: FuncId,
    /// The parameters.
    pub params: Vec<Value>,
    /// The personality function, where exceptions are handled.
    pub personality: Option<Const>,
    /// Names of values, where they are known: for people only.
    pub value_names: IndexMap<Value, Box<str>>,
    /// Names of blocks, where they are known: for people only.
    pub block_names: IndexMap<Block, Box<str>>,
    /// The variables of the source that debug records describe, in the order of layout.
    pub variables: Vec<DebugVariable>,
    /// The integer members of structures that were addressed behind parameters before the body was made canonical: that is not to be seen in it any more.
    pub pointees: Vec<(u32, AddressedMember)>,
    values: EntityVec<Value, ValueData>,
    insts: EntityVec<Inst, InstData>,
    blocks: EntityVec<Block, BlockData>,
    order: Vec<Block>,
    constants: IndexMap<Const, Value, FxBuildHasher>,
}

impl Function {
    /// Gives back the room for instructions and values that are not there.
    pub(crate) fn shrink_to_fit(&mut self) {
        self.values.shrink_to_fit();
        self.insts.shrink_to_fit();
        self.blocks.shrink_to_fit();
    }

    /// A body without blocks for the declared function `id`.
    pub fn new(ctx: &Context, id: FuncId) -> Self {
        let mut function = Self {
            id,
            params: Vec::new(),
            personality: None,
            value_names: IndexMap::new(),
            block_names: IndexMap::new(),
            variables: Vec::new(),
            pointees: Vec::new(),
            values: EntityVec::new(),
            insts: EntityVec::new(),
            blocks: EntityVec::new(),
            order: Vec::new(),
            constants: IndexMap::default(),
        };
        for (index, &ty) in ctx.types.param_types(ctx.funcs[id].ty).iter().enumerate() {
            let value = function.values.push(ValueData {
                ty,
                def: ValueDef::Param(index as u32),
            });
            function.params.push(value);
        }
        function
    }

    /// The entry block.
    ///
    /// # Panics
    /// If the body has no blocks: bodies are complete before anybody asks.
    pub fn entry(&self) -> Block {
        self.order[0]
    }

    /// The blocks in their order of layout; the first is the entry.
    pub fn blocks(&self) -> &[Block] {
        &self.order
    }

    /// Adds a block at the end.
    pub fn add_block(&mut self) -> Block {
        let block = self.blocks.push(BlockData::default());
        self.order.push(block);
        block
    }

    /// Changes the order of layout. `order` must name the same blocks with the same entry or be a subset without unreachable ones.
    pub fn set_order(&mut self, order: Vec<Block>) {
        self.order = order;
    }

    /// The instructions of a block, in order.
    #[inline]
    pub fn insts(&self, block: Block) -> &[Inst] {
        &self.blocks[block].insts
    }

    /// All instructions, in the order of layout.
    pub fn all_insts(&self) -> impl Iterator<Item = Inst> + '_ {
        self.order
            .iter()
            .flat_map(|&block| self.blocks[block].insts.iter().copied())
    }

    /// An instruction.
    #[inline]
    pub fn inst(&self, inst: Inst) -> &InstData {
        &self.insts[inst]
    }

    /// An instruction, to be changed. Its type, result and block belong to the function and must stay.
    pub fn inst_mut(&mut self, inst: Inst) -> &mut InstData {
        &mut self.insts[inst]
    }

    /// The number of values: the length of tables of facts about values.
    #[inline]
    pub fn value_count(&self) -> usize {
        self.values.len()
    }

    /// The number of instructions, removed ones included: the length of tables of facts about instructions.
    #[inline]
    pub fn inst_count(&self) -> usize {
        self.insts.len()
    }

    /// The number of blocks, removed ones included: the length of tables of facts about blocks.
    pub fn block_count(&self) -> usize {
        self.blocks.len()
    }

    /// All values.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = Value> + ExactSizeIterator + use<> {
        self.values.keys()
    }

    /// A value.
    #[inline]
    pub fn value(&self, value: Value) -> &ValueData {
        &self.values[value]
    }

    /// The type of a value.
    #[inline]
    pub fn ty(&self, value: Value) -> Type {
        self.values[value].ty
    }

    /// The instruction that defines a value.
    #[inline]
    pub fn def_inst(&self, value: Value) -> Option<Inst> {
        match self.values[value].def {
            ValueDef::Inst(inst) => Some(inst),
            _ => None,
        }
    }

    /// The constant that a value is.
    #[inline]
    pub fn as_const(&self, value: Value) -> Option<Const> {
        match self.values[value].def {
            ValueDef::Const(constant) => Some(constant),
            _ => None,
        }
    }

    /// The instruction that ends a block; `None` only while the block is built.
    pub fn terminator(&self, block: Block) -> Option<Inst> {
        self.blocks[block]
            .insts
            .last()
            .copied()
            .filter(|&inst| self.insts[inst].op.is_terminator())
    }

    /// The blocks that may follow, with repetitions where the terminator names a block twice.
    pub fn successors(&self, block: Block) -> &[Block] {
        match self.terminator(block) {
            Some(inst) => &self.insts[inst].targets,
            None => &[],
        }
    }

    /// The phis at the start of a block.
    pub fn phis(&self, block: Block) -> impl Iterator<Item = Inst> + '_ {
        self.insts(block)
            .iter()
            .copied()
            .take_while(|&inst| matches!(self.insts[inst].op, Op::Phi))
    }

    /// The value of a constant in this function.
    pub fn constant(&mut self, ctx: &Context, constant: Const) -> Value {
        if let Some(&value) = self.constants.get(&constant) {
            return value;
        }
        let value = self.values.push(ValueData {
            ty: ctx.const_type(constant),
            def: ValueDef::Const(constant),
        });
        self.constants.insert(constant, value);
        value
    }

    /// The constants that the function mentions or mentioned, with their values.
    pub fn constants(&self) -> impl Iterator<Item = (Const, Value)> + '_ {
        self.constants.iter().map(|(&constant, &value)| (constant, value))
    }

    /// Makes an instruction at the end of `block`.
    pub fn push_inst(&mut self, ctx: &Context, block: Block, new: NewInst) -> Inst {
        let at = self.blocks[block].insts.len();
        self.insert_inst(ctx, block, at, new)
    }

    /// Makes an instruction at position `at` of `block`.
    pub fn insert_inst(&mut self, ctx: &Context, block: Block, at: usize, new: NewInst) -> Inst {
        let NewInst {
            op,
            flags,
            ty,
            operands,
            targets,
            meta,
            origin,
            location,
        } = new;
        let data = InstData {
            op,
            flags,
            ty,
            operands,
            targets,
            result: None,
            block,
            meta,
            origin,
            location,
        };
        let inst = self.insts.push(data);
        if ty != ctx.types.void() {
            self.insts[inst].result = Some(self.values.push(ValueData {
                ty,
                def: ValueDef::Inst(inst),
            }));
        }
        self.blocks[block].insts.insert(at, inst);
        inst
    }

    /// Takes an instruction from its block. Its result must have no uses left.
    pub fn remove_inst(&mut self, inst: Inst) {
        let block = self.insts[inst].block;
        self.blocks[block].insts.retain(|other| *other != inst);
    }

    /// Takes the instructions for which `keep` is false from all blocks.
    pub fn retain_insts(&mut self, mut keep: impl FnMut(Inst) -> bool) {
        for block in self.blocks.values_mut() {
            block.insts.retain(|inst| keep(*inst));
        }
    }

    /// Puts `new` in the place of `old` in every operand list.
    pub fn replace_uses(&mut self, old: Value, new: Value) {
        for inst in self.insts.values_mut() {
            for operand in &mut inst.operands {
                if *operand == old {
                    *operand = new;
                }
            }
        }
    }

    /// The name of a value for people: its own, or its number.
    pub fn value_name(&self, value: Value) -> String {
        match self.value_names.get(&value) {
            Some(name) => format!("%{name}"),
            None => format!("%{}", value.index()),
        }
    }

    /// The name of a block for people: its own, or its number.
    pub fn block_name(&self, block: Block) -> String {
        match self.block_names.get(&block) {
            Some(name) => name.to_string(),
            None => format!("bb{}", block.index()),
        }
    }
}

/// An instruction that is about to be made.
#[derive(Clone, Debug)]
pub struct NewInst {
    /// What it does.
    pub op: Op,
    /// Arithmetic and fast-math flags.
    pub flags: Flags,
    /// The type of the result; void if there is none.
    pub ty: Type,
    /// Operands, as the operation says.
    pub operands: SmallVec<[Value; 3]>,
    /// Successors, or incoming blocks of a phi.
    pub targets: SmallVec<[Block; 2]>,
    /// Metadata that analyses read.
    pub meta: Meta,
    /// The instruction that it is an exact copy of.
    pub origin: Option<Origin>,
    /// The imported instruction whose source location it shares.
    pub location: Option<Origin>,
}

impl NewInst {
    /// An instruction without targets, flags, metadata and origin.
    pub fn new(op: Op, ty: Type, operands: &[Value]) -> Self {
        Self {
            op,
            flags: Flags::none(),
            ty,
            operands: operands.into(),
            targets: SmallVec::new(),
            meta: Meta::none(),
            origin: None,
            location: None,
        }
    }

    /// The same with flags.
    #[must_use]
    pub fn flags(mut self, flags: Flags) -> Self {
        self.flags = flags;
        self
    }

    /// The same with targets.
    #[must_use]
    pub fn targets(mut self, targets: &[Block]) -> Self {
        self.targets = targets.into();
        self
    }
}

/// The uses of each value, in compressed rows: for each value the instructions that have it as an operand, with the position.
#[derive(Clone, Debug)]
pub struct Uses {
    /// Where the list of each value ends; it begins where that of the value before ends.
    ends: Vec<u32>,
    uses: Vec<(Inst, u32)>,
}

impl Uses {
    /// Collects the uses by instructions that are in blocks. Linear in the number of operands.
    pub fn of(function: &Function) -> Self {
        let mut ends = vec![0u32; function.value_count() + 1];
        // Instructions are large, so they are read once.
        let mut found: Vec<(Value, Inst, u32)> = Vec::with_capacity(2 * function.inst_count());
        for inst in function.all_insts() {
            for (position, &operand) in function.inst(inst).operands.iter().enumerate() {
                ends[operand.index() + 1] += 1;
                found.push((operand, inst, position as u32));
            }
        }
        for index in 1..ends.len() {
            ends[index] += ends[index - 1];
        }
        let mut uses = vec![(Inst::new(0), 0); found.len()];
        // While they are filled, the end of each list is where its next use goes: at first that is where it begins.
        for (operand, inst, position) in found {
            let end = &mut ends[operand.index()];
            uses[*end as usize] = (inst, position);
            *end += 1;
        }
        Self { ends, uses }
    }

    /// The instructions that use `value`, with operand positions, in the order of layout.
    #[inline]
    pub fn of_value(&self, value: Value) -> &[(Inst, u32)] {
        let index = value.index();
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        match self.ends.get(index) {
            Some(&end) => &self.uses[start as usize..end as usize],
            None => &[],
        }
    }
}
