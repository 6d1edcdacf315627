//! Instructions, by opcode, and rounding-mode variants of them that libraries export.

use crate::builder::TableBuilder;
use crate::table::Instruction;

impl From<crate::BinaryOp> for ir::BinOp {
    fn from(op: crate::BinaryOp) -> Self {
        match op {
            crate::BinaryOp::Add => Self::FAdd,
            crate::BinaryOp::Sub => Self::FSub,
            crate::BinaryOp::Mul => Self::FMul,
            crate::BinaryOp::Div => Self::FDiv,
        }
    }
}

impl Instruction {
    /// The entry of a binary opcode; `None` for integer ones, which carry no derivative (type analysis must have
    /// shown that no float bits go through them).
    pub fn of_binary(op: ir::BinOp) -> Option<Self> {
        Some(match op {
            ir::BinOp::FAdd => Self::FAdd,
            ir::BinOp::FSub => Self::FSub,
            ir::BinOp::FMul => Self::FMul,
            ir::BinOp::FDiv => Self::FDiv,
            ir::BinOp::FRem => Self::FRem,
            _ => return None,
        })
    }

    /// The entry of a conversion; `None` for those between integers and pointers and for bit casts.
    pub fn of_cast(op: ir::CastOp) -> Option<Self> {
        Some(match op {
            ir::CastOp::FpTrunc => Self::FPTrunc,
            ir::CastOp::FpExt => Self::FPExt,
            ir::CastOp::FpToUi => Self::FPToUI,
            ir::CastOp::FpToSi => Self::FPToSI,
            ir::CastOp::UiToFp => Self::UIToFP,
            ir::CastOp::SiToFp => Self::SIToFP,
            _ => return None,
        })
    }
}

pub(crate) fn register(rules: &mut TableBuilder) {
    rules.inst(Instruction::FNeg, "instruction fneg", |[x], _| [x.constant(-1.0)]);
    rules.inst(Instruction::FAdd, "instruction fadd", |[x, _], _| {
        [x.constant(1.0), x.constant(1.0)]
    });
    rules.inst(Instruction::FSub, "instruction fsub", |[x, _], _| {
        [x.constant(1.0), x.constant(-1.0)]
    });
    rules.inst(Instruction::FMul, "instruction fmul", |[x, y], _| [y, x]);
    // One division serves both partials.
    rules
        .inst(Instruction::FDiv, "instruction fdiv", |[x, y], r| {
            let inverse = y.recip();
            [inverse, (-(r * inverse)).or(-(x * inverse * inverse))]
        })
        .domain([(-3.0, 3.0), (0.5, 4.0)])
        .domain([(-3.0, 3.0), (-4.0, -0.5)])
        .edge([1.0, 0.0], [f64::INFINITY, f64::NEG_INFINITY], "pole, unguarded");
    rules
        .inst(Instruction::FRem, "instruction frem", |[x, y], r| fmod(x, y, r))
        .domain([(7.1, 8.9), (3.0, 3.5)])
        .domain([(-8.9, -7.1), (3.0, 3.5)])
        .edge(
            [6.0, 3.0],
            [1.0, -2.0],
            "at a jump: the derivative of the piece that the value belongs to",
        )
        .edge([2.0, f64::INFINITY], [1.0, 0.0], "the identity in x");
    conversions(rules);
    rounded(rules);
}

/// `x - q y` with a locally constant integer q. The quotient is recovered from the exact remainder, because `x / y` can
/// round up to the next integer.
pub(crate) fn fmod<'a>(x: crate::Expr<'a>, y: crate::Expr<'a>, r: crate::Expr<'a>) -> [crate::Expr<'a>; 2] {
    [x.constant(1.0), -((x - r) / y).rint()]
}

fn conversions(rules: &mut TableBuilder) {
    for (instruction, name) in [
        (Instruction::FPExt, "instruction fpext"),
        (Instruction::FPTrunc, "instruction fptrunc"),
        (Instruction::Freeze, "instruction freeze"),
    ] {
        rules.inst(instruction, name, |[x], _| [x.constant(1.0)]);
    }
    for (instruction, name, signature) in [
        (Instruction::UIToFP, "instruction uitofp", "i>f"),
        (Instruction::SIToFP, "instruction sitofp", "i>f"),
        (Instruction::FPToUI, "instruction fptoui", "f>i"),
        (Instruction::FPToSI, "instruction fptosi", "f>i"),
        (Instruction::FCmp, "instruction fcmp", "ff>i"),
    ] {
        rules.inst_with(instruction, name, signature, |_, _| Vec::new());
    }
}

/// Functions with a fixed rounding mode, reached from `__nv_dadd_rz`, `__ocml_add_rtz_f64` and the like.
fn rounded(rules: &mut TableBuilder) {
    rules
        .libm("__fadd", |[x, _], _| [x.constant(1.0), x.constant(1.0)])
        .no_errno();
    rules
        .libm("__fsub", |[x, _], _| [x.constant(1.0), x.constant(-1.0)])
        .no_errno();
    rules.libm("__fmul", |[x, y], _| [y, x]).no_errno();
    rules
        .libm("__fdiv", |[_, y], r| [y.recip(), -(r * y.recip())])
        .domain([(-3.0, 3.0), (0.5, 4.0)])
        .no_errno();
    rules
        .libm("rcp", |[_], r| [-r.square()])
        .domain([(0.3, 4.0)])
        .edge([0.0], [f64::NEG_INFINITY], "pole, unguarded")
        .no_errno();
    rules
        .libm("__saturate", |[x], _| {
            [x.lt(x.constant(0.0))
                .select(0.0, x.constant(1.0).lt(x).select(0.0, 1.0))]
        })
        .domain([(0.1, 0.9)])
        .domain([(1.1, 2.0)])
        .edge([0.0], [1.0], "at a bound the identity counts")
        .no_errno();
}
