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
        .or_else(|| runtime_of_flang(symbol, known))
        .or_else(|| sleef(symbol, known))
        .or_else(|| vector_abi(symbol, known))
        .or_else(|| svml(symbol, known))
        .or_else(|| amd_libm(symbol, known))
        .or_else(|| pgi(symbol, known))
        .or_else(|| nvidia(symbol, known))
        .or_else(|| rocm(symbol, known))
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

/// Flang's runtime: `_FortranAModReal8`, `_FortranAFloor8_4` and the like; the number of bytes is in the name.
fn runtime_of_flang(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    let rest = symbol.strip_prefix("_FortranA")?;
    // `Floor8_4` gives a 4-byte integer.
    let rest = rest.split_once('_').map_or(rest, |(head, _)| head);
    let name = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    let precision = match &rest[name.len()..] {
        "2" => Precision::Half,
        "3" => Precision::BFloat,
        "4" => Precision::Single,
        "8" => Precision::Double,
        "10" => Precision::LongDouble,
        "16" => Precision::Quad,
        _ => return None,
    };
    let base = match name {
        "ModReal" => "fmod",
        "ModuloReal" => "_FortranAModuloReal",
        "ErfcScaled" => "erfcx",
        "Fraction" => "_FortranAFraction",
        "Exponent" => "ilogb",
        "Nearest" => "_FortranANearest",
        // Its exponent is a 64-bit integer.
        "Scale" => "scalbln",
        "SetExponent" => "_FortranASetExponent",
        "Spacing" => "_FortranASpacing",
        "RRSpacing" => "_FortranARRSpacing",
        "Floor" | "Ceiling" | "Nint" | "Aint" => "lround",
        _ => return None,
    };
    known(base).then(|| {
        (
            base.to_owned(),
            Form {
                library: Library::Flang,
                ..Form::c(precision)
            },
        )
    })
}

/// SLEEF's own names: `Sleef_sind4_u10`, `Sleef_powf8_u10avx2`, `Sleef_fabsd2`, `Sleef_sin_u10` (scalar).
fn sleef(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    let rest = symbol.strip_prefix("Sleef_")?;
    let rest = rest
        .strip_prefix("finz_")
        .or_else(|| rest.strip_prefix("cinz_"))
        .unwrap_or(rest);
    let head = rest.split('_').next()?;
    let name = head.trim_end_matches(|c: char| c.is_ascii_digit());
    let lanes = &head[name.len()..];
    if lanes.is_empty() {
        return plain(head, known);
    }
    if known(head) {
        return Some((head.to_owned(), Form::default()));
    }
    // The letter before the lanes is the type: `log10d4` is log10 of doubles, and so may end in digits of its own.
    let (base, form) = match name.strip_suffix('d') {
        Some(base) if known(base) => (base.to_owned(), Form::default()),
        _ => (
            name.strip_suffix('f').filter(|base| known(base))?.to_owned(),
            Form::c(Precision::Single),
        ),
    };
    lanes_only("sleef", lanes, false, base, form)
}

/// `_ZGV<isa><mask><lanes><parameters>_<X>` of the vector function ABI.
fn vector_abi(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    let rest = symbol.strip_prefix("_ZGV")?;
    // `_LLVM_` is LLVM's own pseudo-ISA; all others are one letter.
    let (isa, rest) = match rest.strip_prefix("_LLVM_") {
        Some(rest) => ("_LLVM_", rest),
        None => rest.split_at_checked(1)?,
    };
    let masked = match rest.chars().next()? {
        'M' => true,
        'N' => false,
        _ => return None,
    };
    let rest = &rest[1..];
    let (lanes, rest) = match rest.strip_prefix('x') {
        Some(rest) => (Lanes::Scalable, rest),
        None => {
            let (digits, rest) = split_digits(rest);
            (Lanes::Fixed(digits.parse().ok().filter(|&n| n > 0)?), rest)
        }
    };
    let (params, name) = vector_params(rest)?;
    // A scalar name may follow in parentheses with the vector symbol: `_ZGVnN2v_sin(custom)`.
    let name = name.split('(').next().unwrap_or(name);
    let (base, form) = plain(name, known).or_else(|| finite(name, known))?;
    let vector = VectorForm {
        isa: isa.to_owned(),
        masked,
        lanes,
        params,
    };
    Some((
        base,
        Form {
            library: Library::Vector,
            vector: Some(vector),
            ..form
        },
    ))
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// The parameter codes up to the underscore, and what follows it.
fn vector_params(mut rest: &str) -> Option<(Vec<VectorParam>, &str)> {
    let mut params = Vec::new();
    loop {
        let code = rest.chars().next()?;
        rest = &rest[code.len_utf8()..];
        match code {
            '_' => return (!params.is_empty()).then_some((params, rest)),
            'v' => params.push(VectorParam::Vector),
            'u' => params.push(VectorParam::Uniform),
            'l' | 'R' | 'L' | 'U' => {
                let negative = rest.starts_with('n');
                rest = rest.strip_prefix('n').unwrap_or(rest);
                let (digits, after) = split_digits(rest);
                let step = if digits.is_empty() {
                    1
                } else {
                    digits.parse().ok()?
                };
                params.push(VectorParam::Linear(if negative { -step } else { step }));
                rest = after;
            }
            // An alignment `a<n>` belongs to the parameter before it.
            'a' => rest = split_digits(rest).1,
            _ => return None,
        }
    }
}

/// A vector function whose name says only the number of lanes.
fn lanes_only(isa: &str, lanes: &str, masked: bool, base: String, form: Form) -> Option<(String, Form)> {
    let lanes = Lanes::Fixed(lanes.parse().ok().filter(|&n| n > 0)?);
    let vector = VectorForm {
        isa: isa.to_owned(),
        masked,
        lanes,
        params: Vec::new(),
    };
    Some((
        base,
        Form {
            library: Library::Vector,
            vector: Some(vector),
            ..form
        },
    ))
}

/// Intel's `__svml_sin4`, `__svml_sinf8`, `__svml_sin4_mask`, `__svml_sin4_ha`, `__svml_sin4_l9`.
fn svml(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    let rest = symbol.strip_prefix("__svml_")?;
    let mut tail = rest;
    let mut masked = false;
    while let Some((head, variant)) = tail.rsplit_once('_') {
        if !matches!(
            variant,
            "mask" | "ha" | "ep" | "br" | "l9" | "e9" | "z0" | "g9" | "h9"
        ) {
            break;
        }
        masked |= variant == "mask";
        tail = head;
    }
    let name = tail.trim_end_matches(|c: char| c.is_ascii_digit());
    // The lanes follow the name directly, so `log24` is `log2` by 4 and `log104` is `log10` by 4: try all splits.
    (name.len()..tail.len()).find_map(|end| {
        let (name, lanes) = tail.split_at(end);
        let lane_count: u32 = lanes
            .parse()
            .ok()
            .filter(|n| matches!(n, 1 | 2 | 4 | 8 | 16 | 32))?;
        let (base, form) = plain(name, known)?;
        lanes_only("svml", &lane_count.to_string(), masked, base, form)
    })
}

/// AMD's `amd_vrd4_sin`, `amd_vrs8_sinf`.
fn amd_libm(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    let rest = symbol.strip_prefix("amd_vr")?;
    let (lanes, name) = rest
        .strip_prefix('d')
        .or_else(|| rest.strip_prefix('s'))?
        .split_once('_')?;
    let (base, form) = plain(name, known)?;
    lanes_only("amd", lanes, false, base, form)
}

/// PGI and classic flang: `__<f|r|p><s|d|c|z>_X_<lanes>` (fast, relaxed, precise; single, double and complex).
fn pgi(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    let rest = symbol.strip_prefix("__")?;
    let mut letters = rest.chars();
    letters.next().filter(|c| matches!(c, 'f' | 'r' | 'p'))?;
    let (precision, prefix) = match letters.next()? {
        's' => (Precision::Single, ""),
        'd' => (Precision::Double, ""),
        'c' => (Precision::Single, "c"),
        'z' => (Precision::Double, "c"),
        _ => return None,
    };
    let (name, lanes) = letters.as_str().strip_prefix('_')?.rsplit_once('_')?;
    let base = match name {
        "mod" => "fmod".to_owned(),
        "nint" => "lround".to_owned(),
        _ => format!("{prefix}{name}"),
    };
    if !known(&base) {
        return None;
    }
    let form = Form {
        precision,
        library: Library::Pgi,
        ..Form::default()
    };
    if lanes == "1" {
        return Some((base, form));
    }
    let (base, vector) = lanes_only("pgi", lanes, false, base, Form::default())?;
    Some((
        base,
        Form {
            library: Library::Pgi,
            vector: vector.vector,
            ..form
        },
    ))
}

/// CUDA: `__nv_sin`, `__nv_sinf`, `__nv_fast_sinf`, `__nv_drcp_rn`, `__nv_fsqrt_rn`, `__nv_dadd_rz`, `__nv_fmaf_ieee_rn`.
fn nvidia(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    let name = symbol.strip_prefix("__nv_")?;
    let name = name.strip_prefix("fast_").unwrap_or(name);
    let of = |base: &str, precision| {
        known(base).then(|| {
            (
                base.to_owned(),
                Form {
                    precision,
                    library: Library::Nvidia,
                    ..Form::default()
                },
            )
        })
    };
    if let Some(base) = nvidia_renamed(name) {
        return of(base.0, base.1);
    }
    if let Some((operation, "rn" | "rz" | "ru" | "rd")) = name.rsplit_once('_') {
        let operation = operation.strip_suffix("_ieee").unwrap_or(operation);
        return match operation {
            "fma" => of("fma", Precision::Double),
            "fmaf" => of("fma", Precision::Single),
            _ => {
                let (width, base) = operation.split_at_checked(1)?;
                let precision = if width == "d" {
                    Precision::Double
                } else {
                    Precision::Single
                };
                let base = match base {
                    "add" | "sub" | "mul" | "div" => format!("__f{base}"),
                    _ => base.to_owned(),
                };
                matches!(width, "d" | "f").then(|| of(&base, precision)).flatten()
            }
        };
    }
    let (base, form) = plain(name, known).filter(|(_, f)| f.precision != Precision::LongDouble)?;
    Some((
        base,
        Form {
            library: Library::Nvidia,
            ..form
        },
    ))
}

/// libdevice's names that follow C differently.
fn nvidia_renamed(name: &str) -> Option<(&'static str, Precision)> {
    Some(match name {
        "isnand" | "isnanf" => ("isnan", double_if(name.ends_with('d'))),
        "isinfd" | "isinff" => ("isinf", double_if(name.ends_with('d'))),
        "isfinited" | "finitef" => ("finite", double_if(name.ends_with('d'))),
        "signbitd" | "signbitf" => ("signbit", double_if(name.ends_with('d'))),
        "saturatef" => ("__saturate", Precision::Single),
        "fdividef" => ("__fdiv", Precision::Single),
        "powif" => ("powi", Precision::Single),
        _ => return None,
    })
}

fn double_if(double: bool) -> Precision {
    if double {
        Precision::Double
    } else {
        Precision::Single
    }
}

/// ROCm: `__ocml_sin_f64`, `__ocml_native_sin_f32`, `__ocml_add_rte_f64`, and libclc's `__clc_sin`.
fn rocm(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    let (name, suffix) = symbol.strip_prefix("__ocml_")?.rsplit_once('_')?;
    let precision = match suffix {
        "f64" => Precision::Double,
        "f32" => Precision::Single,
        "f16" => Precision::Half,
        _ => return None,
    };
    let name = name.strip_prefix("native_").unwrap_or(name);
    let (name, rounded) = match name.rsplit_once('_') {
        Some((name, "rte" | "rtz" | "rtn" | "rtp")) => (name, true),
        _ => (name, false),
    };
    let base = match name {
        "add" | "sub" | "mul" | "div" if rounded => format!("__f{name}"),
        "i0" => "cyl_bessel_i0".to_owned(),
        "i1" => "cyl_bessel_i1".to_owned(),
        "ncdf" => "normcdf".to_owned(),
        "ncdfinv" => "normcdfinv".to_owned(),
        "len3" => "norm3d".to_owned(),
        "len4" => "norm4d".to_owned(),
        "rlen3" => "rnorm3d".to_owned(),
        "rlen4" => "rnorm4d".to_owned(),
        "mad" => "fma".to_owned(),
        "fmuladd" => "fma".to_owned(),
        "minmag" | "maxmag" => format!("f{name}"),
        "recip" => "rcp".to_owned(),
        // The sine is returned, the cosine written.
        "sincos" | "sincospi" => format!("__ocml_{name}"),
        _ => name.to_owned(),
    };
    known(&base).then(|| {
        (
            base,
            Form {
                precision,
                library: Library::Rocm,
                ..Form::default()
            },
        )
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
