//! Where facts begin: what the caller says, annotations, TBAA, debug info, and the helper calls `__enzyme_float` and its like.

use ir::{Inst, Op};

use crate::base::{BaseType, Pointers};
use crate::body::Node;
use crate::debug::Reading;
use crate::log::Why;
use crate::report::TypeWarning;
use crate::solver::Solver;
use crate::tbaa::{self, Beliefs};
use crate::tree::{EVERY, TreeError, TypeTree};
use crate::window::{Window, clamp};

/// Bytes that a helper call may describe one by one; what is further is beyond the offset limit in any case.
const HELPER_BYTES: i128 = 1 << 16;

impl Solver<'_, '_> {
    /// Puts all seeds in.
    pub fn seed(&mut self) {
        self.seed_interface();
        if self.shared.input.options.rust {
            self.seed_variables();
        }
        let body = self.body;
        for item in body.items.keys() {
            if let crate::body::ItemKind::Inst(inst) = body.items[item] {
                self.item = Some(item);
                self.seed_inst(inst);
            }
        }
        self.item = None;
    }

    fn seed_interface(&mut self) {
        self.item = None;
        let body = self.body;
        let attrs = self.ctx().attrs(self.ctx().funcs[self.frame.func].attrs);
        for (index, &param) in body.function.params.iter().enumerate() {
            if let Some(&tree) = self.frame.seeds.params.get(index) {
                self.learn(param.into(), tree, Why::ground("the caller passes this"));
            }
            let text = attrs.param(index).and_then(|param| param.string("enzyme_type"));
            if let Some(Ok(tree)) = text.map(|text| TypeTree::parse(text, self.shared.trees.limits())) {
                let tree = self.trees().intern(tree);
                self.learn(
                    param.into(),
                    tree,
                    Why::ground("the parameter is annotated with enzyme_type"),
                );
            }
        }
        let ret = self.frame.seeds.ret;
        for value in returned(body.function) {
            self.learn(value, ret, Why::ground("the caller expects this"));
        }
    }

    /// What debug info declares, where it is to be believed. What a value holds for a while is only hinted at: of a register that once
    /// stood for an integer nobody knows that it is one.
    fn seed_variables(&mut self) {
        for &variable in &self.body.function.variables {
            if variable.place == ir::DebugPlace::Memory {
                let tree = self.shared.declared(variable, Reading::Facts);
                let why = Why::ground("debug info declares a variable of this type");
                self.learn(variable.value.into(), tree, why);
            }
        }
    }

    fn seed_inst(&mut self, inst: Inst) {
        let ctx = self.ctx();
        let data = self.body.function.inst(inst);
        let result = data.result.map(Node::from);
        let meta = ctx.meta(data.meta);
        if let (Some(text), Some(result)) = (meta.enzyme("enzyme_type"), result) {
            self.annotation(inst, result, text);
        }
        if data.op.call_info().is_some() {
            self.seed_call(inst, result);
        }
        let tagged = meta.tbaa.is_some() || !meta.tbaa_struct.is_empty();
        if tagged && !self.body.headers.contains_key(&inst) {
            self.seed_tbaa(inst, result);
        }
    }

    /// `enzyme_type` of calls and of what they call.
    fn seed_call(&mut self, inst: Inst, result: Option<Node>) {
        let ctx = self.ctx();
        let data = self.body.function.inst(inst);
        let callee = self.body.callee(ctx, inst).map(|func| &ctx.funcs[func]);
        let call = data.op.call_info().map(|info| info.attrs);
        for attrs in call.into_iter().chain(callee.map(|callee| callee.attrs)) {
            let attrs = ctx.attrs(attrs);
            if let (Some(text), Some(result)) = (attrs.ret.string("enzyme_type"), result) {
                self.annotation(inst, result, text);
            }
            for (index, &arg) in data.args().iter().enumerate() {
                let text = attrs.param(index).and_then(|param| param.string("enzyme_type"));
                if let Some(text) = text {
                    self.annotation(inst, arg.into(), text);
                }
            }
        }
        if let Some(callee) = callee {
            self.helper_call(&callee.name, data.args());
        }
    }

    fn annotation(&mut self, inst: Inst, node: Node, text: &str) {
        let limits = *self.shared.trees.limits();
        let parse = if text.trim_start().starts_with('!') {
            TypeTree::parse_metadata
        } else {
            TypeTree::parse
        };
        let size = self.size(node);
        let inside = |tree: TypeTree| {
            let beyond = tree.entries().find_map(|(path, _)| match path.first() {
                None => Some(TreeError::WholeValue),
                Some(&index) => {
                    (index != EVERY && index as u64 >= size).then_some(TreeError::OutOfSize { index, size })
                }
            });
            beyond.map_or(Ok(tree), Err)
        };
        match parse(text, &limits).and_then(inside) {
            Ok(tree) => {
                let tree = self.trees().intern(tree);
                self.learn(node, tree, Why::ground("it is annotated with enzyme_type"));
            }
            Err(error) => {
                self.shared.warnings.insert(TypeWarning::BadAnnotation {
                    func: self.frame.func,
                    inst,
                    text: text.to_owned(),
                    error,
                });
            }
        }
    }

    /// `__enzyme_float(p, n)` and its like: the memory at `p` holds this type in its first `n` bytes.
    fn helper_call(&mut self, name: &str, args: &[ir::Value]) {
        let Some(&address) = args.first() else { return };
        let pointer_bytes = self.shared.trees.limits().pointer_bytes;
        let base = if name.contains("__enzyme_float") {
            BaseType::Float(ir::FloatKind::Float)
        } else if name.contains("__enzyme_double") {
            BaseType::Float(ir::FloatKind::Double)
        } else if name.contains("__enzyme_integer") {
            BaseType::Integer
        } else if name.contains("__enzyme_pointer") {
            BaseType::Pointer
        } else {
            return;
        };
        let bytes = args.get(1).map_or(Some(1), |&count| self.const_int(count.into()));
        let limits = *self.shared.trees.limits();
        let mut contents = TypeTree::new();
        match bytes {
            Some(bytes) if bytes >= 0 => {
                for offset in (0..bytes.min(HELPER_BYTES)).step_by(base.step(pointer_bytes) as usize) {
                    let path = [clamp(offset as u64)];
                    // One type at offsets of its own size cannot contradict itself.
                    let _ = contents.insert(&path, base, Pointers::Distinct, &limits);
                }
            }
            Some(_) => contents = TypeTree::all(base),
            None => return,
        }
        let contents = self.trees().intern(contents);
        self.learn_pointer(
            address.into(),
            contents,
            Why::ground("a helper call says what is in this memory"),
        );
    }

    fn seed_tbaa(&mut self, inst: Inst, result: Option<Node>) {
        const WHY: Why = Why::ground("TBAA names the type of the access");
        let ctx = self.ctx();
        let data = self.body.function.inst(inst);
        let beliefs = Beliefs {
            limits: self.shared.trees.limits(),
            scalar_integers: self.shared.input.options.scalar_integers,
        };
        let tree = tbaa::access(ctx, data.meta, beliefs);
        if !tree.is_known_past_whole() {
            return;
        }
        let memory = self.trees().intern(tree);
        match data.op {
            Op::Load(_) => {
                if let Some(result) = result {
                    self.seed_access(result, data.operands[0].into(), memory, WHY);
                }
            }
            Op::Store(_) => self.seed_access(data.operands[0].into(), data.operands[1].into(), memory, WHY),
            Op::Call(_) | Op::Invoke(_) => self.seed_transfer(inst, result, memory, WHY),
            _ => {}
        }
    }

    /// An access of `value` at `address`, to memory of this type.
    fn seed_access(&mut self, value: Node, address: Node, memory: crate::TreeId, why: Why) {
        let size = self.size(value);
        let trees = self.trees();
        let definite = trees.purge_anything(memory);
        let contents = trees.shift(definite, Window::first(size));
        let contents = self.or_nothing(contents);
        self.learn_pointer(address, contents, why);
        let trees = self.trees();
        let pointer = trees.only(memory, EVERY);
        let loaded = trees.lookup(pointer, size);
        let loaded = self.or_nothing(loaded);
        self.learn(value, loaded, why);
    }

    /// A copy or fill of memory of this type.
    fn seed_transfer(&mut self, inst: Inst, result: Option<Node>, memory: crate::TreeId, why: Why) {
        let ctx = self.ctx();
        let args = self.body.function.inst(inst).args();
        let declared = self.body.callee(ctx, inst).map(|func| ctx.funcs[func].ty);
        let found = self
            .body
            .callee_name(ctx, inst)
            .zip(declared)
            .and_then(|(name, ty)| self.shared.input.rules.declared(&ctx.types, name, ty));
        let (places, count): (&[u8], Option<u8>) = match found.as_ref().map(|found| &found.entry.kind) {
            Some(rules::Kind::Transfer(copy)) => (
                &[copy.destination, copy.source],
                copy.bytes.operands.first().copied(),
            ),
            Some(rules::Kind::Set(fill)) => (&[fill.destination], fill.bytes.operands.first().copied()),
            _ => {
                if let Some(result) = result.filter(|&result| ctx.types.is_ptr(self.body.ty(ctx, result))) {
                    self.learn_pointer(result, memory, why);
                }
                return;
            }
        };
        let known = |operand: u8| args.get(usize::from(operand)).map(|&arg| self.ints(arg.into()));
        let size = count
            .and_then(known)
            .and_then(|set| set.last().copied())
            .unwrap_or(1)
            .max(1);
        let contents = self.trees().shift(memory, Window::first(size as u64));
        let contents = self.or_nothing(contents);
        for &place in places {
            if let Some(&address) = args.get(usize::from(place)) {
                self.learn_pointer(address.into(), contents, why);
            }
        }
    }
}

/// The values that a function returns.
pub(crate) fn returned(function: &ir::Function) -> Vec<Node> {
    let returns = function
        .blocks()
        .iter()
        .filter_map(|&block| function.terminator(block));
    let data = returns
        .map(|inst| function.inst(inst))
        .filter(|data| matches!(data.op, Op::Ret));
    data.filter_map(|data| data.operands.first())
        .map(|&value| value.into())
        .collect()
}
