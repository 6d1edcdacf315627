//! Plans: what a random program does, before it has types and names.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What programs may contain.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Doubles that move as `i64`, in registers and through memory.
    pub integer_copies: bool,
    /// Single precision.
    pub single: bool,
    /// Functions with kinks, whose derivative on ties is a convention: minima, maxima, absolute values.
    pub kinks: bool,
    /// Memory of the heap.
    pub heap: bool,
}

impl Default for Config {
    /// Everything.
    fn default() -> Self {
        Self {
            integer_copies: true,
            single: true,
            kinks: true,
            heap: true,
        }
    }
}

/// Which of the values in reach: 0 is the newest, and numbers beyond the oldest start again.
pub(super) type Pick = u8;

/// Statements without statements inside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Leaf {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Neg,
    Fma,
    Sin,
    Cos,
    Exp,
    Gauss,
    Log,
    Root,
    Tanh,
    Atan,
    Floor,
    Constant,
    Select,
    Freeze,
    Max,
    Abs,
    SingleAdd,
    SingleMul,
    SingleDiv,
    SingleSin,
    SingleRoot,
    SingleSelect,
    Extend,
    Round,
    IntAdd,
    IntMul,
    IntXor,
    IntShift,
    IntDiv,
    IntRem,
    ToInt,
    FromInt,
    Compare,
    Load,
    Store,
    LoadSingle,
    StoreSingle,
    LoadInt,
    StoreInt,
    LoadTable,
    Copy,
    Move,
    Clear,
    RecordStore,
    RecordLoad,
    RecordCopy,
    Aggregate,
    ChosenArray,
    ArrayTable,
    Walk,
    State,
    Exchange,
    Lanes,
    LaneSelect,
    LaneShuffle,
    LaneReduce,
    LaneMemory,
    LaneSingle,
    BitCopy,
    BitMemory,
    Heap,
    Call,
    Recurse,
}

/// A statement.
#[derive(Clone, Debug)]
pub(super) enum Stmt {
    Leaf(Leaf, [Pick; 4]),
    If {
        condition: [Pick; 3],
        then: Vec<Self>,
        otherwise: Vec<Self>,
    },
    /// A loop of 1 to 5 rounds. The test comes before or after the body, and another way out may stand between its parts.
    Loop {
        rounds: Pick,
        form: LoopForm,
        first: Vec<Self>,
        exit: Option<[Pick; 3]>,
        second: Vec<Self>,
    },
    Switch {
        value: Pick,
        arms: Vec<Vec<Self>>,
    },
}

/// Where the number of rounds comes from, and where it is tested.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LoopForm {
    ConstantAfter,
    ConstantBefore,
    ComputedAfter,
    ComputedBefore,
}

/// What a function returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ReturnPlan {
    Double,
    Single,
    Pair,
    /// The address of an array on the heap that it has made, which the caller reads, overwrites and frees.
    Memory,
    Nothing,
}

/// A function.
#[derive(Clone, Debug)]
pub(super) struct FuncPlan {
    pub(super) doubles: u8,
    pub(super) singles: u8,
    pub(super) ints: u8,
    pub(super) arrays: u8,
    pub(super) single_arrays: u8,
    pub(super) ret: ReturnPlan,
    pub(super) recursive: bool,
    pub(super) body: Vec<Stmt>,
}

/// A program: functions, of which each may call later ones; the first is the entry and returns a double.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) funcs: Vec<FuncPlan>,
    pub(super) input_seed: u64,
}

/// Plans of programs.
pub fn plans(config: Config) -> impl Strategy<Value = Plan> {
    let entry = func(config).prop_map(|func| FuncPlan {
        ret: ReturnPlan::Double,
        recursive: false,
        ..func
    });
    (entry, vec(func(config), 0..3), any::<u64>()).prop_map(|(entry, others, input_seed)| Plan {
        funcs: std::iter::once(entry).chain(others).collect(),
        input_seed,
    })
}

fn func(config: Config) -> impl Strategy<Value = FuncPlan> {
    let singles = if config.single { 2u8 } else { 1 };
    let shape = (1u8..4, 0..singles, 0u8..2, 0u8..3, 0..singles);
    let mut returns = vec![ReturnPlan::Double, ReturnPlan::Pair, ReturnPlan::Nothing];
    returns.extend(config.single.then_some(ReturnPlan::Single));
    // Such functions are long, and little else is in them.
    let memory = Just(ReturnPlan::Memory);
    let ret = prop_oneof![6 => select(returns), 1 => memory];
    let body = vec(stmt(config), 1..12);
    (shape, ret, any::<bool>(), body).prop_map(
        |((doubles, singles, ints, arrays, single_arrays), ret, recursive, body)| FuncPlan {
            doubles,
            singles,
            ints,
            arrays,
            single_arrays,
            ret,
            recursive,
            body,
        },
    )
}

fn stmt(config: Config) -> impl Strategy<Value = Stmt> {
    let leaf = (select(leaves(config)), any::<[Pick; 4]>()).prop_map(|(leaf, picks)| Stmt::Leaf(leaf, picks));
    leaf.prop_recursive(3, 32, 6, |inner| {
        let forms = select(vec![
            LoopForm::ConstantAfter,
            LoopForm::ConstantBefore,
            LoopForm::ComputedAfter,
            LoopForm::ComputedBefore,
        ]);
        let body = || vec(inner.clone(), 0..6);
        prop_oneof![
            3 => inner.clone(),
            2 => (any::<[Pick; 3]>(), body(), body()).prop_map(|(condition, then, otherwise)| Stmt::If {
                condition,
                then,
                otherwise,
            }),
            2 => (any::<Pick>(), forms, body(), any::<Option<[Pick; 3]>>(), body()).prop_map(
                |(rounds, form, first, exit, second)| Stmt::Loop {
                    rounds,
                    form,
                    first,
                    exit,
                    second,
                }
            ),
            1 => (any::<Pick>(), vec(body(), 1..4)).prop_map(|(value, arms)| Stmt::Switch { value, arms }),
        ]
    })
}

/// The statements that a configuration allows. Simple ones come first: shrinking goes towards them.
fn leaves(config: Config) -> Vec<Leaf> {
    let mut leaves = ALWAYS.to_vec();
    if config.kinks {
        leaves.extend([Leaf::Max, Leaf::Abs]);
    }
    if config.single {
        leaves.extend(SINGLE);
    }
    if config.integer_copies {
        leaves.extend([Leaf::BitCopy, Leaf::BitMemory]);
    }
    if config.heap {
        leaves.push(Leaf::Heap);
    }
    leaves
}

/// Statements of every configuration; some are there twice, to be drawn more often.
const ALWAYS: [Leaf; 55] = [
    Leaf::Add,
    Leaf::Sub,
    Leaf::Mul,
    Leaf::Div,
    Leaf::Rem,
    Leaf::Neg,
    Leaf::Fma,
    Leaf::Sin,
    Leaf::Cos,
    Leaf::Exp,
    Leaf::Gauss,
    Leaf::Log,
    Leaf::Root,
    Leaf::Tanh,
    Leaf::Atan,
    Leaf::Floor,
    Leaf::Constant,
    Leaf::Select,
    Leaf::Freeze,
    Leaf::IntAdd,
    Leaf::IntMul,
    Leaf::IntXor,
    Leaf::IntShift,
    Leaf::IntDiv,
    Leaf::IntRem,
    Leaf::ToInt,
    Leaf::FromInt,
    Leaf::Compare,
    Leaf::Load,
    Leaf::Load,
    Leaf::Store,
    Leaf::Store,
    Leaf::LoadInt,
    Leaf::StoreInt,
    Leaf::LoadTable,
    Leaf::Copy,
    Leaf::Move,
    Leaf::Clear,
    Leaf::RecordStore,
    Leaf::RecordLoad,
    Leaf::RecordCopy,
    Leaf::Aggregate,
    Leaf::ChosenArray,
    Leaf::ArrayTable,
    Leaf::Walk,
    Leaf::State,
    Leaf::Exchange,
    Leaf::Lanes,
    Leaf::LaneSelect,
    Leaf::LaneShuffle,
    Leaf::LaneReduce,
    Leaf::LaneMemory,
    Leaf::Call,
    Leaf::Call,
    Leaf::Recurse,
];

/// Statements with floats.
const SINGLE: [Leaf; 11] = [
    Leaf::SingleAdd,
    Leaf::SingleMul,
    Leaf::SingleDiv,
    Leaf::SingleSin,
    Leaf::SingleRoot,
    Leaf::SingleSelect,
    Leaf::Extend,
    Leaf::Round,
    Leaf::LoadSingle,
    Leaf::StoreSingle,
    Leaf::LaneSingle,
];
