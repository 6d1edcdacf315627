//! Reading the operands of a request: which function, which activity for each parameter, where the shadows are.

use llvm_sys::LLVMTypeKind;

use super::markers::{self, Marker};
use super::rustc::Front;
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
    if !matches!(kind, Kind::Forward | Kind::Autodiff) {
        return Err(RequestError::Unsupported {
            feature: format!("`{}`", kind.name()),
        });
    }
    let call = request.call;
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
        _ => Vec::new(),
    };
    let args = reader.arguments(usize::from(target_sret.is_some()))?;
    let (ret, primal_return, doubts) = match &front {
        Some(front) => result_of_rustc(front, target, &args, &markers)?,
        None => {
            let ret = result(request, target, target_sret, &markers)?;
            (ret, markers.primal_return, Vec::new())
        }
    };
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
    let active = match markers.ret {
        // In forward mode both words ask for the shadow.
        Some(Activity::Out) if kind == Kind::Forward => Activity::Dup,
        Some(activity) => activity,
        None => default_activity(ret, kind),
    };
    // What is returned through memory has its derivative there.
    let ret = match active {
        Activity::Out if target_sret.is_some() => Activity::Dup,
        activity => activity,
    };
    if ret == Activity::Out && !ret_is_float(target) {
        return Err(RequestError::BadSeed {
            function: target.name(),
            ty: target.function_type().return_type().to_string(),
        });
    }
    Ok(ret)
}

/// Whether the result of a function is made of floats only, so that there is a derivative of one for all of it.
fn ret_is_float(target: Val) -> bool {
    target.function_type().return_type().one().is_some()
}

/// The function that an operand names: through casts, aliases, constant memory, and stack slots that are written once.
pub(crate) fn function_of(operand: Val) -> Option<Val> {
    use llvm_sys::LLVMOpcode::{
        LLVMAddrSpaceCast, LLVMBitCast, LLVMFreeze, LLVMIntToPtr, LLVMLoad, LLVMPtrToInt,
    };
    let mut value = operand;
    for _ in 0..16 {
        if value.is_function() {
            return Some(value);
        }
        if let Some(aliasee) = value.aliasee() {
            value = aliasee;
            continue;
        }
        let first = *value.operands().first()?;
        value = match value.operation()? {
            LLVMLoad if first.is_constant_global() => first.initializer()?,
            LLVMLoad => stored_once(first)?,
            LLVMBitCast | LLVMAddrSpaceCast | LLVMIntToPtr | LLVMPtrToInt | LLVMFreeze => first,
            _ => return None,
        };
    }
    None
}

/// The start of the stack slot that an address is the start of.
fn slot(mut address: Val) -> Option<Val> {
    use llvm_sys::LLVMOpcode::{LLVMAlloca, LLVMGetElementPtr};
    loop {
        let operands = address.operands();
        match address.opcode()? {
            LLVMAlloca => return Some(address),
            LLVMGetElementPtr if operands[1..].iter().all(|index| index.const_int() == Some(0)) => {
                address = operands[0];
            }
            _ => return None,
        }
    }
}

/// What a stack slot holds wherever it is read, if it is written in one place only and its address goes nowhere.
fn stored_once(address: Val) -> Option<Val> {
    use llvm_sys::LLVMOpcode::{LLVMGetElementPtr, LLVMLoad, LLVMStore};
    let mut addresses = vec![slot(address)?];
    let mut next = 0;
    let mut stored = None;
    while let Some(&address) = addresses.get(next) {
        next += 1;
        for user in address.users() {
            let operands = user.operands();
            match user.opcode()? {
                LLVMLoad => {}
                LLVMStore if operands.first() != Some(&address) && stored.is_none() => {
                    stored = operands.first().copied();
                }
                LLVMGetElementPtr if slot(user).is_some() => addresses.push(user),
                _ => return None,
            }
        }
    }
    stored
}

/// The functions that a request may mean, the second if a condition does not hold.
struct Targets {
    first: Val,
    second: Option<(Val, Val)>,
}

impl Targets {
    fn of(operand: Val) -> Option<Self> {
        if let Some(first) = function_of(operand) {
            return Some(Self { first, second: None });
        }
        let is_select = operand.opcode() == Some(llvm_sys::LLVMOpcode::LLVMSelect);
        let &[condition, yes, no] = is_select.then(|| operand.operands())?.as_slice() else {
            return None;
        };
        Some(Self {
            first: function_of(yes)?,
            second: Some((condition, function_of(no)?)),
        })
    }

    /// Whether one call can mean both.
    fn agree(&self) -> bool {
        self.second.is_none_or(|(_, second)| {
            let sret = |function: Val| function.param_type_attribute("sret", 0);
            second.function_type() == self.first.function_type() && sret(second) == sret(self.first)
        })
    }
}

/// Whether the target is something that can be differentiated at all.
fn check_target(target: Val) -> Result<(), RequestError> {
    let function = target.name();
    if !target.has_body() {
        return Err(RequestError::NoBody { function });
    }
    let ty = target.function_type();
    if ty.is_variadic() {
        return Err(RequestError::Variadic { function });
    }
    for (index, param) in ty.params().into_iter().enumerate() {
        if param.is_scalable() {
            let what = format!("argument {index}");
            return Err(RequestError::Scalable {
                function,
                what,
                ty: param.to_string(),
            });
        }
    }
    let ret = ty.return_type();
    if ret.is_scalable() {
        return Err(RequestError::Scalable {
            function,
            what: "its result".into(),
            ty: ret.to_string(),
        });
    }
    Ok(())
}

/// The markers that may stand anywhere.
struct Markers {
    width: u32,
    primal_return: bool,
    runtime_activity: bool,
    /// What a marker says of the result.
    ret: Option<Activity>,
    seed: Option<Val>,
}

fn scan(operands: &[Val], kind: Kind) -> Result<Markers, RequestError> {
    let mut found = Markers {
        width: 1,
        primal_return: false,
        runtime_activity: false,
        ret: None,
        seed: None,
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
            Some(Marker::PrimalReturn) => found.primal_return = true,
            Some(Marker::Seed) => found.seed = operands.get(index + 1).copied(),
            Some(Marker::ConstReturn) => found.ret = Some(Activity::Const),
            Some(Marker::DupReturn) => found.ret = Some(Activity::Dup),
            Some(Marker::ActiveReturn) => found.ret = Some(Activity::Out),
            Some(Marker::NoReturn) => {
                return Err(RequestError::MisplacedMarker {
                    name: "enzyme_noret",
                    kind,
                });
            }
            Some(Marker::RuntimeActivity) if kind == Kind::Forward => found.runtime_activity = true,
            Some(Marker::RuntimeActivity) => {
                return Err(RequestError::Unsupported {
                    feature: "the marker `enzyme_runtime_activity` in reverse mode".to_owned(),
                });
            }
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

fn width_of(operand: Option<Val>) -> Result<u32, RequestError> {
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
        _ if ty.is_float() && kind == Kind::Forward => Activity::Dup,
        _ if ty.is_float() => Activity::Out,
        _ => Activity::Const,
    }
}

/// Goes through the operands after the function.
///
/// `enzyme_interleave` cuts the operands in two: values with their markers before it, all shadows after it, in the same order. An
/// unmarked value then takes the activity of the one before.
struct Reader<'a> {
    module: Mod,
    request: Request,
    target: Val,
    operands: &'a [Val],
    /// The next value or marker, and where they end.
    at: usize,
    end: usize,
    /// The next shadow, if shadows are apart.
    shadow_at: Option<usize>,
    width: u32,
    /// What is known besides, if rustc makes the request.
    front: Option<&'a Front>,
}

/// What the markers before an argument say.
#[derive(Default)]
struct Prefix {
    activity: Option<Activity>,
    stride: Option<Val>,
    by_ref: Option<Val>,
}

impl<'a> Reader<'a> {
    fn new(module: Mod, request: Request, target: Val, operands: &'a [Val], at: usize, width: u32) -> Self {
        let is_cut = |&operand: &Val| markers::name_of(operand).as_deref() == Some("enzyme_interleave");
        let cut = operands
            .iter()
            .skip(at)
            .position(is_cut)
            .map(|position| at + position);
        let end = cut.unwrap_or(operands.len());
        Self {
            module,
            request,
            target,
            operands,
            at,
            end,
            shadow_at: cut.map(|cut| cut + 1),
            width,
            front: None,
        }
    }

    fn arguments(&mut self, first: usize) -> Result<Vec<Arg>, RequestError> {
        let params = self.target.function_type().params();
        let mut args = Vec::with_capacity(params.len());
        let mut last = Activity::Dup;
        let mut index = first;
        while let Some(&ty) = params.get(index) {
            let prefix = self.prefix(index)?;
            if let Some(activity) = self.pair(index, first, &prefix) {
                args.extend(self.halves(index, activity)?);
                index += 2;
                continue;
            }
            let default = if self.shadow_at.is_some() {
                last
            } else {
                default_activity(ty, self.request.kind)
            };
            let arg = self.argument(index, ty, prefix, default)?;
            last = arg.activity;
            args.push(arg);
            index += 1;
        }
        self.finish(params.len() - first)?;
        Ok(args)
    }

    /// The activity of an argument that rustc passes as two, if it has shadows.
    fn pair(&self, index: usize, first: usize, prefix: &Prefix) -> Option<Activity> {
        let activity = prefix.activity.filter(|_| prefix.stride.is_none())?;
        let pair = self.front?.is_pair(index - first);
        // A slice is two as well, and rustc knows: the marker of its length follows the addresses.
        let after = self.operands.get(self.at + 1 + self.width as usize)?;
        let is_slice =
            markers::name_of(*after).and_then(|name| Marker::of_name(&name)) == Some(Marker::Const);
        let dual = matches!(activity, Activity::Dup | Activity::DupNoNeed);
        (pair && dual && !is_slice).then_some(activity)
    }

    /// Reads both halves of an argument, then those of its shadows: rustc cuts the list after every `1 + width` operands by markers.
    fn halves(&mut self, index: usize, activity: Activity) -> Result<[Arg; 2], RequestError> {
        let width = self.width;
        let mut next = || {
            while self.next_marker().is_some() {}
            self.take(index)
        };
        let mut both = || Ok([next()?, next()?]);
        let primal = both()?;
        let shadows: Result<Vec<[Val; 2]>, RequestError> = (0..width).map(|_| both()).collect();
        let shadows = shadows?;
        Ok([0, 1].map(|half: usize| Arg {
            activity,
            primal: primal[half],
            by_ref: false,
            shadows: Shadows::Each(shadows.iter().map(|shadow| shadow[half]).collect()),
        }))
    }

    /// Reads the shadows of the memory that the target returns through.
    fn result_shadows(&mut self, ty: Ty) -> Result<Vec<Val>, RequestError> {
        (0..self.width)
            .map(|direction| self.shadow(0, ty, direction))
            .collect()
    }

    /// Reads markers up to the next value.
    fn prefix(&mut self, index: usize) -> Result<Prefix, RequestError> {
        let mut prefix = Prefix::default();
        while let Some(marker) = self.next_marker() {
            match marker {
                Marker::Const => prefix.activity = Some(Activity::Const),
                Marker::Dup => prefix.activity = Some(Activity::Dup),
                Marker::DupNoNeed => prefix.activity = Some(Activity::DupNoNeed),
                Marker::DupV | Marker::DupNoNeedV => {
                    let noneed = marker == Marker::DupNoNeedV;
                    prefix.activity = Some(if noneed {
                        Activity::DupNoNeed
                    } else {
                        Activity::Dup
                    });
                    prefix.stride = Some(self.take(index)?);
                }
                Marker::Out if self.request.kind == Kind::Autodiff => prefix.activity = Some(Activity::Out),
                Marker::Out => {
                    return Err(RequestError::MisplacedMarker {
                        name: "enzyme_out",
                        kind: self.request.kind,
                    });
                }
                Marker::ByRef => prefix.by_ref = Some(self.take(index)?),
                Marker::Width => self.at += 1,
                _ => {}
            }
        }
        Ok(prefix)
    }

    /// The marker at the current operand, which it steps over.
    fn next_marker(&mut self) -> Option<Marker> {
        let operand = *self.operands[..self.end].get(self.at)?;
        let marker = markers::name_of(operand).and_then(|name| Marker::of_name(&name))?;
        self.at += 1;
        Some(marker)
    }

    /// The current operand, which it steps over.
    fn take(&mut self, index: usize) -> Result<Val, RequestError> {
        let operand =
            self.operands[..self.end]
                .get(self.at)
                .copied()
                .ok_or_else(|| RequestError::TooFewArguments {
                    kind: self.request.kind,
                    function: self.target.name(),
                    needed: self.target.function_type().params().len(),
                    missing: index,
                })?;
        self.at += 1;
        Ok(operand)
    }

    fn argument(
        &mut self,
        index: usize,
        ty: Ty,
        prefix: Prefix,
        default: Activity,
    ) -> Result<Arg, RequestError> {
        let primal = self.take(index)?;
        let activity = prefix.activity.unwrap_or(default);
        if let Some(size) = prefix.by_ref {
            self.check_by_ref(index, ty, size)?;
        }
        let shadows = match activity {
            Activity::Const | Activity::Out => Shadows::None,
            Activity::Dup | Activity::DupNoNeed => self.shadows(index, ty, prefix.stride)?,
        };
        Ok(Arg {
            activity,
            primal,
            by_ref: prefix.by_ref.is_some(),
            shadows,
        })
    }

    fn check_by_ref(&self, index: usize, ty: Ty, size: Val) -> Result<(), RequestError> {
        let needed = self.module.size_of(ty).unwrap_or(0);
        if size.const_int().and_then(|size| u64::try_from(size).ok()) == Some(needed) {
            return Ok(());
        }
        Err(RequestError::BadByRef {
            index,
            needed,
            found: size.print(),
        })
    }

    /// Reads the shadows of one argument.
    fn shadows(&mut self, index: usize, ty: Ty, stride: Option<Val>) -> Result<Shadows, RequestError> {
        if let Some(stride) = stride {
            if !ty.is_ptr() || stride.ty().int_bits().is_none() {
                let found = if ty.is_ptr() {
                    stride.print()
                } else {
                    format!("an argument of type {ty}")
                };
                return Err(RequestError::BadStride {
                    function: self.target.name(),
                    index,
                    found,
                });
            }
            return Ok(Shadows::Strided {
                base: self.shadow(index, ty, 0)?,
                stride,
            });
        }
        let each: Result<_, _> = (0..self.width)
            .map(|direction| self.shadow(index, ty, direction))
            .collect();
        Ok(Shadows::Each(each?))
    }

    /// Reads one shadow; a marker or the end of the call in its place means that it is missing.
    fn shadow(&mut self, index: usize, ty: Ty, direction: u32) -> Result<Val, RequestError> {
        let at = self.shadow_at.as_mut().unwrap_or(&mut self.at);
        let operand = self.operands.get(*at).copied();
        *at += 1;
        operand
            .filter(|&operand| markers::name_of(operand).is_none())
            .ok_or_else(|| RequestError::MissingShadow {
                kind: self.request.kind,
                function: self.target.name(),
                index,
                ty: ty.to_string(),
                direction,
                width: self.width,
            })
    }

    /// Only markers that may stand anywhere may follow.
    fn finish(&mut self, needed: usize) -> Result<(), RequestError> {
        let (kind, function) = (self.request.kind, self.target.name());
        while let Some(&operand) = self.operands[..self.end].get(self.at) {
            match self.next_marker() {
                Some(Marker::Width | Marker::Seed) => self.at += 1,
                Some(
                    Marker::PrimalReturn | Marker::ConstReturn | Marker::DupReturn | Marker::ActiveReturn,
                ) => {}
                _ => {
                    return Err(RequestError::TooManyArguments {
                        kind,
                        function,
                        needed,
                        extra: operand.print(),
                    });
                }
            }
        }
        match self.shadow_at.and_then(|at| self.operands.get(at)) {
            Some(extra) => Err(RequestError::TooManyArguments {
                kind,
                function,
                needed,
                extra: extra.print(),
            }),
            None => Ok(()),
        }
    }
}
