//! Calls through pointers that are declared constant: the tangent function is chosen by the address of the callee (see
//! [`::shadow::Callees`]).

use activity::EntryMemory;
use ir::{Entity as _, FuncId, Inst, Type, Value};
use smallvec::SmallVec;

use crate::emit::{Emit, Outcome};
use crate::error::ErrorKind;
use crate::request::Request;
use ::shadow::choose;
use ::shadow::generated::{ending_unknown, internal};

impl Emit<'_> {
    fn callees(&self, inst: Inst) -> Vec<FuncId> {
        let callees = &self.input.options.callees;
        callees.of_call(self.b.ctx, self.source(), inst)
    }

    /// Calls the tangent function of the function that `callee` is the address of, if it is one of those that were looked up; else the program
    /// ends.
    pub(super) fn call_listed(&mut self, inst: Inst, callee: Value) -> Outcome {
        let funcs = self.callees(inst);
        if funcs.is_empty() || self.shared.requests.in_halves {
            return Err(ErrorKind::IndirectCall);
        }
        let Some((params, ret, _)) = self.activities(inst) else {
            return Err(ErrorKind::IndirectCall);
        };
        let mut args: SmallVec<[Value; 8]> = SmallVec::new();
        for (&arg, activity) in self.data(inst).args().iter().zip(&params) {
            args.push(self.primal(arg));
            if activity.is_dual() {
                args.push(self.packed_shadow(arg)?);
            }
        }
        let mut tangents = Vec::new();
        for &func in &funcs {
            let request = Request {
                func,
                params: params.clone(),
                ret,
                width: self.input.request.width,
                order: self.input.request.order,
                memory: EntryMemory {
                    read_later: true,
                    ..self.shared.requests.any_memory.clone()
                },
            };
            tangents.push(self.shared.requests.get_maybe(self.b.ctx, request));
        }
        let ty = self.b.ctx.funcs[tangents[0]].ty;
        let primal = self.primal(callee);
        let ends = self.of_unknown_callee(ty);
        let choices = funcs.into_iter().zip(tangents);
        let chosen = choose(&mut self.b, primal, choices, ends);
        let call = self.call_like(inst, chosen, ty, &args);
        self.results(inst, call, ret);
        Ok(())
    }

    /// A function in the place of a tangent function of this type, for functions that are not known.
    fn of_unknown_callee(&mut self, ty: Type) -> FuncId {
        let ctx = &mut *self.b.ctx;
        let mut name = format!("rsenzyme.unknown_callee.{}", ty.index());
        // What an earlier round has made may have the name for another type.
        while let Some(func) = ctx.find_func(&name) {
            if ctx.funcs[func].ty == ty {
                return func;
            }
            name.push('\'');
        }
        let func = internal(ctx, name, ty);
        let body = ending_unknown(ctx, func);
        self.shared.requests.add_helper(body);
        func
    }
}
