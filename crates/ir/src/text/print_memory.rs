//! Printing of memory instructions.

use std::fmt::{self, Write};

use super::keywords::{ORDERINGS, word_of};
use super::print::{Body, Printer};
use crate::inst::{Access, InstData, Op, Ordering};
use crate::types::TypeData;

impl Printer<'_> {
    pub(super) fn memory(&mut self, body: &Body<'_>, data: &InstData) -> fmt::Result {
        match &data.op {
            Op::Alloca { ty, align } => {
                write!(self.out, "alloca {}", self.ty(*ty))?;
                let count = body.function.as_const(data.operands[0]);
                if count.and_then(|count| self.ctx.consts.int_value(&self.ctx.types, count)) != Some(1) {
                    self.out.push_str(", ");
                    self.typed(body, data.operands[0])?;
                }
                self.align(*align)?;
                match self.ctx.types.get(data.ty) {
                    TypeData::Ptr(space) if *space != 0 => write!(self.out, ", addrspace({space})"),
                    _ => Ok(()),
                }
            }
            Op::Load(access) => {
                self.access_head("load", *access)?;
                write!(self.out, "{}, ", self.ty(data.ty))?;
                self.typed_list(body, &data.operands)?;
                self.access_tail(*access)
            }
            Op::Store(access) => {
                self.access_head("store", *access)?;
                self.typed_list(body, &data.operands)?;
                self.access_tail(*access)
            }
            Op::Gep { source } => {
                self.out.push_str("getelementptr");
                self.flags(data.flags)?;
                write!(self.out, " {}, ", self.ty(*source))?;
                self.typed_list(body, &data.operands)
            }
            Op::Fence(ordering) => write!(self.out, "fence{}", ordering_text(*ordering)),
            Op::AtomicRmw(op, access) => {
                let volatile = if access.volatile { " volatile" } else { "" };
                write!(self.out, "atomicrmw{volatile} {} ", op.name())?;
                self.typed_list(body, &data.operands)?;
                self.access_tail(*access)
            }
            Op::CmpXchg(access) => {
                let weak = if access.weak { " weak" } else { "" };
                let volatile = if access.volatile { " volatile" } else { "" };
                write!(self.out, "cmpxchg{weak}{volatile} ")?;
                self.typed_list(body, &data.operands)?;
                let orders = [access.ordering, access.failure].map(ordering_text);
                write!(self.out, "{}{}", orders[0], orders[1])?;
                self.align(access.align)
            }
            _ => {
                self.out.push_str("va_arg ");
                self.typed_list(body, &data.operands)?;
                write!(self.out, ", {}", self.ty(data.ty))
            }
        }
    }

    fn access_head(&mut self, word: &str, access: Access) -> fmt::Result {
        self.out.push_str(word);
        if access.ordering != Ordering::NotAtomic {
            self.out.push_str(" atomic");
        }
        if access.volatile {
            self.out.push_str(" volatile");
        }
        self.out.push(' ');
        Ok(())
    }

    fn access_tail(&mut self, access: Access) -> fmt::Result {
        self.out.push_str(&ordering_text(access.ordering));
        self.align(access.align)
    }

    fn align(&mut self, align: u32) -> fmt::Result {
        match align {
            0 => Ok(()),
            _ => write!(self.out, ", align {align}"),
        }
    }
}

/// The ordering after a space; nothing for accesses that are not atomic.
fn ordering_text(ordering: Ordering) -> String {
    match word_of(&ORDERINGS, ordering) {
        Some(word) => format!(" {word}"),
        None => String::new(),
    }
}
