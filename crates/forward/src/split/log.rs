//! The log's memory: functions in IR that all halves of a module share.
//!
//! # Structure
//! A log is a queue of bytes in chunks. Its *head* is `{cur, end, chunk, first, unused, number}`, six words: where the next value goes, where the
//! chunk ends, the last chunk and the first one. A chunk begins with `{next, end}`. A reader has a head of its own, of which it uses the first
//! three words: its chunk is at first the place of `first`, whose word is the address of the next chunk, as in all others. So a reader finds
//! chunks as the writer has made them, because both ask the same question: whether a value still fits.
//!
//! # Functions
//! - `append(head, bytes) -> ptr`: room for a value at the end;
//! - `next(head, bytes) -> ptr`: where the next value is;
//! - `free(first)`: gives all chunks back, from the first on.

use ir::{Access, BinOp, Builder, CastOp, Context, Flags, FuncId, Function, IntPred, Module, Type, Value};

/// Words of a head.
pub(super) const CUR: i64 = 0;
pub(super) const END: i64 = 8;
pub(super) const CHUNK: i64 = 16;
pub(super) const FIRST: i64 = 24;
pub(super) const NUMBER: i64 = 40;

/// Every value in the log is at a multiple of so many bytes.
const ALIGNMENT: u32 = 8;

/// Bytes before the values of a chunk.
const CHUNK_HEADER: i64 = 16;
/// The size of the first chunk.
const FIRST_CHUNK: i64 = 4096;

/// The functions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Runtime {
    pub(super) append: FuncId,
    pub(super) next: FuncId,
    pub(super) free: FuncId,
    /// `allocate(bytes)`: `malloc`, or the end of the program.
    pub(super) allocate: FuncId,
}

impl Runtime {
    /// All functions.
    pub(super) fn all(self) -> [FuncId; 4] {
        [self.append, self.next, self.free, self.allocate]
    }
}

impl Runtime {
    /// Appends a value to a log.
    pub(super) fn log(self, b: &mut Builder<'_>, log: Value, value: Value) {
        let ty = b.ty(value);
        let bytes = room(b, ty);
        let call = b.call(self.append, &[log, bytes]);
        let place = b.result(call);
        b.store(value, place, access());
    }

    /// Reads the next value of a log.
    pub(super) fn read(self, b: &mut Builder<'_>, log: Value, ty: Type) -> Value {
        let bytes = room(b, ty);
        let call = b.call(self.next, &[log, bytes]);
        let place = b.result(call);
        b.load(ty, place, access())
    }
}

/// How values of a log are accessed.
fn access() -> Access {
    Access {
        align: ALIGNMENT,
        ..Access::default()
    }
}

/// The bytes that a value takes in a log.
fn room(b: &mut Builder<'_>, ty: Type) -> Value {
    let bytes = b.ctx.size_of(ty).unwrap_or(0);
    b.i64(bytes.next_multiple_of(u64::from(ALIGNMENT)) as i64)
}

/// Makes the functions.
pub(super) fn make(module: &mut Module) -> Runtime {
    let (ptr, i64, void) = {
        let types = &mut module.ctx.types;
        (types.ptr(), types.i64(), types.void())
    };
    let allocate = function(module, "allocate", (ptr, &[i64]), allocate);
    let append = function(module, "append", (ptr, &[ptr, i64]), |words, params| {
        append(words, params, allocate);
    });
    let next = function(module, "next", (ptr, &[ptr, i64]), next);
    let free = function(module, "free", (void, &[ptr]), free);
    Runtime {
        append,
        next,
        free,
        allocate,
    }
}

fn function(
    module: &mut Module,
    name: &str,
    (ret, params): (Type, &[Type]),
    body: impl FnOnce(&mut Words<'_>, &[Value]),
) -> FuncId {
    let ctx = &mut module.ctx;
    let ty = ctx.types.func(ret, params);
    let id = ::shadow::generated::internal(ctx, format!("rsenzyme.log.{name}"), ty);
    let mut function = Function::new(ctx, id);
    let entry = function.add_block();
    let params = function.params.clone();
    body(&mut Words::new(ctx, &mut function, entry), &params);
    module.set_body(function);
    id
}

/// A builder with words for addresses.
pub(super) struct Words<'a> {
    pub(super) b: Builder<'a>,
}

impl<'a> Words<'a> {
    pub(super) fn new(ctx: &'a mut Context, body: &'a mut Function, block: ir::Block) -> Self {
        Self {
            b: Builder::new(ctx, body, block),
        }
    }

    pub(super) fn at(&mut self, base: Value, offset: i64) -> Value {
        let offset = self.b.i64(offset);
        self.b.byte_offset(base, offset)
    }

    pub(super) fn read(&mut self, base: Value, offset: i64) -> Value {
        let (place, ptr) = (self.at(base, offset), self.b.ctx.types.ptr());
        self.b.load(ptr, place, Access::default())
    }

    pub(super) fn write(&mut self, base: Value, offset: i64, value: Value) {
        let place = self.at(base, offset);
        self.b.store(value, place, Access::default());
    }

    pub(super) fn is_null(&mut self, address: Value) -> Value {
        let ptr = self.b.ctx.types.ptr();
        let null = self.b.zero(ptr);
        self.b.icmp(IntPred::Eq, address, null)
    }

    /// Goes on where `condition` holds; gives the block where it does not.
    pub(super) fn unless(&mut self, condition: Value) -> ir::Block {
        let (yes, no) = (self.b.add_block(), self.b.add_block());
        self.b.cond_br(condition, yes, no);
        self.b.go_to(yes);
        no
    }

    /// The type that the function at hand returns.
    pub(super) fn returned(&self) -> Option<Type> {
        let ty = self.b.ctx.funcs[self.b.func.id].ty;
        self.b.ctx.types.return_type(ty)
    }

    /// Gives memory of the heap back.
    pub(super) fn release(&mut self, address: Value) {
        let types = &mut self.b.ctx.types;
        let (ptr, void) = (types.ptr(), types.void());
        let free = types.func(void, &[ptr]);
        let free = self.b.ctx.declare_func("free", free);
        self.b.call(free, &[address]);
    }

    fn distance(&mut self, from: Value, to: Value) -> Value {
        let i64 = self.b.ctx.types.i64();
        let [from, to] = [from, to].map(|address| self.b.cast(CastOp::PtrToInt, address, i64));
        self.b.binary(BinOp::Sub, to, from)
    }

    /// Takes `bytes` where a head is if they fit there; goes on where they do not, with the address of the head.
    fn take(&mut self, head: Value, bytes: Value) {
        let (cur, end) = (self.read(head, CUR), self.read(head, END));
        let room = self.distance(cur, end);
        let fits = self.b.icmp(IntPred::Ule, bytes, room);
        let otherwise = self.unless(fits);
        self.step(head, cur, bytes);
        self.b.ret(Some(cur));
        self.b.go_to(otherwise);
    }

    fn step(&mut self, head: Value, cur: Value, bytes: Value) {
        let after = self.b.gep(self.b.ctx.types.i8(), cur, &[bytes], Flags::none());
        self.write(head, CUR, after);
    }

    /// Puts a head to the start of a chunk, and takes `bytes` there.
    fn enter(&mut self, head: Value, chunk: Value, bytes: Value) {
        let end = self.read(chunk, 8);
        self.write(head, CHUNK, chunk);
        self.write(head, END, end);
        let start = self.at(chunk, CHUNK_HEADER);
        self.step(head, start, bytes);
        self.b.ret(Some(start));
    }
}

fn allocate(words: &mut Words<'_>, params: &[Value]) {
    let types = &mut words.b.ctx.types;
    let (ptr, i64, void) = (types.ptr(), types.i64(), types.void());
    let malloc = types.func(ptr, &[i64]);
    let abort = types.func(void, &[]);
    let malloc = words.b.ctx.declare_func("malloc", malloc);
    let abort = words.b.ctx.declare_func("abort", abort);
    let call = words.b.call(malloc, &[params[0]]);
    let made = words.b.result(call);
    let failed = words.is_null(made);
    let works = words.unless(failed);
    words.b.call(abort, &[]);
    words.b.unreachable();
    words.b.go_to(works);
    words.b.ret(Some(made));
}

/// A new chunk is twice as large as the last one, and large enough. Its address is written behind the last one's, or into the head.
fn append(words: &mut Words<'_>, params: &[Value], allocate: FuncId) {
    let (head, bytes) = (params[0], params[1]);
    words.take(head, bytes);
    let (i64, ptr) = (words.b.ctx.types.i64(), words.b.ctx.types.ptr());
    let last = words.read(head, CHUNK);
    let in_head = words.at(head, FIRST);
    let first_size = words.b.i64(FIRST_CHUNK);
    let here = words.b.block();
    let is_first = words.is_null(last);
    let (known, made) = (words.b.add_block(), words.b.add_block());
    words.b.cond_br(is_first, made, known);
    words.b.go_to(known);
    let end = words.read(last, 8);
    let size = words.distance(last, end);
    let twice = words.b.binary(BinOp::Add, size, size);
    words.b.br(made);
    words.b.go_to(made);
    let (wanted, link) = (words.b.phi(i64), words.b.phi(ptr));
    for (phi, first, later) in [(wanted, first_size, twice), (link, in_head, last)] {
        words.b.add_incoming(phi, here, first);
        words.b.add_incoming(phi, known, later);
    }
    let header = words.b.i64(CHUNK_HEADER);
    let needed = words.b.binary(BinOp::Add, bytes, header);
    let is_more = words.b.icmp(IntPred::Ugt, needed, wanted);
    let size = words.b.select(is_more, needed, wanted);
    let call = words.b.call(allocate, &[size]);
    let chunk = words.b.result(call);
    let null = words.b.zero(ptr);
    words.write(chunk, 0, null);
    let end = words.b.gep(words.b.ctx.types.i8(), chunk, &[size], Flags::none());
    words.write(chunk, 8, end);
    words.write(link, 0, chunk);
    words.enter(head, chunk, bytes);
}

fn next(words: &mut Words<'_>, params: &[Value]) {
    let (head, bytes) = (params[0], params[1]);
    words.take(head, bytes);
    let chunk = words.read(head, CHUNK);
    let following = words.read(chunk, 0);
    words.enter(head, following, bytes);
}

fn free(words: &mut Words<'_>, params: &[Value]) {
    let ptr = words.b.ctx.types.ptr();
    let entry = words.b.block();
    let look = words.b.add_block();
    words.b.br(look);
    words.b.go_to(look);
    let chunk = words.b.phi(ptr);
    let is_last = words.is_null(chunk);
    let more = words.unless(is_last);
    words.b.ret(None);
    words.b.go_to(more);
    let following = words.read(chunk, 0);
    words.release(chunk);
    words.b.br(look);
    words.b.add_incoming(chunk, entry, params[0]);
    words.b.add_incoming(chunk, more, following);
}
