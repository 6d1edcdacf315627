//! Bytes that are copied or filled.
//!
//! What a copy does depends on what the bytes are. Floats: in the reverse sweep the adjoint of the source grows by that of the
//! destination, which becomes zero. Addresses and integers: the shadows are copied alike in the forward sweep. A fill ends what was there,
//! so adjoints of floats become zero in the reverse sweep; all else is filled alike in the forward sweep.
//!
//! The bytes of a copy of known length are told apart one by one, by the types of the memory at both ends; a copy of unknown length must
//! be of one kind. Where that is not known, but some of it is a double and the program has no floats of other formats, the bytes are told
//! apart as words when the program runs (`words`); else the copy is refused: its adjoint would be guessed. Where it is known what comes first,
//! and that something else comes later, the length decides when the program runs (`untold`).

use facts::{Held, Piece};
use ir::{Access, FloatKind, Inst, IntPred, Value};
use rules::{Bytes, Set, Transfer};

use super::elements::all_known;
use super::untold::Untold;
use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

/// The longest run of floats that is copied back without a loop.
const LONGEST_VECTOR: u64 = 16;

/// How far type analysis keeps track of offsets in memory.
const TRACKED: u64 = 496;

/// The longest transfer whose bytes are told apart.
const LONGEST_KNOWN: u64 = 1 << 16;

/// What the bytes of a transfer or fill are.
pub(super) enum Content {
    /// Runs, in order.
    Pieces(Vec<Piece>),
    /// All the same, as many as a value says.
    All(Held),
    /// Structures, as many as there is room for: what one consists of.
    Elements(Vec<Piece>),
    /// What shows when the program runs.
    Untold(Untold),
}

impl Content {
    pub(super) fn has(&self, is: impl Fn(Held) -> bool) -> bool {
        match self {
            Self::Pieces(pieces) | Self::Elements(pieces) => pieces.iter().any(|piece| is(piece.held)),
            Self::All(held) => is(*held),
            Self::Untold(_) => is(Held::Float(FloatKind::Double)),
        }
    }
}

/// Whether adjoints of bytes are summed up, or cleared, in the reverse sweep.
pub(super) fn is_summed(held: Held) -> bool {
    matches!(held, Held::Float(_) | Held::Unknown)
}

impl Emit<'_> {
    pub(super) fn forward_transfer(&mut self, inst: Inst, transfer: &Transfer) -> Outcome {
        self.copy_call(inst);
        let args = self.data(inst).args();
        let at = [transfer.destination, transfer.source].map(usize::from);
        let [destination, source] = at.map(|position| args[position]);
        let Some(destinations) = self.address_shadow(inst, destination, &[source])? else {
            return Ok(());
        };
        let content = self.transferred(inst, transfer)?;
        if self.runtime_activity() {
            return self.mirror_checked(inst, transfer, (destination, &destinations), &content);
        }
        if self.flows_from(source) {
            if !content.has(is_summed) {
                return self.call_on_shadows(inst, &at);
            }
            let sources = self.shadow(source)?;
            if let Content::Untold(untold) = content {
                let bytes = self.call_bytes(inst, &transfer.bytes)?;
                for (&to, &from) in destinations.iter().zip(&sources) {
                    self.mirror_untold(untold, (to, self.is_local(destination)), from, bytes);
                }
            }
            if let Content::Elements(element) = &content {
                let bytes = self.call_bytes(inst, &transfer.bytes)?;
                for (&to, &from) in destinations.iter().zip(&sources) {
                    self.mirror_elements(to, from, bytes, element);
                }
            }
            if let Content::Pieces(pieces) = &content {
                for piece in pieces.iter().filter(|piece| !is_summed(piece.held)) {
                    for (&to, &from) in destinations.iter().zip(&sources) {
                        self.move_piece(to, from, piece);
                    }
                }
            }
        } else {
            self.mirror_inactive(inst, transfer, (destination, &destinations), &content)?;
        }
        self.shadow_of_moved(inst, destination, &destinations)
    }

    /// Whether an address is that of a variable of the function's own: whose adjoints begin in the reverse sweep.
    fn is_local(&self, address: Value) -> bool {
        let root = facts::root(self.source(), address);
        let made = self.source().def_inst(root);
        made.is_some_and(|made| matches!(self.op(made), ir::Op::Alloca { .. }))
    }

    /// Whether what is copied from an address may carry a derivative, or lead to what does. Text and tables of numbers do not, even where an
    /// address may lead to them or to something else.
    fn flows_from(&self, source: Value) -> bool {
        let is_plain = || facts::is_plain_constant(self.b.ctx, self.source(), source);
        self.active(source) && (self.runtime_activity() || !is_plain())
    }

    /// What the bytes of a transfer are, at both ends. Bytes that are floats only at times cannot be taken back.
    fn transferred(&mut self, inst: Inst, transfer: &Transfer) -> Outcome<Content> {
        let content = self.transferred_content(inst, transfer)?;
        let source = self.data(inst).args()[usize::from(transfer.source)];
        if self.flows_from(source) && content.has(is_summed) {
            self.check_unmixed()?;
        }
        Ok(content)
    }

    fn transferred_content(&mut self, inst: Inst, transfer: &Transfer) -> Outcome<Content> {
        let args = self.data(inst).args();
        let destination = args[usize::from(transfer.destination)];
        let source = args[usize::from(transfer.source)];
        let facts = self.input.facts;
        let known = self.known_bytes(inst, &transfer.bytes);
        let Some(bytes) = known.filter(|&bytes| bytes <= LONGEST_KNOWN) else {
            let element = self.divisor(inst, &transfer.bytes);
            let held = facts.array_held(self.b.ctx, self.source(), &[destination, source], element);
            return match (held, self.array_kind(&[destination, source])) {
                (Held::Unknown, Some(kind)) => Ok(Content::All(Held::Float(kind))),
                (Held::Unknown, None) if self.flows_from(source) => {
                    let known = facts.element(self.b.ctx, self.source(), &[destination, source], element);
                    match known.filter(|element| all_known(element)) {
                        Some(element) => Ok(Content::Elements(element)),
                        None => self.untold(&[destination, source], element),
                    }
                }
                // What comes from inactive memory has no adjoint, but addresses must be mirrored.
                (Held::Unknown, None) => {
                    let untold = self.untold_addresses(&[destination, source], element);
                    Ok(untold.map_or(Content::All(held), Content::Untold))
                }
                _ => Ok(Content::All(held)),
            };
        };
        let pieces = facts.shared_pieces(self.b.ctx, self.source(), &[destination, source], bytes);
        if !self.flows_from(source) {
            return Ok(Content::Pieces(pieces));
        }
        let pieces = self.completed(pieces, destination, source);
        if let Some(pieces) = facts::without_padding(&pieces) {
            return Ok(Content::Pieces(pieces));
        }
        match facts.array_held(self.b.ctx, self.source(), &[destination, source], bytes) {
            Held::Unknown => self.untold(&[destination, source], bytes),
            held => Ok(Content::All(held)),
        }
    }

    /// The floats that memory is an array of, by its declaration or how it is indexed, if nothing that is known of it says otherwise.
    pub(super) fn array_kind(&self, addresses: &[Value]) -> Option<FloatKind> {
        let facts = self.input.facts;
        let mut kinds = addresses.iter();
        let kind = kinds.find_map(|&address| facts::array_of(self.b.ctx, self.source(), address))?;
        let agrees = |piece: &Piece| matches!(piece.held, Held::Unknown) || piece.held == Held::Float(kind);
        let known = addresses.iter().flat_map(|&address| {
            let root = facts::root(self.source(), address);
            facts.memory_pieces(self.b.ctx, root, TRACKED)
        });
        known.into_iter().all(|piece| agrees(&piece)).then_some(kind)
    }

    /// The pieces of a copy, with what is not accessed anywhere: the other elements of an array of floats. From bytes of a variable that nobody
    /// reads nothing flows back.
    pub(super) fn completed(&self, mut pieces: Vec<Piece>, destination: Value, source: Value) -> Vec<Piece> {
        if pieces.iter().all(|piece| piece.held != Held::Unknown) {
            return pieces;
        }
        let kind = self.array_kind(&[destination, source]);
        for piece in pieces.iter_mut().filter(|piece| piece.held == Held::Unknown) {
            let whole = |kind| {
                let size = facts::stride(kind);
                piece.start.is_multiple_of(size) && piece.size().is_multiple_of(size)
            };
            if let Some(kind) = kind.filter(|&kind| whole(kind)) {
                piece.held = Held::Float(kind);
            }
        }
        let known = pieces.iter().map(|piece| match piece.held {
            Held::Unknown => {
                let facts = self.input.facts;
                facts.pieces_by_reads(self.b.ctx, self.input.rules, self.source(), destination, *piece)
            }
            _ => vec![*piece],
        });
        known.flatten().collect()
    }

    /// What is copied in a length that `element` divides is told apart when the program runs, if that is certain to be right.
    fn untold(&self, addresses: &[Value], element: u64) -> Outcome<Content> {
        let untold = self.untold_copy(addresses, element);
        let unknown = || self.undeduced_memory(addresses[addresses.len() - 1], "copied");
        untold.map(Content::Untold).ok_or_else(unknown)
    }

    pub(super) fn undeduced_memory(&self, address: Value, what: &str) -> ErrorKind {
        let name = self.source().value_name(address);
        ErrorKind::UndeducedType {
            what: format!("the memory behind {name} that is {what}"),
            unknown: (self.input.facts)
                .undeduced_memory(self.source(), address)
                .map(Box::new),
        }
    }

    /// The product of a constant and some arguments of a call, if these are constants.
    pub(super) fn known_bytes(&self, inst: Inst, bytes: &Bytes) -> Option<u64> {
        let args = self.data(inst).args();
        bytes.operands.iter().try_fold(bytes.scale, |product, &operand| {
            let constant = self.source().as_const(args[usize::from(operand)])?;
            let factor = self.b.ctx.consts.int_value(&self.b.ctx.types, constant)?;
            product.checked_mul(u64::try_from(factor).ok()?)
        })
    }

    /// What divides the product of a constant and some arguments of a call.
    pub(super) fn divisor(&self, inst: Inst, bytes: &Bytes) -> u64 {
        let args = self.data(inst).args();
        let factors = bytes.operands.iter();
        let factors =
            factors.map(|&operand| facts::divisor(self.b.ctx, self.source(), args[usize::from(operand)]));
        factors.fold(bytes.scale, |product, factor| {
            product.checked_mul(factor).unwrap_or(1)
        })
    }

    /// Copies a run of bytes between shadows.
    fn move_piece(&mut self, to: Value, from: Value, piece: &Piece) {
        let to = self.offset_by(to, piece.start);
        let from = self.offset_by(from, piece.start);
        let bytes = self.b.i64(piece.size() as i64);
        self.move_bytes(to, from, bytes);
    }

    /// The shadow of addresses and integers that were copied from memory without shadow: they stand for themselves, unless floats are
    /// behind an address.
    fn mirror_inactive(
        &mut self,
        inst: Inst,
        transfer: &Transfer,
        (destination, shadows): (Value, &Lanes),
        content: &Content,
    ) -> Outcome {
        let source = self.primal(self.data(inst).args()[usize::from(transfer.source)]);
        let facts = self.input.facts;
        let check = |leads| match leads {
            true => Err(ErrorKind::MixedActivity {
                what: "a pointer in inactive memory".to_owned(),
            }),
            false => Ok(()),
        };
        match content {
            // Of inactive memory these are not known.
            Content::Elements(_) => {}
            Content::Untold(untold) => {
                check(untold.begins_with_addresses() && facts.memory_leads_to_floats(destination, Some(0)))?;
                let bytes = self.call_bytes(inst, &transfer.bytes)?;
                self.only_first(*untold, bytes);
                for &shadow in shadows {
                    self.mirror_first(*untold, shadow, source, bytes);
                }
            }
            Content::All(held) if is_summed(*held) => {}
            Content::All(held) => {
                check(*held == Held::Pointer && facts.memory_leads_to_floats(destination, None))?;
                let bytes = self.call_bytes(inst, &transfer.bytes)?;
                for &shadow in shadows {
                    self.move_bytes(shadow, source, bytes);
                }
            }
            Content::Pieces(pieces) => {
                for piece in pieces.iter().filter(|piece| !is_summed(piece.held)) {
                    let leads = facts.memory_leads_to_floats(destination, Some(piece.start));
                    check(piece.held == Held::Pointer && leads)?;
                    for &shadow in shadows {
                        self.move_piece(shadow, source, piece);
                    }
                }
            }
        }
        Ok(())
    }

    /// The shadow of an address that a call returns somewhere in the object of an argument: as far from the argument's shadow.
    pub(super) fn shadow_of_moved(&mut self, inst: Inst, argument: Value, shadows: &[Value]) -> Outcome {
        if !self.result_active(inst) {
            return Ok(());
        }
        let Some(result) = self.data(inst).result else {
            return Ok(());
        };
        let (before, after) = (self.primal(argument), self.primal(result));
        let i64 = self.b.ctx.types.i64();
        let from = self.b.cast(ir::CastOp::PtrToInt, before, i64);
        let to = self.b.cast(ir::CastOp::PtrToInt, after, i64);
        let distance = self.b.binary(ir::BinOp::Sub, to, from);
        let i8 = self.b.ctx.types.i8();
        let null = self.b.zero(self.b.ty(after));
        let is_null = self.b.icmp(IntPred::Eq, after, null);
        let lanes = shadows
            .iter()
            .map(|&shadow| {
                let moved = self.b.gep(i8, shadow, &[distance], ir::Flags::none());
                self.b.select(is_null, null, moved)
            })
            .collect();
        self.set_shadow(result, lanes);
        Ok(())
    }

    pub(super) fn reverse_transfer(&mut self, inst: Inst, transfer: &Transfer) -> Outcome {
        let args = self.data(inst).args();
        let destination = args[usize::from(transfer.destination)];
        let source = args[usize::from(transfer.source)];
        if !self.active(destination) {
            return Ok(());
        }
        let content = self.transferred(inst, transfer)?;
        if !content.has(is_summed) {
            return Ok(());
        }
        if !self.flows_from(source) {
            return self.clear_content(inst, &transfer.bytes, &content, destination);
        }
        if self.runtime_activity() {
            return self.move_back_checked(inst, transfer, [destination, source], content);
        }
        let destinations = self.shadow(destination)?;
        let sources = self.shadow(source)?;
        match content {
            Content::All(Held::Float(kind)) => {
                let bytes = self.call_bytes(inst, &transfer.bytes)?;
                for (&to, &from) in destinations.iter().zip(&sources) {
                    self.move_back(to, from, kind, bytes);
                }
            }
            Content::All(_) => {}
            Content::Elements(element) => {
                let bytes = self.call_bytes(inst, &transfer.bytes)?;
                for (&to, &from) in destinations.iter().zip(&sources) {
                    self.move_elements_back(to, from, bytes, &element);
                }
            }
            Content::Untold(untold) => {
                let bytes = self.call_bytes(inst, &transfer.bytes)?;
                for (&to, &from) in destinations.iter().zip(&sources) {
                    self.move_untold_back(untold, to, from, bytes);
                }
            }
            Content::Pieces(pieces) => {
                let floats: Vec<Piece> = pieces
                    .into_iter()
                    .filter(|piece| matches!(piece.held, Held::Float(_)))
                    .collect();
                for (&to, &from) in destinations.iter().zip(&sources) {
                    self.move_pieces_back(to, from, &floats, transfer.overlap);
                }
            }
        }
        Ok(())
    }

    /// Clears the adjoints of floats, and what may be such, among bytes.
    fn clear_content(&mut self, inst: Inst, bytes: &Bytes, content: &Content, address: Value) -> Outcome {
        let shadows = self.shadow(address)?;
        match content {
            Content::Elements(element) => {
                let bytes = self.call_bytes(inst, bytes)?;
                let bytes = self.bytes_where_active(address, &shadows, bytes)?;
                for (&shadow, &bytes) in shadows.iter().zip(&bytes) {
                    self.clear_elements(shadow, bytes, element);
                }
            }
            Content::All(_) | Content::Untold(_) => {
                let mut bytes = self.call_bytes(inst, bytes)?;
                if let Content::Untold(untold) = content {
                    bytes = self.untold_adjoints(*untold, bytes);
                }
                let bytes = self.bytes_where_active(address, &shadows, bytes)?;
                for (&shadow, &bytes) in shadows.iter().zip(&bytes) {
                    self.clear(shadow, bytes);
                }
            }
            Content::Pieces(pieces) => {
                for piece in pieces.iter().filter(|piece| is_summed(piece.held)) {
                    let bytes = self.b.i64(piece.size() as i64);
                    let bytes = self.bytes_where_active(address, &shadows, bytes)?;
                    for (&shadow, &bytes) in shadows.iter().zip(&bytes) {
                        let place = self.offset_by(shadow, piece.start);
                        self.clear(place, bytes);
                    }
                }
            }
        }
        Ok(())
    }

    /// The reverse of a copy of runs of floats from `from` to `to`.
    pub(super) fn move_pieces_back(&mut self, to: Value, from: Value, floats: &[Piece], overlap: bool) {
        let kind = |piece: &Piece| match piece.held {
            Held::Float(kind) => kind,
            _ => FloatKind::Float,
        };
        let is_short = |piece: &Piece| piece.floats() <= LONGEST_VECTOR && kind(piece) != FloatKind::X86Fp80;
        if floats.iter().all(is_short) {
            self.move_vectors_back(to, from, floats);
            return;
        }
        // Runs that overlap with others must all be read before anything is added.
        let end = floats.last().map_or(0, |piece| piece.end);
        let adjoint = match overlap && floats.len() > 1 {
            true => {
                let i8 = self.b.ctx.types.i8();
                let array = self.b.ctx.types.array(i8, end);
                let copy = self.variable(array);
                let bytes = self.b.i64(end as i64);
                self.move_bytes(copy, to, bytes);
                for piece in floats {
                    let place = self.offset_by(to, piece.start);
                    let bytes = self.b.i64(piece.size() as i64);
                    self.clear(place, bytes);
                }
                copy
            }
            false => to,
        };
        for piece in floats {
            let adjoint = self.offset_by(adjoint, piece.start);
            let place = self.offset_by(from, piece.start);
            let bytes = self.b.i64(piece.size() as i64);
            self.move_back(adjoint, place, kind(piece), bytes);
        }
    }

    /// All adjoints are read and cleared before any is added: the two ends may overlap.
    fn move_vectors_back(&mut self, to: Value, from: Value, floats: &[Piece]) {
        let access = Access {
            align: 1,
            ..Access::default()
        };
        let mut adjoints = Vec::new();
        for piece in floats {
            let Held::Float(kind) = piece.held else { continue };
            let scalar = self.b.ctx.types.float_of(kind);
            let ty = match piece.floats() {
                1 => scalar,
                count => self.b.ctx.types.vector(scalar, count as u32),
            };
            let place = self.offset_by(to, piece.start);
            adjoints.push((piece, self.b.load(ty, place, access)));
        }
        for &(piece, adjoint) in &adjoints {
            let place = self.offset_by(to, piece.start);
            let zero = self.b.zero(self.b.ty(adjoint));
            self.b.store(zero, place, access);
        }
        for (piece, adjoint) in adjoints {
            let place = self.offset_by(from, piece.start);
            self.accumulate(place, adjoint, access, false);
        }
    }

    /// The reverse of a copy of `bytes` bytes of floats, by a function of the module.
    pub(super) fn move_back(&mut self, to: Value, from: Value, kind: FloatKind, bytes: Value) {
        let func = self.move_back_function(kind);
        let bytes = self.as_offset(bytes);
        self.b.call(func, &[to, from, bytes]);
    }

    pub(super) fn forward_set(&mut self, inst: Inst, set: &Set) -> Outcome {
        self.copy_call(inst);
        let at = usize::from(set.destination);
        let destination = self.data(inst).args()[at];
        let Some(shadows) = self.address_shadow(inst, destination, &[])? else {
            return Ok(());
        };
        let content = self.filled(inst, set)?;
        if !content.has(is_summed) {
            return self.call_on_shadows(inst, &[at]);
        }
        if let Content::Elements(element) = &content {
            let bytes = self.call_bytes(inst, &set.bytes)?;
            for &shadow in &shadows {
                self.clear_others(shadow, bytes, element);
            }
        }
        if let Content::Untold(untold) = content {
            let bytes = self.call_bytes(inst, &set.bytes)?;
            self.only_first(untold, bytes);
            if !untold.begins_with_floats() {
                return self.call_on_shadows(inst, &[at]);
            }
        }
        if let Content::Pieces(pieces) = &content {
            let i8 = self.b.ctx.types.i8();
            let byte = match set.value {
                Some(value) => {
                    let value = self.primal(self.data(inst).args()[usize::from(value)]);
                    match self.b.ty(value) == i8 {
                        true => value,
                        false => self.b.cast(ir::CastOp::Trunc, value, i8),
                    }
                }
                None => self.b.int(i8, 0),
            };
            for piece in pieces.iter().filter(|piece| !is_summed(piece.held)) {
                let bytes = self.b.i64(piece.size() as i64);
                for &shadow in &shadows {
                    let place = self.offset_by(shadow, piece.start);
                    self.fill(place, byte, bytes);
                }
            }
        }
        self.shadow_of_moved(inst, destination, &shadows)
    }

    /// What the bytes of a fill are. A fill of unknown length of memory that has addresses somewhere is refused: which bytes these are
    /// is not known.
    fn filled(&mut self, inst: Inst, set: &Set) -> Outcome<Content> {
        let destination = self.data(inst).args()[usize::from(set.destination)];
        let facts = self.input.facts;
        let known = self.known_bytes(inst, &set.bytes);
        if let Some(bytes) = known.filter(|&bytes| bytes <= LONGEST_KNOWN) {
            return Ok(Content::Pieces(facts.memory_pieces(
                self.b.ctx,
                destination,
                bytes,
            )));
        }
        let element = self.divisor(inst, &set.bytes);
        let held = facts.array_held(self.b.ctx, self.source(), &[destination], element);
        if held != Held::Unknown || !self.has_address(&[destination]) {
            return Ok(Content::All(held));
        }
        if let Some(untold) = self.untold_addresses(&[destination], element) {
            return Ok(Content::Untold(untold));
        }
        let known = facts.element(self.b.ctx, self.source(), &[destination], element);
        match known.filter(|_| self.fills_with_zeros(inst, set)) {
            Some(element) => Ok(Content::Elements(element)),
            None => Err(self.undeduced_memory(destination, "filled")),
        }
    }

    fn fills_with_zeros(&self, inst: Inst, set: &Set) -> bool {
        let value = set.value.map(|value| self.data(inst).args()[usize::from(value)]);
        value.is_none_or(|value| {
            let constant = self.source().as_const(value);
            let number =
                constant.and_then(|constant| self.b.ctx.consts.int_value(&self.b.ctx.types, constant));
            number == Some(0)
        })
    }

    pub(super) fn reverse_set(&mut self, inst: Inst, set: &Set) -> Outcome {
        let destination = self.data(inst).args()[usize::from(set.destination)];
        if !self.active(destination) {
            return Ok(());
        }
        let content = self.filled(inst, set)?;
        if !content.has(is_summed) {
            return Ok(());
        }
        self.clear_content(inst, &set.bytes, &content, destination)
    }

    /// `memmove`.
    pub(crate) fn move_bytes(&mut self, to: Value, from: Value, bytes: Value) {
        let types = [to, from, bytes].map(|value| self.b.ty(value));
        let (bool, void) = (self.b.ctx.types.bool(), self.b.ctx.types.void());
        let ty = self.b.ctx.types.func(void, &[types[0], types[1], types[2], bool]);
        let [to_name, from_name, bytes_name] = types.map(|ty| self.mangled(ty));
        let name = format!("llvm.memmove.{to_name}.{from_name}.{bytes_name}");
        let func = self.b.ctx.declare_func(&name, ty);
        let volatile = self.b.int(bool, 0);
        self.b.call(func, &[to, from, bytes, volatile]);
    }

    /// Clears `bytes` bytes.
    pub(crate) fn clear(&mut self, address: Value, bytes: Value) {
        let i8 = self.b.ctx.types.i8();
        let zero = self.b.int(i8, 0);
        self.fill(address, zero, bytes);
    }

    /// `memset`.
    pub(super) fn fill(&mut self, address: Value, byte: Value, bytes: Value) {
        let (ptr, i8, i64) = (self.b.ty(address), self.b.ctx.types.i8(), self.b.ty(bytes));
        let (bool, void) = (self.b.ctx.types.bool(), self.b.ctx.types.void());
        let ty = self.b.ctx.types.func(void, &[ptr, i8, i64, bool]);
        let name = format!("llvm.memset.{}.{}", self.mangled(ptr), self.mangled(i64));
        let func = self.b.ctx.declare_func(&name, ty);
        let volatile = self.b.int(bool, 0);
        self.b.call(func, &[address, byte, bytes, volatile]);
    }

    /// How names of intrinsics spell a scalar type that is no float.
    fn mangled(&self, ty: ir::Type) -> String {
        match *self.b.ctx.types.get(ty) {
            ir::TypeData::Ptr(space) => format!("p{space}"),
            ir::TypeData::Int(bits) => format!("i{bits}"),
            _ => rules::code::suffix(self.b.ctx, ty),
        }
    }
}
