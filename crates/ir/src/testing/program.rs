//! Programs: lowered plans with their inputs, alone or many in one module, and their execution in the interpreter.

use super::inputs::{Inputs, LEN, Numbers};
use super::libm::Libm;
use super::lower::lower;
use super::plan::Plan;
use crate::context::{FuncId, Module};
use crate::interp::{Datum, Externals, Interpreter, Limits, MemoryError, Owner, Trap, TrapKind};

/// A random program.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its functions.
    pub module: Module,
    /// Where it starts.
    pub entry: Entry,
}

/// Many random programs in one module.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The functions of all of them.
    pub module: Module,
    /// Where they start.
    pub entries: Vec<Entry>,
}

/// A function that returns a double, with arguments for it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The function.
    pub func: FuncId,
    /// Its arguments.
    pub inputs: Inputs,
}

/// What an execution leaves: numbers with their tangents.
#[derive(Clone, PartialEq, Debug)]
pub struct Execution {
    /// The returned double.
    pub result: (f64, f64),
    /// The arrays of doubles that were passed.
    pub arrays: Vec<Vec<(f64, f64)>>,
    /// The arrays of floats that were passed.
    pub single_arrays: Vec<Vec<(f32, f32)>>,
}

impl Program {
    /// Lowers a plan.
    pub fn new(plan: &Plan) -> Self {
        let mut module = Module::new();
        let func = lower(&mut module, plan, "f");
        let inputs = inputs(plan);
        Self {
            module,
            entry: Entry { func, inputs },
        }
    }
}

impl Batch {
    /// Adds a program. Its functions are named after its number.
    pub fn push(&mut self, plan: &Plan) {
        let prefix = format!("p{}f", self.entries.len());
        let func = lower(&mut self.module, plan, &prefix);
        let inputs = inputs(plan);
        self.entries.push(Entry { func, inputs });
    }
}

fn inputs(plan: &Plan) -> Inputs {
    let mut numbers = Numbers(plan.input_seed);
    let func = &plan.funcs[0];
    let arrays = (0..func.arrays)
        .map(|_| (0..LEN).map(|_| numbers.dual()).collect())
        .collect();
    let single_arrays = (0..func.single_arrays).map(|_| (0..LEN).map(|_| numbers.dual_single()).collect());
    let single_arrays = single_arrays.collect();
    Inputs {
        doubles: (0..func.doubles).map(|_| numbers.dual()).collect(),
        singles: (0..func.singles).map(|_| numbers.dual_single()).collect(),
        ints: (0..func.ints).map(|_| numbers.next() as i64 >> 56).collect(),
        arrays,
        single_arrays,
    }
}

impl Entry {
    /// Executes the program in the interpreter, with the tangents of the inputs as seeds.
    ///
    /// # Errors
    /// Random programs have no reason to stop, so a trap is a bug: of the interpreter, or of what made the program.
    pub fn interpret(&self, module: &Module) -> Result<Execution, Trap> {
        self.interpret_with(module, Libm)
    }

    /// The same with functions of the caller's, who has to supply those of [`Libm`].
    ///
    /// # Errors
    /// As for [`Entry::interpret`].
    pub fn interpret_with<E: Externals>(&self, module: &Module, externals: E) -> Result<Execution, Trap> {
        let outside = |kind| Trap {
            func: self.func,
            name: module.ctx.funcs[self.func].name.clone(),
            inst: None,
            text: "".into(),
            kind,
        };
        let limits = Limits {
            steps: 5_000_000,
            ..Limits::default()
        };
        let mut interpreter = Interpreter::new(module, externals, limits).map_err(outside)?;
        let (args, arrays, singles) = self
            .arguments(&mut interpreter)
            .map_err(|error| outside(TrapKind::Memory(error)))?;
        let result = interpreter.run(self.func, &args)?;
        let memory = &mut interpreter.memory;
        let arrays = arrays
            .iter()
            .map(|&address| memory.load_duals(address, LEN as usize));
        let arrays = arrays
            .collect::<Result<_, _>>()
            .map_err(|error| outside(error.into()))?;
        let single_arrays = singles
            .iter()
            .map(|&address| memory.load_dual_f32s(address, LEN as usize));
        let single_arrays = single_arrays
            .collect::<Result<_, _>>()
            .map_err(|error| outside(error.into()))?;
        let undefined = || outside(TrapKind::Undefined("result"));
        Ok(Execution {
            result: result.to_dual().ok_or_else(undefined)?,
            arrays,
            single_arrays,
        })
    }

    /// The arguments, in memory of an interpreter, and the addresses of the arrays of doubles and of floats among them.
    ///
    /// # Errors
    /// If the memory is too small.
    #[expect(clippy::type_complexity, reason = "callers take the three lists apart")]
    pub fn arguments<E: Externals>(
        &self,
        interpreter: &mut Interpreter<'_, E>,
    ) -> Result<(Vec<Datum>, Vec<u64>, Vec<u64>), MemoryError> {
        let inputs = &self.inputs;
        let mut args: Vec<Datum> = inputs.doubles.iter().map(|&(x, dx)| Datum::dual(x, dx)).collect();
        args.extend(inputs.singles.iter().map(|&(x, dx)| Datum::dual_f32(x, dx)));
        args.extend(inputs.ints.iter().map(|&int| Datum::int(64, i128::from(int))));
        let memory = &mut interpreter.memory;
        let (mut arrays, mut singles) = (Vec::new(), Vec::new());
        for array in &inputs.arrays {
            let address = memory.allocate(LEN * 8, 16, Owner::Heap)?;
            memory.store_duals(address, array)?;
            arrays.push(address);
        }
        for array in &inputs.single_arrays {
            let address = memory.allocate(LEN * 4, 16, Owner::Heap)?;
            memory.store_dual_f32s(address, array)?;
            singles.push(address);
        }
        args.extend(arrays.iter().chain(&singles).map(|&address| Datum::ptr(address)));
        Ok((args, arrays, singles))
    }
}
