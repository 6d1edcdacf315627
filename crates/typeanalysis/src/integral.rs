//! Which integers can be nothing but integers, because of what is done with them.
//!
//! Zero, minus one and large constants may be floats or pointers in disguise, so what is calculated from them is `Anything`. If all uses
//! of a value end in comparisons, in indices of `inbounds` address arithmetic or in stores that TBAA calls integral, it is an integer all
//! the same. The greatest solution is found by marking the values that are used otherwise and going backwards from them through
//! arithmetic, phis and calls: linear in the uses.

use std::rc::Rc;

use ir::graph::{Barrier, Callee};
use ir::{Bodies, CastOp, Context, EntitySet, Flags, FuncId, Function, Inst, Op, TypeData, Uses, Value};

use crate::base::BaseType;
use crate::body::FxIndexMap;
use crate::tbaa::{self, Beliefs};

/// The answer for one function.
#[derive(Clone, Default, Debug)]
pub(crate) struct Integral {
    /// Values with a use that may be no integer's.
    other: EntitySet<Value>,
    /// Values that the function may return.
    returned: EntitySet<Value>,
}

impl Integral {
    /// Whether a value is an integer, whatever the caller does with the function's result... unless it is that result.
    pub fn is_integer(&self, value: Value) -> bool {
        !self.other.contains(value) && !self.returned.contains(value)
    }

    /// Solves for one function, given the solution for the functions that it calls. Callees without one may do anything.
    pub fn of(
        ctx: &Context,
        bodies: Bodies<'_>,
        function: &Function,
        uses: &Uses,
        callees: &FxIndexMap<FuncId, Rc<Self>>,
        beliefs: Beliefs<'_>,
    ) -> Self {
        let mut solved = Self::default();
        // Edges from a value to the operands whose fate it decides.
        let mut todo = Vec::new();
        let mut edges: FxIndexMap<Value, Vec<Value>> = FxIndexMap::default();
        for value in function.values() {
            for &(user, position) in uses.of_value(value) {
                match fate(ctx, bodies, function, callees, beliefs, user, position as usize) {
                    Fate::Integer => {}
                    Fate::Returned => todo.push((value, Mark::Returned)),
                    Fate::Other => todo.push((value, Mark::Other)),
                    Fate::Result => {
                        if let Some(result) = function.inst(user).result {
                            edges.entry(result).or_default().push(value);
                        }
                    }
                }
            }
        }
        while let Some((value, mark)) = todo.pop() {
            let set = match mark {
                Mark::Other => &mut solved.other,
                Mark::Returned => &mut solved.returned,
            };
            if set.insert(value) {
                todo.extend(
                    edges
                        .get(&value)
                        .into_iter()
                        .flatten()
                        .map(|&operand| (operand, mark)),
                );
            }
        }
        solved
    }
}

#[derive(Clone, Copy)]
enum Mark {
    Other,
    Returned,
}

/// What a use says about a value.
enum Fate {
    /// Only an integer is used like this.
    Integer,
    /// The value is what the result of the user is.
    Result,
    /// The value is returned.
    Returned,
    /// The value may be anything.
    Other,
}

fn fate(
    ctx: &Context,
    bodies: Bodies<'_>,
    function: &Function,
    callees: &FxIndexMap<FuncId, Rc<Integral>>,
    beliefs: Beliefs<'_>,
    user: Inst,
    position: usize,
) -> Fate {
    let data = function.inst(user);
    match data.op {
        Op::ICmp(_) | Op::FCmp(_) => Fate::Integer,
        Op::Binary(_) | Op::Phi => Fate::Result,
        Op::Cast(CastOp::PtrToInt | CastOp::PtrToAddr) => Fate::Other,
        Op::Cast(_) if matches!(ctx.types.get(ctx.types.scalar(data.ty)), TypeData::Int(_)) => Fate::Result,
        Op::Gep { .. } if position > 0 && data.flags.contains(Flags::INBOUNDS) => Fate::Integer,
        Op::Ret => Fate::Returned,
        Op::Store(_) if position == 0 => {
            let stored = tbaa::access(ctx, data.meta, beliefs);
            if stored.inner0() == BaseType::Integer {
                Fate::Integer
            } else {
                Fate::Other
            }
        }
        Op::Call(_) | Op::Invoke(_) => match Callee::of(ctx, function, user).and_then(Callee::func) {
            Some(func) if ctx.funcs[func].intrinsic => Fate::Result,
            Some(func) => call_fate(bodies, callees, func, position),
            None => match Barrier::of(ctx, function, user) {
                Some(Barrier::Returns(_)) => Fate::Result,
                Some(Barrier::Asks) => Fate::Integer,
                Some(Barrier::Nothing) | Some(Barrier::Stores { .. }) | None => Fate::Other,
            },
        },
        _ => Fate::Other,
    }
}

/// What a callee says about the operand at `position`, the callee itself being at 0.
fn call_fate(
    bodies: Bodies<'_>,
    callees: &FxIndexMap<FuncId, Rc<Integral>>,
    func: FuncId,
    position: usize,
) -> Fate {
    let param = position.checked_sub(1);
    let param = param
        .zip(bodies.get(func))
        .and_then(|(index, body)| body.params.get(index));
    match param.zip(callees.get(&func)) {
        Some((&param, solved)) if !solved.other.contains(param) => {
            if solved.returned.contains(param) {
                Fate::Result
            } else {
                Fate::Integer
            }
        }
        _ => Fate::Other,
    }
}
