//! The functions that users call: those of module `cut` with the log around them.

use std::fmt::Write as _;

use indexmap::IndexMap;
use ir::{Bodies, Context, FuncId, Function, IntPred, Type, Value};

use super::log::{CHUNK, CUR, END, FIRST, NUMBER, Runtime, Words};
use super::parts::Parts;
use super::{Half, Holder, LOG_BYTES, Pair, Wanted, primal_positions};
use crate::request::Requests;

/// What a replaying function says that gets another log.
const WRONG_LOG: &str = "rsenzyme: a tangent was computed from a tape that is not its own: of other activities than its augmented \
                         function's, or a second time without enzyme_nofree\0";

/// Declares the function that was asked for.
pub(super) fn declare(ctx: &mut Context, requests: &Requests, wanted: &Wanted) -> FuncId {
    let ty = ctx.funcs[wanted.tangent].ty;
    let (void, ptr) = (ctx.types.void(), ctx.types.ptr());
    let Some(request) = requests.request_of(wanted.tangent) else {
        return wanted.tangent;
    };
    let (all, made) = (ctx.types.param_types(ty).to_vec(), ctx.types.return_type(ty));
    let name = ctx.funcs[request.func].name.clone();
    let primal_ret = ctx.types.return_type(ctx.funcs[request.func].ty).unwrap_or(void);
    let (name, ret, mut params) = match wanted.half {
        Half::Recording => {
            let mut params = Vec::new();
            for (&at, &shadow) in primal_positions(request).iter().zip(&wanted.shadows) {
                params.push(all[at]);
                if shadow {
                    let ty = request.shadow_type(ctx, all[at]);
                    params.push(ty);
                }
            }
            let mut fields = Vec::new();
            fields.extend((wanted.holder == Holder::Heap).then_some(ptr));
            fields.extend((primal_ret != void).then_some(primal_ret));
            (format!("augmented_{name}"), ctx.types.structure(&fields), params)
        }
        Half::Replaying { primal, .. } => {
            let ret = match (request.ret.shadow, primal, made) {
                (true, true, Some(made)) => made,
                (true, false, Some(made)) if request.ret.primal => ctx.types.member(made, 1).unwrap_or(made),
                (true, false, Some(made)) => made,
                (false, true, Some(made)) => made,
                _ => void,
            };
            (format!("fwdsplit{name}"), ret, all)
        }
    };
    if (wanted.half, wanted.holder) != (Half::Recording, Holder::Heap) {
        params.push(ptr);
    }
    let ty = ctx.types.func(ret, &params);
    ::shadow::generated::internal(ctx, name, ty)
}

/// A number for what is recorded: FNV-1a of what was asked and of everything that is logged. It is not zero.
pub(super) fn tag(
    ctx: &Context,
    bodies: Bodies<'_>,
    (requests, pairs): (&Requests, &IndexMap<FuncId, Parts>),
    wanted: &Wanted,
) -> i64 {
    let mut text = String::new();
    let mut work = vec![wanted.tangent];
    let mut seen = ir::EntitySet::new();
    while let Some(tangent) = work.pop() {
        let (Some(parts), true) = (pairs.get(&tangent), seen.insert(tangent)) else {
            continue;
        };
        if let Some(request) = requests.request_of(tangent) {
            let insts = bodies.get(tangent).into_iter().flat_map(|source| {
                let logged = source.all_insts().filter(|&inst| parts.logged.contains(inst));
                logged.map(|inst| source.inst(inst).ty)
            });
            let mut sizes: Vec<_> = insts.map(|ty| ctx.size_of(ty)).collect();
            sizes.extend(parts.rule.as_ref().map(|rule| rule.tape_bytes(ctx)));
            let name = &ctx.funcs[request.func].name;
            // Writing to a string does not fail.
            let _ = write!(
                text,
                "{name} {:?} {:?} {} {sizes:?}",
                request.params, request.ret, request.width
            );
        }
        work.extend(parts.calls.values().map(|call| call.tangent));
    }
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    (text.bytes().fold(0xcbf2_9ce4_8422_2325, step) | 1) as i64
}

/// The body of the function that was asked for. Without `log`, nothing is logged, and the log is null.
pub(super) fn body(
    ctx: &mut Context,
    wanted: &Wanted,
    (outer, pair): (FuncId, Pair),
    log: Option<(Runtime, i64)>,
    returns_primal: bool,
) -> Function {
    let mut body = Function::new(ctx, outer);
    let entry = body.add_block();
    let params = body.params.clone();
    let mut make = Make {
        words: Words::new(ctx, &mut body, entry),
        wanted,
        log,
    };
    match wanted.half {
        Half::Recording => make.recording(pair.record, params),
        Half::Replaying { keep, primal } => {
            make.replaying(pair.replay, params, (keep, primal, returns_primal))
        }
    }
    body
}

struct Make<'a> {
    words: Words<'a>,
    wanted: &'a Wanted,
    log: Option<(Runtime, i64)>,
}

impl Make<'_> {
    fn recording(&mut self, record: FuncId, mut params: Vec<Value>) {
        let ptr = self.words.b.ctx.types.ptr();
        let on_heap = self.wanted.holder == Holder::Heap;
        let given = if on_heap { None } else { params.pop() };
        let head = match (given, self.log) {
            (Some(given), _) => given,
            (None, Some((runtime, _))) => {
                let bytes = self.words.b.i64(LOG_BYTES as i64);
                let call = self.words.b.call(runtime.allocate, &[bytes]);
                self.words.b.result(call)
            }
            (None, None) => self.words.b.zero(ptr),
        };
        if let Some((_, number)) = self.log {
            let null = self.words.b.zero(ptr);
            for word in [CUR, END, CHUNK, FIRST] {
                self.words.write(head, word, null);
            }
            let number = self.words.b.i64(number);
            self.words.write(head, NUMBER, number);
        }
        let mut args = Vec::new();
        let mut params = params.into_iter();
        for &shadow in &self.wanted.shadows {
            args.extend(params.next());
            if shadow {
                params.next();
            }
        }
        args.push(head);
        let call = self.words.b.call(record, &args);
        let value = self.words.b.func.inst(call).result;
        let ret = self.words.returned();
        let mut result = self.words.b.poison(ret.unwrap_or(ptr));
        let fields = on_heap.then_some(head).into_iter().chain(value);
        for (at, field) in fields.enumerate() {
            result = self.words.b.insert_value(result, field, &[at as u32]);
        }
        self.words.b.ret(Some(result));
    }

    fn replaying(&mut self, replay: FuncId, params: Vec<Value>, (keep, primal, given): (bool, bool, bool)) {
        let mut args = params;
        let head = args.pop();
        let ptr = self.words.b.ctx.types.ptr();
        let cursor = match (head, self.log) {
            (Some(head), Some((_, number))) => {
                self.check(head, number);
                self.reader(head)
            }
            _ => self.words.b.zero(ptr),
        };
        args.push(cursor);
        let call = self.words.b.call(replay, &args);
        let mut result = self.words.b.func.inst(call).result;
        if let (Some(head), Some((runtime, _)), false) = (head, self.log, keep) {
            let first = self.words.read(head, FIRST);
            self.words.b.call(runtime.free, &[first]);
            match self.wanted.holder {
                Holder::Heap => self.words.release(head),
                Holder::Caller => {
                    let used_up = self.words.b.i64(0);
                    self.words.write(head, NUMBER, used_up);
                }
            }
        }
        let ret = self.words.returned();
        let void = self.words.b.ctx.types.void();
        if let (Some(both), true, false) = (result, given, primal) {
            // The value is not wanted here.
            let shadow = ret.filter(|&ret| ret != void);
            result = shadow.map(|_| self.words.b.extract_value(both, &[1]));
        }
        self.words.b.ret(result);
    }

    /// Ends the program unless this is a log of this request.
    fn check(&mut self, head: Value, number: i64) {
        let words = &mut self.words;
        let is_null = words.is_null(head);
        let some = words.unless(is_null);
        let wrong = words.b.block();
        words.b.go_to(some);
        let place = words.at(head, NUMBER);
        let i64: Type = words.b.ctx.types.i64();
        let found = words.b.load(i64, place, ir::Access::default());
        let number = words.b.i64(number);
        let is_it = words.b.icmp(IntPred::Eq, found, number);
        let right = words.b.add_block();
        words.b.cond_br(is_it, right, wrong);
        words.b.go_to(wrong);
        ::shadow::generated::end_with(&mut words.b, "rsenzyme.wrong_log", WRONG_LOG);
        words.b.go_to(right);
    }

    /// A head to read with.
    fn reader(&mut self, head: Value) -> Value {
        let words = &mut self.words;
        let ptr = words.b.ctx.types.ptr();
        let room = words.b.ctx.types.array(ptr, 3);
        let cursor = words.b.alloca(room);
        let null = words.b.zero(ptr);
        words.write(cursor, CUR, null);
        words.write(cursor, END, null);
        let before_first = words.at(head, FIRST);
        words.write(cursor, CHUNK, before_first);
        cursor
    }
}
