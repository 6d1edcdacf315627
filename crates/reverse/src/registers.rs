//! Variables that one block alone uses become values.
//!
//! An adjoint is a variable in stack memory (module `adjoint`), as any block may add to it. Most are used in one block only: added to,
//! taken, and left zero. LLVM would make values of them, but it would first have to read them: they are half of what is emitted, and
//! their stores, loads and additions to zero a third of the time of its first passes.
//!
//! # Algorithm
//! A *local* variable is stack memory for one object that is only loaded and stored whole, outside of the block of variables in one block
//! only. Its first access there is a store, or it is zero whenever the block is entered: the block of variables sets it to zero, and
//! the last store of the block does. In the order of the block each load is what was stored last, and additions of floats to zero,
//! where the sign of zero means nothing, are what was added. Loads, stores and the variable go.
//!
//! # Cost
//! Three passes over the body.

use ir::{
    Access, BinOp, Block, Context, EntitySet, EntityVec, Flags, Function, Inst, Op, Ordering, Type, Value,
};

/// Replaces the loads of variables that one block uses by what was stored. `variables` is the block in which variables are made.
pub(crate) fn promote(ctx: &Context, body: &mut Function, variables: Block) {
    let locals = locals(ctx, body, variables);
    if locals.is_empty() {
        return;
    }
    let promoted = Promotion::of(ctx, body, &locals);
    for block in body.blocks().to_vec() {
        for inst in body.insts(block).to_vec() {
            for operand in &mut body.inst_mut(inst).operands {
                *operand = promoted.resolve(*operand);
            }
        }
    }
    body.retain_insts(|inst| !promoted.dropped.contains(inst));
}

/// A variable while its uses are read.
#[derive(Clone, Copy)]
struct Variable {
    ty: Type,
    /// It is set to zero where it is made.
    begins_zero: bool,
    /// The block that uses it.
    block: Option<Block>,
    /// The first access in that block is a store.
    stored_first: bool,
    /// The last store of that block stores zero.
    left_zero: bool,
}

impl Variable {
    /// Takes an access into account: what is stored, if it is zero. Whether the variable may still be local.
    fn access(&mut self, block: Block, variables: Block, stored: Option<bool>) -> bool {
        if block == variables {
            self.begins_zero = stored == Some(true);
            return self.begins_zero;
        }
        if self.block.is_none() {
            (self.block, self.stored_first) = (Some(block), stored.is_some());
        }
        self.left_zero = stored.unwrap_or(self.left_zero);
        self.block == Some(block)
    }

    fn is_local(&self) -> bool {
        self.stored_first || self.block.is_none() || (self.begins_zero && self.left_zero)
    }
}

/// The variables that are local.
fn locals(ctx: &Context, body: &Function, variables: Block) -> EntitySet<Value> {
    let mut found: EntityVec<Value, Option<Variable>> = EntityVec::filled(body.value_count(), None);
    for &inst in body.insts(variables) {
        let data = body.inst(inst);
        if let (Op::Alloca { ty, .. }, Some(result)) = (&data.op, data.result)
            && data.operands.iter().all(|&count| is_one(ctx, body, count))
        {
            found[result] = Some(Variable {
                ty: *ty,
                begins_zero: false,
                block: None,
                stored_first: false,
                left_zero: true,
            });
        }
    }
    for &block in body.blocks() {
        for &inst in body.insts(block) {
            note_uses(ctx, body, (block, variables), inst, &mut found);
        }
    }
    let mut locals = EntitySet::with_len(body.value_count());
    for (value, variable) in found.iter() {
        if variable.is_some_and(|variable| variable.is_local()) {
            locals.insert(value);
        }
    }
    locals
}

/// Takes into account how an instruction uses variables: `found` loses those that are not loaded and stored whole in one block.
fn note_uses(
    ctx: &Context,
    body: &Function,
    (block, variables): (Block, Block),
    inst: Inst,
    found: &mut EntityVec<Value, Option<Variable>>,
) {
    let data = body.inst(inst);
    // The variable that is accessed as a whole, its type, and whether zero is stored.
    let whole = match data.op {
        Op::Load(access) if is_plain(access) => Some((0, data.ty, None)),
        Op::Store(access) if is_plain(access) => {
            let stored = data.operands[0];
            Some((1, body.ty(stored), Some(is_zero(ctx, body, stored))))
        }
        _ => None,
    };
    for (at, &operand) in data.operands.iter().enumerate() {
        let Some(variable) = &mut found[operand] else {
            continue;
        };
        let stays = whole.is_some_and(|(address, ty, stored)| {
            at == address && ty == variable.ty && variable.access(block, variables, stored)
        });
        if !stays {
            found[operand] = None;
        }
    }
}

/// What becomes of values and instructions.
struct Promotion {
    replaced: EntityVec<Value, Option<Value>>,
    dropped: EntitySet<Inst>,
}

impl Promotion {
    fn of(ctx: &Context, body: &Function, locals: &EntitySet<Value>) -> Self {
        let mut promotion = Self {
            replaced: EntityVec::filled(body.value_count(), None),
            dropped: EntitySet::with_len(body.inst_count()),
        };
        // What each variable has.
        let mut current: EntityVec<Value, Option<Value>> = EntityVec::filled(body.value_count(), None);
        for &block in body.blocks() {
            for &inst in body.insts(block) {
                let data = body.inst(inst);
                let (replacement, drops) = match data.op {
                    Op::Alloca { .. } => (None, data.result.is_some_and(|result| locals.contains(result))),
                    Op::Load(_) => (current[data.operands[0]], locals.contains(data.operands[0])),
                    Op::Store(_) if locals.contains(data.operands[1]) => {
                        current[data.operands[1]] = Some(promotion.resolve(data.operands[0]));
                        (None, true)
                    }
                    Op::Binary(BinOp::FAdd) if data.flags.contains(Flags::NSZ) => {
                        let sum = promotion.sum(ctx, body, data.operands[0], data.operands[1]);
                        (sum, sum.is_some())
                    }
                    _ => (None, false),
                };
                if let Some(result) = data.result {
                    promotion.replaced[result] = replacement;
                }
                if drops {
                    promotion.dropped.insert(inst);
                }
            }
        }
        promotion
    }

    /// What stands for a value. What was stored is defined before it is loaded, so this ends.
    fn resolve(&self, value: Value) -> Value {
        let mut value = value;
        while let Some(replacement) = self.replaced.get(value).copied().flatten() {
            value = replacement;
        }
        value
    }

    /// The sum of two values of which one is zero.
    fn sum(&self, ctx: &Context, body: &Function, x: Value, y: Value) -> Option<Value> {
        let (x, y) = (self.resolve(x), self.resolve(y));
        match (is_zero(ctx, body, x), is_zero(ctx, body, y)) {
            (true, _) => Some(y),
            (_, true) => Some(x),
            _ => None,
        }
    }
}

fn is_plain(access: Access) -> bool {
    !access.volatile && access.ordering == Ordering::NotAtomic
}

fn is_zero(ctx: &Context, body: &Function, value: Value) -> bool {
    body.as_const(value)
        .is_some_and(|constant| ctx.consts.is_zero(constant))
}

fn is_one(ctx: &Context, body: &Function, value: Value) -> bool {
    let constant = body.as_const(value);
    constant.and_then(|constant| ctx.consts.int_value(&ctx.types, constant)) == Some(1)
}

#[cfg(test)]
mod tests {
    use super::promote;

    /// The instructions of the only function of a text after [`promote`].
    fn promoted(body: &str) -> String {
        let text = format!("declare void @use(ptr)\ndefine double @f(double %x, i1 %c) {{\n{body}\n}}\n");
        let mut module = ir::text::parse_module(&text).expect("the text is IR");
        let (func, _) = (module.ctx.funcs.iter())
            .find(|(_, data)| &*data.name == "f")
            .expect("the function is there");
        let mut changed = module.body(func).expect("it has a body").clone();
        let entry = changed.entry();
        promote(&module.ctx, &mut changed, entry);
        let printed = ir::text::print_function(&module.ctx, &changed);
        module.set_body(changed);
        assert!(ir::verify::verify_module(&module).is_ok(), "{printed}");
        printed
    }

    #[test]
    fn sums_up_within_a_block() {
        let text = promoted(
            "entry:
               %d = alloca double
               store double 0.0, ptr %d
               br label %loop
             loop:
               %0 = load double, ptr %d
               %1 = fadd nsz double %0, %x
               store double %1, ptr %d
               %2 = load double, ptr %d
               %3 = fadd nsz double %2, %x
               store double %3, ptr %d
               %4 = load double, ptr %d
               store double 0.0, ptr %d
               br i1 %c, label %loop, label %end
             end:
               ret double %4",
        );
        assert!(
            ["alloca", "load", "store"]
                .iter()
                .all(|gone| !text.contains(gone)),
            "{text}"
        );
        assert_eq!(text.matches("fadd").count(), 1, "{text}");
    }

    /// What a block leaves for its next execution, or for another block, and what others may see stays in memory.
    #[test]
    fn leaves_what_outlives_the_block() {
        let carried = "%1 = load double, ptr %d
               %2 = fadd nsz double %1, %x
               store double %2, ptr %d
               br i1 %c, label %loop, label %end
             end:
               ret double %2";
        let read_later = "store double %x, ptr %d
               br i1 %c, label %loop, label %end
             end:
               %3 = load double, ptr %d
               ret double %3";
        let seen = "store double %x, ptr %d
               call void @use(ptr %d)
               %1 = load double, ptr %d
               store double 0.0, ptr %d
               br i1 %c, label %loop, label %end
             end:
               ret double %1";
        let halved = "store double %x, ptr %d
               %1 = load float, ptr %d
               %2 = fpext float %1 to double
               store double 0.0, ptr %d
               br i1 %c, label %loop, label %end
             end:
               ret double %2";
        for body in [carried, read_later, seen, halved] {
            let begin = "entry:
               %d = alloca double
               store double 0.0, ptr %d
               br label %loop
             loop:
               ";
            let text = promoted(&format!("{begin}{body}"));
            assert!(text.contains("alloca"), "{text}");
            assert_eq!(
                text.matches("load").count(),
                body.matches("load").count(),
                "{text}"
            );
        }
    }

    /// A sum with zero is the other number, but not where the sign of zero counts.
    #[test]
    fn keeps_signs_of_zero() {
        let text = promoted(
            "entry:
               %d = alloca double
               store double 0.0, ptr %d
               br label %next
             next:
               %0 = load double, ptr %d
               %1 = fadd double %0, %x
               store double 0.0, ptr %d
               ret double %1",
        );
        assert_eq!(text.matches("fadd").count(), 1, "{text}");
    }
}
