//! The functions around a user's gradient.

use ir::{Access, Builder, Context, FuncId, Function, Type, Value};
use shadow::registered::{Place, call, passed};

use super::rule::Rule;
use crate::request::{Activity, Request, Role};
use crate::runtime::RuntimeFunctions;

/// The function of one role.
pub(super) fn make(
    ctx: &mut Context,
    runtime: &mut RuntimeFunctions,
    (request, rule): (&Request, &Rule),
    (func, role): (FuncId, Role),
) -> Function {
    let runtime = runtime.get(ctx);
    let mut body = Function::new(ctx, func);
    let entry = body.add_block();
    let params = body.params.clone();
    let mut make = Make {
        b: Builder::new(ctx, &mut body, entry),
        request,
        rule,
        params,
        next: 0,
    };
    let args = make.take_arguments();
    let mut fields = Vec::new();
    let mut tapes = Vec::new();
    if role.has_forward() {
        let forward = make.forward(&args, role);
        fields = forward.fields;
        tapes = forward.tapes;
    }
    let seeds = make.take_seeds(role);
    let arena = make.params.get(make.next).copied();
    if let (Some(tape), Some(arena), true) = (&rule.tape, arena, role != Role::Combined) {
        let step = make.b.ctx.size_of(tape.ty).unwrap_or(0).next_multiple_of(16);
        let bytes = make.b.i64((step * u64::from(request.width)) as i64);
        let function = match role {
            Role::Augmented => runtime.push,
            _ => runtime.pop,
        };
        let block = make.b.call(function, &[arena, bytes]);
        let block = make.b.result(block);
        for lane in 0..u64::from(request.width) {
            let offset = make.b.i64((lane * step) as i64);
            let place = make.b.byte_offset(block, offset);
            match role {
                Role::Augmented => {
                    make.b.store(tapes[lane as usize], place, Access::default());
                }
                _ => tapes.push(make.b.load(tape.ty, place, Access::default())),
            }
        }
    }
    if role.has_reverse() {
        let adjoints = make.reverse(&args, &seeds, &tapes);
        fields.extend(adjoints);
    }
    let result = make.structure(&fields);
    make.b.ret(result);
    body
}

/// A primal argument, and its shadow in each direction, if it has one.
struct Argument {
    /// As the primal takes it.
    value: Value,
    /// As the user's functions take it.
    primal: Value,
    shadows: Vec<Value>,
}

/// What the augmented function gives.
struct Forward {
    /// The fields that are returned.
    fields: Vec<Value>,
    /// The tape of each direction.
    tapes: Vec<Value>,
}

struct Make<'a> {
    b: Builder<'a>,
    request: &'a Request,
    rule: &'a Rule,
    params: Vec<Value>,
    /// The next parameter.
    next: usize,
}

impl Make<'_> {
    fn width(&self) -> u32 {
        self.request.width
    }

    fn take(&mut self) -> Value {
        let value = self.params[self.next];
        self.next += 1;
        value
    }

    /// The values of all directions of a packed one.
    fn unpack(&mut self, packed: Value) -> Vec<Value> {
        match self.width() {
            1 => vec![packed],
            width => (0..width)
                .map(|lane| self.b.extract_value(packed, &[lane]))
                .collect(),
        }
    }

    fn pack(&mut self, lanes: &[Value]) -> Value {
        if let [only] = *lanes {
            return only;
        }
        let ty = self.b.ty(lanes[0]);
        let array = self.b.ctx.types.array(ty, lanes.len() as u64);
        let start = self.b.poison(array);
        (0..).zip(lanes).fold(start, |all, (lane, &value)| {
            self.b.insert_value(all, value, &[lane])
        })
    }

    fn structure(&mut self, fields: &[Value]) -> Option<Value> {
        if fields.is_empty() {
            return None;
        }
        let types: Vec<Type> = fields.iter().map(|&field| self.b.ty(field)).collect();
        let ty = self.b.ctx.types.structure(&types);
        let start = self.b.poison(ty);
        Some(
            (0..)
                .zip(fields)
                .fold(start, |all, (at, &field)| self.b.insert_value(all, field, &[at])),
        )
    }

    /// The arguments, as the user's functions take them.
    fn take_arguments(&mut self) -> Vec<Argument> {
        let mut args = Vec::new();
        for param in &self.rule.params {
            let value = self.take();
            let primal = passed(&mut self.b, value, param.by_ref);
            let shadows = match param.activity.is_dual() {
                true => {
                    let packed = self.take();
                    self.unpack(packed)
                }
                // An inactive argument is its own shadow.
                false if !param.is_float => vec![primal; self.width() as usize],
                false => Vec::new(),
            };
            let shadows = match param.activity.is_dual() {
                true => shadows
                    .into_iter()
                    .map(|shadow| passed(&mut self.b, shadow, param.by_ref))
                    .collect(),
                false => shadows,
            };
            args.push(Argument {
                value,
                primal,
                shadows,
            });
        }
        args
    }

    /// The adjoint of the result, in each direction: zero if it is inactive. Empty if the user's function takes none.
    fn take_seeds(&mut self, role: Role) -> Vec<Value> {
        let mut seeds = Vec::new();
        if role.has_reverse() && self.request.ret.seed {
            let packed = self.take();
            seeds = self.unpack(packed);
        }
        if !self.rule.has_seed || !role.has_reverse() {
            return Vec::new();
        }
        if seeds.is_empty() {
            let func_ty = self.b.ctx.funcs[self.request.func].ty;
            let void = self.b.ctx.types.void();
            let ty = self.b.ctx.types.return_type(func_ty).unwrap_or(void);
            let zero = self.b.zero(ty);
            seeds = vec![zero; self.width() as usize];
        }
        seeds
    }

    /// The arguments of one direction.
    fn list(args: &[Argument], lane: usize) -> Vec<Value> {
        let each = args.iter().flat_map(|arg| {
            let shadow = arg.shadows.get(lane).copied();
            std::iter::once(arg.primal).chain(shadow)
        });
        each.collect()
    }

    fn forward(&mut self, args: &[Argument], role: Role) -> Forward {
        let (places, wants) = (self.rule.places, self.request.ret);
        let (mut tapes, mut shadows, mut primal) = (Vec::new(), Vec::new(), None);
        for lane in 0..self.width() as usize {
            let list = Self::list(args, lane);
            let found = call(&mut self.b, self.rule.augmented, &self.rule.returned, list);
            let mut part = |place: Option<Place>| {
                let (found, place) = (found?, place?);
                Some(place.take(&mut self.b, found))
            };
            tapes.extend(part(places.tape));
            primal = part(places.primal).or(primal);
            shadows.extend(part(places.shadow));
        }
        let mut fields = Vec::new();
        if wants.primal && primal.is_none() {
            let list: Vec<Value> = args.iter().map(|arg| arg.value).collect();
            let call = self.b.call(self.request.func, &list);
            primal = self.b.func.inst(call).result;
        }
        if wants.primal {
            fields.extend(primal);
        }
        if wants.shadow && role == Role::Augmented {
            fields.push(self.pack(&shadows));
        }
        Forward { fields, tapes }
    }

    /// The adjoints of the parameters that return theirs, in order.
    fn reverse(&mut self, args: &[Argument], seeds: &[Value], tapes: &[Value]) -> Vec<Value> {
        let mut adjoints: Vec<Vec<Value>> = Vec::new();
        for lane in 0..self.width() as usize {
            let mut list = Self::list(args, lane);
            list.extend(seeds.get(lane));
            if let (Some(tape), Some(&value)) = (&self.rule.tape, tapes.get(lane)) {
                list.push(passed(&mut self.b, value, tape.by_address));
            }
            let found = call(&mut self.b, self.rule.gradient, &self.rule.adjoints, list);
            let mut places = self.rule.adjoint_places.iter();
            let mut at = 0;
            for param in &self.rule.params {
                if !param.is_float {
                    continue;
                }
                let (Some(&place), Some(found)) = (places.next(), found) else {
                    continue;
                };
                if param.activity != Activity::Out {
                    continue;
                }
                let adjoint = place.take(&mut self.b, found);
                match adjoints.get_mut(at) {
                    Some(lanes) => lanes.push(adjoint),
                    None => adjoints.push(vec![adjoint]),
                }
                at += 1;
            }
        }
        adjoints.iter().map(|lanes| self.pack(lanes)).collect()
    }
}
