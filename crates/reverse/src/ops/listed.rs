//! Calls through pointers that are declared constant: the derivative is chosen by the address of the callee (see [`::shadow::Callees`]).

use activity::EntryMemory;
use facts::Facts;
use ir::{Context, FuncId, Function, Inst, Type, Value};

use crate::ReverseOptions;
use crate::emit::{Emit, Outcome};
use crate::lookup::internal as internal_error;
use crate::ops::call::{Known, Plan, activities};
use crate::request::{Answer, Mode, Request, Role};
use ::shadow::choose;
use ::shadow::generated::{ending_unknown, internal};
use cache::Overwritten;

/// What a call through a pointer is: if the pointer has no shadow, one of the functions that were looked up.
pub(super) fn listed(
    ctx: &Context,
    options: &ReverseOptions,
    (source, facts): (&Function, Facts<'_>),
    inst: Inst,
) -> Known {
    let data = source.inst(inst);
    let is_active = |value: &Value| facts.active(*value);
    let meets_active = data.args().iter().any(is_active) || data.result.as_ref().is_some_and(is_active);
    if !meets_active || is_active(&data.operands[0]) {
        return Known::Indirect;
    }
    match options.callees.of_call(ctx, source, inst) {
        funcs if funcs.is_empty() => Known::Indirect,
        funcs => Known::Listed(funcs),
    }
}

impl Emit<'_> {
    pub(super) fn forward_listed(&mut self, inst: Inst, funcs: &[FuncId]) -> Outcome {
        let plan = activities(self.b.ctx, self.source(), self.input.facts, inst);
        self.check_unwinding(inst)?;
        let args = self.augmented_args(inst, &plan)?;
        let callee = self.primal(self.data(inst).operands[0]);
        let (derivative, ty) = self.by_address(callee, funcs, &plan, Role::Augmented)?;
        let call = self.call_like(inst, derivative, ty, &args);
        self.augmented_results(inst, &plan, call);
        Ok(())
    }

    pub(super) fn reverse_listed(&mut self, inst: Inst, funcs: &[FuncId]) -> Outcome {
        let plan = activities(self.b.ctx, self.source(), self.input.facts, inst);
        let args = self.reverse_args(inst, &plan)?;
        let callee = self.need_primal(self.data(inst).operands[0])?;
        let (derivative, ty) = self.by_address(callee, funcs, &plan, Role::Reverse)?;
        let call = self.call_like(inst, derivative, ty, &args);
        self.reverse_results(inst, &plan, call)
    }

    /// The augmented or the reverse function of the one among `funcs` that `callee` is the address of, with its type. If it is none of them it
    /// is a function that says so and ends the program.
    fn by_address(
        &mut self,
        callee: Value,
        funcs: &[FuncId],
        plan: &Plan,
        role: Role,
    ) -> Outcome<(Value, Type)> {
        let mut answers = Vec::new();
        for &func in funcs {
            let request = Request {
                func,
                params: plan.params.clone(),
                ret: plan.ret,
                mode: Mode::Split,
                width: self.input.request.width,
                order: self.input.request.order,
                memory: EntryMemory {
                    read_later: true,
                    ..self.shared.requests.any_memory.clone()
                },
                overwritten: Overwritten::everything(plan.params.len()),
            };
            match (self.shared.requests.get_maybe(self.b.ctx, request), role) {
                (Answer::Split { augmented, .. }, Role::Augmented) => answers.push(augmented),
                (Answer::Split { reverse, .. }, _) => answers.push(reverse),
                (Answer::Combined(_), _) => return Err(internal_error("a call is split".to_owned())),
            }
        }
        let Some(&first) = answers.first() else {
            return Err(internal_error("a list of functions is empty".to_owned()));
        };
        let ty = self.b.ctx.funcs[first].ty;
        let ends = self.of_unknown_callee(ty);
        let choices = funcs.iter().copied().zip(answers);
        let chosen = choose(&mut self.b, callee, choices, ends);
        Ok((chosen, ty))
    }

    /// A function in the place of a derivative of this type, for functions that are not known.
    fn of_unknown_callee(&mut self, ty: Type) -> FuncId {
        use ir::Entity as _;
        let name = format!("rsenzyme.unknown_callee.{}", ty.index());
        if let Some(func) = self.shared.runtime.helper(&name) {
            return func;
        }
        let func = internal(self.b.ctx, name.clone(), ty);
        let body = ending_unknown(self.b.ctx, func);
        self.shared.runtime.add_helper(&name, body);
        func
    }
}
