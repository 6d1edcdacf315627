//! Functions that are constant or linear piece by piece: rounding, classification, decomposition, extrema, signs.
//!
//! A function that is locally constant is an entry with an all-zero Jacobian, so that its operand and result types and
//! its memory behaviour are known like any other function's.

use crate::builder::TableBuilder;
use crate::expr::Predicate;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

pub(crate) fn register(rules: &mut TableBuilder) {
    signs(rules);
    extrema(rules);
    rounding(rules);
    rounding_to_integer(rules);
    classification(rules);
    neighbours(rules);
    scaling(rules);
    decomposition(rules);
    fortran_model(rules);
}

fn signs(rules: &mut TableBuilder) {
    rules
        .libm("fabs", |[x], _| [x.lt(x.constant(0.0)).select(-1.0, 1.0)])
        .domain([(0.1, 2.0)])
        .domain([(-2.0, -0.1)])
        .edge([0.0], [1.0], "kink: the right derivative")
        .edge([-0.0], [1.0], "kink: the right derivative")
        .intrinsic("llvm.fabs")
        .no_errno();
    rules
        .libm("copysign", |[x, y], _| {
            [
                x.constant(1.0).copysign(x) * x.constant(1.0).copysign(y),
                x.constant(0.0),
            ]
        })
        .domain([(0.1, 2.0), (0.1, 2.0)])
        .domain([(-2.0, -0.1), (0.1, 2.0)])
        .domain([(0.1, 2.0), (-2.0, -0.1)])
        .edge([0.0, -1.0], [-1.0, 0.0], "the sign bit of 0 counts")
        .intrinsic("llvm.copysign")
        .no_errno();
    rules
        .intrinsic_function("llvm.canonicalize", "f>f", |x, _| vec![x.constant(1.0)])
        .also_intrinsic("llvm.arithmetic.fence");
}

/// C's and LLVM's minima and maxima. The derivative goes to the operand that the result equals. In a tie that is the second one for
/// minima and the first one for maxima, as in Enzyme, for which both are a choice by `x < y`. Enzyme's choice gives the derivative
/// of a NaN that `fmin` or `fmax` ignored; the value then comes from the other operand, and so does our derivative.
fn extrema(rules: &mut TableBuilder) {
    for (name, intrinsic) in [
        ("fmin", Some("llvm.minnum")),
        ("fmax", Some("llvm.maxnum")),
        ("fminimum", Some("llvm.minimum")),
        ("fmaximum", Some("llvm.maximum")),
        ("fminimum_num", Some("llvm.minimumnum")),
        ("fmaximum_num", Some("llvm.maximumnum")),
        ("fminimum_mag", None),
        ("fmaximum_mag", None),
        ("fminimum_mag_num", None),
        ("fmaximum_mag_num", None),
        ("fminmag", None),
        ("fmaxmag", None),
    ] {
        extremum(rules, name, intrinsic);
    }
}

fn extremum(rules: &mut TableBuilder, name: &'static str, intrinsic: Option<&'static str>) {
    let is_min = name.contains("min");
    let (first, second) = ([1.0, 0.0], [0.0, 1.0]);
    let is_nan = matches!(name, "fminimum" | "fmaximum" | "fminimum_mag" | "fmaximum_mag");
    let built = rules
        .libm(name, |[x, y], r| {
            // In a tie the result equals both, so the operand to compare with is the one that a tie belongs to.
            let favored = || r.compare(Predicate::Oeq, if is_min { y } else { x });
            let (yes, no) = if is_min { (0.0, 1.0) } else { (1.0, 0.0) };
            [favored().select(yes, no), favored().select(no, yes)]
        })
        .domain([(0.2, 1.0), (1.2, 2.0)])
        .domain([(1.2, 2.0), (0.2, 1.0)])
        .domain([(-2.0, -1.2), (0.2, 1.0)])
        .edge(
            [1.0, 1.0],
            if is_min { second } else { first },
            "a tie belongs to the second operand of minima, to the first of maxima",
        )
        .edge(
            [1.0, NAN],
            if is_nan && !is_min { second } else { first },
            "the value is the first operand's, or NaN",
        )
        .edge(
            [NAN, 1.0],
            if is_nan && is_min { first } else { second },
            "the value is the second operand's, or NaN",
        )
        .edge(
            [-INF, INF],
            if is_min { first } else { second },
            "infinities order as numbers",
        )
        .no_errno();
    if let Some(intrinsic) = intrinsic {
        built.intrinsic(intrinsic);
    }
}

/// Kinks of rounding are jumps of the value; the derivative is 0 there as elsewhere.
fn rounding(rules: &mut TableBuilder) {
    for (name, intrinsic) in [
        ("floor", Some("llvm.floor")),
        ("ceil", Some("llvm.ceil")),
        ("trunc", Some("llvm.trunc")),
        ("rint", Some("llvm.rint")),
        ("nearbyint", Some("llvm.nearbyint")),
        ("round", Some("llvm.round")),
        ("roundeven", Some("llvm.roundeven")),
    ] {
        let built = rules
            .zero(name, "f>f")
            .domain([(0.1, 0.4)])
            .domain([(-0.9, -0.6)]);
        let built = built.edge([1.0], [0.0], "a jump counts as flat").no_errno();
        if let Some(intrinsic) = intrinsic {
            built.intrinsic(intrinsic);
        }
    }
    rules
        .zero("logb", "f>f")
        .domain([(1.1, 1.9)])
        .edge([0.0], [0.0], "the pole counts as flat");
}

fn rounding_to_integer(rules: &mut TableBuilder) {
    for name in ["lround", "llround", "lrint", "llrint"] {
        let intrinsic = match name {
            "lround" => "llvm.lround",
            "llround" => "llvm.llround",
            "lrint" => "llvm.lrint",
            _ => "llvm.llrint",
        };
        rules.zero(name, "f>i").intrinsic(intrinsic);
    }
    rules.zero("ilogb", "f>i").domain([(0.1, 4.0)]);
    rules.zero("llogb", "f>i").domain([(0.1, 4.0)]);
    // Their result is an integer before C23 and a float since; no derivative either way.
    for name in ["fromfp", "ufromfp", "fromfpx", "ufromfpx"] {
        rules.zero(name, "fii>a");
    }
    for name in ["llvm.fptosi.sat", "llvm.fptoui.sat"] {
        rules.intrinsic_function(name, "f>i", |_, _| Vec::new());
    }
}

fn classification(rules: &mut TableBuilder) {
    for name in [
        "isnan",
        "isinf",
        "isfinite",
        "finite",
        "signbit",
        "isnormal",
        "issignaling",
        "issubnormal",
        "iszero",
        "fpclassify",
        "__isnan",
        "__isinf",
        "__finite",
        "__signbit",
        "__issignaling",
        "__fpclassify",
        "__iscanonical",
    ] {
        rules.zero(name, "f>i").no_errno();
    }
    rules.zero("iseqsig", "ff>i").alias("__iseqsig");
    rules.zero("unordered", "ff>i").no_errno();
    rules.intrinsic_function("llvm.is.fpclass", "fi>i", |_, _| Vec::new());
    // The order and payload functions of C23 take their operands by pointer.
    for name in ["totalorder", "totalordermag"] {
        rules.zero(name, "rr>i").no_errno();
    }
    rules.zero("getpayload", "r>f").no_errno();
    rules.zero("setpayload", "wf>i").no_errno();
    rules.zero("setpayloadsig", "wf>i").no_errno();
    rules.zero("nan", "r>f").no_errno();
}

fn neighbours(rules: &mut TableBuilder) {
    rules.libm("nextafter", |[x, _], _| [x.constant(1.0), x.constant(0.0)]);
    rules.function("nexttoward", "fg>f", |x, _| vec![x.constant(1.0)]);
    rules.libm("nextup", |[x], _| [x.constant(1.0)]);
    rules.libm("nextdown", |[x], _| [x.constant(1.0)]);
    rules
        .function("canonicalize", "Fr>i", |_, _| Vec::new())
        .no_errno();
}

/// Multiplication by a power of two: linear, by the same function.
fn scaling(rules: &mut TableBuilder) {
    for name in ["ldexp", "scalbn", "scalbln"] {
        let built = rules
            .function(name, "fi>f", |x, _| vec![x.constant(1.0).call(name, &[x[1]])])
            .edge([0.0, 3.0], [8.0], "linear also at 0");
        if name == "ldexp" {
            built.intrinsic("llvm.ldexp");
        }
    }
    rules
        .libm("scalb", |[x, y], _| [y.exp2(), x.constant(0.0)])
        .domain([(-2.0, 2.0), (3.0, 3.0)])
        .edge(
            [1.5, 3.0],
            [8.0, 0.0],
            "defined for integral exponents only, so flat in the exponent",
        );
    rules
        .libm("significand", |[x], r| [x.is(0.0).select(1.0, r / x)])
        .domain([(1.1, 1.9)])
        .domain([(-3.8, -2.1)])
        .edge([0.0], [1.0], "the identity");
}

/// Fortran's intrinsic procedures on the model of a real number, as flang's runtime has them.
fn fortran_model(rules: &mut TableBuilder) {
    // x - floor(x / y) y; the quotient from the exact remainder, as for fmod.
    rules
        .libm("_FortranAModuloReal", |[x, y], r| crate::arith::fmod(x, y, r))
        .domain([(7.1, 8.9), (3.0, 3.5)])
        .domain([(-8.9, -7.1), (3.0, 3.5)]);
    rules
        .libm("_FortranAFraction", |[x], r| [x.is(0.0).select(1.0, r / x)])
        .domain([(1.1, 1.9)])
        .edge([0.0], [1.0], "the identity");
    rules
        .function("_FortranASetExponent", "fi>f", |x, r| {
            vec![x[0].is(0.0).select(0.0, r[0] / x[0])]
        })
        .domain([(1.1, 1.9), (-3.0, 3.0)]);
    rules.function("_FortranANearest", "fi>f", |x, _| vec![x.constant(1.0)]);
    rules.zero("_FortranASpacing", "f>f").domain([(1.1, 1.9)]);
    // |fraction(x)| 2^digits, so piecewise linear.
    rules
        .libm("_FortranARRSpacing", |[x], r| [x.is(0.0).select(0.0, r / x)])
        .domain([(1.1, 1.9)])
        .domain([(-1.9, -1.1)]);
}

fn decomposition(rules: &mut TableBuilder) {
    // x = r 2^e with e locally constant.
    rules
        .function("frexp", "fI>f", |x, r| {
            vec![x.constant(1.0).call("ldexp", &[r[1].affine(-1, 0)])]
        })
        .domain([(1.1, 1.9)])
        .domain([(-3.8, -2.1)])
        .edge([0.0], [1.0], "the exponent of 0 is 0")
        .edge(
            [2.0],
            [0.25],
            "at a jump: the derivative of the piece that the value belongs to",
        );
    rules
        .intrinsic_function("llvm.frexp", "f>fi", |x, r| {
            vec![x.constant(1.0).call("ldexp", &[r[1].affine(-1, 0)])]
        })
        .domain([(1.1, 1.9)]);
    rules
        .function("modf", "fF>f", |x, _| vec![x.constant(1.0), x.constant(0.0)])
        .domain([(1.1, 1.9)])
        .edge([1.0], [1.0, 0.0], "at a jump: the identity minus a constant");
    rules
        .intrinsic_function("llvm.modf", "f>ff", |x, _| vec![x.constant(1.0), x.constant(0.0)])
        .domain([(1.1, 1.9)]);
}
