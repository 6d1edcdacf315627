//! Functions, declarations, global variables and their attributes.

use ir::{Attrs, FuncId, Function, GlobalId, Linkage, Origin};
use llvm_sys::prelude::LLVMAttributeRef;

use super::{Writer, c_name};
use crate::attributes::{NewAttr, is_read, kind_number, write};
use crate::error::ExportError;
use crate::ffi::{FUNCTION_INDEX, RETURN_INDEX, Val, raw, sys};

/// LLVM's number of internal linkage.
const INTERNAL: i32 = 8;

/// Enumeration attributes that describe the target or the environment of a function, and hold for code derived from it.
const ENVIRONMENT: [&str; 14] = [
    "uwtable",
    "null_pointer_is_valid",
    "vscale_range",
    "strictfp",
    "mustprogress",
    "ssp",
    "sspreq",
    "sspstrong",
    "safestack",
    "sanitize_address",
    "sanitize_hwaddress",
    "sanitize_memory",
    "sanitize_thread",
    "sanitize_memtag",
];

/// Creates an empty function for each body.
pub(super) fn create_functions(
    writer: &mut Writer<'_>,
    bodies: &[&Function],
    errors: &mut Vec<ExportError>,
) -> Vec<Val> {
    let sources: Vec<Option<Val>> = bodies.iter().map(|body| source(body)).collect();
    let any_source = sources.iter().copied().flatten().next();
    let mut targets = Vec::new();
    for (body, source) in bodies.iter().zip(sources) {
        let decl = &writer.importer.module.ctx.funcs[body.id];
        let original = decl.origin.map(Origin::address).map(|address| {
            // SAFETY: origins of declarations are functions that live as long as the importer.
            unsafe { Val::new(address as _) }
        });
        writer.current = decl.name.to_string();
        let target = writer.add_function(&decl.name.clone(), decl.ty);
        // SAFETY: the function was just made.
        unsafe { raw::LLVMSetLinkage(target.raw(), INTERNAL) };
        match original {
            Some(original) => copy_properties(original, target),
            None => {
                writer.funcs.insert(body.id, target);
                writer.write_properties(body.id, target, source.or(any_source));
            }
        }
        targets.push(target);
    }
    for (body, &target) in bodies.iter().zip(&targets) {
        let Some(personality) = body.personality else {
            continue;
        };
        match writer.constant(personality) {
            // SAFETY: both are alive.
            Ok(personality) => unsafe { sys::LLVMSetPersonalityFn(target.raw(), personality.raw()) },
            Err(error) => errors.push(error),
        }
    }
    targets
}

/// The function that the first imported instruction of a body comes from.
fn source(body: &Function) -> Option<Val> {
    let mut insts = body.all_insts();
    let origin = insts.find_map(|inst| body.inst(inst).origin.or(body.inst(inst).location))?;
    // SAFETY: origins of instructions are instructions that live as long as the importer.
    let inst = unsafe { Val::new(origin.address() as _) };
    inst.inst_block()?.parent()
}

/// Copies attributes, convention and collector of a function of the same type.
pub(crate) fn copy_properties(from: Val, to: Val) {
    let mut attrs = Vec::new();
    for index in std::iter::once(FUNCTION_INDEX).chain(RETURN_INDEX..=from.param_count()) {
        attrs.clear();
        from.func_attrs(index, &mut attrs);
        for attr in &attrs {
            // SAFETY: both functions have the same parameters, and attributes belong to the context.
            unsafe { sys::LLVMAddAttributeAtIndex(to.raw(), index, attr.raw()) };
        }
    }
    // SAFETY: both are functions; the collector's name is copied by LLVM.
    unsafe {
        sys::LLVMSetFunctionCallConv(to.raw(), from.func_conv());
        let collector = sys::LLVMGetGC(from.raw());
        if !collector.is_null() {
            sys::LLVMSetGC(to.raw(), collector);
        }
    }
}

impl Writer<'_> {
    /// Adds a function; LLVM appends a number to a name that is taken.
    fn add_function(&mut self, name: &str, ty: ir::Type) -> Val {
        let ty = self.ty(ty);
        // SAFETY: the module is alive and the type is a function type.
        let func = unsafe {
            Val::new(sys::LLVMAddFunction(
                self.importer.module_ref,
                c_name(name).as_ptr(),
                ty.raw(),
            ))
        };
        self.created.push(func);
        func
    }

    /// The LLVM function for a declaration without an exact one: of this export, of that name, or a new declaration.
    pub(super) fn function(&mut self, id: FuncId) -> Result<Val, ExportError> {
        if let Some(&func) = self.funcs.get(&id) {
            return Ok(func);
        }
        let decl = &self.importer.module.ctx.funcs[id];
        if let Some(address) = decl.origin.map(Origin::address) {
            // SAFETY: origins of declarations live as long as the importer.
            return Ok(unsafe { Val::new(address as _) });
        }
        if decl.defined && decl.linkage == Linkage::Internal {
            return Err(self.constant_error(format!(
                "`{}` has a body that is neither exported before nor in this export",
                decl.name
            )));
        }
        let name = c_name(&decl.name);
        // SAFETY: the module is alive.
        let existing =
            unsafe { Val::some(sys::LLVMGetNamedFunction(self.importer.module_ref, name.as_ptr())) };
        let func = match existing {
            Some(func) => func,
            None => {
                let func = self.add_function(&decl.name, decl.ty);
                self.declarations.push((id, func));
                if !decl.intrinsic {
                    self.write_properties(id, func, None);
                }
                func
            }
        };
        self.funcs.insert(id, func);
        Ok(func)
    }

    /// Writes a declaration's attributes and convention, and those of the environment of `source`.
    fn write_properties(&mut self, id: FuncId, target: Val, source: Option<Val>) {
        let decl = &self.importer.module.ctx.funcs[id];
        let (attrs, conv) = (decl.attrs, decl.conv);
        for (index, attr) in self.attributes(attrs, false) {
            // SAFETY: the index is of a parameter that the function has, by the declaration.
            unsafe { sys::LLVMAddAttributeAtIndex(target.raw(), index, attr) };
        }
        // SAFETY: the target is a function.
        unsafe { sys::LLVMSetFunctionCallConv(target.raw(), conv) };
        let Some(source) = source else { return };
        let environment = ENVIRONMENT.map(kind_number);
        let mut attrs = Vec::new();
        source.func_attrs(FUNCTION_INDEX, &mut attrs);
        for attr in attrs {
            let keep = if attr.is_string() {
                !is_read(&attr.key())
            } else {
                attr.is_enum() && environment.contains(&attr.enum_kind())
            };
            if keep {
                // SAFETY: the attribute belongs to the context.
                unsafe { sys::LLVMAddAttributeAtIndex(target.raw(), FUNCTION_INDEX, attr.raw()) };
            }
        }
    }

    /// The LLVM attributes of a list.
    pub(super) fn attributes(&mut self, attrs: Attrs, call: bool) -> Vec<(u32, LLVMAttributeRef)> {
        if attrs == Attrs::none() {
            return Vec::new();
        }
        let context = self.importer.context;
        let list = self.importer.module.ctx.attrs(attrs).clone();
        let mut out = Vec::new();
        for (index, attr) in write(&list, call) {
            // SAFETY: kinds are looked up in this LLVM; texts are passed with their lengths.
            let attr = unsafe {
                match attr {
                    NewAttr::Enum(name, value) => {
                        sys::LLVMCreateEnumAttribute(context, kind_number(name), value)
                    }
                    NewAttr::Type(name, ty) => {
                        let ty = self.ty(ty).raw();
                        sys::LLVMCreateTypeAttribute(context, kind_number(name), ty)
                    }
                    NewAttr::Text(key, text) => sys::LLVMCreateStringAttribute(
                        context,
                        key.as_ptr().cast(),
                        key.len() as u32,
                        text.as_ptr().cast(),
                        text.len() as u32,
                    ),
                }
            };
            out.push((index, attr));
        }
        out
    }

    /// The LLVM variable for a global that was not imported.
    pub(super) fn global(&mut self, id: GlobalId) -> Result<Val, ExportError> {
        let global = &self.importer.module.ctx.globals[id];
        if let Some(address) = global.origin.map(Origin::address) {
            // SAFETY: origins of globals live as long as the importer.
            return Ok(unsafe { Val::new(address as _) });
        }
        if let Some(&(_, known)) = self.globals.iter().find(|entry| entry.0 == id) {
            return Ok(known);
        }
        let name = c_name(&global.name);
        if global.init.is_none() {
            // SAFETY: the module is alive.
            let existing =
                unsafe { Val::some(sys::LLVMGetNamedGlobal(self.importer.module_ref, name.as_ptr())) };
            if let Some(existing) = existing {
                return Ok(existing);
            }
        }
        let ty = self.ty(global.ty).raw();
        // SAFETY: the module is alive and the type is sized, as types of globals are.
        let value = unsafe {
            let value =
                sys::LLVMAddGlobalInAddressSpace(self.importer.module_ref, ty, name.as_ptr(), global.space);
            sys::LLVMSetGlobalConstant(value, i32::from(global.constant));
            sys::LLVMSetThreadLocal(value, i32::from(global.thread_local));
            if global.init.is_some() {
                raw::LLVMSetLinkage(value, INTERNAL);
            }
            Val::new(value)
        };
        self.created.push(value);
        self.globals.push((id, value));
        self.bare_globals.push((id, value));
        Ok(value)
    }

    /// Sets the initialisers of the globals that this export made; they may mention further ones.
    pub(super) fn write_initializers(&mut self) -> Result<(), ExportError> {
        while let Some((id, value)) = self.bare_globals.pop() {
            if let Some(init) = self.importer.module.ctx.globals[id].init {
                let init = self.constant(init)?;
                // SAFETY: the initialiser has the global's type, by the verifier of our IR; LLVM's module verifier checks it again.
                unsafe { sys::LLVMSetInitializer(value.raw(), init.raw()) };
            }
        }
        Ok(())
    }
}
