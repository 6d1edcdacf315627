//! Names of vector functions: the vector function ABI, SVML, AMD's libm, SLEEF.

use super::{Form, Lanes, Library, Precision, VectorForm, VectorParam, finite, plain};

/// `_ZGV<isa><mask><lanes><parameters>_<X>` of the vector function ABI.
pub(super) fn vector_abi(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
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
pub(super) fn lanes_only(
    isa: &str,
    lanes: &str,
    masked: bool,
    base: String,
    form: Form,
) -> Option<(String, Form)> {
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
pub(super) fn svml(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
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
pub(super) fn amd_libm(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
    let rest = symbol.strip_prefix("amd_vr")?;
    let (lanes, name) = rest
        .strip_prefix('d')
        .or_else(|| rest.strip_prefix('s'))?
        .split_once('_')?;
    let (base, form) = plain(name, known)?;
    lanes_only("amd", lanes, false, base, form)
}

/// SLEEF's own names: `Sleef_sind4_u10`, `Sleef_powf8_u10avx2`, `Sleef_fabsd2`, `Sleef_sin_u10` (scalar).
pub(super) fn sleef(symbol: &str, known: &dyn Fn(&str) -> bool) -> Option<(String, Form)> {
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
