//! The output of pass `print-type-analysis`, in Enzyme's exact format.
//!
//! For each function and each question about it (what a call knew, what a context found): a line with the seeds, a line per parameter,
//! and for each block its name and a line per instruction. Instructions are printed by whoever can: LLVM, or our own printer.

use std::fmt::Write;

use ir::{Block, Bodies, Context, FuncId, Function, Inst, Value};

use crate::facts::{ContextId, Seeds, TypeAnswer, TypeFacts};
use crate::input::KnownInts;
use crate::tree::TypeTree;

/// Prints parts of functions.
pub trait Text {
    /// A parameter with its type: `i32 %n`.
    fn param(&self, func: FuncId, param: Value) -> String;
    /// The name of a block, empty if it has none.
    fn block(&self, func: FuncId, block: Block) -> String;
    /// An instruction with its two leading blanks.
    fn inst(&self, func: FuncId, inst: Inst) -> String;
}

/// The text for those functions of `order` that were analyzed: Enzyme prints in the order of the module.
pub fn print(
    ctx: &Context,
    bodies: Bodies<'_>,
    order: &[FuncId],
    answer: &TypeAnswer,
    text: &dyn Text,
) -> String {
    let mut out = String::new();
    for &func in order {
        let Some(body) = bodies.get(func) else { continue };
        let mut questions: Vec<(Key<'_>, &Seeds, ContextId)> = answer
            .questions
            .iter()
            .filter(|(_, context)| answer.facts(*context).func == func)
            .map(|(seeds, context)| (key(answer.facts(*context), seeds), seeds, *context))
            .collect();
        questions.sort();
        for (_, seeds, context) in questions {
            print_context(&mut out, ctx, body, answer.facts(context), seeds, text);
        }
    }
    out
}

/// What decides the order of questions about one function: the tree of the result, then tree and integers of each argument.
type Key<'a> = (&'a TypeTree, Vec<(&'a TypeTree, &'a KnownInts)>);

fn key<'a>(facts: &'a TypeFacts, seeds: &'a Seeds) -> Key<'a> {
    let params = seeds
        .params
        .iter()
        .map(|&id| facts.trees.get(id))
        .zip(&seeds.ints);
    (facts.trees.get(seeds.ret), params.collect())
}

fn print_context(
    out: &mut String,
    ctx: &Context,
    body: &Function,
    facts: &TypeFacts,
    seeds: &Seeds,
    text: &dyn Text,
) {
    // Writing to a string cannot fail.
    let _ = print_to(out, ctx, body, facts, seeds, text);
}

fn print_to(
    out: &mut String,
    ctx: &Context,
    body: &Function,
    facts: &TypeFacts,
    seeds: &Seeds,
    text: &dyn Text,
) -> std::fmt::Result {
    let (ret, params) = key(facts, seeds);
    write!(out, "{} - {ret} |", ctx.funcs[facts.func].name)?;
    for (tree, ints) in params {
        let ints: String = ints.iter().map(|value| format!("{value},")).collect();
        write!(out, "{tree}:{{{ints}}} ")?;
    }
    out.push('\n');
    for &param in &body.params {
        writeln!(out, "{}: {}", text.param(facts.func, param), facts.tree(param))?;
    }
    for &block in body.blocks() {
        writeln!(out, "{}", text.block(facts.func, block))?;
        for &inst in body.insts(block) {
            let tree = body
                .inst(inst)
                .result
                .map_or_else(|| "{}".to_owned(), |value| facts.tree(value).to_string());
            writeln!(out, "{}: {tree}", text.inst(facts.func, inst))?;
        }
    }
    Ok(())
}
