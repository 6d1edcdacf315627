//! From plans to IR: functions, values in reach and local memory. Statements are in the neighbouring modules.

use smallvec::SmallVec;

use super::inputs::LEN;
use super::plan::{FuncPlan, Leaf, LoopForm, Pick, Plan, ReturnPlan, Stmt};
use crate::builder::Builder;
use crate::constant::{Const, ConstData};
use crate::context::{Attrs, Context, FuncDecl, FuncId, GlobalId, GlobalVar, Linkage, Module};
use crate::function::{Function, Value};
use crate::inst::{Access, BinOp, CastOp, Flags};
use crate::types::Type;

/// How many statements an execution may take, about.
const COST_LIMIT: u64 = 10_000;

/// A function that was lowered, for its callers.
#[derive(Clone, Debug)]
pub(super) struct Callee {
    pub(super) func: FuncId,
    pub(super) plan: FuncPlan,
    pub(super) cost: u64,
}

/// Lowers the functions of a plan into a module, later ones first, and gives the entry. `prefix` begins their names.
pub(super) fn lower(module: &mut Module, plan: &Plan, prefix: &str) -> FuncId {
    let mut callees: Vec<Callee> = Vec::new();
    for (index, func) in plan.funcs.iter().enumerate().rev() {
        let name = format!("{prefix}{index}");
        let callee = lower_func(module, func, (&name, prefix), &callees);
        callees.push(callee);
    }
    callees[callees.len() - 1].func
}

/// Lowers a function with this name, of a program with this prefix.
fn lower_func(
    module: &mut Module,
    plan: &FuncPlan,
    (name, prefix): (&str, &str),
    callees: &[Callee],
) -> Callee {
    let ctx = &mut module.ctx;
    let ty = signature(ctx, plan);
    let func = ctx.add_func(FuncDecl {
        name: name.into(),
        ty,
        attrs: Attrs::none(),
        conv: 0,
        linkage: Linkage::External,
        intrinsic: false,
        defined: true,
        rules: Vec::new(),
        origin: None,
    });
    let mut body = Function::new(ctx, func);
    let entry = body.add_block();
    let params = body.params.clone();
    let mut lowering = Lowering {
        b: Builder::new(ctx, &mut body, entry),
        env: Env::default(),
        memory: Arrays::default(),
        callees,
        this: func,
        plan,
        depth: None,
        cost: 0,
        rounds: 1,
    };
    lowering.parameters(&params);
    lowering.locals(prefix);
    lowering.statements(&plan.body);
    lowering.ret();
    let cost = lowering.cost * if plan.recursive { 4 } else { 1 } + 1;
    module.set_body(body);
    Callee {
        func,
        plan: plan.clone(),
        cost,
    }
}

fn return_type(ctx: &mut Context, plan: &FuncPlan) -> Type {
    let double = ctx.types.double();
    match plan.ret {
        ReturnPlan::Double => double,
        ReturnPlan::Single => ctx.types.float(),
        ReturnPlan::Pair => ctx.types.structure(&[double, double]),
        ReturnPlan::Memory => ctx.types.ptr(),
        ReturnPlan::Nothing => ctx.types.void(),
    }
}

/// Doubles, floats, integers, arrays of doubles, arrays of floats, and the depth of recursion.
fn signature(ctx: &mut Context, plan: &FuncPlan) -> Type {
    let ret = return_type(ctx, plan);
    let types = &mut ctx.types;
    let mut params = vec![types.double(); usize::from(plan.doubles)];
    params.extend(vec![types.float(); usize::from(plan.singles)]);
    params.extend(vec![types.i64(); usize::from(plan.ints)]);
    params.extend(vec![types.ptr(); usize::from(plan.arrays + plan.single_arrays)]);
    if plan.recursive {
        params.push(types.i64());
    }
    types.func(ret, &params)
}

/// The values in reach. None goes out of reach inside the block where it was added.
#[derive(Clone, Default)]
pub(super) struct Env {
    pub(super) doubles: Vec<Value>,
    pub(super) singles: Vec<Value>,
    pub(super) ints: Vec<Value>,
}

/// The newest value of each kind.
#[derive(Clone, Copy)]
pub(super) struct Newest {
    pub(super) double: Option<Value>,
    pub(super) single: Option<Value>,
    pub(super) int: Option<Value>,
}

impl Env {
    pub(super) fn newest(&self) -> Newest {
        Newest {
            double: self.doubles.last().copied(),
            single: self.singles.last().copied(),
            int: self.ints.last().copied(),
        }
    }
}

/// Memory in reach, everywhere in the function.
#[derive(Default)]
pub(super) struct Arrays {
    pub(super) doubles: Vec<Value>,
    pub(super) singles: Vec<Value>,
    pub(super) ints: Vec<Value>,
    pub(super) record: Option<Value>,
    pub(super) other_record: Option<Value>,
    pub(super) table: Option<Value>,
    /// What the function returns the address of.
    pub(super) made: Option<Value>,
}

pub(super) struct Lowering<'a> {
    pub(super) b: Builder<'a>,
    pub(super) env: Env,
    pub(super) memory: Arrays,
    pub(super) callees: &'a [Callee],
    pub(super) this: FuncId,
    pub(super) plan: &'a FuncPlan,
    /// The depth of recursion that is left, until it is used: once, so that executions stay short.
    pub(super) depth: Option<Value>,
    pub(super) cost: u64,
    /// How often the current statement may be executed.
    pub(super) rounds: u64,
}

impl Lowering<'_> {
    fn parameters(&mut self, params: &[Value]) {
        let mut params = params.iter().copied();
        let mut take = |count: u8| params.by_ref().take(usize::from(count)).collect::<Vec<_>>();
        self.env.doubles = take(self.plan.doubles);
        self.env.singles = take(self.plan.singles);
        self.env.ints = take(self.plan.ints);
        self.memory.doubles = take(self.plan.arrays);
        self.memory.singles = take(self.plan.single_arrays);
        self.depth = take(u8::from(self.plan.recursive)).pop();
    }

    /// Local memory, as far as statements use it, all of it written.
    fn locals(&mut self, prefix: &str) {
        use Leaf::*;
        let mut used = Vec::new();
        collect(&self.plan.body, &mut used);
        let needs = |leaves: &[Leaf]| used.iter().any(|leaf| leaves.contains(leaf));
        let (double, float, i64) = (self.double_ty(), self.b.ctx.types.float(), self.b.ctx.types.i64());
        let arrays = [
            Load,
            Store,
            Copy,
            Move,
            Clear,
            ChosenArray,
            ArrayTable,
            LaneMemory,
            BitMemory,
            Heap,
            Walk,
            State,
            Exchange,
            Call,
            Recurse,
        ];
        if needs(&arrays) {
            if needs(&[State]) {
                let state = state(self.b.ctx, prefix);
                let state = self.b.ctx.consts.intern(ConstData::Global(state));
                let state = self.b.constant(state);
                self.memory.doubles.push(state);
            }
            let array = self.local_array(double);
            self.memory.doubles.push(array);
            let first = self.double(0);
            let zero = self.b.i64(0);
            self.store_element(array, double, zero, first);
        }
        if needs(&[LoadSingle, StoreSingle, Call, Recurse, LaneSingle]) {
            let array = self.local_array(float);
            self.memory.singles.push(array);
        }
        if needs(&[LoadInt, StoreInt]) {
            let array = self.local_array(i64);
            self.memory.ints.push(array);
        }
        if needs(&[RecordStore, RecordLoad, RecordCopy]) {
            let record = self.record_ty();
            let size = self.b.ctx.size_of(record).unwrap_or(0) as i64;
            let both = [record; 2].map(|ty| {
                let address = self.b.alloca(ty);
                self.clear(address, size);
                address
            });
            self.memory.record = Some(both[0]);
            self.memory.other_record = Some(both[1]);
        }
        if needs(&[ArrayTable]) {
            let ptr = self.b.ctx.types.ptr();
            let table = self.b.ctx.types.array(ptr, 2);
            self.memory.table = Some(self.b.alloca(table));
        }
        if self.plan.ret == ReturnPlan::Memory {
            let made = self.heap_array();
            self.memory.doubles.push(made);
            self.memory.made = Some(made);
        }
    }

    fn local_array(&mut self, element: Type) -> Value {
        let ty = self.b.ctx.types.array(element, LEN);
        let size = self.b.ctx.size_of(ty).unwrap_or(0) as i64;
        let address = self.b.alloca(ty);
        self.clear(address, size);
        address
    }

    /// A record of mixed fields.
    pub(super) fn record_ty(&mut self) -> Type {
        let (double, float, i64) = (self.double_ty(), self.b.ctx.types.float(), self.b.ctx.types.i64());
        let pair = self.b.ctx.types.array(double, 2);
        self.b.ctx.types.structure(&[double, float, i64, pair])
    }

    pub(super) fn statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            if self.cost > COST_LIMIT {
                return;
            }
            match statement {
                Stmt::Leaf(leaf, picks) => self.leaf(*leaf, *picks),
                Stmt::If {
                    condition,
                    then,
                    otherwise,
                } => self.branch(*condition, then, otherwise),
                Stmt::Loop {
                    rounds,
                    form,
                    first,
                    exit,
                    second,
                } => self.counted_loop(*rounds, *form, (first, *exit, second)),
                Stmt::Switch { value, arms } => self.switch(*value, arms),
            }
        }
    }

    /// Whether a statement of this cost may still be executed as often as the current block.
    pub(super) fn affords(&mut self, cost: u64) -> bool {
        let total = self.cost + cost * self.rounds;
        let fits = total <= COST_LIMIT;
        if fits {
            self.cost = total;
        }
        fits
    }

    /// The mean of the two newest doubles, in the form of the return type.
    fn ret(&mut self) {
        let (x, y) = (self.double(0), self.double(1));
        let mean = self.scaled(BinOp::FAdd, x, y, 0.5);
        let value = match self.plan.ret {
            ReturnPlan::Double => Some(mean),
            ReturnPlan::Single => Some(self.single(0)),
            ReturnPlan::Pair => {
                let double = self.double_ty();
                let pair = self.b.ctx.types.structure(&[double, double]);
                let poison = self.b.poison(pair);
                let half = self.b.insert_value(poison, mean, &[0]);
                Some(self.b.insert_value(half, x, &[1]))
            }
            ReturnPlan::Memory => {
                if let Some(made) = self.memory.made {
                    self.read_made(made, mean);
                }
                self.memory.made
            }
            ReturnPlan::Nothing => None,
        };
        self.b.ret(value);
    }

    /// Writes to the last place of the array that is returned what depends on all before it, and on a number.
    fn read_made(&mut self, made: Value, mean: Value) {
        let (double, last) = (self.double_ty(), LEN as i64 - 1);
        let mut sum = mean;
        for at in 0..last {
            let index = self.b.i64(at);
            let number = self.load_element(made, double, index);
            let sine = self.call_named("llvm.sin.f64", double, &[number]);
            sum = self.scaled(BinOp::FAdd, sum, sine, 0.5);
        }
        let last = self.b.i64(last);
        self.store_element(made, double, last, sum);
    }

    pub(super) fn double_ty(&self) -> Type {
        self.b.ctx.types.double()
    }

    /// A double in reach.
    pub(super) fn double(&mut self, pick: Pick) -> Value {
        match choose(&self.env.doubles, pick) {
            Some(value) => value,
            None => self.number(0.75),
        }
    }

    /// A float in reach; a rounded double if there is none.
    pub(super) fn single(&mut self, pick: Pick) -> Value {
        match choose(&self.env.singles, pick) {
            Some(value) => value,
            None => {
                let double = self.double(pick);
                let float = self.b.ctx.types.float();
                let value = self.b.cast(CastOp::FpTrunc, double, float);
                self.env.singles.push(value);
                value
            }
        }
    }

    /// An integer in reach.
    pub(super) fn int(&mut self, pick: Pick) -> Value {
        match choose(&self.env.ints, pick) {
            Some(value) => value,
            None => self.b.i64(i64::from(pick)),
        }
    }

    /// An index into an array: constant, or computed and masked.
    pub(super) fn index(&mut self, pick: Pick) -> Value {
        if pick.is_multiple_of(3) || self.env.ints.is_empty() {
            return self.b.i64(i64::from(pick) & (LEN as i64 - 1));
        }
        let value = self.int(pick);
        let mask = self.b.i64(LEN as i64 - 1);
        self.b.binary(BinOp::And, value, mask)
    }

    /// A constant of type double.
    pub(super) fn number(&mut self, value: f64) -> Value {
        let ty = self.double_ty();
        self.number_of(ty, value)
    }

    /// A constant of a float type or a vector of one.
    pub(super) fn number_of(&mut self, ty: Type, value: f64) -> Value {
        self.b.float(ty, value).expect("the type is one of floats")
    }

    /// `scale * (x op y)`.
    pub(super) fn scaled(&mut self, op: BinOp, x: Value, y: Value, scale: f64) -> Value {
        let value = self.b.binary(op, x, y);
        let scale = self.number_of(self.b.ty(x), scale);
        self.b.binary(BinOp::FMul, value, scale)
    }

    pub(super) fn element(&mut self, array: Value, ty: Type, index: Value) -> Value {
        self.b.gep(ty, array, &[index], Flags::INBOUNDS)
    }

    pub(super) fn load_element(&mut self, array: Value, ty: Type, index: Value) -> Value {
        let address = self.element(array, ty, index);
        self.b.load(ty, address, Access::default())
    }

    pub(super) fn store_element(&mut self, array: Value, ty: Type, index: Value, value: Value) {
        let address = self.element(array, ty, index);
        self.b.store(value, address, Access::default());
    }

    /// Calls a function of the host or an intrinsic with one result.
    pub(super) fn call_named(&mut self, name: &str, ret: Type, args: &[Value]) -> Value {
        let inst = self.call_effect(name, ret, args);
        self.b.result(inst)
    }

    /// Calls a function of the host or an intrinsic.
    pub(super) fn call_effect(&mut self, name: &str, ret: Type, args: &[Value]) -> crate::inst::Inst {
        let params: SmallVec<[Type; 4]> = args.iter().map(|&arg| self.b.ty(arg)).collect();
        let ty = self.b.ctx.types.func(ret, &params);
        let func = self.b.ctx.declare_func(name, ty);
        self.b.call(func, args)
    }

    /// Sets bytes to zero.
    pub(super) fn clear(&mut self, address: Value, size: i64) {
        let (i8, void) = (self.b.ctx.types.i8(), self.b.ctx.types.void());
        let (zero, size, no) = (self.b.int(i8, 0), self.b.i64(size), self.no());
        self.call_effect("llvm.memset.p0.i64", void, &[address, zero, size, no]);
    }

    pub(super) fn no(&mut self) -> Value {
        let bool = self.b.ctx.types.bool();
        self.b.int(bool, 0)
    }

    /// The constant table of a module: numbers between -2 and 2.
    pub(super) fn table(&mut self) -> Value {
        let table = table(self.b.ctx);
        let constant = self.b.ctx.consts.intern(ConstData::Global(table));
        self.b.constant(constant)
    }
}

fn table(ctx: &mut Context) -> GlobalId {
    let double = ctx.types.double();
    let ty = ctx.types.array(double, LEN);
    let number = |index: u64| (index as f64 * 1.7).sin() * 2.0;
    let members: Vec<Option<Const>> = (0..LEN)
        .map(|index| ctx.consts.float(&mut ctx.types, double, number(index)))
        .collect();
    let members = members.into_iter().flatten().collect();
    let init = ctx.consts.intern(ConstData::Aggregate { ty, members });
    global(ctx, "table", init, Mutability::Constant)
}

/// The array of doubles that the functions of a program share, zero at first.
fn state(ctx: &mut Context, prefix: &str) -> GlobalId {
    let double = ctx.types.double();
    let ty = ctx.types.array(double, LEN);
    let init = ctx.consts.zero(&ctx.types, ty);
    global(ctx, &format!("{prefix}state"), init, Mutability::Variable)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mutability {
    Constant,
    Variable,
}

/// The global of this name.
fn global(ctx: &mut Context, name: &str, init: Const, mutability: Mutability) -> GlobalId {
    if let Some(global) = ctx.find_global(name) {
        return global;
    }
    let ty = ctx.const_type(init);
    ctx.add_global(GlobalVar {
        name: name.into(),
        ty,
        space: 0,
        init: Some(init),
        constant: mutability == Mutability::Constant,
        thread_local: false,
        linkage: Linkage::Internal,
        strings: Vec::new(),
        shadow: None,
        origin: None,
    })
}

/// The value that a pick means: 0 is the newest.
pub(super) fn choose(values: &[Value], pick: Pick) -> Option<Value> {
    let back = usize::from(pick).checked_rem(values.len())?;
    values.get(values.len() - 1 - back).copied()
}

/// The leaves of statements, in any depth.
fn collect(statements: &[Stmt], used: &mut Vec<Leaf>) {
    for statement in statements {
        match statement {
            Stmt::Leaf(leaf, _) => used.push(*leaf),
            Stmt::If { then, otherwise, .. } => {
                collect(then, used);
                collect(otherwise, used);
            }
            Stmt::Loop { first, second, .. } => {
                collect(first, used);
                collect(second, used);
            }
            Stmt::Switch { arms, .. } => arms.iter().for_each(|arm| collect(arm, used)),
        }
    }
}

/// Whether the number of rounds is computed, and whether it is tested before the body.
pub(super) fn form_parts(form: LoopForm) -> (bool, bool) {
    match form {
        LoopForm::ConstantAfter => (false, false),
        LoopForm::ConstantBefore => (false, true),
        LoopForm::ComputedAfter => (true, false),
        LoopForm::ComputedBefore => (true, true),
    }
}
