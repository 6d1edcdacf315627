//! Plans as text.

use ir::graph::Loop;
use ir::{Context, Function};

use crate::plan::Plan;
use crate::planner::describe;
use crate::storage::{Slot, SlotId, Storage};

/// A plan with the names of its function: one line for the bytes of each scope, and one for each place with the reason.
#[derive(Clone, Copy, Debug)]
pub struct Printed<'a> {
    /// Types and names.
    pub ctx: &'a Context,
    /// The body.
    pub function: &'a Function,
    /// Its plan.
    pub plan: &'a Plan,
}

impl std::fmt::Display for Printed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = &self.ctx.funcs[self.function.id].name;
        let (recomputed, stored) = self.plan.totals();
        writeln!(f, "tape of @{name}: {stored} stored, {recomputed} recomputed")?;
        if !self.plan.frame().slots.is_empty() {
            writeln!(f, "  frame: {} bytes", self.plan.frame().bytes)?;
            self.slots(f, &self.plan.frame().slots)?;
        }
        for (id, nest) in self.plan.nests() {
            let per = self.bytes_per_iteration(&nest.slots);
            writeln!(f, "  {id} at {}: {}", nest.root, per.join(", "))?;
            self.slots(f, &nest.slots)?;
        }
        for (of, record) in self.plan.records() {
            writeln!(f, "  records of {of}: {} bytes in each iteration", record.bytes)?;
            self.slots(f, &record.slots)?;
        }
        Ok(())
    }
}

impl Printed<'_> {
    fn slots(&self, f: &mut std::fmt::Formatter<'_>, slots: &[SlotId]) -> std::fmt::Result {
        for &id in slots {
            let slot = self.plan.slot(id);
            let what = describe(self.ctx, self.function, slot.node);
            let scope = slot.scope.map_or(String::new(), |scope| format!(" of {scope}"));
            writeln!(
                f,
                "    {id}{scope}: {what}, {} bytes: {}",
                slot.bytes, slot.reason
            )?;
        }
        Ok(())
    }

    fn bytes_per_iteration(&self, slots: &[SlotId]) -> Vec<String> {
        let mut sums: Vec<(Option<Loop>, u64)> = Vec::new();
        for slot in slots.iter().map(|&slot| self.plan.slot(slot)) {
            match sums.iter_mut().find(|sum| sum.0 == slot.scope) {
                Some(sum) => sum.1 += slot.bytes,
                None => sums.push((slot.scope, slot.bytes)),
            }
        }
        sums.sort();
        let text = |(scope, bytes): (Option<Loop>, u64)| {
            let scope = scope.map_or("the function".to_owned(), |scope| scope.to_string());
            format!("{bytes} bytes in each iteration of {scope}")
        };
        sums.into_iter().map(text).collect()
    }
}

/// The plan without names.
impl std::fmt::Display for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (recomputed, stored) = self.totals();
        writeln!(f, "{stored} stored, {recomputed} recomputed")?;
        self.slots()
            .try_for_each(|(id, slot)| writeln!(f, "  {id}: {}", Line(slot)))
    }
}

struct Line<'a>(&'a Slot);

impl std::fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let slot = self.0;
        write!(f, "{}, {} bytes, ", slot.node, slot.bytes)?;
        match (slot.storage, slot.scope) {
            (Storage::Frame { offset }, _) => write!(f, "frame at {offset}")?,
            (Storage::Array { nest }, Some(scope)) => write!(f, "array of {nest} for {scope}")?,
            (Storage::Array { nest }, None) => write!(f, "array of {nest}")?,
            (Storage::Record { of, offset }, _) => write!(f, "record of {of} at {offset}")?,
        }
        write!(f, ": {}", slot.reason)
    }
}
