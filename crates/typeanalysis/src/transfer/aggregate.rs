//! Structures and arrays in registers.

use ir::Type;

use crate::body::Node;
use crate::log::Why;
use crate::solver::Solver;
use crate::window::{Window, clamp};

const PART: &str = "a member is a part of the whole";

impl Solver<'_, '_> {
    /// Where a member lies: its offset, its size, and where the next member of any enclosing level begins.
    fn member(&self, aggregate: Node, path: &[u32]) -> Option<(u64, u64, u64)> {
        let ctx = self.ctx();
        let mut ty: Type = self.body.ty(ctx, aggregate);
        let (mut offset, mut end) = (0, ctx.store_size_of(ty)?);
        for &index in path {
            let index = u64::from(index);
            let here = offset + ctx.layout.member_offset(&ctx.types, ty, index)?;
            if index + 1 < ctx.types.member_count(ty) {
                end = offset + ctx.layout.member_offset(&ctx.types, ty, index + 1)?;
            }
            ty = ctx.types.member(ty, index)?;
            offset = here;
        }
        Some((offset, ctx.store_size_of(ty)?, end))
    }

    pub(super) fn extract_value(&mut self, result: Node, aggregate: Node, path: &[u32]) {
        let Some((offset, size, _)) = self.member(aggregate, path) else {
            return;
        };
        let part = Window {
            start: clamp(offset),
            size: Some(clamp(size)),
            to: 0,
        };
        self.flow_window(aggregate, result, part, PART);
        if self.up() {
            let whole = Window {
                start: 0,
                size: Some(clamp(size)),
                to: clamp(offset),
            };
            self.flow_window(result, aggregate, whole, PART);
        }
    }

    /// A window of what one node is known to be is what another is.
    pub(super) fn flow_window(&mut self, from: Node, to: Node, window: Window, text: &'static str) {
        let tree = self.tree(from);
        let moved = self.trees().shift(tree, window);
        let moved = self.or_nothing(moved);
        self.learn(to, moved, Why::from(from, text));
    }

    pub(super) fn insert_value(&mut self, result: Node, aggregate: Node, member: Node, path: &[u32]) {
        let Some((offset, size, end)) = self.member(aggregate, path) else {
            return;
        };
        self.insert_part(result, aggregate, member, [offset, size, end]);
    }

    /// `member` takes the place of the bytes of `aggregate` from `start` to `end`, of which it fills the first `size`.
    pub(super) fn insert_part(
        &mut self,
        result: Node,
        aggregate: Node,
        member: Node,
        [start, size, end]: [u64; 3],
    ) {
        let whole = self.size(result);
        if self.up() {
            let tree = self.tree(result);
            let rest = self.trees().clear(tree, start, end, whole);
            let rest = self.or_nothing(rest);
            self.learn(aggregate, rest, Why::from(result, "the other members stay"));
            let part = Window {
                start: clamp(start),
                size: Some(clamp(size)),
                to: 0,
            };
            self.flow_window(result, member, part, PART);
        }
        let (old, new) = (self.tree(aggregate), self.tree(member));
        let trees = self.trees();
        let moved = Window {
            start: 0,
            size: Some(clamp(end - start)),
            to: clamp(start),
        };
        let both = trees
            .clear(old, start, end, whole)
            .and_then(|rest| trees.shift(new, moved).and_then(|part| trees.or(rest, part)));
        let both = self.or_nothing(both);
        self.learn(result, both, Why::from(member, PART));
    }
}
