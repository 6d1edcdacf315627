//! The body of one tangent function: analyses, then the copy of the blocks with tangents between.

use ir::graph::Cfg;
use ir::phases::phase;
use ir::{Block, Builder, Context, Entity, Function, Value};

use crate::Forward;
use crate::emit::{Emit, Emitted, Input, Lanes, Shared};
use crate::error::{Error, ErrorKind};
use crate::reads::inactive_reads;
use crate::request::Job;
use ::shadow::Warning;
use facts::{Facts, Question};

impl Forward<'_> {
    /// The body of a tangent function.
    pub(crate) fn tangent(&mut self, job: Job) -> Result<Function, Vec<Error>> {
        let (bodies, ctx) = self.module.split();
        let request = &job.request;
        let Some(source) = bodies.get(request.func) else {
            return Err(vec![Error {
                func: request.func,
                inst: None,
                kind: ErrorKind::NoBody {
                    name: ctx.funcs[request.func].name.to_string(),
                },
            }]);
        };
        let context = request.context();
        let question = Question {
            ctx,
            bodies,
            rules: self.rules,
            activity: self.options.activity,
            types: &self.options.types,
            context: &context,
            seeds: &job.seeds,
            moves_unknown: true,
        };
        let analyses = question.answer(job.known);
        let facts = Facts::new(&analyses, &context);
        self.reads.extend(inactive_reads(ctx, source, &facts));
        if let Some(error) = Error::contradiction(source, &facts.contradictions(source)) {
            return Err(vec![error]);
        }
        let mut body = Function::new(ctx, job.func);
        body.personality = source.personality;
        let input = Input {
            source,
            bodies,
            facts,
            rules: self.rules,
            options: &self.options,
            request,
        };
        let shared = Shared {
            requests: &mut self.requests,
            globals: &mut self.globals,
        };
        let _phase = phase("emission");
        let Emitted {
            errors,
            guesses,
            marks,
        } = emit(ctx, &mut body, input, shared);
        let of_types = facts.type_warnings().map(Warning::from);
        self.warnings.add(of_types.chain(guesses));
        if !errors.is_empty() {
            return Err(errors);
        }
        self.splits.note(job.func, marks);
        Ok(body)
    }
}

/// Fills `body`.
fn emit(ctx: &mut Context, body: &mut Function, input: Input<'_>, shared: Shared<'_>) -> Emitted {
    let source = input.source;
    let order: Vec<Block> = Cfg::of(source).order().to_vec();
    let entry = body.add_block();
    let builder = Builder::new(ctx, body, entry);
    let mut emit = Emit::new(builder, input, shared, &order);
    emit.parameters();
    for (position, &block) in order.iter().enumerate() {
        if position > 0 {
            let copy = emit.block(block);
            emit.b.go_to(copy);
        }
        for &inst in source.insts(block) {
            emit.inst(inst);
        }
    }
    emit.finish()
}

impl Emit<'_> {
    /// Takes the parameters with their shadows.
    fn parameters(&mut self) {
        let source = self.source();
        let mut next = 0;
        for (index, &param) in source.params.iter().enumerate() {
            let mut primal = self.b.func.params[next];
            next += 1;
            let byval = self.byval(index);
            if let Some((ty, align)) = byval {
                let first = self.b.func.inst_count();
                primal = self.own_copy(primal, ty, align);
                self.marks
                    .primal
                    .extend((first..self.b.func.inst_count()).map(ir::Inst::new));
            }
            self.set_primal(param, primal);
            if !self.input.request.is_dual(index) {
                continue;
            }
            let packed = self.b.func.params[next];
            next += 1;
            let mut lanes: Lanes = self.unpack(packed);
            if byval.is_some() && self.runtime_activity() {
                self.fail_function(ErrorKind::RuntimeActivity {
                    what: "an active parameter that is passed as a copy (byval)",
                });
            }
            if let Some((ty, align)) = byval {
                for lane in &mut lanes {
                    *lane = self.own_copy(*lane, ty, align);
                }
            }
            self.set_tangent(param, lanes);
        }
    }

    /// The type and alignment of a parameter that the function gets a copy of.
    fn byval(&self, index: usize) -> Option<(ir::Type, u64)> {
        let ctx = &self.b.ctx;
        let attrs = ctx.attrs(ctx.funcs[self.source().id].attrs).param(index)?;
        Some((attrs.byval?, attrs.align))
    }

    /// Copies what an address leads to into memory of this function.
    fn own_copy(&mut self, address: Value, ty: ir::Type, align: u64) -> Value {
        let natural = self.b.ctx.layout.align(&self.b.ctx.types, ty).unwrap_or(1);
        let op = ir::Op::Alloca {
            ty,
            align: natural.max(align) as u32,
        };
        let (count, ptr) = (self.b.i32(1), self.b.ctx.types.ptr());
        let inst = self.b.push(ir::NewInst::new(op, ptr, &[count]));
        let copy = self.b.result(inst);
        let bytes = self.b.ctx.size_of(ty).unwrap_or(0);
        let bytes = self.b.i64(bytes as i64);
        self.move_bytes(copy, address, bytes);
        copy
    }
}
