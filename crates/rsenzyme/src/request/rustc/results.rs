//! Where the results of a derivative go in the type that rustc declares for the call.

use crate::raw::{Mod, Ty};

/// A result: the way to it in what the derivative returns, and its place in bytes from the start of what is declared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub(crate) path: Vec<u32>,
    pub(crate) offset: u64,
}

/// What a request's derivative returns.
pub(crate) struct Wanted {
    pub(crate) width: u32,
    /// The value is among what it returns.
    pub(crate) primal: bool,
    /// Tangents are.
    pub(crate) shadow: bool,
    /// The value is written to memory instead, and has the first place of the declared result.
    pub(crate) primal_in_memory: bool,
    /// For each result of the source after the value: of how many members it consists.
    pub(crate) groups: Vec<usize>,
}

/// Scalars in a type, in order; vectors are scalars.
pub(super) fn scalars(ty: Ty) -> Vec<Ty> {
    match ty.array_len() {
        Some(len) => scalars(ty.element()).repeat(usize::try_from(len).unwrap_or(0)),
        None if ty.is_struct() => ty.fields().into_iter().flat_map(scalars).collect(),
        None => vec![ty],
    }
}

/// Whether a type has these scalars, in whatever order, and nothing but padding besides: rustc fills gaps with arrays of integers.
pub(super) fn is_made_of(ty: Ty, parts: &[Ty]) -> bool {
    let mut found = scalars(ty);
    for part in parts.iter().flat_map(|part| scalars(*part)) {
        match found.iter().position(|known| *known == part) {
            Some(position) => drop(found.remove(position)),
            None => return false,
        }
    }
    found
        .iter()
        .all(|rest| rest.int_bits().is_some_and(|bits| bits < 64))
}

/// Values and tangents stand one after the other: `T`, `{T, T}`, `[n x T]`.
pub(super) fn of_tangents(module: Mod, made: Ty, declared: Ty, wanted: &Wanted) -> Option<Vec<Place>> {
    let both = wanted.primal && wanted.shadow;
    let mut paths: Vec<Vec<u32>> = Vec::new();
    if wanted.primal {
        paths.push(if both { vec![0] } else { Vec::new() });
    }
    if wanted.shadow {
        let start: &[u32] = if both { &[1] } else { &[] };
        let lanes = (0..wanted.width).map(|lane| {
            let lane = (wanted.width > 1).then_some(lane);
            start.iter().copied().chain(lane).collect()
        });
        paths.extend(lanes);
    }
    let count = paths.len();
    let offsets = match declared.array_len() {
        _ if count == 1 => vec![0],
        Some(len) if len == count as u64 => {
            let step = module.size_of(declared.element())?;
            (0..len).map(|index| index * step).collect()
        }
        _ if declared.fields().len() == count => offsets(module, declared),
        _ => return None,
    };
    let places = paths.into_iter().zip(offsets);
    let places: Vec<_> = places.map(|(path, offset)| Place { path, offset }).collect();
    fits(module, made, declared, &places).then_some(places)
}

/// The value and the derivatives stand where the source's tuple has them: rustc sorts its members by size.
pub(super) fn of_gradient(
    module: Mod,
    made: Ty,
    declared: Ty,
    wanted: &Wanted,
    members: Option<&(Vec<u64>, u64)>,
) -> Option<Vec<Place>> {
    let made_members = made.fields();
    let first = usize::from(wanted.primal || wanted.primal_in_memory);
    let count = first + wanted.groups.len();
    let starts = match members {
        _ if count == 1 => vec![0],
        Some((offsets, bytes)) if offsets.len() == count && Some(*bytes) == module.size_of(declared) => {
            offsets.clone()
        }
        _ if wanted.primal_in_memory => return None,
        _ => return by_type(module, &made_members, declared),
    };
    let mut places = Vec::new();
    let mut member = 0u32;
    if wanted.primal {
        places.push(Place {
            path: vec![0],
            offset: starts[0],
        });
        member = 1;
    }
    for (&start, &size) in starts[first..].iter().zip(&wanted.groups) {
        let mut offset = start;
        for _ in 0..size {
            let ty = *made_members.get(member as usize)?;
            let bytes = module.size_of(ty)?;
            offset = offset.next_multiple_of(bytes.max(1));
            places.push(Place {
                path: vec![member],
                offset,
            });
            offset += bytes;
            member += 1;
        }
    }
    fits(module, made, declared, &places).then_some(places)
}

/// Without debug information: the members of each type are in the order of the source. That holds for tuples of scalars only.
fn by_type(module: Mod, made: &[Ty], declared: Ty) -> Option<Vec<Place>> {
    let fields = declared.fields();
    if made.len() == 1 && made[0] == declared {
        return Some(vec![Place {
            path: vec![0],
            offset: 0,
        }]);
    }
    let offsets = offsets(module, declared);
    let mut free: Vec<bool> = fields.iter().map(|field| !field.is_struct()).collect();
    let mut places = Vec::new();
    for (index, ty) in (0..).zip(made) {
        let found = (0..fields.len()).find(|&at| free[at] && fields[at] == *ty)?;
        free[found] = false;
        places.push(Place {
            path: vec![index],
            offset: offsets[found],
        });
    }
    Some(places)
}

fn offsets(module: Mod, ty: Ty) -> Vec<u64> {
    let count = ty.fields().len() as u32;
    (0..count).map(|index| module.offset_of(ty, index)).collect()
}

/// Whether every result is inside what is declared.
fn fits(module: Mod, made: Ty, declared: Ty, places: &[Place]) -> bool {
    let room = module.size_of(declared).unwrap_or(0);
    places.iter().all(|place| {
        let ty = place
            .path
            .iter()
            .try_fold(made, |ty, &index| match ty.array_len() {
                Some(_) => Some(ty.element()),
                None => ty.fields().get(index as usize).copied(),
            });
        let bytes = ty.and_then(|ty| module.store_size(ty));
        bytes.is_some_and(|bytes| place.offset + bytes <= room)
    })
}
