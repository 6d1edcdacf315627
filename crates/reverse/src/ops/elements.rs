//! Arrays of structures whose number is known only at run time.
//!
//! Of what one element consists is known at compile time ([`facts::Facts::element`]); a function of the module, made once for each layout,
//! goes over the elements. Where they are only cleared, some bytes need not be known: as elsewhere what is not known is taken for an adjoint
//! then. What is behind the last whole element stays as it is: there is nothing, as the number of bytes is a multiple.

use facts::{Held, Piece};
use ir::{Access, BinOp, Builder, FuncId, Type, Value};

use crate::adjoint;
use crate::emit::Emit;
use crate::helper::{Copied, walk};

/// What is done with the pieces of each element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    /// What is no float is copied.
    Mirror,
    /// Adjoints of floats are added to those of the source, and become zero.
    MoveBack,
    /// Floats, and what is not known, become zero.
    Clear,
    /// What is no float becomes zero.
    ClearOthers,
}

impl Work {
    fn name(self) -> &'static str {
        match self {
            Self::Mirror => "mirror",
            Self::MoveBack => "move_back",
            Self::Clear => "clear",
            Self::ClearOthers => "clear_others",
        }
    }
}

/// Whether it is known what all bytes of an element are.
pub(super) fn all_known(element: &[Piece]) -> bool {
    element.iter().all(|piece| piece.held != Held::Unknown)
}

/// A scalar of an element: its place and its type.
type Scalar = (u64, Type);

impl Emit<'_> {
    /// Copies what is no float between the shadows of two arrays, which may overlap.
    pub(super) fn mirror_elements(&mut self, to: Value, from: Value, bytes: Value, element: &[Piece]) {
        self.for_elements([to, from, bytes], element, Work::Mirror);
    }

    /// The reverse of copying an array.
    pub(super) fn move_elements_back(&mut self, to: Value, from: Value, bytes: Value, element: &[Piece]) {
        self.for_elements([to, from, bytes], element, Work::MoveBack);
    }

    /// Clears the adjoints of an array.
    pub(super) fn clear_elements(&mut self, at: Value, bytes: Value, element: &[Piece]) {
        self.for_elements([at, at, bytes], element, Work::Clear);
    }

    /// Clears what is no float in the shadow of an array.
    pub(super) fn clear_others(&mut self, at: Value, bytes: Value, element: &[Piece]) {
        self.for_elements([at, at, bytes], element, Work::ClearOthers);
    }

    fn for_elements(&mut self, [to, from, bytes]: [Value; 3], element: &[Piece], work: Work) {
        let func = self.elements_function(element, work);
        let bytes = self.as_offset(bytes);
        self.b.call(func, &[to, from, bytes]);
    }

    /// `(to, from, bytes)`.
    fn elements_function(&mut self, element: &[Piece], work: Work) -> FuncId {
        let size = element.last().map_or(1, |piece| piece.end).max(1);
        let scalars = self.element_scalars(element, work);
        let types = &mut self.b.ctx.types;
        let (i8, ptr, i64) = (types.i8(), types.ptr(), types.i64());
        let whole = types.array(i8, size);
        let name = format!("rsenzyme.elements.{}.{}", work.name(), layout_name(element));
        self.helper(&name, &[ptr, ptr, i64], |b, params| {
            let bytes = b.i64(size as i64);
            let count = b.binary(BinOp::UDiv, params[2], bytes);
            let copied = match work {
                Work::MoveBack => Copied::Undone,
                Work::Mirror | Work::Clear | Work::ClearOthers => Copied::Again,
            };
            walk(
                b,
                (params[0], params[1], count),
                (whole, copied),
                |b, to, from| {
                    do_scalars(b, work, (to, from), &scalars);
                },
            );
            b.ret(None);
        })
    }

    /// What of an element is worked on, scalar by scalar.
    fn element_scalars(&mut self, element: &[Piece], work: Work) -> Vec<Scalar> {
        let mut scalars = Vec::new();
        for piece in element {
            match (piece.held, work) {
                (Held::Float(kind), Work::MoveBack | Work::Clear) => {
                    let float = self.b.ctx.types.float_of(kind);
                    let places = (piece.start..piece.end).step_by(facts::stride(kind) as usize);
                    scalars.extend(places.map(|place| (place, float)));
                }
                (Held::Pointer | Held::Integer, Work::Mirror | Work::ClearOthers)
                | (Held::Unknown, Work::Clear) => {
                    let mut place = piece.start;
                    while place < piece.end {
                        let fits = |&size: &u64| place.is_multiple_of(size) && place + size <= piece.end;
                        let size = [8, 4, 2].into_iter().find(fits).unwrap_or(1);
                        scalars.push((place, self.b.ctx.types.int(8 * size as u32)));
                        place += size;
                    }
                }
                _ => {}
            }
        }
        scalars
    }
}

/// All are read before any is written: elements may overlap with themselves.
fn do_scalars(b: &mut Builder<'_>, work: Work, (to, from): (Value, Value), scalars: &[Scalar]) {
    let access = Access {
        align: 1,
        ..Access::default()
    };
    let source = match work {
        Work::Mirror => from,
        Work::MoveBack | Work::Clear | Work::ClearOthers => to,
    };
    let mut read = Vec::new();
    for &(place, ty) in scalars {
        let value = match work {
            Work::Clear | Work::ClearOthers => b.zero(ty),
            _ => {
                let place = placed(b, source, place);
                b.load(ty, place, access)
            }
        };
        read.push(value);
    }
    for (&(place, ty), &value) in scalars.iter().zip(&read) {
        let written = match work {
            Work::Mirror | Work::Clear | Work::ClearOthers => value,
            Work::MoveBack => b.zero(ty),
        };
        let place = placed(b, to, place);
        b.store(written, place, access);
    }
    if work == Work::MoveBack {
        for (&(place, ty), &adjoint) in scalars.iter().zip(&read) {
            let place = placed(b, from, place);
            let old = b.load(ty, place, access);
            let sum = adjoint::sum(b, old, adjoint);
            b.store(sum, place, access);
        }
    }
}

fn placed(b: &mut Builder<'_>, base: Value, offset: u64) -> Value {
    match offset {
        0 => base,
        offset => {
            let offset = b.i64(offset as i64);
            b.byte_offset(base, offset)
        }
    }
}

/// A name that only elements of the same layout have.
fn layout_name(element: &[Piece]) -> String {
    let parts = element.iter().map(|piece| {
        let held = match piece.held {
            Held::Float(kind) => kind.intrinsic_suffix().to_string(),
            Held::Pointer | Held::Integer => "i".to_owned(),
            Held::Unknown => "u".to_owned(),
        };
        format!("{held}_{}", piece.end)
    });
    parts.collect::<Vec<_>>().join(".")
}
