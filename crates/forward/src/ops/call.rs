//! Calls: of functions with bodies through their tangent functions, of others by their rules.

use activity::EntryMemory;
use ir::attrs::AttrList;
use ir::graph::{Barrier, Callee};
use ir::{CallInfo, ConstData, FuncId, Inst, NewInst, Op, TailKind, Type, Value};
use smallvec::SmallVec;

use crate::emit::{Emit, Outcome};
use crate::error::{ErrorKind, WrongRule};
use crate::request::{Activity, Request, ReturnRequest};

impl Emit<'_> {
    pub(super) fn call(&mut self, inst: Inst) -> Outcome {
        let data = self.data(inst);
        let is_invoke = matches!(data.op, Op::Invoke(_));
        if is_invoke {
            self.flow(data.block, data.targets[1]);
        }
        let outcome = self.call_by_callee(inst);
        if is_invoke {
            self.flow(data.block, data.targets[0]);
            let from = self.b.block();
            self.edge_from(data.block, data.targets[0], from);
            let next = self.block(data.targets[0]);
            self.b.br(next);
        }
        outcome
    }

    fn call_by_callee(&mut self, inst: Inst) -> Outcome {
        if !self.input.facts.inst(inst) {
            self.copy_call(inst);
            return self.release_shadows(inst);
        }
        match Callee::of(self.b.ctx, self.source(), inst) {
            Some(Callee::Direct(func)) => self.call_known(inst, func),
            Some(Callee::Asm) => self.call_asm(inst),
            _ => self.call_indirect(inst),
        }
    }

    fn call_known(&mut self, inst: Inst, func: FuncId) -> Outcome {
        if self.declared_inactive(inst, func) {
            self.copy_call(inst);
            return Ok(());
        }
        if self.shared.requests.in_halves && crate::split::rule_of(self.b.ctx, func).is_some() {
            return self.call_split_rule(inst, func);
        }
        if let Some(derivative) = self.custom_derivative(func) {
            return self.call_custom(inst, func, derivative);
        }
        match rules::UserMemory::of(self.b.ctx, func) {
            Some(rules::UserMemory::Allocation(allocation)) => return self.allocation(inst, &allocation),
            Some(rules::UserMemory::Deallocation(released)) => return self.deallocation(inst, &released),
            None => {}
        }
        let decl = &self.b.ctx.funcs[func];
        let site = self.data(inst).op.call_info().map(|info| info.attrs);
        let alias = (site.into_iter().chain([decl.attrs]))
            .find_map(|attrs| self.b.ctx.attrs(attrs).string("enzyme_math"));
        let name = alias.unwrap_or(&decl.name).to_owned();
        let has_body = self.input.bodies.get(func).is_some();
        let rule = self.input.rules.declared(&self.b.ctx.types, &name, decl.ty);
        let hides_body = rule.as_ref().is_some_and(|found| !found.prefers_body());
        match rule {
            Some(found) if !has_body || hides_body || alias.is_some() => {
                self.call_library(inst, &name, found.entry)
            }
            _ if has_body => {
                let callee = self.data(inst).operands[0];
                self.call_body(inst, callee, &[func])
            }
            _ => self.call_unknown(inst, name),
        }
    }

    /// Whether the call or its callee is declared to carry no derivative.
    fn declared_inactive(&self, inst: Inst, func: FuncId) -> bool {
        let ctx = &self.b.ctx;
        let is_marked = |attrs: &AttrList| attrs.string("enzyme_inactive").is_some();
        let info = self.data(inst).op.call_info();
        info.is_some_and(|info| is_marked(ctx.attrs(info.attrs)))
            || is_marked(ctx.attrs(ctx.funcs[func].attrs))
    }

    /// A function that neither a body nor a rule describes, called where it may meet something active: an argument, or memory that it
    /// reaches by itself.
    fn call_unknown(&mut self, inst: Inst, name: String) -> Outcome {
        self.copy_call(inst);
        match self.input.options.empty_functions_inactive {
            true => Ok(()),
            false => Err(ErrorKind::UnknownFunction { name }),
        }
    }

    /// Whether an argument or the result of a call is active.
    pub(super) fn touches_active(&self, inst: Inst) -> bool {
        self.result_active(inst) || self.data(inst).args().iter().any(|&arg| self.active(arg))
    }

    /// Assembly without text passes its operand on: returned, or stored. All other assembly is unknown.
    fn call_asm(&mut self, inst: Inst) -> Outcome {
        self.copy_call(inst);
        match Barrier::of(self.b.ctx, self.source(), inst) {
            None => Err(ErrorKind::InlineAsm),
            Some(Barrier::Nothing | Barrier::Asks) => Ok(()),
            Some(Barrier::Returns(operand)) => {
                if let (Some(result), Some(lanes)) = (self.data(inst).result, self.tangent(operand).cloned())
                {
                    self.set_tangent(result, lanes);
                }
                Ok(())
            }
            Some(Barrier::Stores { value, address }) => self.store_through(value, address),
        }
    }

    /// A call through a pointer. If it is one of several known functions the tangent function is chosen alike; else the shadow of the
    /// pointer leads to it.
    fn call_indirect(&mut self, inst: Inst) -> Outcome {
        let callee = self.data(inst).operands[0];
        let mut candidates = Vec::new();
        if self.candidates(callee, 8, &mut candidates) {
            self.call_body(inst, callee, &candidates)
        } else if self.active(callee) {
            self.call_pointer(inst, callee)
        } else if self.touches_active(inst) {
            self.call_listed(inst, callee)
        } else {
            // The pointer is declared inactive, and so is what the function does.
            self.copy_call(inst);
            Ok(())
        }
    }

    /// Calls the tangent function that the shadow of `callee` leads to.
    fn call_pointer(&mut self, inst: Inst, callee: Value) -> Outcome {
        let data = self.data(inst);
        let Some(info) = data.op.call_info().copied() else {
            return Ok(());
        };
        if let ir::TypeData::Func { varargs: true, .. } = self.b.ctx.types.get(info.func_ty) {
            return Err(ErrorKind::IndirectCall);
        }
        let (params, ret) = crate::tables::by_type(self.b.ctx, info.func_ty);
        let mut args: SmallVec<[Value; 8]> = SmallVec::new();
        for (&arg, activity) in data.args().iter().zip(&params) {
            args.push(self.primal(arg));
            if activity.is_dual() {
                args.push(self.packed_shadow(arg)?);
            } else if self.tangent(arg).is_some() {
                // The bits of a float in an integer: tables have no place for their tangent.
                return Err(ErrorKind::IndirectCall);
            }
        }
        if self.result_active(inst) && !ret.shadow {
            return Err(ErrorKind::IndirectCall);
        }
        let (derivative, ty) = self.tangent_of_pointer(callee, info.func_ty)?;
        let call = self.call_like(inst, derivative, ty, &args);
        self.results(inst, call, ret);
        Ok(())
    }

    /// Collects the functions that an address is chosen from; false if that is not known.
    fn candidates(&self, callee: Value, depth: u32, found: &mut Vec<FuncId>) -> bool {
        if let Some(constant) = self.source().as_const(callee) {
            let ConstData::Func(func) = *self.b.ctx.consts.get(constant) else {
                return false;
            };
            if !found.contains(&func) {
                found.push(func);
            }
            return self.input.bodies.get(func).is_some();
        }
        let Some(inst) = self.source().def_inst(callee) else {
            return false;
        };
        let data = self.data(inst);
        match data.op {
            Op::Select if depth > 0 => data.operands[1..]
                .iter()
                .all(|&value| self.candidates(value, depth - 1, found)),
            Op::Phi if depth > 0 => data
                .operands
                .iter()
                .all(|&value| self.candidates(value, depth - 1, found)),
            Op::Freeze => self.candidates(data.operands[0], depth, found),
            _ => false,
        }
    }

    /// Calls the tangent function of a callee with a body, which is one of `candidates`.
    fn call_body(&mut self, inst: Inst, callee: Value, candidates: &[FuncId]) -> Outcome {
        let data = self.data(inst);
        let Some(info) = data.op.call_info().copied() else {
            return Ok(());
        };
        for &func in candidates {
            self.check_signature(func, &info)?;
        }
        let known = (&*self.b.ctx, self.input.bodies);
        if (self.input.facts).hands_floats_to_strings(known, self.input.rules, self.source(), inst) {
            return Err(ErrorKind::UndeducedType {
                what: "the bytes that are copied one by one".to_owned(),
                unknown: None,
            });
        }
        let Some((params, ret, memory)) = self.activities(inst) else {
            self.copy_call(inst);
            return Ok(());
        };
        let mut args: SmallVec<[Value; 8]> = SmallVec::new();
        for (&arg, activity) in data.args().iter().zip(&params) {
            args.push(self.primal(arg));
            if activity.is_dual() {
                args.push(self.packed_shadow(arg)?);
            }
        }
        let requests: Vec<_> = candidates
            .iter()
            .map(|&func| {
                let request = Request {
                    func,
                    params: params.clone(),
                    ret,
                    width: self.input.request.width,
                    order: self.input.request.order,
                    memory: memory.clone(),
                };
                let (seeds, known) = self.input.facts.callee(inst);
                let requests = &mut self.shared.requests;
                let derivative = requests.get_with(self.b.ctx, request, seeds, Some(known));
                (func, derivative)
            })
            .collect();
        let derivative = self.choose(callee, &requests);
        let ty = self.b.ctx.funcs[requests[0].1].ty;
        let call = self.call_like(inst, derivative, ty, &args);
        self.results(inst, call, ret);
        Ok(())
    }

    /// Calls a function of which the user gives both parts of the tangent: what stands for these is made later.
    fn call_split_rule(&mut self, inst: Inst, func: FuncId) -> Outcome {
        let data = self.data(inst);
        for &arg in data.args() {
            // One that has no shadow stands for its own, which is not always right.
            self.shadow(arg)?;
        }
        self.call_body(inst, data.operands[0], &[func])
    }

    /// The activities of a call of a body: those of the analysis, or those of the operands where it has none.
    pub(super) fn activities(&self, inst: Inst) -> Option<(Vec<Activity>, ReturnRequest, EntryMemory)> {
        let data = self.data(inst);
        let is_void = self.is_void(data.ty);
        let dual = |is_dual| if is_dual { Activity::Dual } else { Activity::Const };
        let (params, shadow, memory): (Vec<_>, bool, EntryMemory) = match self.input.facts.call(inst) {
            Some(call) => {
                let params = &call.key.params;
                let params = params
                    .iter()
                    .map(|&param| dual(param == activity::ParamActivity::Dual));
                let shadow = call.key.ret == activity::ReturnActivity::Active;
                (params.collect(), shadow, call.key.memory.clone())
            }
            // A function behind a pointer may write to active globals without getting anything active.
            None if self.touches_active(inst) || self.source().as_const(data.operands[0]).is_none() => {
                let params = data.args().iter().map(|&arg| dual(self.active(arg)));
                let memory = self.input.facts.memory_at_calls().clone();
                (params.collect(), self.result_active(inst), memory)
            }
            None => return None,
        };
        let ret = ReturnRequest {
            shadow: shadow && !is_void,
            primal: !is_void,
        };
        Some((params, ret, memory))
    }

    fn check_signature(&self, func: FuncId, info: &CallInfo) -> Outcome {
        let decl = &self.b.ctx.funcs[func];
        let name = || decl.name.to_string();
        if let ir::TypeData::Func { varargs: true, .. } = self.b.ctx.types.get(decl.ty) {
            return Err(ErrorKind::Varargs { name: name() });
        }
        match decl.ty == info.func_ty {
            true => Ok(()),
            false => Err(ErrorKind::Signature { name: name() }),
        }
    }

    /// The address of the tangent function that belongs to a callee: it is chosen as the callee is.
    fn choose(&mut self, callee: Value, requests: &[(FuncId, FuncId)]) -> Value {
        if let [(_, only)] = *requests {
            return self.b.func_address(only);
        }
        let primal = self.primal(callee);
        let mut chosen = self.b.func_address(requests[0].1);
        for &(func, derivative) in &requests[1..] {
            let (func, derivative) = (self.b.func_address(func), self.b.func_address(derivative));
            let is_it = self.b.icmp(ir::IntPred::Eq, primal, func);
            chosen = self.b.select(is_it, derivative, chosen);
        }
        chosen
    }

    /// Takes the primal and the shadow from what a tangent function returns.
    pub(super) fn results(&mut self, inst: Inst, call: Inst, ret: ReturnRequest) {
        let Some(result) = self.data(inst).result else {
            return;
        };
        let Some(value) = self.b.func.inst(call).result else {
            return;
        };
        let (primal, shadow) = match (ret.primal, ret.shadow) {
            (true, true) => {
                let primal = self.b.extract_value(value, &[0]);
                (Some(primal), Some(self.b.extract_value(value, &[1])))
            }
            (true, false) => (Some(value), None),
            (false, true) => (None, Some(value)),
            (false, false) => (None, None),
        };
        if let Some(primal) = primal {
            self.set_primal(result, primal);
        }
        if let Some(shadow) = shadow {
            let lanes = self.unpack(shadow);
            self.set_tangent(result, lanes);
        }
    }

    /// The forward rule that the user registered for a function.
    fn custom_derivative(&self, func: FuncId) -> Option<FuncId> {
        let rules = &self.b.ctx.funcs[func].rules;
        let found = rules.iter().find(|(kind, _)| &**kind == "enzyme_derivative");
        found.map(|&(_, derivative)| derivative)
    }

    /// Calls a registered forward rule: each argument is followed by its shadow, zero for inactive ones. It knows one direction, so it
    /// is called for each; the primal result is that of the last call.
    fn call_custom(&mut self, inst: Inst, func: FuncId, derivative: FuncId) -> Outcome {
        let data = self.data(inst);
        let writes = self.b.ctx.attrs(self.b.ctx.funcs[func].attrs).memory.any().writes;
        if self.width() > 1 && writes {
            return Err(ErrorKind::CustomWidth {
                name: self.b.ctx.funcs[func].name.to_string(),
            });
        }
        let ty = self.b.ctx.funcs[derivative].ty;
        let params = self.b.ctx.types.param_types(ty).to_vec();
        let expected = data.args().iter().flat_map(|&arg| [self.source_type(arg); 2]);
        if !expected.eq(params) {
            return Err(self.wrong_custom(inst, func, derivative));
        }
        let mut shadows = Vec::new();
        for &arg in data.args() {
            shadows.push(self.shadow(arg)?);
        }
        let callee = self.b.func_address(derivative);
        let mut lanes = crate::emit::Lanes::new();
        for lane in 0..self.width() {
            let mut args: SmallVec<[Value; 8]> = SmallVec::new();
            for (&arg, shadow) in data.args().iter().zip(&shadows) {
                args.push(self.primal(arg));
                args.push(shadow[lane]);
            }
            let call = self.call_like(inst, callee, ty, &args);
            lanes.extend(self.custom_result(inst, (func, derivative), call)?);
        }
        if lanes.len() == self.width() {
            self.set_result(inst, lanes);
        }
        Ok(())
    }

    /// A registered rule has another type than it should.
    fn wrong_custom(&mut self, inst: Inst, func: FuncId, derivative: FuncId) -> ErrorKind {
        let data = self.data(inst);
        let params: Vec<Type> = data
            .args()
            .iter()
            .flat_map(|&arg| [self.source_type(arg); 2])
            .collect();
        let types = &mut self.b.ctx.types;
        let ret = match data.result {
            Some(_) => types.structure(&[data.ty, data.ty]),
            None => types.void(),
        };
        let expected = types.func(ret, &params);
        let text = |ty: Type| ir::text::print_type(self.b.ctx, ty);
        let rule = &self.b.ctx.funcs[derivative];
        ErrorKind::CustomSignature(Box::new(WrongRule {
            name: self.b.ctx.funcs[func].name.to_string(),
            role: "forward derivative",
            rule: rule.name.to_string(),
            found: text(rule.ty),
            expected: text(expected),
            more: "",
        }))
    }

    /// A registered rule returns `{primal, shadow}`.
    fn custom_result(
        &mut self,
        inst: Inst,
        (func, derivative): (FuncId, FuncId),
        call: Inst,
    ) -> Outcome<Option<Value>> {
        let data = self.data(inst);
        let Some(result) = data.result else {
            return Ok(None);
        };
        let types = &self.b.ctx.types;
        let returned = self.b.func.inst(call).ty;
        let is_pair = (0..2).all(|index| types.member(returned, index) == Some(data.ty));
        if !is_pair || types.member_count(returned) != 2 {
            return Err(self.wrong_custom(inst, func, derivative));
        }
        let value = self.b.result(call);
        let primal = self.b.extract_value(value, &[0]);
        self.set_primal(result, primal);
        Ok(Some(self.b.extract_value(value, &[1])))
    }

    /// Copies a call or invoke with its operands. `musttail` and `tail` are dropped: more may follow, and shadows may be on the stack.
    pub(super) fn copy_call(&mut self, inst: Inst) -> Inst {
        let data = self.data(inst);
        let mut new = NewInst::new(data.op.clone(), data.ty, &self.primals(&data.operands)).flags(data.flags);
        new.meta = data.meta;
        new.origin = data.origin;
        new.location = data.location;
        let copy = self.push_call(inst, new);
        self.note_copy(inst, copy);
        copy
    }

    /// The same call with other operands, for shadows.
    pub(super) fn call_again(&mut self, inst: Inst, operands: &[Value]) -> Inst {
        let data = self.data(inst);
        let new = NewInst::new(data.op.clone(), data.ty, operands).flags(self.call_flags(data.ty));
        self.push_call(inst, new)
    }

    /// A call of another function in the place of `inst`: an invoke if that is one.
    pub(super) fn call_like(&mut self, inst: Inst, callee: Value, func_ty: Type, args: &[Value]) -> Inst {
        let mut operands: SmallVec<[Value; 8]> = SmallVec::from_slice(&[callee]);
        operands.extend_from_slice(args);
        let conv = match self
            .b
            .func
            .as_const(callee)
            .map(|constant| self.b.ctx.consts.get(constant))
        {
            Some(&ConstData::Func(func)) => self.b.ctx.funcs[func].conv,
            _ => 0,
        };
        let info = CallInfo {
            func_ty,
            attrs: ir::Attrs::none(),
            conv,
            tail: TailKind::None,
            bundle_operands: 0,
        };
        let op = match self.data(inst).op {
            Op::Invoke(_) => Op::Invoke(info),
            _ => Op::Call(info),
        };
        let ret = self
            .b
            .ctx
            .types
            .return_type(func_ty)
            .unwrap_or(self.b.ctx.types.void());
        let new = NewInst::new(op, ret, &operands).flags(self.call_flags(ret));
        self.push_call(inst, new)
    }

    /// Calls carry float flags only if they return floats.
    fn call_flags(&self, ty: Type) -> ir::Flags {
        match self.b.ctx.types.float_kind(ty) {
            Some(_) => self.b.fast_math,
            None => ir::Flags::none(),
        }
    }

    /// Appends a call. An invoke goes on in a block of its own, so that code can follow it.
    fn push_call(&mut self, inst: Inst, mut new: NewInst) -> Inst {
        let data = self.data(inst);
        match &mut new.op {
            Op::Call(info) => {
                info.tail = match info.tail {
                    TailKind::NoTail => TailKind::NoTail,
                    _ => TailKind::None,
                };
                self.b.push(new)
            }
            _ => {
                let next = self.b.add_block();
                let unwind = self.block(data.targets[1]);
                new.targets = SmallVec::from_slice(&[next, unwind]);
                let from = self.b.block();
                self.edge_from(data.block, data.targets[1], from);
                let invoke = self.b.push(new);
                self.b.go_to(next);
                invoke
            }
        }
    }
}
