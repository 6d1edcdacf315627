//! The interpreter's memory: allocations in a flat address space, every byte with a mask of undefined bits and a byte of tangent.
//!
//! Addresses are never used twice and allocations keep their distance, so that accesses beyond an end, after a free or after a return
//! are found. The tangent bytes are the shadow memory of forward mode: where a double lies, its tangent lies at the same address in
//! them; whatever copies bytes copies both.

use std::collections::BTreeMap;

use thiserror::Error;

use super::value::{Datum, Scalar, ScalarKind};
use crate::constant::mask;
use crate::context::Context;
use crate::types::{Type, TypeData};

/// The first address; lower ones name functions or nothing.
const FIRST: u64 = 1 << 32;

/// The least distance between two allocations.
const GAP: u64 = 256;

/// Whom an allocation belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// The program, which frees it.
    Heap,
    /// A call, which ends it.
    Stack,
    /// The module.
    Global,
    /// The module, which never changes it.
    Constant,
}

/// An access that memory refuses.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum MemoryError {
    /// No allocation holds all the bytes.
    #[error("{len} bytes at {address:#x} are not within an allocation")]
    OutOfBounds {
        /// The address.
        address: u64,
        /// The number of bytes.
        len: u64,
    },
    /// The allocation was freed, or the call that it belonged to returned.
    #[error("the memory at {address:#x} has ended")]
    Ended {
        /// The address.
        address: u64,
    },
    /// A store to a constant.
    #[error("the memory at {address:#x} is constant")]
    Constant {
        /// The address.
        address: u64,
    },
    /// A free of what is not the start of a living allocation of the heap.
    #[error("{address:#x} is not the start of an allocation of the heap")]
    NotHeap {
        /// The address.
        address: u64,
    },
    /// An address that is not aligned as the instruction promises.
    #[error("{address:#x} is not aligned to {align} bytes")]
    Misaligned {
        /// The address.
        address: u64,
        /// The promise.
        align: u64,
    },
    /// A copy of ranges that overlap.
    #[error("the ranges at {dst:#x} and {src:#x} overlap")]
    Overlap {
        /// Where to.
        dst: u64,
        /// Where from.
        src: u64,
    },
    /// More bytes than the limit allows.
    #[error("{len} bytes are more than the limit")]
    TooLarge {
        /// The number of bytes.
        len: u64,
    },
    /// A type that has no bytes here.
    #[error("values of this type cannot be stored")]
    Type,
}

/// Bytes with what the interpreter knows of them.
#[derive(Clone, Default, Debug)]
pub struct Bytes {
    /// The bytes.
    pub value: Vec<u8>,
    /// Masks of undefined bits.
    pub undef: Vec<u8>,
    /// The bytes of the tangent.
    pub tangent: Vec<u8>,
}

impl Bytes {
    fn undefined(len: usize) -> Self {
        Self {
            value: vec![0; len],
            undef: vec![0xff; len],
            tangent: vec![0; len],
        }
    }

    fn part(&self, at: usize, len: usize) -> Self {
        Self {
            value: self.value[at..at + len].to_vec(),
            undef: self.undef[at..at + len].to_vec(),
            tangent: self.tangent[at..at + len].to_vec(),
        }
    }

    fn put(&mut self, at: usize, part: &Self) {
        let len = part.value.len();
        self.value[at..at + len].copy_from_slice(&part.value);
        self.undef[at..at + len].copy_from_slice(&part.undef);
        self.tangent[at..at + len].copy_from_slice(&part.tangent);
    }
}

#[derive(Clone, Debug)]
struct Allocation {
    bytes: Bytes,
    owner: Owner,
    ended: bool,
}

/// The memory of a program.
#[derive(Clone, Debug)]
pub struct Memory {
    allocations: BTreeMap<u64, Allocation>,
    next: u64,
    left: u64,
}

impl Memory {
    /// Memory for so many bytes in all.
    pub fn new(limit: u64) -> Self {
        Self {
            allocations: BTreeMap::new(),
            next: FIRST,
            left: limit,
        }
    }

    /// Undefined bytes at a new address.
    ///
    /// # Errors
    /// If the limit does not allow them.
    pub fn allocate(&mut self, len: u64, align: u64, owner: Owner) -> Result<u64, MemoryError> {
        self.left = self.left.checked_sub(len).ok_or(MemoryError::TooLarge { len })?;
        let address = self.next.next_multiple_of(align.max(1).next_power_of_two());
        self.next = address + len + GAP;
        let allocation = Allocation {
            bytes: Bytes::undefined(len as usize),
            owner,
            ended: false,
        };
        self.allocations.insert(address, allocation);
        Ok(address)
    }

    /// Ends an allocation of the heap. Null is nothing to free.
    ///
    /// # Errors
    /// If the address is not the start of one.
    pub fn free(&mut self, address: u64) -> Result<(), MemoryError> {
        if address == 0 {
            return Ok(());
        }
        match self.allocations.get(&address) {
            Some(allocation) if allocation.owner == Owner::Heap && !allocation.ended => {
                self.end(address);
                Ok(())
            }
            _ => Err(MemoryError::NotHeap { address }),
        }
    }

    /// The number of bytes of the allocation that starts here.
    pub fn size_at(&self, address: u64) -> Option<u64> {
        let allocation = self.allocations.get(&address)?;
        (!allocation.ended).then_some(allocation.bytes.value.len() as u64)
    }

    /// Ends an allocation. Its addresses stay taken.
    pub(super) fn end(&mut self, address: u64) {
        if let Some(allocation) = self.allocations.get_mut(&address) {
            self.left += allocation.bytes.value.len() as u64;
            allocation.ended = true;
            allocation.bytes = Bytes::default();
        }
    }

    /// From now on the bytes of a global are constant.
    pub(super) fn seal(&mut self, address: u64) {
        if let Some(allocation) = self.allocations.get_mut(&address) {
            allocation.owner = Owner::Constant;
        }
    }

    /// The number of living allocations of the heap: what a program leaks.
    pub fn heap_count(&self) -> usize {
        let living = |allocation: &&Allocation| allocation.owner == Owner::Heap && !allocation.ended;
        self.allocations.values().filter(living).count()
    }

    fn locate(&mut self, address: u64, len: u64) -> Result<(&mut Allocation, usize), MemoryError> {
        let found = self.allocations.range_mut(..=address).next_back();
        let Some((&start, allocation)) = found else {
            return Err(MemoryError::OutOfBounds { address, len });
        };
        if allocation.ended {
            return Err(MemoryError::Ended { address });
        }
        let at = address - start;
        match at.checked_add(len) {
            Some(end) if end <= allocation.bytes.value.len() as u64 => Ok((allocation, at as usize)),
            _ => Err(MemoryError::OutOfBounds { address, len }),
        }
    }

    /// The bytes of a range.
    ///
    /// # Errors
    /// If they are not all within a living allocation.
    pub fn read(&mut self, address: u64, len: u64) -> Result<Bytes, MemoryError> {
        if len == 0 {
            return Ok(Bytes::default());
        }
        let (allocation, at) = self.locate(address, len)?;
        Ok(allocation.bytes.part(at, len as usize))
    }

    /// Replaces the bytes of a range.
    ///
    /// # Errors
    /// If they are not all within a living allocation that may change.
    pub fn write(&mut self, address: u64, bytes: &Bytes) -> Result<(), MemoryError> {
        let len = bytes.value.len() as u64;
        if len == 0 {
            return Ok(());
        }
        let (allocation, at) = self.locate(address, len)?;
        if allocation.owner == Owner::Constant {
            return Err(MemoryError::Constant { address });
        }
        allocation.bytes.put(at, bytes);
        Ok(())
    }

    /// Copies bytes between ranges that may overlap.
    ///
    /// # Errors
    /// As [`Memory::read`] and [`Memory::write`].
    pub fn copy(&mut self, dst: u64, src: u64, len: u64) -> Result<(), MemoryError> {
        let bytes = self.read(src, len)?;
        self.write(dst, &bytes)
    }

    /// Sets all bytes of a range, with tangent zero.
    ///
    /// # Errors
    /// As [`Memory::write`].
    pub fn fill(&mut self, address: u64, byte: u8, len: u64) -> Result<(), MemoryError> {
        if len > 0 {
            self.locate(address, len)?;
        }
        let bytes = Bytes {
            value: vec![byte; len as usize],
            undef: vec![0; len as usize],
            tangent: vec![0; len as usize],
        };
        self.write(address, &bytes)
    }

    /// The value of a type at an address.
    ///
    /// # Errors
    /// As [`Memory::read`].
    pub fn load(&mut self, ctx: &Context, ty: Type, address: u64) -> Result<Datum, MemoryError> {
        let len = ctx.store_size_of(ty).ok_or(MemoryError::Type)?;
        let bytes = self.read(address, len)?;
        decode(ctx, ty, &bytes, 0)
    }

    /// Stores a value of a type. The padding of structures keeps its bytes.
    ///
    /// # Errors
    /// As [`Memory::write`].
    pub fn store(&mut self, ctx: &Context, ty: Type, address: u64, datum: &Datum) -> Result<(), MemoryError> {
        let len = ctx.store_size_of(ty).ok_or(MemoryError::Type)?;
        let mut bytes = self.read(address, len)?;
        encode(ctx, ty, datum, &mut bytes, 0)?;
        self.write(address, &bytes)
    }

    /// Stores doubles with their tangents from an address on.
    ///
    /// # Errors
    /// As [`Memory::write`].
    pub fn store_duals(&mut self, address: u64, duals: &[(f64, f64)]) -> Result<(), MemoryError> {
        let value = duals.iter().flat_map(|dual| dual.0.to_le_bytes()).collect();
        let tangent = duals.iter().flat_map(|dual| dual.1.to_le_bytes()).collect();
        self.write_defined(address, value, tangent)
    }

    /// Stores floats with their tangents from an address on.
    ///
    /// # Errors
    /// As [`Memory::write`].
    pub fn store_dual_f32s(&mut self, address: u64, duals: &[(f32, f32)]) -> Result<(), MemoryError> {
        let value = duals.iter().flat_map(|dual| dual.0.to_le_bytes()).collect();
        let tangent = duals.iter().flat_map(|dual| dual.1.to_le_bytes()).collect();
        self.write_defined(address, value, tangent)
    }

    fn write_defined(&mut self, address: u64, value: Vec<u8>, tangent: Vec<u8>) -> Result<(), MemoryError> {
        let undef = vec![0; value.len()];
        self.write(
            address,
            &Bytes {
                value,
                undef,
                tangent,
            },
        )
    }

    /// The doubles from an address on, with their tangents. Undefined ones are NaN.
    ///
    /// # Errors
    /// As [`Memory::read`].
    pub fn load_duals(&mut self, address: u64, count: usize) -> Result<Vec<(f64, f64)>, MemoryError> {
        let double = |bytes: &[u8]| f64::from_bits(wide(bytes) as u64);
        let numbers = self.numbers(address, count, 8)?;
        Ok(numbers
            .iter()
            .map(|number| match number {
                Some((value, tangent)) => (double(value), double(tangent)),
                None => (f64::NAN, f64::NAN),
            })
            .collect())
    }

    /// The floats from an address on, with their tangents. Undefined ones are NaN.
    ///
    /// # Errors
    /// As [`Memory::read`].
    pub fn load_dual_f32s(&mut self, address: u64, count: usize) -> Result<Vec<(f32, f32)>, MemoryError> {
        let float = |bytes: &[u8]| f32::from_bits(wide(bytes) as u32);
        let numbers = self.numbers(address, count, 4)?;
        Ok(numbers
            .iter()
            .map(|number| match number {
                Some((value, tangent)) => (float(value), float(tangent)),
                None => (f32::NAN, f32::NAN),
            })
            .collect())
    }

    /// The bytes of numbers and their tangents; `None` for those that are not defined.
    #[expect(clippy::type_complexity, reason = "two byte strings, used in this file alone")]
    fn numbers(
        &mut self,
        address: u64,
        count: usize,
        size: usize,
    ) -> Result<Vec<Option<(Vec<u8>, Vec<u8>)>>, MemoryError> {
        let bytes = self.read(address, (count * size) as u64)?;
        let number = |index: usize| {
            let part = bytes.part(index * size, size);
            (wide(&part.undef) == 0).then_some((part.value, part.tangent))
        };
        Ok((0..count).map(number).collect())
    }
}

/// At most 16 bytes as a number, the first one lowest.
fn wide(bytes: &[u8]) -> u128 {
    let mut full = [0; 16];
    full[..bytes.len()].copy_from_slice(bytes);
    u128::from_le_bytes(full)
}

fn decode(ctx: &Context, ty: Type, bytes: &Bytes, at: u64) -> Result<Datum, MemoryError> {
    if let Some(kind) = ScalarKind::of(ctx, ty) {
        return Ok(Datum::Scalar(decode_bits(bytes, at * 8, kind)));
    }
    let mut members = Vec::new();
    for index in 0..ctx.types.member_count(ty) {
        let member = ctx.types.member(ty, index).ok_or(MemoryError::Type)?;
        members.push(match lane(ctx, ty, member)? {
            Some(kind) => Datum::Scalar(decode_bits(bytes, at * 8 + index * u64::from(kind.bits()), kind)),
            None => {
                let offset = ctx
                    .layout
                    .member_offset(&ctx.types, ty, index)
                    .ok_or(MemoryError::Type)?;
                decode(ctx, member, bytes, at + offset)?
            }
        });
    }
    Ok(Datum::Members(members))
}

fn encode(ctx: &Context, ty: Type, datum: &Datum, bytes: &mut Bytes, at: u64) -> Result<(), MemoryError> {
    if let (Some(kind), Some(scalar)) = (ScalarKind::of(ctx, ty), datum.scalar()) {
        // What lies above the bits of an odd integer in its last byte is zero.
        let whole = ScalarKind::Int(kind.bits().next_multiple_of(8).min(128));
        encode_bits(bytes, at * 8, whole, scalar);
        return Ok(());
    }
    for (index, datum) in datum.members().iter().enumerate() {
        let index = index as u64;
        let member = ctx.types.member(ty, index).ok_or(MemoryError::Type)?;
        match (lane(ctx, ty, member)?, datum.scalar()) {
            (Some(kind), Some(scalar)) => {
                encode_bits(bytes, at * 8 + index * u64::from(kind.bits()), kind, scalar);
            }
            _ => {
                let offset = ctx
                    .layout
                    .member_offset(&ctx.types, ty, index)
                    .ok_or(MemoryError::Type)?;
                encode(ctx, member, datum, bytes, at + offset)?;
            }
        }
    }
    Ok(())
}

/// The format of a vector's lanes, which lie bit by bit one after the other; `None` for members of other types.
fn lane(ctx: &Context, ty: Type, member: Type) -> Result<Option<ScalarKind>, MemoryError> {
    match ctx.types.get(ty) {
        TypeData::Vector { .. } => ScalarKind::of(ctx, member).map(Some).ok_or(MemoryError::Type),
        TypeData::Array { .. } | TypeData::Struct { .. } => Ok(None),
        _ => Err(MemoryError::Type),
    }
}

fn decode_bits(bytes: &Bytes, bit: u64, kind: ScalarKind) -> Scalar {
    let (first, shift) = ((bit / 8) as usize, bit % 8);
    let end = (bit + u64::from(kind.bits())).div_ceil(8) as usize;
    // Lanes of odd widths may touch 17 bytes only if they are wider than 120 bits, which decoding in two parts handles.
    let get = |bytes: &[u8]| {
        let low = wide(&bytes[first..end.min(first + 16)]) >> shift;
        let high = if end > first + 16 {
            u128::from(bytes[first + 16]) << (128 - shift)
        } else {
            0
        };
        (low | high) & mask(kind.bits())
    };
    Scalar {
        bits: get(&bytes.value),
        undef: get(&bytes.undef),
        tangent: get(&bytes.tangent),
    }
}

fn encode_bits(bytes: &mut Bytes, bit: u64, kind: ScalarKind, scalar: Scalar) {
    let end = bit + u64::from(kind.bits());
    let put = |bytes: &mut [u8], bits: u128| {
        for byte in bit / 8..end.div_ceil(8) {
            let start = byte * 8;
            let (low, high) = (bit.saturating_sub(start), (end - start).min(8));
            let flags = (0xff << low) as u8 & (0xff >> (8 - high)) as u8;
            let part = match start.checked_sub(bit) {
                Some(shift) => bits >> shift,
                None => bits << low,
            };
            let place = &mut bytes[byte as usize];
            *place = (*place & !flags) | (part as u8 & flags);
        }
    };
    put(&mut bytes.value, scalar.bits);
    put(&mut bytes.undef, scalar.undef);
    put(&mut bytes.tangent, scalar.tangent);
}
