//! Names of other runtimes' scalar functions: classic flang and PGI, flang, CUDA, ROCm.

use super::vector::lanes_only;
use super::{Form, Library, Precision, plain};

/// Flang's runtime: `_FortranAModReal8`, `_FortranAFloor8_4` and the like; the number of bytes is in the name.
pub(super) fn runtime_of_flang(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
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

/// PGI and classic flang: `__<f|r|p><s|d|c|z>_X_<lanes>` (fast, relaxed, precise; single, double and complex).
pub(super) fn pgi(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
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
pub(super) fn nvidia(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
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
pub(super) fn rocm(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
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
