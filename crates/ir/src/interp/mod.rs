//! The reference interpreter: executes functions of a module on a byte-addressed memory, with a tangent beside every float.
//!
//! It is an oracle, so it is simple, and independent of what it checks: arithmetic and partial derivatives are its own, functions
//! without a body come from its host. What it does not model faithfully it refuses with a [`Trap`]; what LLVM leaves undefined it
//! tracks bit by bit and refuses where a decision, an address or a divisor depends on it.
//!
//! # Tangents
//! Every float carries the bits of a tangent in its own format, memory holds tangent bytes beside its bytes, and every move moves both
//! (also through integers of the same bytes). Running a function once with seeded tangents gives its directional derivative: forward
//! mode by dual numbers (Wengert 1964), which the output of crate `forward` is compared with. Without seeds all tangents are zero and
//! the execution is a plain one. A tangent of a `float` is a `float`, as in the code that forward mode emits.
//!
//! # What it does not know
//! Exceptions, variable arguments, block addresses, scalable vectors, threads, and arithmetic in formats wider than double.

mod arith;
mod call;
mod constants;
mod error;
mod exec;
mod external;
mod intrinsics;
mod memory;
mod value;

pub use error::{Trap, TrapKind};
pub use external::{Event, ExternalCall, Externals, NoExternals};
pub use memory::{Bytes, Memory, MemoryError, Owner};
pub use value::{Datum, Scalar, ScalarKind};

use crate::context::{Context, FuncId, GlobalId, Module};
use crate::entity::{Entity, EntityVec};
use crate::function::{Block, Function, Value};
use crate::inst::{Inst, Op};
use crate::text::print_inst;

/// The address of function number 0; those of others follow.
const FUNCTIONS: u64 = 1 << 16;

/// The distance between the addresses of functions.
const FUNCTION_SIZE: u64 = 16;

/// How far an execution may go.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Instructions in all.
    pub steps: u64,
    /// Calls within each other.
    pub depth: usize,
    /// Bytes of memory.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 100_000_000,
            depth: 10_000,
            memory: 1 << 30,
        }
    }
}

/// An interpreter of one module.
pub struct Interpreter<'m, E> {
    module: &'m Module,
    externals: E,
    /// The memory, for hosts that pass arguments by address and look at what becomes of them.
    pub memory: Memory,
    globals: EntityVec<GlobalId, Option<u64>>,
    limits: Limits,
    steps: u64,
    frames: Vec<Frame<'m>>,
}

/// A call that is being executed.
struct Frame<'m> {
    function: &'m Function,
    block: Block,
    /// The position of the next instruction.
    next: usize,
    values: Vec<Option<Datum>>,
    /// Memory that ends with the call.
    stack: Vec<u64>,
}

/// What follows an instruction.
enum Step {
    Next,
    Jump(Block),
    Call(FuncId, Vec<Datum>),
    Return(Datum),
}

impl<'m, E: Externals> Interpreter<'m, E> {
    /// An interpreter with initialized globals.
    ///
    /// # Errors
    /// If an initializer is not supported, or the target is big-endian.
    pub fn new(module: &'m Module, externals: E, limits: Limits) -> Result<Self, TrapKind> {
        if module.ctx.layout.big_endian {
            return Err(TrapKind::Unsupported("a big-endian target".to_owned()));
        }
        let mut interpreter = Self {
            module,
            externals,
            memory: Memory::new(limits.memory),
            globals: EntityVec::filled(module.ctx.globals.len(), None),
            limits,
            steps: 0,
            frames: Vec::new(),
        };
        interpreter.initialize_globals()?;
        Ok(interpreter)
    }

    fn ctx(&self) -> &'m Context {
        &self.module.ctx
    }

    /// The functions of the host.
    pub fn externals(&mut self) -> &mut E {
        &mut self.externals
    }

    /// The address of a global variable, unless it is declared only.
    pub fn global_address(&self, global: GlobalId) -> Option<u64> {
        self.globals.get(global).copied().flatten()
    }

    /// The address of a function.
    pub fn func_address(func: FuncId) -> u64 {
        FUNCTIONS + func.index() as u64 * FUNCTION_SIZE
    }

    /// The number of instructions that were executed since the interpreter was made.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Executes a function.
    ///
    /// # Errors
    /// Why the execution stopped, and where.
    pub fn run(&mut self, func: FuncId, args: &[Datum]) -> Result<Datum, Trap> {
        self.frames.clear();
        let result = match self.enter(func, args.to_vec()) {
            Ok(()) => self.execute(),
            Err(kind) => Err(kind),
        };
        result.map_err(|kind| self.trap(func, kind))
    }

    /// The innermost frame says where it happened.
    fn trap(&self, func: FuncId, kind: TrapKind) -> Trap {
        let frame = self.frames.last();
        let inst = frame.and_then(|frame| {
            let insts = frame.function.insts(frame.block);
            insts.get(frame.next.saturating_sub(1)).copied()
        });
        let func = frame.map_or(func, |frame| frame.function.id);
        let text = match (frame, inst) {
            (Some(frame), Some(inst)) => print_inst(self.ctx(), frame.function, inst),
            _ => String::new(),
        };
        Trap {
            func,
            name: self.ctx().funcs[func].name.clone(),
            inst,
            text: text.into(),
            kind,
        }
    }

    /// Starts a call of a function with a body.
    fn enter(&mut self, func: FuncId, args: Vec<Datum>) -> Result<(), TrapKind> {
        if self.frames.len() >= self.limits.depth {
            return Err(TrapKind::DepthLimit(self.limits.depth));
        }
        let Some(function) = self.module.body(func) else {
            return Err(TrapKind::NoBody(self.ctx().funcs[func].name.to_string()));
        };
        if args.len() != function.params.len() {
            return Err(TrapKind::Callee);
        }
        if E::WATCHES {
            let caller = self.frames.last();
            let caller = caller.map(|frame| frame.function.insts(frame.block)[frame.next - 1]);
            self.externals.watch(Event::Enter { caller, func });
        }
        let mut values = vec![None; function.value_count()];
        let mut stack = Vec::new();
        for (index, (&param, arg)) in function.params.iter().zip(args).enumerate() {
            let attrs = self.ctx().attrs(self.ctx().funcs[func].attrs);
            let mut arg = match attrs.param(index).and_then(|attrs| attrs.byval) {
                Some(ty) => self.copy_for_callee(ty, &arg, &mut stack)?,
                None => arg,
            };
            self.tell(param, &mut arg);
            values[param.index()] = Some(arg);
        }
        self.frames.push(Frame {
            function,
            block: function.entry(),
            next: 0,
            values,
            stack,
        });
        Ok(())
    }

    /// Executes until the outermost call returns.
    fn execute(&mut self) -> Result<Datum, TrapKind> {
        loop {
            let Some(frame) = self.frames.last_mut() else {
                return Ok(Datum::Unit);
            };
            let function = frame.function;
            let Some(&inst) = function.insts(frame.block).get(frame.next) else {
                return Err(TrapKind::Unreachable);
            };
            frame.next += 1;
            self.steps += 1;
            if self.steps > self.limits.steps {
                return Err(TrapKind::StepLimit(self.limits.steps));
            }
            if E::WATCHES {
                self.tell_access(function, inst)?;
            }
            match self.step(function, inst)? {
                Step::Next => {}
                Step::Jump(block) => self.jump(block)?,
                Step::Call(func, args) => self.enter(func, args)?,
                Step::Return(datum) => {
                    if let Some(result) = self.leave(datum)? {
                        return Ok(result);
                    }
                }
            }
        }
    }

    /// Goes to a block: its phis take their values from this edge, all at once.
    fn jump(&mut self, block: Block) -> Result<(), TrapKind> {
        let Some(frame) = self.frames.last() else {
            return Ok(());
        };
        let (function, from) = (frame.function, frame.block);
        let mut values = Vec::new();
        for phi in function.phis(block) {
            let data = function.inst(phi);
            let incoming = data.incoming().find(|&(pred, _)| pred == from);
            let (Some((_, value)), Some(result)) = (incoming, data.result) else {
                return Err(TrapKind::Unreachable);
            };
            values.push((result, self.get(value)?));
        }
        let phis = values.len();
        for (result, datum) in values {
            self.set(result, datum);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.block = block;
            frame.next = phis;
        }
        self.steps += phis as u64;
        Ok(())
    }

    /// Ends the innermost call; the result if it was the outermost.
    fn leave(&mut self, datum: Datum) -> Result<Option<Datum>, TrapKind> {
        let Some(frame) = self.frames.pop() else {
            return Ok(Some(datum));
        };
        if E::WATCHES {
            self.externals.watch(Event::Leave);
        }
        for address in frame.stack {
            self.memory.end(address);
        }
        let Some(caller) = self.frames.last_mut() else {
            return Ok(Some(datum));
        };
        let inst: Inst = caller.function.insts(caller.block)[caller.next - 1];
        let data = caller.function.inst(inst);
        if let Some(result) = data.result {
            self.set(result, datum);
        }
        if let (Op::Invoke(_), Some(&normal)) = (&data.op, data.targets.first()) {
            self.jump(normal)?;
        }
        Ok(None)
    }

    /// Tells a watching host of a value.
    fn tell(&mut self, value: Value, datum: &mut Datum) {
        if E::WATCHES {
            self.externals.watch(Event::Define { value, datum });
        }
    }

    /// Tells a watching host of an access.
    fn tell_access(&mut self, function: &Function, inst: Inst) -> Result<(), TrapKind> {
        let Some((address, _)) = function.inst(inst).address() else {
            return Ok(());
        };
        if let Some(bits) = self.get(address)?.to_bits() {
            let address = bits as u64;
            self.externals.watch(Event::Access { inst, address });
        }
        Ok(())
    }

    /// The value of an operand.
    fn get(&self, value: Value) -> Result<Datum, TrapKind> {
        let Some(frame) = self.frames.last() else {
            return Err(TrapKind::Unreachable);
        };
        if let Some(constant) = frame.function.as_const(value) {
            return self.constant(constant);
        }
        // The verifier makes sure that definitions come before their uses.
        frame.values[value.index()].clone().ok_or(TrapKind::Unreachable)
    }

    fn set(&mut self, value: Value, mut datum: Datum) {
        self.tell(value, &mut datum);
        if let Some(frame) = self.frames.last_mut() {
            frame.values[value.index()] = Some(datum);
        }
    }
}
