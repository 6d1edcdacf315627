//! LLVM intrinsics without a library twin: reductions, structural operations, constrained floating point, targets'
//! math, and those that carry no derivative. Math intrinsics with a twin are registered next to it (`.intrinsic(...)`).

use crate::builder::TableBuilder;
use crate::entry::{Effects, Inactive, InactiveResult, Kind, Reduction, Structural, Unsupported};
use crate::table::Instruction;

pub(crate) fn register(rules: &mut TableBuilder) {
    reductions(rules);
    structural(rules);
    constrained(rules);
    targets(rules);
    inactive_integers(rules);
    inactive_others(rules);
    unsupported(rules);
}

fn reductions(rules: &mut TableBuilder) {
    for (name, signature, reduction) in [
        ("llvm.vector.reduce.fadd", "ff>f", Reduction::Add),
        ("llvm.vector.reduce.fmul", "ff>f", Reduction::Mul),
        ("llvm.vector.reduce.fmin", "f>f", Reduction::MinNum),
        ("llvm.vector.reduce.fmax", "f>f", Reduction::MaxNum),
        ("llvm.vector.reduce.fminimum", "f>f", Reduction::Minimum),
        ("llvm.vector.reduce.fmaximum", "f>f", Reduction::Maximum),
    ] {
        rules.exact(name, signature, Effects::NONE, Kind::Reduction(reduction));
    }
    for name in [
        "llvm.vector.reduce.add",
        "llvm.vector.reduce.mul",
        "llvm.vector.reduce.and",
        "llvm.vector.reduce.or",
        "llvm.vector.reduce.xor",
        "llvm.vector.reduce.smax",
        "llvm.vector.reduce.smin",
        "llvm.vector.reduce.umax",
        "llvm.vector.reduce.umin",
    ] {
        rules.exact(name, "i>i", Effects::NONE, Kind::Reduction(Reduction::Integer));
    }
}

fn structural(rules: &mut TableBuilder) {
    use Structural as S;
    for (name, signature, operation) in [
        ("llvm.ssa.copy", "a>a", S::Identity),
        ("llvm.expect", "aa>a", S::Identity),
        ("llvm.expect.with.probability", "aaa>a", S::Identity),
        ("llvm.annotation", "arri>a", S::Identity),
        ("llvm.ptr.annotation", "nrria>0", S::PointerIdentity),
        ("llvm.launder.invariant.group", "n>0", S::PointerIdentity),
        ("llvm.strip.invariant.group", "n>0", S::PointerIdentity),
        ("llvm.threadlocal.address", "n>0", S::PointerIdentity),
        ("llvm.ptrmask", "ni>0", S::PointerIdentity),
        ("llvm.preserve.array.access.index", "nii>0", S::PointerIdentity),
        ("llvm.preserve.struct.access.index", "nii>0", S::PointerIdentity),
        ("llvm.preserve.union.access.index", "ni>0", S::PointerIdentity),
        ("llvm.intel.subscript", "iiini>3", S::Subscript),
        ("llvm.masked.load", "raa>a", S::MaskedLoad),
        ("llvm.masked.store", "awa", S::MaskedStore),
        ("llvm.masked.gather", "raa>a", S::Gather),
        ("llvm.masked.scatter", "awa", S::Scatter),
        ("llvm.masked.expandload", "raa>a", S::ExpandLoad),
        ("llvm.masked.compressstore", "awa", S::CompressStore),
        ("llvm.vector.insert", "aai>a", S::VectorInsert),
        ("llvm.vector.extract", "ai>a", S::VectorExtract),
        ("llvm.vector.reverse", "a>a", S::VectorReverse),
        ("llvm.vector.splice.left", "aai>a", S::VectorSpliceLeft),
        ("llvm.vector.splice.right", "aai>a", S::VectorSpliceRight),
        ("llvm.preserve.static.offset", "n>0", S::PointerIdentity),
        ("llvm.matrix.transpose", "aii>a", S::MatrixTranspose),
        ("llvm.matrix.multiply", "aaiii>a", S::MatrixMultiply),
    ] {
        rules.exact(name, signature, Effects::NONE, Kind::Structural(operation));
    }
    for (interleave, deinterleave) in [
        ("llvm.vector.interleave2", "llvm.vector.deinterleave2"),
        ("llvm.vector.interleave3", "llvm.vector.deinterleave3"),
        ("llvm.vector.interleave4", "llvm.vector.deinterleave4"),
        ("llvm.vector.interleave5", "llvm.vector.deinterleave5"),
        ("llvm.vector.interleave6", "llvm.vector.deinterleave6"),
        ("llvm.vector.interleave7", "llvm.vector.deinterleave7"),
        ("llvm.vector.interleave8", "llvm.vector.deinterleave8"),
    ] {
        rules.exact(
            interleave,
            ".>a",
            Effects::NONE,
            Kind::Structural(S::VectorInterleave),
        );
        rules.exact(
            deinterleave,
            "a>a",
            Effects::NONE,
            Kind::Structural(S::VectorDeinterleave),
        );
    }
}

/// Strict floating point: the same functions, with rounding mode and exception behavior as further metadata operands.
fn constrained(rules: &mut TableBuilder) {
    use Instruction as I;
    for (name, instruction) in [
        ("llvm.experimental.constrained.fadd", I::FAdd),
        ("llvm.experimental.constrained.fsub", I::FSub),
        ("llvm.experimental.constrained.fmul", I::FMul),
        ("llvm.experimental.constrained.fdiv", I::FDiv),
        ("llvm.experimental.constrained.frem", I::FRem),
        ("llvm.experimental.constrained.fptrunc", I::FPTrunc),
        ("llvm.experimental.constrained.fpext", I::FPExt),
        ("llvm.experimental.constrained.fptosi", I::FPToSI),
        ("llvm.experimental.constrained.fptoui", I::FPToUI),
        ("llvm.experimental.constrained.sitofp", I::SIToFP),
        ("llvm.experimental.constrained.uitofp", I::UIToFP),
        ("llvm.fptrunc.round", I::FPTrunc),
        ("llvm.experimental.constrained.fcmp", I::FCmp),
        ("llvm.experimental.constrained.fcmps", I::FCmp),
    ] {
        rules.also_instruction(name, instruction);
    }
    for (name, of) in [
        ("llvm.experimental.constrained.fma", "llvm.fma"),
        ("llvm.experimental.constrained.fmuladd", "llvm.fmuladd"),
        ("llvm.experimental.constrained.sqrt", "llvm.sqrt"),
        ("llvm.experimental.constrained.pow", "llvm.pow"),
        ("llvm.experimental.constrained.powi", "llvm.powi"),
        ("llvm.experimental.constrained.ldexp", "llvm.ldexp"),
        ("llvm.experimental.constrained.sin", "llvm.sin"),
        ("llvm.experimental.constrained.cos", "llvm.cos"),
        ("llvm.experimental.constrained.tan", "llvm.tan"),
        ("llvm.experimental.constrained.asin", "llvm.asin"),
        ("llvm.experimental.constrained.acos", "llvm.acos"),
        ("llvm.experimental.constrained.atan", "llvm.atan"),
        ("llvm.experimental.constrained.atan2", "llvm.atan2"),
        ("llvm.experimental.constrained.sinh", "llvm.sinh"),
        ("llvm.experimental.constrained.cosh", "llvm.cosh"),
        ("llvm.experimental.constrained.tanh", "llvm.tanh"),
        ("llvm.experimental.constrained.exp", "llvm.exp"),
        ("llvm.experimental.constrained.exp2", "llvm.exp2"),
        ("llvm.experimental.constrained.log", "llvm.log"),
        ("llvm.experimental.constrained.log10", "llvm.log10"),
        ("llvm.experimental.constrained.log2", "llvm.log2"),
        ("llvm.experimental.constrained.rint", "llvm.rint"),
        ("llvm.experimental.constrained.nearbyint", "llvm.nearbyint"),
        ("llvm.experimental.constrained.maxnum", "llvm.maxnum"),
        ("llvm.experimental.constrained.minnum", "llvm.minnum"),
        ("llvm.experimental.constrained.maximum", "llvm.maximum"),
        ("llvm.experimental.constrained.minimum", "llvm.minimum"),
        ("llvm.experimental.constrained.ceil", "llvm.ceil"),
        ("llvm.experimental.constrained.floor", "llvm.floor"),
        ("llvm.experimental.constrained.round", "llvm.round"),
        ("llvm.experimental.constrained.roundeven", "llvm.roundeven"),
        ("llvm.experimental.constrained.trunc", "llvm.trunc"),
        ("llvm.experimental.constrained.lrint", "llvm.lrint"),
        ("llvm.experimental.constrained.llrint", "llvm.llrint"),
        ("llvm.experimental.constrained.lround", "llvm.lround"),
        ("llvm.experimental.constrained.llround", "llvm.llround"),
    ] {
        rules.also(name, of);
    }
}

/// Target intrinsics that compute what a table function computes, in every lane. The scalar forms of x86 (`min.ss`)
/// pass the upper lanes through and are not among them.
fn targets(rules: &mut TableBuilder) {
    for (of, names) in [
        (
            "fmin",
            &[
                "llvm.x86.sse.min.ps",
                "llvm.x86.sse2.min.pd",
                "llvm.x86.avx.min.ps.256",
                "llvm.x86.avx.min.pd.256",
                "llvm.nvvm.fmin.f",
                "llvm.nvvm.fmin.d",
                "llvm.nvvm.fmin.ftz.f",
            ][..],
        ),
        (
            "fmax",
            &[
                "llvm.x86.sse.max.ps",
                "llvm.x86.sse2.max.pd",
                "llvm.x86.avx.max.ps.256",
                "llvm.x86.avx.max.pd.256",
                "llvm.nvvm.fmax.f",
                "llvm.nvvm.fmax.d",
                "llvm.nvvm.fmax.ftz.f",
            ],
        ),
        (
            "rcp",
            &[
                "llvm.x86.sse.rcp.ps",
                "llvm.x86.avx.rcp.ps.256",
                "llvm.amdgcn.rcp",
            ],
        ),
        (
            "rsqrt",
            &[
                "llvm.x86.sse.rsqrt.ps",
                "llvm.x86.avx.rsqrt.ps.256",
                "llvm.amdgcn.rsq",
            ],
        ),
        (
            "exp2",
            &[
                "llvm.nvvm.ex2.approx",
                "llvm.nvvm.ex2.approx.ftz",
                "llvm.amdgcn.exp2",
            ],
        ),
        ("log2", &["llvm.nvvm.lg2.approx", "llvm.amdgcn.log"]),
        ("sin", &["llvm.nvvm.sin.approx"]),
        ("cos", &["llvm.nvvm.cos.approx"]),
        (
            "sqrt",
            &[
                "llvm.nvvm.sqrt.rn",
                "llvm.nvvm.sqrt.approx",
                "llvm.nvvm.sqrt.f",
                "llvm.amdgcn.sqrt",
            ],
        ),
        ("fabs", &["llvm.nvvm.fabs"]),
        ("fma", &["llvm.nvvm.fma.rn"]),
    ] {
        for name in names {
            rules.also(name, of);
        }
    }
    for name in [
        "llvm.nvvm.rcp.rn",
        "llvm.nvvm.rcp.rz",
        "llvm.nvvm.rcp.rm",
        "llvm.nvvm.rcp.rp",
        "llvm.nvvm.rcp.approx",
    ] {
        rules.also(name, "rcp");
    }
    for name in ["llvm.nvvm.ldg.global.f", "llvm.nvvm.ldu.global.f"] {
        rules.exact(name, "ri>a", Effects::NONE, target_load());
    }
}

/// A load through the read-only path: the mask is absent, so consumers treat it as a load of operand 0.
fn target_load() -> Kind {
    Kind::Unsupported(Unsupported {
        family: "NVVM load",
        remedy: "compile without __ldg, so that an ordinary load is left",
    })
}

const NOTHING: Kind = Kind::Inactive(Inactive {
    result: InactiveResult::Inactive,
});

/// Where a thread is among the threads of a graphics processor.
fn gpu_indices(rules: &mut TableBuilder) {
    for name in [
        "llvm.nvvm.read.ptx.sreg.tid",
        "llvm.nvvm.read.ptx.sreg.ntid",
        "llvm.nvvm.read.ptx.sreg.ctaid",
        "llvm.nvvm.read.ptx.sreg.nctaid",
        "llvm.nvvm.read.ptx.sreg.warpsize",
        "llvm.nvvm.read.ptx.sreg.laneid",
        "llvm.amdgcn.workitem.id",
        "llvm.amdgcn.workgroup.id",
    ] {
        rules.exact(name, ">i", Effects::NONE, NOTHING);
    }
}

fn inactive_integers(rules: &mut TableBuilder) {
    gpu_indices(rules);
    for name in ["llvm.ctpop", "llvm.bswap", "llvm.bitreverse"] {
        rules.exact(name, "i>i", Effects::NONE, NOTHING);
    }
    for name in [
        "llvm.ctlz",
        "llvm.cttz",
        "llvm.abs",
        "llvm.smax",
        "llvm.smin",
        "llvm.umax",
        "llvm.umin",
        "llvm.scmp",
        "llvm.ucmp",
        "llvm.sadd.sat",
        "llvm.uadd.sat",
        "llvm.ssub.sat",
        "llvm.usub.sat",
        "llvm.sshl.sat",
        "llvm.ushl.sat",
        "llvm.get.active.lane.mask",
    ] {
        rules.exact(name, "ii>i", Effects::NONE, NOTHING);
    }
    for name in [
        "llvm.fshl",
        "llvm.fshr",
        "llvm.smul.fix",
        "llvm.umul.fix",
        "llvm.sdiv.fix",
        "llvm.udiv.fix",
    ] {
        rules.exact(name, "iii>i", Effects::NONE, NOTHING);
    }
    for name in [
        "llvm.sadd.with.overflow",
        "llvm.uadd.with.overflow",
        "llvm.ssub.with.overflow",
        "llvm.usub.with.overflow",
        "llvm.smul.with.overflow",
        "llvm.umul.with.overflow",
    ] {
        rules.exact(name, "ii>ii", Effects::NONE, NOTHING);
    }
    for name in [
        "llvm.vscale",
        "llvm.stepvector",
        "llvm.get.rounding",
        "llvm.allow.ubsan.check",
        "llvm.allow.runtime.check",
    ] {
        rules.exact(name, ">i", Effects::NONE, NOTHING);
    }
    for name in [
        "llvm.is.constant",
        "llvm.vector.partial.reduce.add",
        "llvm.experimental.cttz.elts",
    ] {
        rules.exact(name, "a.>i", Effects::NONE, NOTHING);
    }
}

fn inactive_others(rules: &mut TableBuilder) {
    // Facts for the optimizer and debug information.
    for name in [
        "llvm.assume",
        "llvm.dbg.value",
        "llvm.dbg.declare",
        "llvm.dbg.label",
        "llvm.dbg.assign",
        "llvm.experimental.noalias.scope.decl",
        "llvm.pseudoprobe",
        "llvm.var.annotation",
        "llvm.codeview.annotation",
        "llvm.donothing",
        "llvm.fake.use",
        "llvm.sideeffect",
        "llvm.type.test",
        "llvm.public.type.test",
        "llvm.icall.branch.funnel",
        "llvm.experimental.guard",
        "llvm.experimental.widenable.condition",
        "llvm.experimental.convergence.anchor",
        "llvm.experimental.convergence.entry",
        "llvm.experimental.convergence.loop",
        "llvm.experimental.get.vector.length",
        "llvm.loop.dependence.raw.mask",
        "llvm.loop.dependence.war.mask",
        "llvm.clmul",
        "llvm.alloc.token.id",
        "llvm.reloc.none",
        "llvm.instrprof.increment",
        "llvm.instrprof.increment.step",
        "llvm.instrprof.value.profile",
        "llvm.instrprof.cover",
    ] {
        rules.exact(name, ".>i", Effects::NONE, NOTHING);
    }
    // They begin and end the life of memory, move the stack, read clocks: their order counts.
    for (name, signature) in [
        ("llvm.lifetime.start", "n"),
        ("llvm.lifetime.end", "n"),
        ("llvm.invariant.start", "in>p"),
        ("llvm.invariant.end", "nin"),
        ("llvm.stacksave", ">p"),
        ("llvm.stackrestore", "n"),
        ("llvm.objectsize", "niii>i"),
        ("llvm.prefetch", "niii"),
        ("llvm.clear_cache", "nn"),
        ("llvm.returnaddress", "i>p"),
        ("llvm.frameaddress", "i>p"),
        ("llvm.sponentry", ">p"),
        ("llvm.addressofreturnaddress", ">p"),
        ("llvm.localaddress", ">p"),
        ("llvm.stackguard", ">p"),
        ("llvm.stackaddress", ">p"),
        ("llvm.stackprotector", "nn"),
        ("llvm.read_register", "a>a"),
        ("llvm.read_volatile_register", "a>a"),
        ("llvm.instrprof.callsite", "."),
        ("llvm.instrprof.timestamp", "."),
        ("llvm.instrprof.mcdc.parameters", "."),
        ("llvm.instrprof.mcdc.tvbitmap.update", "."),
        ("llvm.xray.customevent", "."),
        ("llvm.xray.typedevent", "."),
        ("llvm.thread.pointer", ">p"),
        ("llvm.eh.typeid.for", "n>i"),
        ("llvm.readcyclecounter", ">i"),
        ("llvm.readsteadycounter", ">i"),
        ("llvm.set.rounding", "i"),
        ("llvm.get.fpenv", ">i"),
        ("llvm.set.fpenv", "i"),
        ("llvm.reset.fpenv", ""),
        ("llvm.get.fpmode", ">i"),
        ("llvm.set.fpmode", "i"),
        ("llvm.reset.fpmode", ""),
        ("llvm.debugtrap", ""),
        ("llvm.x86.sse.stmxcsr", "w"),
        ("llvm.x86.sse.ldmxcsr", "r"),
        ("llvm.x86.rdtsc", ">i"),
        ("llvm.x86.sse2.pause", ""),
        ("llvm.x86.sse2.mfence", ""),
        ("llvm.x86.sse2.lfence", ""),
        ("llvm.x86.sse.sfence", ""),
    ] {
        rules.exact(name, signature, Effects::HIDDEN, NOTHING);
    }
    for name in ["llvm.trap", "llvm.ubsantrap"] {
        rules.exact(name, ".", Effects::NORETURN, NOTHING);
    }
    // Barriers order other threads' memory accesses.
    for name in [
        "llvm.nvvm.barrier0",
        "llvm.nvvm.barrier",
        "llvm.nvvm.bar",
        "llvm.nvvm.membar.cta",
        "llvm.nvvm.membar.gl",
        "llvm.nvvm.membar.sys",
        "llvm.amdgcn.s.barrier",
        "llvm.amdgcn.wave.barrier",
    ] {
        rules.exact(
            name,
            ".",
            Effects {
                unwinds: false,
                ..Effects::ANY
            },
            NOTHING,
        );
    }
}

fn unsupported(rules: &mut TableBuilder) {
    for (name, family, remedy) in [
        (
            "llvm.va_start",
            "variadic function",
            "give the function a fixed parameter list",
        ),
        (
            "llvm.va_end",
            "variadic function",
            "give the function a fixed parameter list",
        ),
        (
            "llvm.va_copy",
            "variadic function",
            "give the function a fixed parameter list",
        ),
        (
            "llvm.eh.sjlj.setjmp",
            "setjmp",
            "return error codes instead of jumping",
        ),
        (
            "llvm.eh.sjlj.longjmp",
            "setjmp",
            "return error codes instead of jumping",
        ),
        (
            "llvm.localescape",
            "Windows exception handling",
            "compile without structured exception handling",
        ),
        (
            "llvm.localrecover",
            "Windows exception handling",
            "compile without structured exception handling",
        ),
        (
            "llvm.load.relative",
            "relative load",
            "compile without relative vtables",
        ),
        (
            "llvm.convert.to.fp16",
            "half as integer",
            "compile for a target with a half type",
        ),
        (
            "llvm.convert.from.fp16",
            "half as integer",
            "compile for a target with a half type",
        ),
        (
            "llvm.vector.partial.reduce.fadd",
            "partial reduction",
            "compile with -fno-vectorize",
        ),
        (
            "llvm.matrix.column.major.load",
            "matrix memory access",
            "load the columns as vectors",
        ),
        (
            "llvm.matrix.column.major.store",
            "matrix memory access",
            "store the columns as vectors",
        ),
    ] {
        rules.exact(
            name,
            ".>a",
            Effects::ANY,
            Kind::Unsupported(Unsupported { family, remedy }),
        );
    }
    let remedy =
        "compile with -mllvm -prefer-predicate-over-epilogue=scalar-epilogue, or without vectorization";
    rules.unsupported_prefix("llvm.vp.", "vector predication", remedy);
    rules.unsupported_prefix(
        "llvm.coro.",
        "coroutine",
        "differentiate a function that is not a coroutine",
    );
}
