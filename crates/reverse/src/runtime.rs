//! The tape's memory: functions in IR that every gradient of a module shares.
//!
//! # Structure
//! A tape is a stack of bytes in chunks, described by an *arena* of five addresses in the memory of whoever runs the gradient:
//! `{cur, end, chunk, spare, graves}`, all null at first. A chunk starts with a header `{previous chunk, previous cur, previous end,
//! size, growth}`. It is as large as the block that does not fit, or at least twice as large as the last one that was not made for one
//! large block, up to a size that allocators still keep ([`LARGEST_KEPT`]), so that there are few; nothing is ever copied. Chunks of a size
//! that allocators give back to the system at once are made larger ([`KEPT_CHUNK`]). One chunk that has become
//! empty is kept as a spare, so that a loop at the border of a chunk does not allocate in each iteration. `graves` is the list of what
//! the primal frees while the reverse sweep may still need it: entries `{next, function, pointer, two numbers}`.
//!
//! An arena whose spare chunk is the arena itself is a copy that only reads (module `keeping`): it goes back without giving chunks away.
//!
//! # Functions
//! - `push(arena, bytes) -> ptr`: a new block on top, aligned to 16 bytes;
//! - `block(arena, bytes) -> noalias ptr`: the same, for memory that is only reached through this address until it is released by it;
//! - `pop(arena, bytes) -> ptr`: the block on top, which was pushed with the same size; readable until the next `pop` or `push`;
//! - `release(arena, base)`: takes away everything from `base` on;
//! - `bury(arena, function, pointer, x, y)`: at the end `function(pointer, x, y)` is called;
//! - `end(arena)`: buries what there is to bury, and frees everything.
//!
//! # Cost
//! A push or pop is a comparison and an addition, but for a few chunks.

use indexmap::IndexMap;
use ir::attrs::{ADDRESSES_ONLY, AttrList, FuncFlags, MemoryEffects, ParamAttrs, ParamFlags};
use ir::{
    Access, BinOp, Block, Builder, CastOp, Context, Flags, FuncDecl, FuncId, Function, Inst, IntPred,
    Linkage, Op, Type, Value,
};

/// The number of addresses in an arena.
pub(crate) const ARENA_FIELDS: u64 = 5;

pub(crate) const CUR: i64 = 0;
pub(crate) const END: i64 = 8;
pub(crate) const CHUNK: i64 = 16;
pub(crate) const SPARE: i64 = 24;
pub(crate) const GRAVES: i64 = 32;

/// Bytes of a chunk's header: a multiple of the alignment of blocks.
pub(crate) const HEADER: i64 = 48;
pub(crate) const PREVIOUS_CUR: i64 = 8;
const PREVIOUS_END: i64 = 16;
const SIZE: i64 = 24;
/// The size of the last chunk that was not made for one large block, from the start of the chunk on: as an address.
const GROWTH: i64 = 32;
/// The size of the first chunk.
const FIRST_CHUNK: i64 = 4096;
/// From this size on a chunk has at least [`KEPT_CHUNK`] bytes.
const LARGE_CHUNK: i64 = 1 << 16;
/// glibc's `malloc` returns what is freed to the system beyond twice the size of the largest chunk that it has once mapped (128 KiB at
/// first; "M_TRIM_THRESHOLD" in mallopt(3)), and a gradient that is computed again then pays for a page fault for every 4 KiB: more than the
/// derivative costs. One large chunk makes it keep the memory, and pages of it that are not written do not exist.
const KEPT_CHUNK: i64 = 1 << 20;
/// From this size on a chunk that follows others has [`LARGEST_KEPT`] bytes.
const GROWN_CHUNK: i64 = 2 << 20;
/// The largest chunk that glibc's `malloc` learns from: it maps all that is larger than 32 MiB, and unmaps it when it is freed. With it, it
/// keeps twice as much.
const LARGEST_KEPT: i64 = 31 << 20;
/// Bytes of an entry of the list of graves.
const GRAVE: i64 = 40;

/// The shared functions of a module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Runtime {
    pub(crate) push: FuncId,
    pub(crate) block: FuncId,
    pub(crate) pop: FuncId,
    pub(crate) release: FuncId,
    pub(crate) bury: FuncId,
    pub(crate) end: FuncId,
}

/// Where the shared functions come from: made when they are first asked for.
#[derive(Default, Debug)]
pub(crate) struct RuntimeFunctions {
    made: Option<Runtime>,
    /// Other functions that gradients share, by name.
    helpers: IndexMap<Box<str>, FuncId>,
    bodies: Vec<Function>,
}

impl RuntimeFunctions {
    /// The functions.
    pub(crate) fn get(&mut self, ctx: &mut Context) -> Runtime {
        if let Some(made) = self.made {
            return made;
        }
        let mut make = Make {
            ctx,
            bodies: &mut self.bodies,
            addresses_only: true,
        };
        let runtime = make.all();
        self.made = Some(runtime);
        runtime
    }

    /// All functions of the tape that there are.
    pub(crate) fn functions(&self) -> Vec<FuncId> {
        let all = |made: Runtime| [made.push, made.block, made.pop, made.release, made.bury, made.end];
        self.made.map_or(Vec::new(), |made| all(made).to_vec())
    }

    /// Another shared function, by its name.
    pub(crate) fn helper(&self, name: &str) -> Option<FuncId> {
        self.helpers.get(name).copied()
    }

    /// Adds a shared function.
    pub(crate) fn add_helper(&mut self, name: &str, body: Function) {
        self.helpers.insert(name.into(), body.id);
        self.bodies.push(body);
    }

    /// Another shared function: made by `body` if there is none of this name yet.
    pub(crate) fn shared(
        &mut self,
        ctx: &mut Context,
        name: &str,
        signature: (Type, &[Type]),
        body: impl FnOnce(&mut Asm<'_>, &[Value]),
    ) -> FuncId {
        if let Some(func) = self.helper(name) {
            return func;
        }
        let mut make = Make {
            ctx,
            bodies: &mut self.bodies,
            addresses_only: false,
        };
        let func = make.function(name, signature, false, body);
        self.helpers.insert(name.into(), func);
        func
    }

    /// The bodies that were made since the last call.
    pub(crate) fn take_bodies(&mut self) -> Vec<Function> {
        std::mem::take(&mut self.bodies)
    }

    /// Forgets the functions if theirs are among bodies that are thrown away.
    pub(crate) fn forget(&mut self, bodies: &[Function]) {
        let is_lost = |made: Runtime| bodies.iter().any(|body| body.id == made.push);
        if self.made.is_some_and(is_lost) {
            self.made = None;
        }
        self.helpers
            .retain(|_, func| bodies.iter().all(|body| body.id != *func));
    }
}

pub(crate) struct Make<'a> {
    ctx: &'a mut Context,
    bodies: &'a mut Vec<Function>,
    /// Whether the functions say that they do not look into blocks ([`ADDRESSES_ONLY`]).
    addresses_only: bool,
}

/// A function under construction: a builder with words for addresses.
pub(crate) struct Asm<'a> {
    pub(crate) b: Builder<'a>,
    pub(crate) ptr: Type,
}

impl Asm<'_> {
    pub(crate) fn at(&mut self, base: Value, offset: i64) -> Value {
        match offset {
            0 => base,
            _ => {
                let offset = self.b.i64(offset);
                self.b.byte_offset(base, offset)
            }
        }
    }

    pub(crate) fn read(&mut self, base: Value, offset: i64) -> Value {
        let place = self.at(base, offset);
        self.b.load(self.ptr, place, Access::default())
    }

    pub(crate) fn write(&mut self, base: Value, offset: i64, value: Value) {
        let place = self.at(base, offset);
        self.b.store(value, place, Access::default());
    }

    pub(crate) fn read_i64(&mut self, base: Value, offset: i64) -> Value {
        let place = self.at(base, offset);
        let i64 = self.b.ctx.types.i64();
        self.b.load(i64, place, Access::default())
    }

    pub(crate) fn null(&mut self) -> Value {
        self.b.zero(self.ptr)
    }

    pub(crate) fn is_null(&mut self, address: Value) -> Value {
        let null = self.null();
        self.b.icmp(IntPred::Eq, address, null)
    }

    pub(crate) fn branch(&mut self, condition: Value) -> (Block, Block) {
        let (yes, no) = (self.b.add_block(), self.b.add_block());
        self.b.cond_br(condition, yes, no);
        (yes, no)
    }

    /// Says that a call does nothing to derivatives but that shadows of its first argument are released with it, where gradients are
    /// differentiated again.
    fn declare_release(&mut self, call: Inst) {
        let attrs = self.b.ctx.add_attrs(AttrList {
            strings: vec![
                ("enzyme_inactive".into(), "".into()),
                (::shadow::RELEASES.into(), "".into()),
            ],
            ..AttrList::default()
        });
        if let Op::Call(info) = &mut self.b.func.inst_mut(call).op {
            info.attrs = attrs;
        }
    }

    pub(crate) fn call(&mut self, func: FuncId, args: &[Value]) -> Value {
        let call = self.b.call(func, args);
        self.b.result(call)
    }

    /// A size as blocks have it: a multiple of 16, at least 16.
    fn rounded(&mut self, bytes: Value) -> Value {
        let (fifteen, mask, sixteen) = (self.b.i64(15), self.b.i64(-16), self.b.i64(16));
        let sum = self.b.binary(BinOp::Add, bytes, fifteen);
        let rounded = self.b.binary(BinOp::And, sum, mask);
        let is_zero = self.b.icmp(IntPred::Ult, rounded, sixteen);
        self.b.select(is_zero, sixteen, rounded)
    }

    /// Bytes from one address to another.
    pub(crate) fn distance(&mut self, from: Value, to: Value) -> Value {
        let i64 = self.b.ctx.types.i64();
        let from = self.b.cast(CastOp::PtrToInt, from, i64);
        let to = self.b.cast(CastOp::PtrToInt, to, i64);
        self.b.binary(BinOp::Sub, to, from)
    }
}

impl Make<'_> {
    fn all(&mut self) -> Runtime {
        let (ptr, i64, void) = (self.ctx.types.ptr(), self.ctx.types.i64(), self.ctx.types.void());
        let malloc = self.library("malloc", ptr, &[i64]);
        let free = self.library("free", void, &[ptr]);
        let abort = self.library("abort", void, &[]);
        let grow = self.grow(malloc, free, abort);
        let drop_chunk = self.drop_chunk(free);
        Runtime {
            push: self.push("rsenzyme.tape.push", grow, false),
            block: self.push("rsenzyme.tape.block", grow, true),
            pop: self.pop(drop_chunk),
            release: self.release(drop_chunk),
            bury: self.bury(malloc, abort),
            end: self.end(free),
        }
    }

    fn library(&mut self, name: &str, ret: Type, params: &[Type]) -> FuncId {
        let ty = self.ctx.types.func(ret, params);
        self.ctx.declare_func(name, ty)
    }

    /// Makes an internal function whose first parameter is the arena.
    fn function(
        &mut self,
        name: &str,
        (ret, params): (Type, &[Type]),
        noalias: bool,
        body: impl FnOnce(&mut Asm<'_>, &[Value]),
    ) -> FuncId {
        let ty = self.ctx.types.func(ret, params);
        let flags = match noalias {
            true => ParamFlags::NOALIAS,
            false => ParamFlags::default(),
        };
        let mark = self.addresses_only.then(|| (ADDRESSES_ONLY.into(), "".into()));
        let attrs = self.ctx.add_attrs(AttrList {
            strings: mark.into_iter().collect(),
            flags: FuncFlags::NOUNWIND,
            memory: MemoryEffects::UNKNOWN,
            ret: ParamAttrs {
                flags,
                ..ParamAttrs::default()
            },
            ..AttrList::default()
        });
        let id = self.ctx.add_func(FuncDecl {
            name: name.into(),
            ty,
            attrs,
            conv: 0,
            linkage: Linkage::Internal,
            intrinsic: false,
            defined: false,
            rules: Vec::new(),
            origin: None,
        });
        let mut function = Function::new(self.ctx, id);
        let entry = function.add_block();
        let params = function.params.clone();
        let ptr = self.ctx.types.ptr();
        let b = Builder::new(self.ctx, &mut function, entry);
        body(&mut Asm { b, ptr }, &params);
        self.bodies.push(function);
        id
    }

    fn push(&mut self, name: &str, grow: FuncId, noalias: bool) -> FuncId {
        let (ptr, i64) = (self.ctx.types.ptr(), self.ctx.types.i64());
        self.function(name, (ptr, &[ptr, i64]), noalias, |asm, params| {
            let arena = params[0];
            let bytes = asm.rounded(params[1]);
            let cur = asm.read(arena, CUR);
            let end = asm.read(arena, END);
            let room = asm.distance(cur, end);
            let fits = asm.b.icmp(IntPred::Ule, bytes, room);
            let (fast, slow) = asm.branch(fits);
            asm.b.go_to(fast);
            let next = asm.b.gep(asm.b.ctx.types.i8(), cur, &[bytes], Flags::none());
            asm.write(arena, CUR, next);
            asm.b.ret(Some(cur));
            asm.b.go_to(slow);
            let block = asm.call(grow, &[arena, bytes]);
            asm.b.ret(Some(block));
        })
    }

    /// A block of `bytes` at the start of a new chunk.
    fn grow(&mut self, malloc: FuncId, free: FuncId, abort: FuncId) -> FuncId {
        let (ptr, i64) = (self.ctx.types.ptr(), self.ctx.types.i64());
        self.function("rsenzyme.tape.grow", (ptr, &[ptr, i64]), false, |asm, params| {
            let (arena, bytes) = (params[0], params[1]);
            let header = asm.b.i64(HEADER);
            let needed = asm.b.binary(BinOp::Add, bytes, header);
            let spare = asm.read(arena, SPARE);
            let no_spare = asm.is_null(spare);
            let (without, with) = asm.branch(no_spare);
            let (take, replace, new, link) = (
                asm.b.add_block(),
                asm.b.add_block(),
                asm.b.add_block(),
                asm.b.add_block(),
            );
            asm.b.go_to(with);
            let spare_size = asm.read_i64(spare, SIZE);
            let null = asm.null();
            asm.write(arena, SPARE, null);
            let serves = asm.b.icmp(IntPred::Uge, spare_size, needed);
            asm.b.cond_br(serves, take, replace);
            asm.b.go_to(take);
            asm.b.br(link);
            asm.b.go_to(replace);
            asm.b.call(free, &[spare]);
            asm.b.br(without);

            asm.b.go_to(without);
            let last = asm.read(arena, CHUNK);
            let is_first = asm.is_null(last);
            let (first, later) = asm.branch(is_first);
            asm.b.go_to(later);
            let grown = asm.read(last, GROWTH);
            let growth = asm.distance(last, grown);
            let twice = asm.b.binary(BinOp::Add, growth, growth);
            let (grown, largest) = (asm.b.i64(GROWN_CHUNK), asm.b.i64(LARGEST_KEPT));
            let is_grown = asm.b.icmp(IntPred::Uge, twice, grown);
            let twice = asm.b.select(is_grown, largest, twice);
            asm.b.br(new);
            asm.b.go_to(first);
            let least = asm.b.i64(FIRST_CHUNK);
            asm.b.br(new);
            asm.b.go_to(new);
            let wanted = asm.b.phi(i64);
            asm.b.add_incoming(wanted, later, twice);
            asm.b.add_incoming(wanted, first, least);
            let is_more = asm.b.icmp(IntPred::Ugt, needed, wanted);
            let size = asm.b.select(is_more, needed, wanted);
            let (large, kept) = (asm.b.i64(LARGE_CHUNK), asm.b.i64(KEPT_CHUNK));
            let grows = asm.b.icmp(IntPred::Uge, size, large);
            let is_less = asm.b.icmp(IntPred::Ult, size, kept);
            let is_between = asm.b.binary(BinOp::And, grows, is_less);
            let size = asm.b.select(is_between, kept, size);
            let made = asm.call(malloc, &[size]);
            let failed = asm.is_null(made);
            let (fails, works) = asm.branch(failed);
            asm.b.go_to(fails);
            asm.b.call(abort, &[]);
            asm.b.unreachable();
            asm.b.go_to(works);
            let place = asm.at(made, SIZE);
            asm.b.store(size, place, Access::default());
            let place = asm.at(made, GROWTH);
            // As an address, which is told from a float where this is differentiated itself.
            // Where one that was made for a large block has room for others, too, the next one is larger: twice the largest is what stays.
            let own = asm.b.select(is_more, wanted, size);
            let own = asm.b.select(is_between, size, own);
            let own = asm.b.byte_offset(made, own);
            asm.b.store(own, place, Access::default());
            asm.b.br(link);

            asm.b.go_to(link);
            let chunk = asm.b.phi(ptr);
            asm.b.add_incoming(chunk, take, spare);
            asm.b.add_incoming(chunk, works, made);
            for (field, offset) in [(CHUNK, 0), (CUR, PREVIOUS_CUR), (END, PREVIOUS_END)] {
                let value = asm.read(arena, field);
                asm.write(chunk, offset, value);
            }
            let size = asm.read_i64(chunk, SIZE);
            let block = asm.at(chunk, HEADER);
            let cur = asm.b.byte_offset(block, bytes);
            let end = asm.b.byte_offset(chunk, size);
            asm.write(arena, CHUNK, chunk);
            asm.write(arena, CUR, cur);
            asm.write(arena, END, end);
            asm.b.ret(Some(block));
        })
    }

    /// Goes back to the chunk before; the present one becomes the spare.
    fn drop_chunk(&mut self, free: FuncId) -> FuncId {
        let (ptr, void) = (self.ctx.types.ptr(), self.ctx.types.void());
        self.function("rsenzyme.tape.drop", (void, &[ptr]), false, |asm, params| {
            let arena = params[0];
            let chunk = asm.read(arena, CHUNK);
            let spare = asm.read(arena, SPARE);
            let is_kept = asm.b.icmp(IntPred::Eq, spare, arena);
            let (back, give) = asm.branch(is_kept);
            asm.b.go_to(give);
            // The later chunk is the larger one.
            asm.b.call(free, &[spare]);
            asm.write(arena, SPARE, chunk);
            asm.b.br(back);
            asm.b.go_to(back);
            for (field, offset) in [(CHUNK, 0), (CUR, PREVIOUS_CUR), (END, PREVIOUS_END)] {
                let value = asm.read(chunk, offset);
                asm.write(arena, field, value);
            }
            asm.b.ret(None);
        })
    }

    fn pop(&mut self, drop_chunk: FuncId) -> FuncId {
        let (ptr, i64) = (self.ctx.types.ptr(), self.ctx.types.i64());
        self.function("rsenzyme.tape.pop", (ptr, &[ptr, i64]), false, |asm, params| {
            let arena = params[0];
            let bytes = asm.rounded(params[1]);
            let look = asm.b.add_block();
            asm.b.br(look);
            asm.b.go_to(look);
            let cur = asm.read(arena, CUR);
            let chunk = asm.read(arena, CHUNK);
            let base = asm.at(chunk, HEADER);
            let is_empty = asm.b.icmp(IntPred::Eq, cur, base);
            let (back, found) = asm.branch(is_empty);
            asm.b.go_to(back);
            asm.b.call(drop_chunk, &[arena]);
            asm.b.br(look);
            asm.b.go_to(found);
            let zero = asm.b.i64(0);
            let less = asm.b.binary(BinOp::Sub, zero, bytes);
            let block = asm.b.gep(asm.b.ctx.types.i8(), cur, &[less], Flags::none());
            asm.write(arena, CUR, block);
            asm.b.ret(Some(block));
        })
    }

    fn release(&mut self, drop_chunk: FuncId) -> FuncId {
        let (ptr, void) = (self.ctx.types.ptr(), self.ctx.types.void());
        self.function(
            "rsenzyme.tape.release",
            (void, &[ptr, ptr]),
            false,
            |asm, params| {
                let (arena, base) = (params[0], params[1]);
                let look = asm.b.add_block();
                asm.b.br(look);
                asm.b.go_to(look);
                let chunk = asm.read(arena, CHUNK);
                let end = asm.read(arena, END);
                let (behind, size) = (asm.distance(chunk, base), asm.distance(chunk, end));
                let is_here = asm.b.icmp(IntPred::Ult, behind, size);
                let (here, back) = asm.branch(is_here);
                asm.b.go_to(back);
                asm.b.call(drop_chunk, &[arena]);
                asm.b.br(look);
                asm.b.go_to(here);
                asm.write(arena, CUR, base);
                asm.b.ret(None);
            },
        )
    }

    fn bury(&mut self, malloc: FuncId, abort: FuncId) -> FuncId {
        let (ptr, i64, void) = (self.ctx.types.ptr(), self.ctx.types.i64(), self.ctx.types.void());
        let params = [ptr, ptr, ptr, i64, i64];
        self.function("rsenzyme.tape.bury", (void, &params), false, |asm, params| {
            let arena = params[0];
            let bytes = asm.b.i64(GRAVE);
            let grave = asm.call(malloc, &[bytes]);
            let failed = asm.is_null(grave);
            let (fails, works) = asm.branch(failed);
            asm.b.go_to(fails);
            asm.b.call(abort, &[]);
            asm.b.unreachable();
            asm.b.go_to(works);
            let next = asm.read(arena, GRAVES);
            asm.write(grave, 0, next);
            for (position, &param) in params[1..].iter().enumerate() {
                asm.write(grave, 8 * (position as i64 + 1), param);
            }
            asm.write(arena, GRAVES, grave);
            asm.b.ret(None);
        })
    }

    fn end(&mut self, free: FuncId) -> FuncId {
        let (ptr, i64, void) = (self.ctx.types.ptr(), self.ctx.types.i64(), self.ctx.types.void());
        let frees = self.ctx.types.func(void, &[ptr, i64, i64]);
        self.function("rsenzyme.tape.end", (void, &[ptr]), false, |asm, params| {
            let arena = params[0];
            let entry = asm.b.block();
            let grave = asm.read(arena, GRAVES);
            let chunk = asm.read(arena, CHUNK);
            let spare = asm.read(arena, SPARE);
            let look = asm.b.add_block();
            asm.b.br(look);
            asm.b.go_to(look);
            let current = asm.b.phi(ptr);
            asm.b.add_incoming(current, entry, grave);
            let is_last = asm.is_null(current);
            let (chunks, bury) = asm.branch(is_last);
            asm.b.go_to(bury);
            let next = asm.read(current, 0);
            let function = asm.read(current, 8);
            let pointer = asm.read(current, 16);
            let (x, y) = (asm.read_i64(current, 24), asm.read_i64(current, 32));
            let call = asm.b.call_value(function, frees, 0, &[pointer, x, y]);
            asm.declare_release(call);
            asm.b.call(free, &[current]);
            asm.b.add_incoming(current, bury, next);
            asm.b.br(look);

            asm.b.go_to(chunks);
            asm.b.call(free, &[spare]);
            let look = asm.b.add_block();
            asm.b.br(look);
            asm.b.go_to(look);
            let current = asm.b.phi(ptr);
            asm.b.add_incoming(current, chunks, chunk);
            let is_last = asm.is_null(current);
            let (done, drop) = asm.branch(is_last);
            asm.b.go_to(drop);
            let previous = asm.read(current, 0);
            asm.b.call(free, &[current]);
            asm.b.add_incoming(current, drop, previous);
            asm.b.br(look);
            asm.b.go_to(done);
            let null = asm.null();
            for field in 0..ARENA_FIELDS {
                asm.write(arena, 8 * field as i64, null);
            }
            asm.b.ret(None);
        })
    }
}
