//! From logical operands to the arguments of an LLVM call, and the check that a call is what its name says.
//!
//! A symbol is not a proof: a program may have its own `void log(const char *)`. [`bind`] accepts a call only if its types
//! are those of the entry at the spelling's precision, and says where each number of a rule is. Complex numbers come
//! in every packing that LLVM's front ends use: two floats, a vector or aggregate of two, a pointer to two (`byval`), and a
//! returned one through a `sret` pointer, which shifts all arguments by one. Trailing metadata operands of constrained
//! intrinsics, masks of vector functions and immediate flags are accepted and ignored.
//!
//! The cost is linear in the number of arguments.

use ir::types::{FloatKind, Type, TypeData, Types};
use smallvec::SmallVec;

use crate::entry::{Entry, MathRule, Param, Place, Return, Slot, Variadic};
use crate::names::{Form, Library, Precision};
use crate::table::RuleTable;

/// Where a number is in a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Location {
    /// The argument itself.
    Argument(u32),
    /// Member of an argument that is a vector or aggregate: (argument, member).
    ArgumentMember(u32, u32),
    /// The so-many-th float in memory behind a pointer argument: (argument, index). Results at such a place are in memory
    /// behind a `sret` pointer or an out parameter.
    Pointee(u32, u32),
    /// The returned value itself.
    Returned,
    /// Member of the returned vector or aggregate.
    ReturnedMember(u32),
}

/// How an entry's numbers are passed in one call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The float type in which partials are computed: that of the float operands, else of the result; `None` if the
    /// entry has no floats.
    pub float: Option<FloatKind>,
    /// The LLVM argument of each logical operand; the first of two for a complex number.
    pub arguments: SmallVec<[u32; 4]>,
    /// Each numeric operand's place, in the order of [`crate::table::sample_slots`].
    operands: SmallVec<[(Slot, Location); 4]>,
    /// Each output's place, in the order of [`MathRule::outputs`].
    pub outputs: SmallVec<[Location; 2]>,
}

impl Binding {
    /// Where the number of `slot` is.
    pub fn operand(&self, slot: Slot) -> Option<Location> {
        self.operands
            .iter()
            .find(|(s, _)| *s == slot)
            .map(|(_, location)| *location)
    }

    /// All numeric operands with their places.
    pub fn operands(&self) -> &[(Slot, Location)] {
        &self.operands
    }
}

/// Why a call does not fit its entry.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Mismatch {
    /// An argument is missing or of another type.
    #[error("argument {argument} is not what the library function of that name takes ({expected})")]
    Argument {
        /// Position in the call.
        argument: u32,
        /// What is expected there.
        expected: &'static str,
    },
    /// Too many arguments.
    #[error("the call has {given} arguments, the library function of that name takes {expected}")]
    Count {
        /// What the call has.
        given: usize,
        /// What the function takes.
        expected: usize,
    },
    /// The result is of another type.
    #[error("the result is not what the library function of that name returns ({expected})")]
    Result {
        /// What is expected.
        expected: &'static str,
    },
    /// Floats of different types, or not of the precision that the name says.
    #[error("the floating-point type is not that of the library function of that name")]
    Precision,
}

/// The places of all numbers of `entry` in a call with these argument types and return type, or why the call is not one of
/// the entry in that `form`.
pub fn bind(
    types: &Types,
    entry: &Entry,
    form: &Form,
    ret: Type,
    arguments: &[Type],
) -> Result<Binding, Mismatch> {
    let mut binder = Binder {
        types,
        arguments,
        next: 0,
        float: None,
    };
    let sret = entry.returns == Return::Complex && matches!(types.get(ret), TypeData::Void);
    if sret {
        binder.pointer("pointer to the complex result")?;
    }
    let mut bound = Binding {
        float: None,
        arguments: SmallVec::new(),
        operands: SmallVec::new(),
        outputs: SmallVec::new(),
    };
    for (operand, param) in (0u8..).zip(&entry.params) {
        bound.arguments.push(binder.next);
        let places = binder.param(*param)?;
        let slots = (0u8..)
            .zip(places)
            .map(|(component, place)| (Slot { operand, component }, place));
        bound.operands.extend(slots);
    }
    binder.rest(entry.variadic, form)?;
    binder.result(&entry.returns, ret, sret, form)?;
    bound.float = binder.float;
    check_precision(binder.float, form.precision)?;
    if let Some(rule) = entry.math() {
        bound.outputs = outputs(types, rule, &bound.arguments, ret, sret);
    }
    Ok(bound)
}

/// The places of the numbers in a call of a function that `entry` describes; `None` if the call does not have its shape.
pub fn bind_call(
    ctx: &ir::Context,
    rules: &RuleTable,
    function: &ir::Function,
    inst: ir::Inst,
    entry: &Entry,
) -> Option<Binding> {
    let data = function.inst(inst);
    // A function that is declared to be like another one may have any precision.
    let form = ir::graph::Callee::of(ctx, function, inst)
        .and_then(ir::graph::Callee::func)
        .and_then(|func| rules.callee(&ctx.funcs[func].name))
        .filter(|found| std::ptr::eq(found.entry, entry))
        .map(|found| found.form);
    let form = form.unwrap_or_else(|| Form {
        precision: Precision::ByType,
        ..Form::default()
    });
    let types: SmallVec<[Type; 4]> = data.args().iter().map(|&arg| function.ty(arg)).collect();
    bind(&ctx.types, entry, &form, data.ty, &types).ok()
}

/// Whether a function of that type can be the one that the entry describes. Math functions must [`bind`]. Of others only the
/// numbers of arguments and floats are compared, because platforms declare handles now as pointers, now as integers; a float
/// where none belongs means that the program has another function of that name (`double err(double)`), which must not be
/// taken for one without derivative.
pub fn fits(types: &Types, entry: &Entry, form: &Form, function: Type) -> bool {
    let (Some(ret), params) = (types.return_type(function), types.param_types(function)) else {
        return false;
    };
    if entry.math().is_some() {
        return bind(types, entry, form, ret, params).is_ok();
    }
    let takes_float = |param: Option<&Param>| match param {
        Some(Param::Float | Param::Complex | Param::OtherFloat | Param::Any) => true,
        Some(_) => false,
        None => entry.variadic != Variadic::None,
    };
    let is_float = |ty: Type| types.float_kind(ty).is_some();
    let returns_float = matches!(
        entry.returns,
        Return::Any | Return::Float | Return::Complex | Return::Struct(_)
    );
    params.len() >= entry.params.len()
        && (returns_float || !is_float(ret))
        && params
            .iter()
            .enumerate()
            .all(|(k, &ty)| !is_float(ty) || takes_float(entry.params.get(k)))
}

struct Binder<'a> {
    types: &'a Types,
    arguments: &'a [Type],
    next: u32,
    float: Option<FloatKind>,
}

impl Binder<'_> {
    fn take(&mut self, expected: &'static str, fits: impl Fn(&Types, Type) -> bool) -> Result<u32, Mismatch> {
        let argument = self.next;
        let ty = self.arguments.get(argument as usize);
        if !ty.is_some_and(|&ty| fits(self.types, ty)) {
            return Err(Mismatch::Argument { argument, expected });
        }
        self.next += 1;
        Ok(argument)
    }

    fn pointer(&mut self, expected: &'static str) -> Result<u32, Mismatch> {
        self.take(expected, |types, ty| types.is_ptr(ty))
    }

    fn float(&mut self) -> Result<u32, Mismatch> {
        let argument = self.take("floating point", |types, ty| types.float_kind(ty).is_some())?;
        self.same_kind(self.types.float_kind(self.arguments[argument as usize]))?;
        Ok(argument)
    }

    fn same_kind(&mut self, kind: Option<FloatKind>) -> Result<(), Mismatch> {
        match (self.float, kind) {
            (Some(first), Some(kind)) if first != kind => Err(Mismatch::Precision),
            _ => {
                self.float = self.float.or(kind);
                Ok(())
            }
        }
    }

    /// The places of the numbers of a parameter; none for pointers.
    fn param(&mut self, param: Param) -> Result<SmallVec<[Location; 2]>, Mismatch> {
        let one = |argument| SmallVec::from_slice(&[Location::Argument(argument)]);
        Ok(match param {
            Param::Float => one(self.float()?),
            Param::OtherFloat => {
                one(self.take("floating point", |types, ty| types.float_kind(ty).is_some())?)
            }
            Param::Complex => self.complex()?,
            Param::Integer => one(self.take("integer", |types, ty| {
                matches!(types.get(types.scalar(ty)), TypeData::Int(_))
            })?),
            Param::Pointer(_) | Param::FloatOut | Param::IntegerOut => {
                self.pointer("pointer")?;
                SmallVec::new()
            }
            Param::Any => {
                self.take("a value", |_, _| true)?;
                SmallVec::new()
            }
        })
    }

    fn complex(&mut self) -> Result<SmallVec<[Location; 2]>, Mismatch> {
        let argument = self.next;
        let expected = "complex number";
        let ty = *self
            .arguments
            .get(argument as usize)
            .ok_or(Mismatch::Argument { argument, expected })?;
        if let Some(kind) = pair_of_floats(self.types, ty) {
            self.next += 1;
            self.same_kind(Some(kind))?;
            return Ok([0, 1]
                .map(|part| Location::ArgumentMember(argument, part))
                .into_iter()
                .collect());
        }
        if self.types.is_ptr(ty) {
            self.next += 1;
            return Ok([0, 1]
                .map(|part| Location::Pointee(argument, part))
                .into_iter()
                .collect());
        }
        let (re, im) = (self.float()?, self.float()?);
        Ok([re, im].map(Location::Argument).into_iter().collect())
    }

    /// Arguments beyond the parameters.
    fn rest(&mut self, variadic: Variadic, form: &Form) -> Result<(), Mismatch> {
        let masked = form.vector.as_ref().is_some_and(|v| v.masked);
        let extra_is_harmless = |ty: &Type| match self.types.get(*ty) {
            TypeData::Metadata => true,
            // Source file and line.
            TypeData::Ptr(_) | TypeData::Int(32) if form.library == Library::Flang => true,
            // Immediate flags and VP-like masks of intrinsics; masks of vector functions in any element type.
            TypeData::Int(1) => form.library == Library::Intrinsic,
            TypeData::Vector { .. } | TypeData::ScalableVector { .. } => masked,
            _ => masked,
        };
        let rest = &self.arguments[self.next as usize..];
        if variadic == Variadic::None && !rest.iter().all(extra_is_harmless) {
            return Err(Mismatch::Count {
                given: self.arguments.len(),
                expected: self.next as usize,
            });
        }
        Ok(())
    }

    fn result(&mut self, returns: &Return, ret: Type, sret: bool, form: &Form) -> Result<(), Mismatch> {
        let data = self.types.get(ret);
        let void = matches!(data, TypeData::Void);
        let (fits, expected) = match returns {
            Return::Float => (self.types.float_kind(ret).is_some(), "floating point"),
            Return::Complex => (
                sret || pair_of_floats(self.types, ret).is_some(),
                "complex number",
            ),
            Return::Struct(fields) => {
                let count = self.types.member_count(ret);
                (count == fields.len() as u64, "structure")
            }
            // A caller may ignore a result by declaring none.
            Return::Integer => (
                void || matches!(self.types.get(self.types.scalar(ret)), TypeData::Int(_)),
                "integer",
            ),
            Return::FreshPointer | Return::Pointer | Return::PointerInto(_) => {
                (void || self.types.is_ptr(self.types.scalar(ret)), "pointer")
            }
            Return::Void | Return::Any => (true, "nothing"),
        };
        if !fits {
            return Err(Mismatch::Result { expected });
        }
        match returns {
            // C23's narrowing functions return another type than they compute in.
            Return::Float => match form.result {
                None => self.same_kind(self.types.float_kind(ret)),
                Some(narrow) => check_precision(self.types.float_kind(ret), narrow),
            },
            Return::Complex => self.same_kind(pair_of_floats(self.types, ret)),
            _ => Ok(()),
        }
    }
}

/// The float type of a vector or aggregate of exactly two floats.
fn pair_of_floats(types: &Types, ty: Type) -> Option<FloatKind> {
    if types.member_count(ty) != 2 {
        return None;
    }
    let part = |index| match types.get(types.member(ty, index)?) {
        TypeData::Float(kind) => Some(*kind),
        _ => None,
    };
    part(0).filter(|kind| part(1) == Some(*kind))
}

fn check_precision(float: Option<FloatKind>, precision: Precision) -> Result<(), Mismatch> {
    let Some(kind) = float else { return Ok(()) };
    let fits = match precision {
        Precision::Half => kind == FloatKind::Half,
        Precision::BFloat => kind == FloatKind::BFloat,
        Precision::Single => kind == FloatKind::Float,
        Precision::Double => kind == FloatKind::Double,
        // `long double` is a double, an 80-bit, a 128-bit or a double-double number, by target.
        Precision::LongDouble => {
            matches!(
                kind,
                FloatKind::Double | FloatKind::X86Fp80 | FloatKind::Fp128 | FloatKind::PpcFp128
            )
        }
        Precision::Quad => kind == FloatKind::Fp128,
        Precision::ByType => true,
    };
    if fits { Ok(()) } else { Err(Mismatch::Precision) }
}

fn outputs(
    types: &Types,
    rule: &MathRule,
    arguments: &[u32],
    ret: Type,
    sret: bool,
) -> SmallVec<[Location; 2]> {
    let returned = rule
        .outputs()
        .iter()
        .filter(|o| matches!(o.place, Place::Return(_)))
        .count();
    let location = |place| match place {
        Place::Return(k) if sret => Location::Pointee(0, u32::from(k)),
        Place::Return(k) if returned > 1 || (types.is_aggregate(ret)) => {
            Location::ReturnedMember(u32::from(k))
        }
        Place::Return(_) => Location::Returned,
        Place::Pointee(operand) => Location::Pointee(arguments[usize::from(operand)], 0),
    };
    rule.outputs()
        .iter()
        .map(|output| location(output.place))
        .collect()
}
