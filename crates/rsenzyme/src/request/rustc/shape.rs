//! From the types of the source to the parameters of LLVM's that rustc makes of them (its own calling convention, not C's).

use ir::{DebugKind, DebugMember, DebugNode, DebugType, EntityVec};

type Nodes = EntityVec<DebugType, DebugNode>;

/// How a parameter of the source arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Passed {
    /// Not at all: it has no bytes.
    Nothing,
    /// As one value, or as an address.
    One,
    /// As two: it consists of two scalars.
    Two,
}

impl Passed {
    pub(super) fn count(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::One => 1,
            Self::Two => 2,
        }
    }
}

/// Why the scalars of a type are not listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum NotListed {
    /// It is passed as one value, whatever is in it.
    Whole,
    /// A union, an enumeration with variants, or a type without a description: one value or two.
    Unclear,
}

/// How each parameter arrives, if that makes `count` of LLVM's in all; `None` if it cannot be told.
pub(super) fn passed(nodes: &Nodes, params: &[DebugType], count: usize) -> Option<Vec<Passed>> {
    let known: Vec<Option<Passed>> = params.iter().map(|&ty| classify(nodes, ty)).collect();
    let sure: usize = known.iter().flatten().map(|passed| passed.count()).sum();
    let unclear = known.iter().filter(|passed| passed.is_none()).count();
    // Where several are unclear they must be alike.
    let each = match count.checked_sub(sure)? {
        rest if rest == unclear => Passed::One,
        rest if rest == 2 * unclear => Passed::Two,
        _ => return None,
    };
    Some(known.into_iter().map(|passed| passed.unwrap_or(each)).collect())
}

fn classify(nodes: &Nodes, ty: DebugType) -> Option<Passed> {
    let mut scalars = Vec::new();
    match list(nodes, ty, 0, &mut scalars) {
        Ok(()) => Some(match scalars.len() {
            0 => Passed::Nothing,
            2 => Passed::Two,
            _ => Passed::One,
        }),
        Err(NotListed::Whole) => Some(Passed::One),
        Err(NotListed::Unclear) => None,
    }
}

/// Lists the offsets of the scalars in a type.
fn list(nodes: &Nodes, ty: DebugType, offset: u64, found: &mut Vec<u64>) -> Result<(), NotListed> {
    let node = &nodes[ty];
    match &node.kind {
        DebugKind::Byte | DebugKind::Integer | DebugKind::Float(_) | DebugKind::Pointer(_) => {
            found.push(offset);
            Ok(())
        }
        DebugKind::Opaque if node.bytes == 0 => Ok(()),
        DebugKind::Array(..) if node.bytes == 0 => Ok(()),
        // Members without bytes say nothing of how the others are passed, but an array does.
        DebugKind::Array(..) => Err(NotListed::Whole),
        DebugKind::Record(members) => {
            let mut result = Ok(());
            for member in members {
                result = result.and(list(nodes, member.ty, offset + member.offset, found));
            }
            result
        }
        DebugKind::Opaque | DebugKind::Choice(_) => Err(NotListed::Unclear),
    }
}

/// The offsets of a structure's members in the order of the source, and its size.
pub(super) fn members(nodes: &Nodes, ty: DebugType) -> Option<(Vec<u64>, u64)> {
    let node = &nodes[ty];
    match &node.kind {
        DebugKind::Record(members) => {
            let offset = |member: &DebugMember| member.offset;
            Some((members.iter().map(offset).collect(), node.bytes))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Types {
        nodes: Nodes,
        number: DebugType,
        pair: DebugType,
        array: DebugType,
        choice: DebugType,
        nothing: DebugType,
    }

    fn types() -> Types {
        let mut nodes = Nodes::default();
        let number = nodes.push(DebugNode {
            bytes: 8,
            kind: DebugKind::Float(ir::FloatKind::Double),
        });
        let member = |offset, ty| DebugMember { offset, ty };
        let pair = nodes.push(DebugNode {
            bytes: 16,
            kind: DebugKind::Record(vec![member(0, number), member(8, number)]),
        });
        let array = nodes.push(DebugNode {
            bytes: 16,
            kind: DebugKind::Array(number, Some(2)),
        });
        let choice = nodes.push(DebugNode {
            bytes: 16,
            kind: DebugKind::Choice(vec![member(0, pair)]),
        });
        let nothing = nodes.push(DebugNode {
            bytes: 0,
            kind: DebugKind::Record(Vec::new()),
        });
        Types {
            nodes,
            number,
            pair,
            array,
            choice,
            nothing,
        }
    }

    #[test]
    fn pairs_are_two_and_arrays_are_one() {
        let it = types();
        let all = [it.number, it.pair, it.array, it.nothing];
        let expected = [Passed::One, Passed::Two, Passed::One, Passed::Nothing];
        assert_eq!(passed(&it.nodes, &all, 4).as_deref(), Some(&expected[..]));
        assert_eq!(passed(&it.nodes, &all, 5), None);
    }

    #[test]
    fn what_is_unclear_is_decided_by_the_number_of_parameters() {
        let it = types();
        let list = [it.choice, it.number];
        assert_eq!(passed(&it.nodes, &list, 2), Some(vec![Passed::One, Passed::One]));
        assert_eq!(passed(&it.nodes, &list, 3), Some(vec![Passed::Two, Passed::One]));
        assert_eq!(passed(&it.nodes, &[it.choice, it.choice], 3), None);
    }

    #[test]
    fn members_keep_the_order_of_the_source() {
        let it = types();
        assert_eq!(members(&it.nodes, it.pair), Some((vec![0, 8], 16)));
        assert_eq!(members(&it.nodes, it.number), None);
    }
}
