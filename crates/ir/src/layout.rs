//! Sizes, alignments and offsets of types, as LLVM's `DataLayout` computes them (LangRef, "Data Layout").

use crate::types::{FloatKind, Type, TypeData, Types};

/// The data layout of a target, parsed from its string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataLayout {
    /// Most significant byte first.
    pub big_endian: bool,
    pointers: Vec<PointerSpec>,
    ints: Vec<(u32, u64)>,
    floats: Vec<(u32, u64)>,
    vectors: Vec<(u32, u64)>,
    text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct PointerSpec {
    space: u32,
    bits: u32,
    align: u64,
    index_bits: u32,
}

impl Default for DataLayout {
    /// That of x86-64 Linux.
    fn default() -> Self {
        Self::parse("e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128")
    }
}

impl DataLayout {
    /// Parses LLVM's layout string. Parts that do not concern sizes are passed over, as are malformed ones: the host's LLVM has
    /// checked the string before.
    pub fn parse(text: &str) -> Self {
        let mut layout = Self {
            big_endian: false,
            pointers: vec![PointerSpec {
                space: 0,
                bits: 64,
                align: 8,
                index_bits: 64,
            }],
            ints: vec![(1, 1), (8, 1), (16, 2), (32, 4), (64, 4)],
            floats: vec![(16, 2), (32, 4), (64, 8), (128, 16)],
            vectors: vec![(64, 8), (128, 16)],
            text: text.to_owned(),
        };
        for part in text.split('-') {
            layout.parse_part(part);
        }
        layout
    }

    fn parse_part(&mut self, part: &str) {
        let Some(kind) = part.chars().next() else { return };
        let mut fields = part[kind.len_utf8()..].split(':');
        let head = fields.next().unwrap_or("");
        let numbers: Vec<u64> = fields.filter_map(|field| field.parse().ok()).collect();
        match (kind, head.parse::<u32>(), numbers.as_slice()) {
            ('E', _, _) if part == "E" => self.big_endian = true,
            ('p', space, &[bits, align, ..]) => {
                let index_bits = numbers.get(3).copied().unwrap_or(bits) as u32;
                self.set_pointer(PointerSpec {
                    space: space.unwrap_or(0),
                    bits: bits as u32,
                    align: align / 8,
                    index_bits,
                });
            }
            ('i', Ok(bits), &[align, ..]) => set(&mut self.ints, bits, align / 8),
            ('f', Ok(bits), &[align, ..]) => set(&mut self.floats, bits, align / 8),
            ('v', Ok(bits), &[align, ..]) => set(&mut self.vectors, bits, align / 8),
            _ => {}
        }
    }

    fn set_pointer(&mut self, spec: PointerSpec) {
        match self.pointers.iter_mut().find(|old| old.space == spec.space) {
            Some(old) => *old = spec,
            None => self.pointers.push(spec),
        }
    }

    /// The string that was parsed.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn pointer(&self, space: u32) -> &PointerSpec {
        self.pointers
            .iter()
            .find(|spec| spec.space == space)
            .unwrap_or(&self.pointers[0])
    }

    /// Bytes of a pointer into `space`.
    pub fn pointer_size(&self, space: u32) -> u64 {
        u64::from(self.pointer(space).bits) / 8
    }

    /// Bits of an offset into `space`: the width in which `getelementptr` calculates.
    pub fn index_bits(&self, space: u32) -> u32 {
        self.pointer(space).index_bits
    }

    /// The size in bits; `None` for types without a fixed size.
    pub fn bits(&self, types: &Types, ty: Type) -> Option<u64> {
        Some(match types.get(ty) {
            TypeData::Int(bits) => u64::from(*bits),
            TypeData::Float(kind) => u64::from(kind.bits()),
            TypeData::Ptr(space) => u64::from(self.pointer(*space).bits),
            TypeData::Vector { element, len } => self.bits(types, *element)? * u64::from(*len),
            TypeData::Array { .. } | TypeData::Struct { .. } => self.size(types, ty)? * 8,
            _ => return None,
        })
    }

    /// Bytes that a store of the type writes: the bits, rounded up.
    pub fn store_size(&self, types: &Types, ty: Type) -> Option<u64> {
        Some(self.bits(types, ty)?.div_ceil(8))
    }

    /// Bytes from one element of an array to the next: the allocation size.
    pub fn size(&self, types: &Types, ty: Type) -> Option<u64> {
        match types.get(ty) {
            TypeData::Array { element, len } => self.size(types, *element)?.checked_mul(*len),
            TypeData::Struct { fields, packed, .. } => {
                let (mut end, mut align) = (0u64, 1);
                for &field in fields {
                    let field_align = if *packed { 1 } else { self.align(types, field)? };
                    end = end
                        .checked_next_multiple_of(field_align)?
                        .checked_add(self.size(types, field)?)?;
                    align = align.max(field_align);
                }
                end.checked_next_multiple_of(align)
            }
            _ => self
                .store_size(types, ty)?
                .checked_next_multiple_of(self.align(types, ty)?),
        }
    }

    /// The ABI alignment in bytes.
    pub fn align(&self, types: &Types, ty: Type) -> Option<u64> {
        Some(match types.get(ty) {
            TypeData::Int(bits) => self.int_align(*bits),
            TypeData::Float(FloatKind::X86Fp80) => look_up(&self.floats, 80).unwrap_or(16),
            TypeData::Float(kind) => look_up(&self.floats, kind.bits()).unwrap_or(u64::from(kind.bits()) / 8),
            TypeData::Ptr(space) => self.pointer(*space).align,
            TypeData::Vector { .. } => {
                let bits = self.bits(types, ty)?;
                let exact = u32::try_from(bits)
                    .ok()
                    .and_then(|bits| look_up(&self.vectors, bits));
                exact.unwrap_or_else(|| bits.div_ceil(8).next_power_of_two())
            }
            TypeData::Array { element, .. } => self.align(types, *element)?,
            TypeData::Struct { packed: true, .. } => 1,
            TypeData::Struct { fields, .. } => {
                let mut align = 1;
                for &field in fields {
                    align = align.max(self.align(types, field)?);
                }
                align
            }
            _ => return None,
        })
    }

    /// Integers take the alignment of the next wider one that is listed, or of the widest.
    fn int_align(&self, bits: u32) -> u64 {
        let wider = self
            .ints
            .iter()
            .filter(|spec| spec.0 >= bits)
            .min_by_key(|spec| spec.0);
        let widest = self.ints.iter().max_by_key(|spec| spec.0);
        wider.or(widest).map_or(1, |spec| spec.1.max(1))
    }

    /// The byte offset of the direct member `index` of an aggregate or vector.
    pub fn member_offset(&self, types: &Types, ty: Type, index: u64) -> Option<u64> {
        match types.get(ty) {
            TypeData::Array { element, .. } => self.size(types, *element)?.checked_mul(index),
            TypeData::Vector { element, .. } => Some(self.bits(types, *element)? * index / 8),
            TypeData::Struct { fields, packed, .. } => {
                let mut end = 0u64;
                for (position, &field) in fields.iter().enumerate() {
                    let align = if *packed { 1 } else { self.align(types, field)? };
                    end = end.checked_next_multiple_of(align)?;
                    if position as u64 == index {
                        return Some(end);
                    }
                    end += self.size(types, field)?;
                }
                None
            }
            _ => None,
        }
    }
}

fn set(table: &mut Vec<(u32, u64)>, bits: u32, align: u64) {
    match table.iter_mut().find(|entry| entry.0 == bits) {
        Some(entry) => entry.1 = align,
        None => table.push((bits, align)),
    }
}

fn look_up(table: &[(u32, u64)], bits: u32) -> Option<u64> {
    table.iter().find(|entry| entry.0 == bits).map(|entry| entry.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x86_64_sizes_follow_the_system_v_abi() {
        let (layout, mut types) = (DataLayout::default(), Types::new());
        let fp80 = types.float_of(FloatKind::X86Fp80);
        assert_eq!(
            (layout.size(&types, fp80), layout.align(&types, fp80)),
            (Some(16), Some(16))
        );
        let i128 = types.int(128);
        assert_eq!(layout.align(&types, i128), Some(16));
        let (i8, double) = (types.i8(), types.double());
        let mixed = types.structure(&[i8, double, i8]);
        assert_eq!(layout.size(&types, mixed), Some(24));
        assert_eq!(layout.member_offset(&types, mixed, 1), Some(8));
        let float = types.float();
        let three = types.vector(float, 3);
        assert_eq!(
            (layout.store_size(&types, three), layout.size(&types, three)),
            (Some(12), Some(16))
        );
    }
}
