//! The spelling parser: from a symbol to the canonical name of a math function and its [`Form`].
//!
//! One table entry per function serves all precisions and libraries. Understood are
//!
//! - C suffixes: none (double), `f`, `l`, and C23's `f16 f32 f64 f128 f32x f64x` and `bf16`;
//! - glibc's `__X_finite` (what `-ffinite-math-only` emitted);
//! - vector functions: the vector function ABI `_ZGV<isa><mask><lanes><parameters>_X` (glibc's libmvec, SLEEF, Arm),
//!   Intel's `__svml_X<lanes>[_mask]`, AMD's `amd_vr{s,d}<lanes>_X`;
//! - classic flang and PGI: `__f{s,d,c,z}_X_1`, `__p{s,d}_X_<lanes>`, `__r{s,d}...`;
//! - CUDA's `__nv_X[f]` and `__nv_fast_Xf`, ROCm's `__ocml_X_f{16,32,64}` with `native_`;
//! - SLEEF's `Sleef_Xd4_u10`; C23's narrowing `fadd`, `daddl`, `f32mulf64`; flang's `_FortranAModReal8`;
//! - compiler-rt's `__powisf2`, `__mulsc3` families, by their own entries;
//! - `Faddeeva_X`, by their own entries.
//!
//! A name that is itself canonical wins over a shorter one with a suffix (`erf` is not `er` + `f`). The cost is a few
//! hash look-ups per name.

mod vector;
mod vendors;

/// The float type of a spelling.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Precision {
    /// `half`, `_Float16`.
    Half,
    /// `bfloat`.
    BFloat,
    /// `float`.
    Single,
    /// `double`.
    #[default]
    Double,
    /// `long double`: `x86_fp80`, `fp128`, `ppc_fp128` or `double`, by target.
    LongDouble,
    /// `fp128`.
    Quad,
    /// The LLVM type of the operands decides (intrinsics, instructions).
    ByType,
}

/// Whose function it is; calls in its partials should go to the same library.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Library {
    /// The C library.
    #[default]
    C,
    /// An LLVM intrinsic.
    Intrinsic,
    /// CUDA's libdevice.
    Nvidia,
    /// ROCm's device library.
    Rocm,
    /// Classic flang and PGI.
    Pgi,
    /// Flang's runtime; further arguments say where in the source the call is.
    Flang,
    /// A vector library, scalar code for partials goes to LLVM intrinsics or C.
    Vector,
}

/// How many lanes a vector function has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Lanes {
    /// A fixed number.
    Fixed(u32),
    /// Scalable (`x`), for SVE.
    Scalable,
}

/// How a vector function passes one parameter, after the vector function ABI.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum VectorParam {
    /// `v`: one element per lane.
    Vector,
    /// `u`: one value for all lanes.
    Uniform,
    /// `l` with a step: lane k has `base + k * step` (`l`, `R`, `U`, `L` forms; the step in elements or bytes).
    Linear(i64),
}

/// The vector shape of a spelling.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct VectorForm {
    /// The ISA letters as written (`b`, `d`, `e`, `n`, `s`, ..., or the library's name).
    pub isa: String,
    /// A mask is passed as a last argument.
    pub masked: bool,
    /// Lanes.
    pub lanes: Lanes,
    /// Parameters; empty when the name does not say (then all are vectors).
    pub params: Vec<VectorParam>,
}

/// How a symbol differs from the canonical function.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Form {
    /// The float type.
    pub precision: Precision,
    /// Whose.
    pub library: Library,
    /// For vector functions.
    pub vector: Option<VectorForm>,
    /// A `__X_finite` function: no NaN or infinity goes in or comes out.
    pub finite: bool,
    /// For C23's narrowing functions (`fadd`, `ddivl`, `f32mulf64`): the type of the result. The value is computed in
    /// `precision` and rounded once; so are tangents.
    pub result: Option<Precision>,
}

impl Form {
    /// The form of an intrinsic.
    pub fn intrinsic() -> Self {
        Self {
            precision: Precision::ByType,
            library: Library::Intrinsic,
            ..Self::default()
        }
    }

    fn c(precision: Precision) -> Self {
        Self {
            precision,
            ..Self::default()
        }
    }
}

/// Suffixes of C and C23, longer ones before their ends, but `logbf16` is `logb` of a `_Float16`.
const SUFFIXES: [(&str, Precision); 9] = [
    ("f32x", Precision::Double),
    ("f64x", Precision::LongDouble),
    ("f128", Precision::Quad),
    ("f16", Precision::Half),
    ("f32", Precision::Single),
    ("f64", Precision::Double),
    ("f", Precision::Single),
    ("l", Precision::LongDouble),
    ("bf16", Precision::BFloat),
];

/// The canonical name behind `symbol` and its form; `known` says which names are canonical.
pub fn parse(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    plain(symbol, known)
        .or_else(|| reentrant(symbol, known))
        .or_else(|| finite(symbol, known))
        .or_else(|| narrowing(symbol, known))
        .or_else(|| vendors::runtime_of_flang(symbol, known))
        .or_else(|| vector::sleef(symbol, known))
        .or_else(|| vector::vector_abi(symbol, known))
        .or_else(|| vector::svml(symbol, known))
        .or_else(|| vector::amd_libm(symbol, known))
        .or_else(|| vendors::pgi(symbol, known))
        .or_else(|| vendors::nvidia(symbol, known))
        .or_else(|| vendors::rocm(symbol, known))
}

/// `X` with a C suffix.
fn plain(name: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    if known(name) {
        return Some((name.to_owned(), Form::default()));
    }
    SUFFIXES.iter().find_map(|(suffix, precision)| {
        let base = name.strip_suffix(suffix)?;
        known(base).then(|| (base.to_owned(), Form::c(*precision)))
    })
}

/// `__X_finite` with X suffixed: `__expf_finite`; glibc also has `__lgamma_r_finite` and, for `f`, `__lgammaf_r_finite`.
fn finite(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    let inner = symbol.strip_prefix("__")?.strip_suffix("_finite")?;
    let (base, form) = plain(inner, known).or_else(|| reentrant(inner, known))?;
    Some((base, Form { finite: true, ..form }))
}

/// `Xf_r`, `Xl_r`: the suffix stands before `_r`.
fn reentrant(name: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    let stem = name.strip_suffix("_r")?;
    SUFFIXES.iter().find_map(|(suffix, precision)| {
        let base = format!("{}_r", stem.strip_suffix(suffix)?);
        known(&base).then_some((base, Form::c(*precision)))
    })
}

/// C23's narrowing functions: `fadd`, `faddl`, `daddl` and `f32addf64`, `f64xmulf128`, ...
fn narrowing(name: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    const OPERATIONS: [&str; 6] = ["add", "sub", "mul", "div", "fma", "sqrt"];
    let interchange = |text: &str| {
        SUFFIXES
            .iter()
            .find(|(suffix, _)| text == *suffix && suffix.starts_with("f") && suffix.len() > 1)
            .map(|s| s.1)
    };
    OPERATIONS.iter().find_map(|operation| {
        let at = name.find(operation)?;
        let (result, rest) = (&name[..at], &name[at + operation.len()..]);
        let (result, precision) = match (result, rest) {
            ("f", "") => (Precision::Single, Precision::Double),
            ("f", "l") => (Precision::Single, Precision::LongDouble),
            ("d", "l") => (Precision::Double, Precision::LongDouble),
            _ => (interchange(result)?, interchange(rest)?),
        };
        let base = match *operation {
            "fma" | "sqrt" => (*operation).to_owned(),
            _ => format!("__f{operation}"),
        };
        known(&base).then(|| {
            (
                base,
                Form {
                    result: Some(result),
                    ..Form::c(precision)
                },
            )
        })
    })
}

/// The symbol of the scalar function `base` at `precision` in the library of `form`: what a call in a partial names when
/// the function has no LLVM intrinsic. `None` when that library has no such precision.
pub fn spell(base: &str, precision: Precision, library: Library) -> Option<String> {
    match library {
        Library::Nvidia => match precision {
            Precision::Double => Some(format!("__nv_{base}")),
            Precision::Single => Some(format!("__nv_{base}f")),
            _ => None,
        },
        Library::Rocm => {
            let bits = match precision {
                Precision::Half => 16,
                Precision::Single => 32,
                Precision::Double => 64,
                _ => return None,
            };
            Some(format!("__ocml_{base}_f{bits}"))
        }
        Library::C | Library::Intrinsic | Library::Pgi | Library::Flang | Library::Vector => {
            let suffix = match precision {
                Precision::Double => "",
                Precision::Single => "f",
                Precision::LongDouble => "l",
                Precision::Quad => "f128",
                Precision::Half => "f16",
                Precision::BFloat | Precision::ByType => return None,
            };
            Some(match base.strip_suffix("_r") {
                Some(stem) => format!("{stem}{suffix}_r"),
                None => format!("{base}{suffix}"),
            })
        }
    }
}
