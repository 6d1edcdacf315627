//! Memory: allocation on the stack, loads, stores, atomics, copies and fills.

use ir::{RmwOp, Type};

use crate::base::BaseType;
use crate::body::Node;
use crate::log::Why;
use crate::solver::Solver;
use crate::tree::EVERY;
use crate::trees::TreeId;
use crate::window::Window;

impl Solver<'_, '_> {
    pub(super) fn alloca(&mut self, result: Node, ty: Type, count: Node) {
        self.learn_integer(count, "the number of objects on the stack");
        let ctx = self.ctx();
        let size = self.const_int(count).and_then(|count| u64::try_from(count).ok());
        let size = size
            .zip(ctx.size_of(ty))
            .and_then(|(count, size)| count.checked_mul(size));
        self.allocation(result, size);
    }

    /// New memory of so many bytes: what is known about all of them holds at every offset.
    pub(super) fn allocation(&mut self, result: Node, size: Option<u64>) {
        let known = self.tree(result);
        let contents = match size {
            Some(size) => {
                let inside = self.trees().lookup(known, size);
                self.or_nothing(inside)
            }
            None => self.shared.trees.empty(),
        };
        self.learn_pointer(result, contents, Why::ground("the address of new memory"));
    }

    /// What is loaded from the header of a container, or stored there.
    pub(super) fn number_of_header(&mut self, value: Node, number: BaseType) {
        self.learn_all(
            value,
            number,
            Why::ground("the header of a container holds numbers of its own"),
        );
    }

    /// What is loaded from an address is what was stored there.
    pub(super) fn load(&mut self, result: Node, address: Node) {
        let size = self.size(result);
        if self.up() {
            let contents = self.definite_start(self.tree(result), size);
            self.learn_pointer(
                address,
                contents,
                Why::from(result, "memory holds what is loaded from it"),
            );
        }
        let tree = self.tree(address);
        let loaded = self.trees().lookup(tree, size);
        let loaded = self.or_nothing(loaded);
        self.learn(
            result,
            loaded,
            Why::from(address, "a load gives what memory holds"),
        );
    }

    pub(super) fn store(&mut self, value: Node, address: Node, align: u32) {
        if !self.up() {
            return;
        }
        // The address of an empty slice in Rust is its alignment: that is stored as an integer, and is none.
        let dangling = self.const_int(value) == Some(i128::from(align));
        if self.shared.input.options.rust && dangling {
            return;
        }
        let size = self.size(value);
        let contents = self.definite_start(self.tree(value), size);
        let first = self.trees().replace_every(contents);
        let first = self.or_nothing(first);
        self.learn_pointer(
            address,
            first,
            Why::from(value, "memory holds what is stored in it"),
        );
        let tree = self.tree(address);
        let trees = self.trees();
        let definite = trees.purge_anything(tree);
        let stored = trees.lookup(definite, size);
        let stored = self.or_nothing(stored);
        self.learn(
            value,
            stored,
            Why::from(address, "what is stored is what memory holds"),
        );
    }

    /// The facts about the first `size` bytes but for `Anything`, which may be true of one access and not of the next.
    fn definite_start(&mut self, tree: TreeId, size: u64) -> TreeId {
        let trees = self.trees();
        let definite = trees.purge_anything(tree);
        let start = trees.shift(definite, Window::first(size));
        self.or_nothing(start)
    }

    /// The first `size` bytes at an address and the bytes of a value are the same.
    fn exchange(&mut self, address: Node, value: Node, size: u64) {
        if self.up() {
            let contents = self.definite_start(self.tree(value), size);
            self.learn_pointer(
                address,
                contents,
                Why::from(value, "memory holds what is exchanged with it"),
            );
        }
        let tree = self.tree(address);
        let trees = self.trees();
        let definite = trees.purge_anything(tree);
        let held = trees.lookup(definite, size);
        let held = self.or_nothing(held);
        self.learn(
            value,
            held,
            Why::from(address, "what is exchanged is what memory holds"),
        );
    }

    pub(super) fn compare_exchange(&mut self, result: Node, address: Node, expected: Node, new: Node) {
        let size = self.size(new);
        for value in [expected, new] {
            self.exchange(address, value, size);
        }
        let tree = self.tree(address);
        let (whole, trees) = (self.size(result), self.trees());
        let held = trees
            .lookup(tree, size)
            .and_then(|held| trees.shift(held, Window::first(size)));
        let held = self.or_nothing(held);
        self.learn(result, held, Why::from(address, "the old contents are returned"));
        let flag = self.trees().all(BaseType::Integer);
        let rest = Window {
            start: 0,
            size: Some(crate::window::clamp(whole.saturating_sub(size))),
            to: crate::window::clamp(size),
        };
        let flag = self.trees().shift(flag, rest);
        let flag = self.or_nothing(flag);
        self.learn(result, flag, Why::ground("success is told as an integer"));
    }

    pub(super) fn atomic_rmw(&mut self, op: RmwOp, result: Node, address: Node, value: Node) {
        let size = self.size(result);
        let float = matches!(
            op,
            RmwOp::FAdd | RmwOp::FSub | RmwOp::FMax | RmwOp::FMin | RmwOp::FMaximum | RmwOp::FMinimum
        );
        if float {
            self.learn_float(value, "floats are combined with memory");
            self.learn_float(result, "floats are combined with memory");
        }
        match op {
            RmwOp::Xchg => {
                self.exchange(address, value, size);
                self.exchange(address, result, size);
            }
            _ if float => self.exchange(address, result, size),
            _ => self.atomic_integer(op, result, address, size),
        }
    }

    /// Integer arithmetic on memory. Bits of a pointer may be set and cleared, so only addition and subtraction tell about operands.
    fn atomic_integer(&mut self, op: RmwOp, result: Node, address: Node, size: u64) {
        self.exchange(address, result, size);
        let tree = self.tree(address);
        let held = self.trees().lookup(tree, size);
        let held = self.or_nothing(held);
        if self.shared.trees.get(held).get(&[EVERY]) == BaseType::Integer
            && matches!(op, RmwOp::Add | RmwOp::And | RmwOp::Or | RmwOp::Xor | RmwOp::Nand)
        {
            self.learn_down(
                result,
                held,
                Why::from(address, "integer arithmetic on an integer in memory"),
            );
        }
        if self.up() {
            let contents = self.definite_start(self.tree(result), size);
            self.learn_pointer(
                address,
                contents,
                Why::from(result, "the old contents are returned"),
            );
        }
    }

    /// Bytes are copied from one place to another: what one is, the other is.
    pub(super) fn transfer(&mut self, to: Node, from: Node, scale: u64, counts: &[Node]) {
        if !self.up() {
            return;
        }
        let size = self.largest_size(scale, counts);
        let mut contents = |side| {
            let tree = self.tree(side);
            let trees = self.trees();
            let definite = trees.purge_anything(tree);
            let contents = trees.data0(definite);
            let contents = contents.and_then(|tree| trees.shift(tree, Window::first(size)));
            self.or_nothing(contents)
        };
        let (source, target) = (contents(from), contents(to));
        self.learn_pointer(
            to,
            source,
            Why::from(from, "a copy holds what the original holds"),
        );
        self.learn_pointer(
            from,
            target,
            Why::from(to, "the original holds what the copy holds"),
        );
        for &count in counts {
            self.learn_integer(count, "the number of bytes that are copied");
        }
    }

    /// The largest number of bytes that a copy is known to have; at least 1, which any copy that matters has.
    fn largest_size(&self, scale: u64, counts: &[Node]) -> u64 {
        let known = |node: &Node| self.ints(*node).last().copied().unwrap_or(1).max(1);
        let product = counts
            .iter()
            .map(|node| known(node) as u64)
            .fold(scale, u64::saturating_mul);
        product.max(1)
    }

    /// A masked or vector access at one address: the lanes that are accessed are as in a load or store.
    pub(super) fn access(&mut self, value: Node, address: Node) {
        let size = self.size(value);
        self.exchange(address, value, size);
    }
}
