//! Copies of bytes between memory that may be inactive at run time ([`crate::checked`]).
//!
//! What is copied to inactive memory is not copied in shadow memory: the bytes have no length then. What comes from inactive memory is
//! mirrored from the primal, which is its own shadow, and has no adjoint: that of the destination becomes zero.

use facts::{Held, Piece};
use ir::{Inst, Value};
use rules::Transfer;

use super::transfer::{Content, is_summed};
use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    /// The forward sweep: what is no float is copied between shadows.
    pub(super) fn mirror_checked(
        &mut self,
        inst: Inst,
        transfer: &Transfer,
        (destination, shadows): (Value, &Lanes),
        content: &Content,
    ) -> Outcome {
        let source = self.data(inst).args()[usize::from(transfer.source)];
        let sources = match self.active(source) {
            true => self.shadow(source)?,
            false => {
                let primal = self.primal(source);
                self.splat(primal)
            }
        };
        let all = self.call_bytes(inst, &transfer.bytes)?;
        let runs: Vec<(u64, Value)> = match content {
            Content::Untold(untold) if untold.begins_with_integers() => {
                vec![(0, self.only_first(*untold, all))]
            }
            Content::Untold(_) | Content::Elements(_) => return Err(unknown()),
            Content::All(held) if is_summed(*held) => Vec::new(),
            Content::All(_) => vec![(0, all)],
            Content::Pieces(pieces) => {
                let mirrored = pieces.iter().filter(|piece| !is_summed(piece.held));
                mirrored
                    .map(|piece| (piece.start, self.b.i64(piece.size() as i64)))
                    .collect()
            }
        };
        for (start, bytes) in runs {
            let bytes = self.bytes_where_active(destination, shadows, bytes)?;
            for lane in 0..self.width() {
                let to = self.offset_by(shadows[lane], start);
                let from = self.offset_by(sources[lane], start);
                self.move_bytes(to, from, bytes[lane]);
            }
        }
        self.shadow_of_moved(inst, destination, shadows)
    }

    /// The reverse sweep, between memory that may be active at both ends.
    pub(super) fn move_back_checked(
        &mut self,
        inst: Inst,
        transfer: &Transfer,
        [destination, source]: [Value; 2],
        content: Content,
    ) -> Outcome {
        let (destinations, sources) = (self.shadow(destination)?, self.shadow(source)?);
        let (Some(to_inactive), Some(from_inactive)) = (
            self.inactive_at(destination, &destinations)?,
            self.inactive_at(source, &sources)?,
        ) else {
            return Ok(());
        };
        let floats: Vec<Piece> = match content {
            Content::Untold(untold) if untold.begins_with_integers() => return Ok(()),
            Content::Untold(_) | Content::Elements(_) => return Err(unknown()),
            Content::All(Held::Float(kind)) => {
                let bytes = self.call_bytes(inst, &transfer.bytes)?;
                for lane in 0..self.width() {
                    let none = self.b.zero(self.b.ty(bytes));
                    let written = self.b.select(to_inactive[lane], none, bytes);
                    let moved = self.b.select(from_inactive[lane], none, written);
                    let cleared = self.b.select(from_inactive[lane], written, none);
                    self.move_back(destinations[lane], sources[lane], kind, moved);
                    self.clear(destinations[lane], cleared);
                }
                return Ok(());
            }
            Content::All(_) => return Ok(()),
            Content::Pieces(pieces) => {
                let is_float = |piece: &Piece| matches!(piece.held, Held::Float(_));
                pieces.into_iter().filter(is_float).collect()
            }
        };
        // Inactive memory has the adjoint zero, and what goes there goes to a sink.
        let end = floats.last().map_or(0, |piece| piece.end);
        let i8 = self.b.ctx.types.i8();
        let room = self.b.ctx.types.array(i8, end);
        let (zeros, sink) = (self.zeros(room), self.sink(room));
        for lane in 0..self.width() {
            let to = self.b.select(to_inactive[lane], zeros, destinations[lane]);
            let from = self.b.select(from_inactive[lane], sink, sources[lane]);
            self.move_pieces_back(to, from, &floats, transfer.overlap);
        }
        Ok(())
    }
}

fn unknown() -> ErrorKind {
    ErrorKind::UndeducedType {
        what: "memory that is copied where activity is known only at run time".to_owned(),
        unknown: None,
    }
}
