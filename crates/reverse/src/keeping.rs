//! The functions of a tape that goes from one function to another: who may use it, and how it is used several times.
//!
//! - `check(tape, tag)`: ends the program with a message unless this is the tape of the request with this number;
//! - `borrow(tape, arena) -> saved`: makes `arena` a copy of the tape's that only reads, and copies what a reverse sweep may add to: the
//!   blocks of the tape, where shadows of stack memory are, and the memory that the gradient is to free by `free`, where those of the heap
//!   are;
//! - `restore(saved)`: puts all of it back.
//!
//! What is saved is a list of entries `{next, address, bytes, unused, contents}`. It is as large as the tape.

use ir::{Access, Context, FuncId, IntPred};

use crate::runtime::{
    ARENA_FIELDS, Asm, CHUNK, CUR, END, GRAVES, HEADER, PREVIOUS_CUR, RuntimeFunctions, SPARE,
};

/// Marks an entry of the list of graves, in place of an alignment, whose memory is of `malloc`.
pub(crate) const PLAIN: i64 = -1;

/// Bytes of an entry's header.
const ENTRY: i64 = 32;

const WRONG_TAPE: &str = "rsenzyme: a reverse function was called with a tape that is not its own: with other activities than its \
                          augmented function, or a second time without enzyme_nofree\0";

/// What outer functions call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TapeFunctions {
    pub(crate) allocate: FuncId,
    pub(crate) free: FuncId,
    pub(crate) end: FuncId,
    pub(crate) check: FuncId,
    pub(crate) borrow: FuncId,
    pub(crate) restore: FuncId,
}

impl TapeFunctions {
    /// The functions, made if there are none.
    pub(crate) fn get(ctx: &mut Context, runtime: &mut RuntimeFunctions) -> Self {
        let end = runtime.get(ctx).end;
        let (ptr, i64, void) = (ctx.types.ptr(), ctx.types.i64(), ctx.types.void());
        let malloc = ctx.types.func(ptr, &[i64]);
        let malloc = ctx.declare_func("malloc", malloc);
        let free = ctx.types.func(void, &[ptr]);
        let free = ctx.declare_func("free", free);
        let abort = ctx.types.func(void, &[]);
        let abort = ctx.declare_func("abort", abort);
        let allocate = runtime.shared(ctx, "rsenzyme.tape.allocate", (ptr, &[i64]), |asm, params| {
            let made = asm.call(malloc, &[params[0]]);
            let failed = asm.is_null(made);
            let (fails, works) = asm.branch(failed);
            asm.b.go_to(fails);
            asm.b.call(abort, &[]);
            asm.b.unreachable();
            asm.b.go_to(works);
            asm.b.ret(Some(made));
        });
        let check = check(ctx, runtime);
        let save = save(ctx, runtime, allocate);
        Self {
            allocate,
            free,
            end,
            check,
            borrow: borrow(ctx, runtime, save),
            restore: restore(ctx, runtime, free),
        }
    }
}

fn check(ctx: &mut Context, runtime: &mut RuntimeFunctions) -> FuncId {
    let (ptr, i64, void) = (ctx.types.ptr(), ctx.types.i64(), ctx.types.void());
    let ending = match runtime.helper("rsenzyme.tape.wrong") {
        Some(ending) => ending,
        None => {
            let ty = ctx.types.func(void, &[]);
            let name = "rsenzyme.tape.wrong";
            let func = ::shadow::generated::internal(ctx, name.to_owned(), ty);
            let body = ::shadow::generated::ending_with(ctx, func, "rsenzyme.wrong_tape", WRONG_TAPE);
            runtime.add_helper(name, body);
            func
        }
    };
    runtime.shared(ctx, "rsenzyme.tape.check", (void, &[ptr, i64]), |asm, params| {
        let none = asm.is_null(params[0]);
        let (wrong, some) = asm.branch(none);
        asm.b.go_to(some);
        let found = asm.read_i64(params[0], 8 * ARENA_FIELDS as i64);
        let is_it = asm.b.icmp(IntPred::Eq, found, params[1]);
        let right = asm.b.add_block();
        asm.b.cond_br(is_it, right, wrong);
        asm.b.go_to(wrong);
        asm.b.call(ending, &[]);
        asm.b.unreachable();
        asm.b.go_to(right);
        asm.b.ret(None);
    })
}

/// `(address, bytes, next) -> entry`.
fn save(ctx: &mut Context, runtime: &mut RuntimeFunctions, allocate: FuncId) -> FuncId {
    let (ptr, i64) = (ctx.types.ptr(), ctx.types.i64());
    let memcpy = ctx.types.func(ptr, &[ptr, ptr, i64]);
    let memcpy = ctx.declare_func("memcpy", memcpy);
    let params = [ptr, i64, ptr];
    runtime.shared(ctx, "rsenzyme.tape.save", (ptr, &params), |asm, params| {
        let header = asm.b.i64(ENTRY);
        let bytes = asm.b.binary(ir::BinOp::Add, params[1], header);
        let entry = asm.call(allocate, &[bytes]);
        asm.write(entry, 0, params[2]);
        asm.write(entry, 8, params[0]);
        let place = asm.at(entry, 16);
        asm.b.store(params[1], place, Access::default());
        let contents = asm.at(entry, ENTRY);
        asm.b.call(memcpy, &[contents, params[0], params[1]]);
        asm.b.ret(Some(entry));
    })
}

fn borrow(ctx: &mut Context, runtime: &mut RuntimeFunctions, save: FuncId) -> FuncId {
    let (ptr, i64) = (ctx.types.ptr(), ctx.types.i64());
    let usable = ctx.types.func(i64, &[ptr]);
    let usable = ctx.declare_func("malloc_usable_size", usable);
    runtime.shared(ctx, "rsenzyme.tape.borrow", (ptr, &[ptr, ptr]), |asm, params| {
        let (tape, arena) = (params[0], params[1]);
        for field in [CUR, END, CHUNK] {
            let value = asm.read(tape, field);
            asm.write(arena, field, value);
        }
        let null = asm.null();
        asm.write(arena, GRAVES, null);
        asm.write(arena, SPARE, arena);
        let entry = asm.b.block();
        let (first, top) = (asm.read(tape, CHUNK), asm.read(tape, CUR));
        let grave = asm.read(tape, GRAVES);
        let saved = save_chunks(asm, save, (entry, first, top));
        save_graves(asm, (save, usable), grave, saved);
    })
}

/// Saves the blocks of all chunks; goes on in the block where that is done, with the list.
fn save_chunks(
    asm: &mut Asm<'_>,
    save: FuncId,
    (entry, first, first_top): (ir::Block, ir::Value, ir::Value),
) -> ir::Value {
    let look = asm.b.add_block();
    let null = asm.null();
    asm.b.br(look);
    asm.b.go_to(look);
    let [chunk, top, saved] = [(); 3].map(|()| {
        let ptr = asm.ptr;
        asm.b.phi(ptr)
    });
    let is_last = asm.is_null(chunk);
    let (done, more) = asm.branch(is_last);
    asm.b.go_to(more);
    let base = asm.at(chunk, HEADER);
    let bytes = asm.distance(base, top);
    let entry_made = asm.call(save, &[base, bytes, saved]);
    let (next, next_top) = (asm.read(chunk, 0), asm.read(chunk, PREVIOUS_CUR));
    asm.b.br(look);
    for (phi, start, step) in [
        (chunk, first, next),
        (top, first_top, next_top),
        (saved, null, entry_made),
    ] {
        asm.b.add_incoming(phi, entry, start);
        asm.b.add_incoming(phi, more, step);
    }
    asm.b.go_to(done);
    saved
}

/// Saves the memory in the list of graves that is of `malloc`, and returns the list.
fn save_graves(asm: &mut Asm<'_>, (save, usable): (FuncId, FuncId), grave: ir::Value, saved: ir::Value) {
    let from = asm.b.block();
    let look = asm.b.add_block();
    asm.b.br(look);
    asm.b.go_to(look);
    let ptr = asm.ptr;
    let (current, list) = (asm.b.phi(ptr), asm.b.phi(ptr));
    let is_last = asm.is_null(current);
    let (done, more) = asm.branch(is_last);
    asm.b.go_to(more);
    let next = asm.read(current, 0);
    let pointer = asm.read(current, 16);
    let kind = asm.read_i64(current, 32);
    let plain = asm.b.i64(PLAIN);
    let is_plain = asm.b.icmp(IntPred::Eq, kind, plain);
    let (keep, again) = asm.branch(is_plain);
    asm.b.go_to(keep);
    let bytes = asm.call(usable, &[pointer]);
    let longer = asm.call(save, &[pointer, bytes, list]);
    asm.b.br(again);
    asm.b.go_to(again);
    let both = asm.b.phi(ptr);
    asm.b.add_incoming(both, more, list);
    asm.b.add_incoming(both, keep, longer);
    asm.b.br(look);
    asm.b.add_incoming(current, from, grave);
    asm.b.add_incoming(current, again, next);
    asm.b.add_incoming(list, from, saved);
    asm.b.add_incoming(list, again, both);
    asm.b.go_to(done);
    asm.b.ret(Some(list));
}

fn restore(ctx: &mut Context, runtime: &mut RuntimeFunctions, free: FuncId) -> FuncId {
    let (ptr, i64, void) = (ctx.types.ptr(), ctx.types.i64(), ctx.types.void());
    let memcpy = ctx.types.func(ptr, &[ptr, ptr, i64]);
    let memcpy = ctx.declare_func("memcpy", memcpy);
    runtime.shared(ctx, "rsenzyme.tape.restore", (void, &[ptr]), |asm, params| {
        let entry = asm.b.block();
        let look = asm.b.add_block();
        asm.b.br(look);
        asm.b.go_to(look);
        let current = asm.b.phi(ptr);
        let is_last = asm.is_null(current);
        let (done, more) = asm.branch(is_last);
        asm.b.go_to(more);
        let (next, address) = (asm.read(current, 0), asm.read(current, 8));
        let bytes = asm.read_i64(current, 16);
        let contents = asm.at(current, ENTRY);
        asm.b.call(memcpy, &[address, contents, bytes]);
        asm.b.call(free, &[current]);
        asm.b.br(look);
        asm.b.add_incoming(current, entry, params[0]);
        asm.b.add_incoming(current, more, next);
        asm.b.go_to(done);
        asm.b.ret(None);
    })
}
