//! Building the table: what the family files call to register entries.

use std::cell::RefCell;

use crate::complex::Complex;
use crate::entry::{Edge, Effects, Entry, EntryId, Kind, MathRule, Partial, Scalar, Slot};
use crate::expr::{Arena, Expr, ExprId, Node};
use crate::signature::Signature;
use crate::table::{Index, Instruction, RuleTable, sample_slots};

/// Collects entries; [`TableBuilder::build`] freezes them.
#[derive(Default)]
pub struct TableBuilder {
    arena: RefCell<Arena>,
    entries: Vec<Entry>,
    pub(crate) index: Index,
}

/// The operands or outputs of a rule under construction.
#[derive(Clone)]
pub(crate) struct Values<'a> {
    arena: &'a RefCell<Arena>,
    nodes: Vec<Expr<'a>>,
}

impl<'a> std::ops::Index<usize> for Values<'a> {
    type Output = Expr<'a>;
    fn index(&self, index: usize) -> &Expr<'a> {
        &self.nodes[index]
    }
}

impl<'a> Values<'a> {
    /// A constant.
    pub(crate) fn constant(&self, value: f64) -> Expr<'a> {
        Expr::new(self.arena, Node::Constant(value.into()))
    }

    pub(crate) fn complex(&self, index: usize) -> Complex<'a> {
        Complex::new(self.nodes[2 * index], self.nodes[2 * index + 1])
    }
}

impl TableBuilder {
    /// The finished table.
    pub fn build(self) -> RuleTable {
        RuleTable {
            arena: self.arena.into_inner(),
            entries: self.entries,
            index: self.index,
        }
    }

    /// A math function of `N` floats, `|operands, result| partials`, known under all spellings of `name`.
    pub(crate) fn libm<const N: usize>(
        &mut self,
        name: &'static str,
        rule: impl for<'a> FnOnce([Expr<'a>; N], Expr<'a>) -> [Expr<'a>; N],
    ) -> MathBuilder<'_> {
        let signature = ["f"; N].concat() + ">f";
        self.function(name, &signature, |x, r| {
            rule(std::array::from_fn(|i| x[i]), r[0]).to_vec()
        })
    }

    /// A holomorphic function of `N` complex numbers, `|operands, result| derivatives`.
    pub(crate) fn complex<const N: usize>(
        &mut self,
        name: &'static str,
        rule: impl for<'a> FnOnce([Complex<'a>; N], Complex<'a>) -> [Complex<'a>; N],
    ) -> MathBuilder<'_> {
        let signature = ["c"; N].concat() + ">c";
        self.function(name, &signature, |z, r| {
            let derivatives = rule(std::array::from_fn(|i| z.complex(i)), r.complex(0));
            // The Cauchy-Riemann equations: for f' = u + iv the real Jacobian is [[u, -v], [v, u]].
            let real = derivatives.iter().flat_map(|d| [d.re, -d.im]);
            let imaginary = derivatives.iter().flat_map(|d| [d.im, d.re]);
            real.chain(imaginary).collect()
        })
    }

    /// A math function with a signature in the notation of [`crate::signature`]; the rule gets all real components of
    /// float and complex operands followed by nothing else for integers (one each), and all outputs, and gives the
    /// partials output-major over float outputs and float inputs.
    pub(crate) fn function(
        &mut self,
        name: &'static str,
        signature: &str,
        rule: impl for<'a> FnOnce(&Values<'a>, &Values<'a>) -> Vec<Expr<'a>>,
    ) -> MathBuilder<'_> {
        let id = self.math_entry(name, signature, rule);
        self.insert(Map::Math, name, id);
        MathBuilder { builder: self, id }
    }

    /// A math function whose derivative is zero wherever it exists.
    pub(crate) fn zero(&mut self, name: &'static str, signature: &str) -> MathBuilder<'_> {
        let parsed = Signature::parse(signature);
        let floats = parsed
            .outputs()
            .iter()
            .filter(|o| o.scalar == Scalar::Float)
            .count();
        let partials = floats * parsed.inputs().len();
        self.function(name, signature, |x, _| {
            (0..partials).map(|_| x.constant(0.0)).collect()
        })
    }

    /// An instruction of `N` floats.
    pub(crate) fn inst<const N: usize>(
        &mut self,
        instruction: Instruction,
        name: &'static str,
        rule: impl for<'a> FnOnce([Expr<'a>; N], Expr<'a>) -> [Expr<'a>; N],
    ) -> MathBuilder<'_> {
        let signature = ["f"; N].concat() + ">f";
        self.inst_with(instruction, name, &signature, |x, r| {
            rule(std::array::from_fn(|i| x[i]), r[0]).to_vec()
        })
    }

    /// An instruction with a signature.
    pub(crate) fn inst_with(
        &mut self,
        instruction: Instruction,
        name: &'static str,
        signature: &str,
        rule: impl for<'a> FnOnce(&Values<'a>, &Values<'a>) -> Vec<Expr<'a>>,
    ) -> MathBuilder<'_> {
        let id = self.math_entry(name, signature, rule);
        self.index.instructions.insert(instruction, id);
        self.entries[id.0 as usize].effects = Effects::NONE;
        MathBuilder { builder: self, id }
    }

    /// An intrinsic without a library twin, named by its base name.
    pub(crate) fn intrinsic_function(
        &mut self,
        name: &'static str,
        signature: &str,
        rule: impl for<'a> FnOnce(&Values<'a>, &Values<'a>) -> Vec<Expr<'a>>,
    ) -> MathBuilder<'_> {
        let id = self.math_entry(name, signature, rule);
        self.entries[id.0 as usize].effects = Effects::NONE;
        self.insert(Map::Intrinsics, name, id);
        let mut built = MathBuilder { builder: self, id };
        built.rule().intrinsic = Some(name);
        built
    }

    /// An entry that is not a math function, under exactly this symbol (`llvm.` names are intrinsics).
    pub(crate) fn exact(
        &mut self,
        name: &'static str,
        signature: &str,
        effects: Effects,
        kind: Kind,
    ) -> EntryId {
        let signature = Signature::parse(signature);
        let id = self.push(name, signature, effects, kind);
        self.insert(
            if name.starts_with("llvm.") {
                Map::Intrinsics
            } else {
                Map::Exact
            },
            name,
            id,
        );
        id
    }

    /// Further intrinsic or symbol of the entry that is registered as `of`; an intrinsic may have further operands
    /// (rounding mode, masks of metadata), which carry no derivative.
    pub(crate) fn also(&mut self, alias: &'static str, of: &str) {
        let id = [&self.index.intrinsics, &self.index.math, &self.index.exact]
            .into_iter()
            .find_map(|map| map.get(of).copied());
        let id = id.unwrap_or_else(|| panic!("{alias} is declared like {of}, which is not registered"));
        self.insert(
            if alias.starts_with("llvm.") {
                Map::Intrinsics
            } else {
                Map::Exact
            },
            alias,
            id,
        );
    }

    /// Further intrinsic of an instruction's entry.
    pub(crate) fn also_instruction(&mut self, alias: &'static str, instruction: Instruction) {
        let id = self.index.instructions[&instruction];
        self.insert(Map::Intrinsics, alias, id);
    }

    /// An entry that only patterns lead to.
    pub(crate) fn unnamed(
        &mut self,
        name: &'static str,
        signature: &str,
        effects: Effects,
        kind: Kind,
    ) -> EntryId {
        self.push(name, Signature::parse(signature), effects, kind)
    }

    fn push(&mut self, name: &'static str, signature: Signature, effects: Effects, kind: Kind) -> EntryId {
        let id = EntryId(u32::try_from(self.entries.len()).expect("fewer than 2^32 entries"));
        let Signature {
            params,
            variadic,
            returns,
        } = signature;
        self.entries.push(Entry {
            name,
            params,
            variadic,
            returns,
            effects,
            kind,
        });
        id
    }

    fn math_entry(
        &mut self,
        name: &'static str,
        signature: &str,
        rule: impl for<'a> FnOnce(&Values<'a>, &Values<'a>) -> Vec<Expr<'a>>,
    ) -> EntryId {
        let signature = Signature::parse(signature);
        let (inputs, outputs) = (signature.inputs(), signature.outputs());
        let given: Vec<ExprId> = {
            let operands = operand_values(&self.arena, &signature);
            let results = (0..outputs.len())
                .map(|k| Expr::new(&self.arena, Node::Output(u8::try_from(k).expect("few outputs"))));
            let results = Values {
                arena: &self.arena,
                nodes: results.collect(),
            };
            rule(&operands, &results).into_iter().map(Expr::id).collect()
        };
        let floats = outputs.iter().filter(|o| o.scalar == Scalar::Float).count();
        assert_eq!(
            given.len(),
            floats * inputs.len(),
            "{name}: one partial per float output and float input"
        );
        let mut given = given.into_iter();
        let mut partials = Vec::new();
        for output in &outputs {
            for _ in &inputs {
                let expr = match output.scalar {
                    Scalar::Float => given.next(),
                    Scalar::Integer => None,
                };
                partials.push(expr.map_or_else(Partial::default, |e| Partial::new(&self.arena.borrow(), e)));
            }
        }
        let rule = MathRule {
            inputs,
            outputs,
            partials,
            domain: Vec::new(),
            edges: Vec::new(),
            intrinsic: None,
        };
        self.push(name, signature, Effects::ERRNO, Kind::Math(rule))
    }

    fn insert(&mut self, map: Map, name: &'static str, id: EntryId) {
        let map = match map {
            Map::Math => &mut self.index.math,
            Map::Exact => &mut self.index.exact,
            Map::Intrinsics => &mut self.index.intrinsics,
        };
        let previous = map.insert(name, id);
        assert!(
            previous.is_none(),
            "two entries of the rule table are named {name}"
        );
    }
}

#[derive(Clone, Copy)]
enum Map {
    Math,
    Exact,
    Intrinsics,
}

/// Operand nodes in operand order: complex ones give two, integers one, pointers none.
fn operand_values<'a>(arena: &'a RefCell<Arena>, signature: &Signature) -> Values<'a> {
    let slots = sample_slots(&signature.params);
    let nodes = slots
        .into_iter()
        .map(|Slot { operand, component }| Expr::new(arena, Node::Operand { operand, component }))
        .collect();
    Values { arena, nodes }
}

/// Adds to the math entry just registered.
pub(crate) struct MathBuilder<'b> {
    builder: &'b mut TableBuilder,
    id: EntryId,
}

impl MathBuilder<'_> {
    fn rule(&mut self) -> &mut MathRule {
        match &mut self.builder.entries[self.id.0 as usize].kind {
            Kind::Math(rule) => rule,
            _ => unreachable!("only math entries get a MathBuilder"),
        }
    }

    /// A box on which the rule is smooth; several calls add several boxes.
    pub(crate) fn domain<const N: usize>(mut self, intervals: [(f64, f64); N]) -> Self {
        self.rule().domain.push(intervals.to_vec());
        self
    }

    /// A kink, pole or branch point and its partials.
    pub(crate) fn edge<const N: usize, const M: usize>(
        mut self,
        inputs: [f64; N],
        partials: [f64; M],
        reason: &'static str,
    ) -> Self {
        self.rule().edges.push(Edge {
            inputs: inputs.to_vec(),
            partials: partials.to_vec(),
            reason,
        });
        self
    }

    /// The LLVM intrinsic of the same meaning and signature.
    pub(crate) fn intrinsic(mut self, name: &'static str) -> Self {
        self.rule().intrinsic = Some(name);
        self.builder.insert(Map::Intrinsics, name, self.id);
        self
    }

    /// Another intrinsic with the same rule, not used for emission.
    pub(crate) fn also_intrinsic(self, name: &'static str) -> Self {
        self.builder.insert(Map::Intrinsics, name, self.id);
        self
    }

    /// Another name of the same function, with all its spellings.
    pub(crate) fn alias(self, name: &'static str) -> Self {
        self.builder.insert(Map::Math, name, self.id);
        self
    }

    /// Another symbol of the same function without further spellings.
    pub(crate) fn symbol(self, name: &'static str) -> Self {
        self.builder.insert(Map::Exact, name, self.id);
        self
    }

    /// Declares that the function touches no memory, not even `errno`.
    pub(crate) fn no_errno(self) -> Self {
        self.builder.entries[self.id.0 as usize].effects = Effects::NONE;
        self
    }
}
