//! Reading the operands of a request: which function, which activity for each parameter, where the shadows are.

use llvm_sys::LLVMTypeKind;

use super::markers::{self, Marker};
use super::reader::Reader;
use super::rustc::Front;
use super::target::{Targets, check_target};
use super::{Kind, Request, RequestError};
use crate::raw::{Mod, Ty, Val};

/// How an argument takes part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Activity {
    /// It carries no derivative.
    Const,
    /// Its shadows are passed beside it.
    Dup,
    /// As [`Activity::Dup`], and the primal memory need not be written.
    DupNoNeed,
    /// Its derivative is returned by value; reverse mode only.
    Out,
}

/// Where the shadows of an argument are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Shadows {
    /// There are none.
    None,
    /// One operand for each direction.
    Each(Vec<Val>),
    /// One base address; direction `v` is `v` times `stride` bytes further.
    Strided { base: Val, stride: Val },
}

/// An argument of the function to differentiate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Arg {
    /// How it takes part.
    pub(crate) activity: Activity,
    /// The operand with its value.
    pub(crate) primal: Val,
    /// The value is behind a pointer.
    pub(crate) by_ref: bool,
    /// Where its shadows are.
    pub(crate) shadows: Shadows,
    /// The memory that it leads to is the same when the reverse part of split mode runs.
    pub(crate) not_overwritten: bool,
}

/// What a request in split mode says of its tape.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Tape {
    /// The number of bytes that the caller has for it. If it says nothing the tape is on the heap.
    pub(crate) allocated: Option<Val>,
    /// Where it is to be stored, or is.
    pub(crate) memory: Option<Val>,
    /// The number of the operand that is the tape.
    pub(crate) operand: Option<usize>,
    /// It is used again.
    pub(crate) keep: bool,
    /// It is a log, for tangents and not for adjoints.
    pub(crate) replayed: bool,
}

/// The derivative of the result, in the reverse part of split mode.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Seed {
    /// The number of the first operand.
    pub(crate) at: usize,
    /// The operands.
    pub(crate) operands: Vec<Val>,
    /// There is one operand for each direction.
    pub(crate) apart: bool,
}

/// A request, read.
pub(crate) struct Call {
    /// The request.
    pub(crate) request: Request,
    /// The function to differentiate.
    pub(crate) target: Val,
    /// A condition, and the function to differentiate if it does not hold.
    pub(crate) otherwise: Option<(Val, Val)>,
    /// The arguments, without that for the result memory of a target with `sret`.
    pub(crate) args: Vec<Arg>,
    /// The number of directions.
    pub(crate) width: u32,
    /// Whether the value of the function is asked for too.
    pub(crate) primal_return: bool,
    /// Whether a pointer that is its own shadow is inactive.
    pub(crate) runtime_activity: bool,
    /// How the result takes part: [`Activity::Out`] if its derivative is given (the seed of reverse mode), [`Activity::Dup`] if its
    /// shadow is returned.
    pub(crate) ret: Activity,
    /// The memory for the declared result, where the request returns through memory.
    pub(crate) result_memory: Option<(Val, Ty)>,
    /// The type that the target returns through memory.
    pub(crate) target_sret: Option<Ty>,
    /// The shadows of that memory, where they are operands: in reverse mode, where they hold the seed.
    pub(crate) result_shadows: Vec<Val>,
    /// The derivative that the result is given, if it is not one.
    pub(crate) seed: Option<Val>,
    /// What is known besides, if rustc makes the request for `std::autodiff`.
    pub(crate) front: Option<Front>,
    /// What the user should know, if the call has more than one meaning.
    pub(crate) doubts: Vec<String>,
    /// The derivative of the result, if it is an operand: in split mode.
    pub(crate) given_seed: Option<Seed>,
    /// What is said of the tape.
    pub(crate) tape: Tape,
    /// The value of the function is not returned by the augmented function.
    pub(crate) no_return: bool,
    /// Zero derivatives times anything are zero.
    pub(crate) strong_zero: bool,
}

impl Call {
    /// Whether the result's shadow is asked for.
    pub(crate) fn shadow_return(&self) -> bool {
        self.ret == Activity::Dup
    }
}

impl Call {
    /// The functions that it may mean.
    pub(crate) fn targets(&self) -> impl Iterator<Item = Val> {
        let second = self.otherwise.map(|(_, second)| second);
        std::iter::once(self.target).chain(second)
    }
}

/// Reads a request.
///
/// # Errors
/// If it does not follow the protocol.
pub(crate) fn parse(module: Mod, request: Request) -> Result<Call, RequestError> {
    let kind = request.kind;
    if let Kind::Other(name) = kind {
        return Err(RequestError::Unsupported {
            feature: format!("`{name}`"),
        });
    }
    let call = request.call;
    if kind == Kind::VirtualReverse {
        return virtual_reverse(request);
    }
    let operands = call.args();
    let result_memory = operands.first().copied().zip(call.call_type_attribute("sret", 0));
    let at = usize::from(result_memory.is_some());
    let targets = operands
        .get(at)
        .and_then(|&operand| Targets::of(operand))
        .filter(Targets::agree)
        .ok_or_else(|| RequestError::NoFunction {
            kind,
            found: operands.get(at).map_or("nothing".into(), |v| v.print()),
        })?;
    let target = targets.first;
    check_target(target)?;
    if let Some((_, second)) = targets.second {
        check_target(second)?;
        if call.is_invoke() {
            return Err(RequestError::Unsupported {
                feature: "a choice between functions in a call that may throw (an invoke)".into(),
            });
        }
    }
    let target_sret = target.param_type_attribute("sret", 0);
    let markers = scan(&operands[at + 1..], kind)?;
    let front = Front::of(module, request, target);
    let mut reader = Reader::new(module, request, target, &operands, at + 1, markers.width);
    reader.front = front.as_ref();
    let result_shadows = match (kind, target_sret) {
        (Kind::Autodiff, Some(ty)) if front.is_none() => reader.result_shadows(ty)?,
        (Kind::Augment | Kind::Reverse, Some(ty)) => reader.result_shadows(ty)?,
        _ => Vec::new(),
    };
    let first = usize::from(target_sret.is_some());
    let args = match kind {
        Kind::AugmentSize => reader.activities(first)?,
        _ => reader.arguments(first)?,
    };
    let (ret, primal_return, doubts) = match &front {
        Some(front) => result_of_rustc(front, target, &args, &markers)?,
        None => {
            let ret = result(request, target, target_sret, &markers)?;
            (ret, markers.primal_return, Vec::new())
        }
    };
    let given_seed = match kind {
        Kind::Reverse => {
            let seed = (ret == Activity::Out).then(|| target.function_type().return_type());
            reader.seed_and_tape(seed)?
        }
        Kind::ForwardSplit => reader.seed_and_tape(None)?,
        _ => None,
    };
    let tape = reader.end(target.function_type().params().len() - first)?;
    Ok(Call {
        request,
        target,
        otherwise: targets.second,
        args,
        width: markers.width,
        primal_return,
        runtime_activity: markers.runtime_activity,
        ret,
        result_memory,
        target_sret,
        result_shadows,
        seed: markers.seed,
        front,
        doubts,
        given_seed,
        tape,
        no_return: markers.no_return,
        strong_zero: markers.strong_zero,
    })
}

/// How the result takes part in a request of rustc's, whether the value is returned, and what is not sure about it.
fn result_of_rustc(
    front: &Front,
    target: Val,
    args: &[Arg],
    markers: &Markers,
) -> Result<(Activity, bool, Vec<String>), RequestError> {
    let params = target.function_type().params();
    let first = params.len() - args.len();
    let outs: Vec<_> = args
        .iter()
        .zip(&params[first..])
        .filter_map(|(arg, &ty)| (arg.activity == Activity::Out).then_some(ty))
        .collect();
    let role = front.result(markers.width, markers.primal_return, &outs)?;
    let activities: Vec<_> = args.iter().map(|arg| arg.activity).collect();
    let doubts = role
        .doubt
        .into_iter()
        .chain(front.doubt_about_pairs(&activities))
        .chain(front.doubt_about_seed(role.activity, markers.seed));
    Ok((role.activity, role.primal, doubts.collect()))
}

/// How the result takes part.
fn result(
    request: Request,
    target: Val,
    target_sret: Option<Ty>,
    markers: &Markers,
) -> Result<Activity, RequestError> {
    let kind = request.kind;
    let ret = target_sret.unwrap_or(target.function_type().return_type());
    if markers.primal_return && ret.is_void() {
        return Err(RequestError::PrimalOfVoid {
            function: target.name(),
        });
    }
    let ret = return_activity(markers, ret, kind, target_sret.is_some());
    if ret == Activity::Out && !kind.is_split() && !ret_is_float(target) {
        return Err(RequestError::BadSeed {
            function: target.name(),
            ty: target.function_type().return_type().to_string(),
        });
    }
    Ok(ret)
}

/// A request for the shadow of a constant: a function or a global variable.
fn virtual_reverse(request: Request) -> Result<Call, RequestError> {
    let operands = request.call.args();
    let named = operands.first().copied().and_then(|operand| {
        super::target::function_of(operand).or_else(|| operand.is_address_constant().then_some(operand))
    });
    let target = named.ok_or_else(|| RequestError::BadVirtual {
        found: operands.first().map_or("nothing".into(), |v| v.print()),
    })?;
    if !request.call.ty().is_ptr() {
        return Err(RequestError::BadResult {
            kind: request.kind,
            made: "ptr".into(),
            declared: request.call.ty().to_string(),
        });
    }
    Ok(Call {
        request,
        target,
        otherwise: None,
        args: Vec::new(),
        width: 1,
        primal_return: false,
        ret: Activity::Const,
        result_memory: None,
        target_sret: None,
        result_shadows: Vec::new(),
        seed: None,
        front: None,
        doubts: Vec::new(),
        given_seed: None,
        tape: Tape::default(),
        no_return: false,
        strong_zero: false,
        runtime_activity: false,
    })
}

/// How the result takes part, by its type and what a marker says of it.
fn return_activity(markers: &Markers, ret: Ty, kind: Kind, in_memory: bool) -> Activity {
    let active = match markers.ret {
        // In forward mode both words ask for the shadow.
        Some(Activity::Out) if kind.is_forward() => Activity::Dup,
        Some(activity) => activity,
        None => default_activity(ret, kind),
    };
    // What is returned through memory has its derivative there.
    match active {
        Activity::Out if in_memory => Activity::Dup,
        activity => activity,
    }
}

/// Whether the result of a function is made of floats only, so that there is a derivative of one for all of it.
fn ret_is_float(target: Val) -> bool {
    target.function_type().return_type().one().is_some()
}

/// The markers that may stand anywhere.
struct Markers {
    width: u32,
    primal_return: bool,
    runtime_activity: bool,
    /// What a marker says of the result.
    ret: Option<Activity>,
    seed: Option<Val>,
    no_return: bool,
    strong_zero: bool,
}

fn scan(operands: &[Val], kind: Kind) -> Result<Markers, RequestError> {
    let mut found = Markers {
        width: 1,
        primal_return: false,
        runtime_activity: false,
        ret: None,
        seed: None,
        no_return: false,
        strong_zero: false,
    };
    let mut seen_width = false;
    for (index, &operand) in operands.iter().enumerate() {
        let Some(name) = markers::name_of(operand) else {
            continue;
        };
        match Marker::of_name(&name) {
            Some(Marker::Width) => {
                if std::mem::replace(&mut seen_width, true) {
                    return Err(RequestError::RepeatedWidth);
                }
                found.width = width_of(operands.get(index + 1).copied())?;
            }
            Some(Marker::PrimalReturn) if kind.is_split() && !kind.is_forward() => {
                return Err(RequestError::SplitPrimalReturn { kind });
            }
            Some(Marker::PrimalReturn) => found.primal_return = true,
            Some(Marker::Seed) => found.seed = operands.get(index + 1).copied(),
            Some(Marker::StrongZero) => found.strong_zero = true,
            Some(Marker::ConstReturn) => found.ret = Some(Activity::Const),
            Some(Marker::DupReturn) => found.ret = Some(Activity::Dup),
            Some(Marker::ActiveReturn) => found.ret = Some(Activity::Out),
            Some(Marker::NoReturn) if kind == Kind::Augment => found.no_return = true,
            Some(Marker::NoFree) if matches!(kind, Kind::Reverse | Kind::ForwardSplit) => {}
            Some(Marker::Allocated | Marker::Tape) if kind.is_split() && kind != Kind::AugmentSize => {}
            Some(Marker::NoReturn | Marker::NoFree | Marker::Allocated | Marker::Tape) => {
                return Err(RequestError::MisplacedMarker { name, kind });
            }
            Some(Marker::Vector | Marker::Scalar | Marker::Buffer) => {
                return Err(RequestError::MisplacedMarker { name, kind });
            }
            Some(Marker::RuntimeActivity) => found.runtime_activity = true,
            Some(Marker::Later) => {
                return Err(RequestError::Unsupported {
                    feature: format!("the marker `{name}`"),
                });
            }
            Some(_) => {}
            None => return Err(RequestError::UnknownMarker { name }),
        }
    }
    Ok(found)
}

pub(super) fn width_of(operand: Option<Val>) -> Result<u32, RequestError> {
    let width = operand
        .and_then(Val::const_int)
        .and_then(|width| u32::try_from(width).ok());
    width
        .filter(|&width| width > 0)
        .ok_or_else(|| RequestError::BadWidth {
            found: operand.map_or_else(|| "nothing".to_owned(), Val::print),
        })
}

/// What an argument or result of a type is without a marker: Enzyme's table, which looks at LLVM types only.
pub(crate) fn default_activity(ty: Ty, kind: Kind) -> Activity {
    use LLVMTypeKind::*;
    match ty.kind() {
        LLVMPointerTypeKind => Activity::Dup,
        LLVMArrayTypeKind | LLVMVectorTypeKind => default_activity(ty.element(), kind),
        LLVMStructTypeKind => {
            let fields: Vec<_> = ty
                .fields()
                .into_iter()
                .map(|field| default_activity(field, kind))
                .collect();
            let any = |activity| fields.contains(&activity).then_some(activity);
            any(Activity::Dup)
                .or_else(|| any(Activity::Out))
                .unwrap_or(Activity::Const)
        }
        _ if ty.is_float() && kind.is_forward() => Activity::Dup,
        _ if ty.is_float() => Activity::Out,
        _ => Activity::Const,
    }
}
