//! Reading the operands after the function, one after the other.

use super::markers::{self, Marker};
use super::parse::{Activity, Arg, Seed, Shadows, Tape, default_activity};
use super::rustc::Front;
use super::{Request, RequestError};
use crate::raw::{Mod, Ty, Val};

/// Goes through the operands after the function.
///
/// `enzyme_interleave` cuts the operands in two: values with their markers before it, all shadows after it, in the same order. An
/// unmarked value then takes the activity of the one before.
pub(super) struct Reader<'a> {
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
    /// What is said of the tape.
    tape: Tape,
    /// What is known besides, if rustc makes the request.
    pub(super) front: Option<&'a Front>,
}

/// What the markers before an argument say.
#[derive(Default)]
struct Prefix {
    activity: Option<Activity>,
    stride: Option<Val>,
    by_ref: Option<Val>,
    not_overwritten: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        module: Mod,
        request: Request,
        target: Val,
        operands: &'a [Val],
        at: usize,
        width: u32,
    ) -> Self {
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
            tape: Tape::default(),
            front: None,
        }
    }

    /// Reads values and shadows of all parameters from number `first` on.
    pub(super) fn arguments(&mut self, first: usize) -> Result<Vec<Arg>, RequestError> {
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
            not_overwritten: false,
        }))
    }

    /// Reads the markers of all parameters from number `first` on, of a request that has no values.
    pub(super) fn activities(&mut self, first: usize) -> Result<Vec<Arg>, RequestError> {
        let params = self.target.function_type().params();
        let mut args: Vec<Arg> = Vec::with_capacity(params.len());
        let needed = params.len() - first;
        let mut not_overwritten = false;
        while let Some(&operand) = self.operands.get(self.at) {
            let marker = self.next_marker();
            let activity = match marker {
                Some(Marker::Const) => Activity::Const,
                Some(Marker::Dup) => Activity::Dup,
                Some(Marker::DupNoNeed) => Activity::DupNoNeed,
                Some(Marker::Out) => Activity::Out,
                Some(Marker::NotOverwritten) => {
                    not_overwritten = true;
                    continue;
                }
                Some(Marker::Width) => {
                    self.at += 1;
                    continue;
                }
                Some(Marker::ConstReturn | Marker::DupReturn | Marker::ActiveReturn) => continue,
                _ => {
                    return Err(RequestError::SizeOfValues {
                        function: self.target.name(),
                        found: operand.print(),
                    });
                }
            };
            args.push(Arg {
                activity,
                primal: operand,
                by_ref: false,
                shadows: Shadows::None,
                not_overwritten: std::mem::take(&mut not_overwritten),
            });
        }
        if args.len() != needed {
            return Err(RequestError::SizeMarkers {
                function: self.target.name(),
                needed,
                found: args.len(),
            });
        }
        Ok(args)
    }

    /// Reads what follows the arguments of the reverse part of split mode: the derivative of the result, if `seed` is its type, and the tape.
    pub(super) fn seed_and_tape(&mut self, seed: Option<Ty>) -> Result<Option<Seed>, RequestError> {
        self.prefix(0)?;
        let seed = match seed {
            Some(ty) => Some(self.seed(ty)?),
            None => None,
        };
        self.prefix(0)?;
        if self.tape.memory.is_none() && self.at < self.end {
            self.tape.operand = Some(self.at);
            self.at += 1;
        }
        Ok(seed)
    }

    /// One operand, or one for each direction where a calling convention passes them apart.
    fn seed(&mut self, ty: Ty) -> Result<Seed, RequestError> {
        let missing = || RequestError::MissingSeed {
            kind: self.request.kind,
            function: self.target.name(),
            ty: ty.to_string(),
        };
        let operand = *self.operands[..self.end].get(self.at).ok_or_else(missing)?;
        let apart = self.width > 1 && (operand.ty() == ty || (operand.ty().is_float() && ty.is_float()));
        let count = if apart { self.width as usize } else { 1 };
        let first = self.at;
        let operands = self.operands[..self.end]
            .get(first..first + count)
            .ok_or_else(missing)?;
        self.at += count;
        Ok(Seed {
            at: first,
            operands: operands.to_vec(),
            apart,
        })
    }

    /// What was said of the tape, and the end of the operands.
    pub(super) fn end(mut self, needed: usize) -> Result<Tape, RequestError> {
        self.finish(needed)?;
        Ok(self.tape)
    }

    /// Reads the shadows of the memory that the target returns through.
    pub(super) fn result_shadows(&mut self, ty: Ty) -> Result<Vec<Val>, RequestError> {
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
                Marker::Out if !self.request.kind.is_forward() => prefix.activity = Some(Activity::Out),
                Marker::Out => {
                    return Err(RequestError::MisplacedMarker {
                        name: "enzyme_out".to_owned(),
                        kind: self.request.kind,
                    });
                }
                Marker::ByRef => prefix.by_ref = Some(self.take(index)?),
                Marker::Width => self.at += 1,
                Marker::NotOverwritten => prefix.not_overwritten = true,
                marker => self.tape_marker(marker, index)?,
            }
        }
        Ok(prefix)
    }

    /// Takes the operand of a marker that says something of the tape.
    fn tape_marker(&mut self, marker: Marker, index: usize) -> Result<(), RequestError> {
        match marker {
            Marker::Allocated => self.tape.allocated = Some(self.take(index)?),
            Marker::Tape => self.tape.memory = Some(self.take(index)?),
            Marker::NoFree => self.tape.keep = true,
            _ => {}
        }
        Ok(())
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
            not_overwritten: prefix.not_overwritten,
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
                    Marker::PrimalReturn
                    | Marker::ConstReturn
                    | Marker::DupReturn
                    | Marker::ActiveReturn
                    | Marker::NoReturn
                    | Marker::StrongZero,
                ) => {}
                Some(marker @ (Marker::Allocated | Marker::Tape | Marker::NoFree)) => {
                    self.tape_marker(marker, needed)?;
                }
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
