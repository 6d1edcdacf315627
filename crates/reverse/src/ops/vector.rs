//! Members of vectors and aggregates: adjoints go back to where the members came from.
//!
//! Rearrangements are linear maps of zeros and ones. Their transposes are rearrangements as well, but for members that are used several
//! times, whose adjoints add up, and for members that are not used, which get nothing.

use ir::{Inst, Op, TypeData, Value};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    pub(super) fn shadow_of_rearrangement(&mut self, inst: Inst) -> Outcome<Lanes> {
        let data = self.data(inst);
        if self.b.ctx.types.is_scalable(data.ty) {
            return Err(ErrorKind::ScalableVector);
        }
        // The number of operands with a shadow; the rest are indices.
        let values = match data.op {
            Op::ExtractElement | Op::ExtractValue(_) => 1,
            _ => 2,
        };
        let mut shadows: SmallVec<[Lanes; 2]> = SmallVec::new();
        for &value in &data.operands[..values] {
            shadows.push(self.shadow(value)?);
        }
        let indices = self.value_list(&data.operands[values..])?;
        Ok(self.each(|emit, lane| {
            let mut operands: SmallVec<[_; 3]> = shadows.iter().map(|lanes| lanes[lane]).collect();
            operands.extend_from_slice(&indices);
            emit.repeat_value(inst, &operands)
        }))
    }

    pub(super) fn reverse_rearrangement(&mut self, inst: Inst) -> Outcome {
        let data = self.data(inst);
        let Some(result) = data.result else { return Ok(()) };
        if !self.has_adjoint(result) {
            return Ok(());
        }
        if self.b.ctx.types.is_scalable(data.ty) {
            return Err(ErrorKind::ScalableVector);
        }
        let Some(adjoint) = self.take(result)? else {
            return Ok(());
        };
        let operands = &data.operands;
        match &data.op {
            Op::ExtractElement => self.reverse_extract_element((operands[0], operands[1]), &adjoint),
            Op::InsertElement => {
                self.reverse_insert_element([operands[0], operands[1], operands[2]], &adjoint)
            }
            Op::Shuffle(mask) => {
                let len = self.lane_count(operands[0]);
                let from: Vec<Option<u32>> = mask.iter().map(|&lane| u32::try_from(lane).ok()).collect();
                self.reverse_permutation(&[operands[0], operands[1]], len, &from, &adjoint)
            }
            Op::ExtractValue(path) => self.add_member(operands[0], path, &adjoint),
            Op::InsertValue(path) => {
                if self.has_adjoint(operands[1]) {
                    self.check_member(result, path)?;
                }
                self.reverse_insert_value((operands[0], operands[1]), path, &adjoint)
            }
            op => Err(ErrorKind::Internal {
                what: format!("{op:?} is no rearrangement"),
            }),
        }
    }

    fn reverse_extract_element(&mut self, (vector, index): (Value, Value), adjoint: &Lanes) -> Outcome {
        if !self.has_adjoint(vector) {
            return Ok(());
        }
        let index = self.need_primal(index)?;
        let zero = self.b.zero(self.source_type(vector));
        let lanes: Lanes = adjoint
            .iter()
            .map(|&lane| self.b.insert_element(zero, lane, index))
            .collect();
        self.add(vector, &lanes)
    }

    fn reverse_insert_element(&mut self, [vector, element, index]: [Value; 3], adjoint: &Lanes) -> Outcome {
        let index = self.need_primal(index)?;
        if self.has_adjoint(element) {
            let lanes: Lanes = adjoint
                .iter()
                .map(|&lane| self.b.extract_element(lane, index))
                .collect();
            self.add(element, &lanes)?;
        }
        if self.has_adjoint(vector) {
            let zero = self.b.zero(self.source_type(element));
            let lanes: Lanes = adjoint
                .iter()
                .map(|&lane| self.b.insert_element(lane, zero, index))
                .collect();
            self.add(vector, &lanes)?;
        }
        Ok(())
    }

    fn reverse_insert_value(
        &mut self,
        (aggregate, member): (Value, Value),
        path: &[u32],
        adjoint: &Lanes,
    ) -> Outcome {
        if self.has_adjoint(member) {
            let lanes: Lanes = adjoint
                .iter()
                .map(|&lane| self.b.extract_value(lane, path))
                .collect();
            self.add(member, &lanes)?;
        }
        if self.has_adjoint(aggregate) {
            let zero = self.b.zero(self.source_type(member));
            let lanes: Lanes = adjoint
                .iter()
                .map(|&lane| self.b.insert_value(lane, zero, path))
                .collect();
            self.add(aggregate, &lanes)?;
        }
        Ok(())
    }

    /// The number of lanes of a vector of fixed length; 0 for other values.
    pub(super) fn lane_count(&self, value: Value) -> u32 {
        match *self.b.ctx.types.get(self.source_type(value)) {
            TypeData::Vector { len, .. } => len,
            _ => 0,
        }
    }

    /// The transpose of a permutation of lanes: lane `k` of the result came from lane `from[k]` of the `operands`, which have `len` lanes
    /// each and are counted through. A lane that was used several times gets the sum, round by round.
    pub(super) fn reverse_permutation(
        &mut self,
        operands: &[Value],
        len: u32,
        from: &[Option<u32>],
        adjoint: &[Value],
    ) -> Outcome {
        for (position, &operand) in operands.iter().enumerate() {
            if !self.has_adjoint(operand) {
                continue;
            }
            let first = position as u32 * len;
            let mut left: Vec<Option<u32>> = from
                .iter()
                .map(|lane| {
                    lane.and_then(|lane| lane.checked_sub(first))
                        .filter(|&lane| lane < len)
                })
                .collect();
            while let Some(round) = next_round(&mut left, len) {
                let lanes: Lanes = adjoint
                    .iter()
                    .map(|&lane| {
                        let zero = self.b.zero(self.b.ty(lane));
                        self.b.shuffle(lane, zero, round.clone().into())
                    })
                    .collect();
                self.add(operand, &lanes)?;
            }
        }
        Ok(())
    }
}

/// A shuffle mask that takes for each of `len` lanes one result lane that came from it, and zero (the second vector) for lanes without;
/// `None` if none is left.
fn next_round(left: &mut [Option<u32>], len: u32) -> Option<Vec<i32>> {
    let zero = left.len() as i32;
    let mut mask = vec![zero; len as usize];
    for (result, source) in left.iter_mut().enumerate() {
        if let Some(lane) = *source
            && mask[lane as usize] == zero
        {
            mask[lane as usize] = result as i32;
            *source = None;
        }
    }
    mask.iter().any(|&lane| lane != zero).then_some(mask)
}

#[cfg(test)]
mod tests {
    use super::next_round;

    #[test]
    fn rounds_give_each_lane_to_where_it_came_from() {
        // Result lanes 0 and 2 came from lane 1, lane 1 from lane 0, lane 3 from nowhere.
        let mut left = [Some(1), Some(0), Some(1), None];
        assert_eq!(next_round(&mut left, 2), Some(vec![1, 0]));
        assert_eq!(next_round(&mut left, 2), Some(vec![4, 2]));
        assert_eq!(next_round(&mut left, 2), None);
    }
}
