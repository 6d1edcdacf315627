//! The importer: from LLVM's objects to an [`ir::Module`], on demand.

use ir::{Const, ConstData, Entity, FuncId, Function, GlobalId, Module, Origin};
use llvm_sys::prelude::{LLVMContextRef, LLVMModuleRef, LLVMValueRef};

use crate::attributes::AttrTable;
use crate::constants::ConstTable;
use crate::debug::DebugTable;
use crate::ffi::{Val, sys};
use crate::metadata::MetaTable;
use crate::types::TypeTable;

/// What is imported.
#[derive(Clone, Copy, Debug)]
pub struct ImportOptions {
    /// Initialisers of globals that are larger (bytes) are kept as opaque constants.
    pub max_initializer: u64,
    /// Whether names of values and blocks are read. They are for people only and cost time.
    pub names: bool,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            max_initializer: 1 << 16,
            names: false,
        }
    }
}

/// Imports functions of one LLVM module, on demand, into an [`ir::Module`] that it owns.
///
/// # Invariants
/// - Objects are memoised by address, so an LLVM object that was imported must not be deleted while the importer lives, unless
///   [`Importer::forget`] is told before.
/// - A body is a snapshot: changes of the LLVM function after its import are not seen.
#[derive(Debug)]
pub struct Importer {
    /// What was imported so far, and what transformations add to it.
    pub module: Module,
    pub(crate) module_ref: LLVMModuleRef,
    pub(crate) context: LLVMContextRef,
    pub(crate) options: ImportOptions,
    pub(crate) types: TypeTable,
    pub(crate) consts: ConstTable,
    pub(crate) attrs: AttrTable,
    pub(crate) metas: MetaTable,
    pub(crate) debug: DebugTable,
    pub(crate) unread_globals: Vec<(Val, ir::GlobalId)>,
    /// Functions whose bodies are in canonical form, or were found not to need it.
    pub(crate) canonical: rustc_hash::FxHashSet<FuncId>,
    /// The bodies that stand for calls of a library's function that sorts.
    pub(crate) sorts: std::rc::Rc<crate::sorts::Sorts>,
}

impl Importer {
    /// An importer of functions of `module`.
    ///
    /// # Safety
    /// `module` must be alive as long as the importer, be used by this thread only, and belong to an LLVM of major version 22.
    pub unsafe fn new(module: LLVMModuleRef) -> Self {
        // SAFETY: by the contract above.
        unsafe { Self::with_options(module, ImportOptions::default()) }
    }

    /// An importer with options.
    ///
    /// # Safety
    /// As of [`Importer::new`].
    pub unsafe fn with_options(module: LLVMModuleRef, options: ImportOptions) -> Self {
        // SAFETY: the module is alive; both strings belong to it and are copied at once.
        let (context, layout, triple) = unsafe {
            let text =
                |text: *const std::ffi::c_char| std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned();
            (
                sys::LLVMGetModuleContext(module),
                text(sys::LLVMGetDataLayoutStr(module)),
                text(sys::LLVMGetTarget(module)),
            )
        };
        let mut importer = Self {
            module: Module::new(),
            module_ref: module,
            context,
            options,
            types: TypeTable::default(),
            consts: ConstTable::default(),
            attrs: AttrTable::new(),
            metas: MetaTable::new(context),
            debug: DebugTable::default(),
            unread_globals: Vec::new(),
            canonical: rustc_hash::FxHashSet::default(),
            sorts: std::rc::Rc::default(),
        };
        if !layout.is_empty() {
            importer.module.ctx.layout = ir::DataLayout::parse(&layout);
        }
        importer.module.ctx.triple = triple;
        importer
    }

    /// The function of our module for an LLVM function; declared on first use.
    ///
    /// # Safety
    /// `func` must be a function of the module, alive as long as the importer.
    pub unsafe fn func_id(&mut self, func: LLVMValueRef) -> FuncId {
        // SAFETY: by the contract above.
        let func = unsafe { Val::new(func) };
        self.declare(func)
    }

    /// The global variable of our module for an LLVM global variable; declared on first use, its initializer read with the next body.
    ///
    /// # Safety
    /// `global` must be a global variable of the module, alive as long as the importer.
    pub unsafe fn global_id(&mut self, global: LLVMValueRef) -> Option<GlobalId> {
        // SAFETY: by the contract above.
        let constant = self.constant(unsafe { Val::new(global) });
        match *self.module.ctx.consts.get(constant) {
            ConstData::Global(id) => Some(id),
            _ => None,
        }
    }

    /// A constant of our module for one of LLVM's, with the initializers that it leads to.
    ///
    /// # Safety
    /// `value` must be a constant, and what it mentions of the module, alive as long as the importer.
    pub unsafe fn constant_id(&mut self, value: LLVMValueRef) -> ir::Const {
        // SAFETY: by the contract above.
        let constant = self.constant(unsafe { Val::new(value) });
        self.read_initializers();
        constant
    }

    /// The LLVM variable that a global variable was imported from, or became on export.
    pub fn raw_global(&self, global: GlobalId) -> Option<LLVMValueRef> {
        let origin = self.module.ctx.globals[global].origin?;
        Some(origin.address() as LLVMValueRef)
    }

    /// Imports the declaration of a function and, if it has one and it was not imported before, its body, with the initialisers of
    /// the globals that it mentions.
    ///
    /// # Safety
    /// As of [`Importer::func_id`].
    pub unsafe fn import_function(&mut self, func: LLVMValueRef) -> FuncId {
        // SAFETY: by the contract above.
        let func = unsafe { Val::new(func) };
        let id = self.declare(func);
        self.import_body(func, id);
        id
    }

    /// Imports functions and the bodies of everything that they reach by calls or by addresses of functions in operands and
    /// initialisers. Returns the functions of `roots`, in order.
    ///
    /// # Safety
    /// As of [`Importer::func_id`], for each root.
    pub unsafe fn import_reachable(&mut self, roots: &[LLVMValueRef]) -> Vec<FuncId> {
        let ids: Vec<FuncId> = roots
            .iter()
            .map(|&root| {
                // SAFETY: by the contract above.
                unsafe { self.import_function(root) }
            })
            .collect();
        let mut work: Vec<FuncId> = ids.iter().rev().copied().collect();
        let mut seen = Reached::default();
        while let Some(id) = work.pop() {
            if let Some(address) = self.module.ctx.funcs[id].origin.map(Origin::address) {
                // SAFETY: the address is of a function that was declared, and those live as long as the importer.
                let func = unsafe { Val::new(address as LLVMValueRef) };
                self.import_body(func, id);
            }
            let found = seen.functions_of(&self.module, id);
            work.extend(found.into_iter().rev());
        }
        ids
    }

    /// The LLVM function that a function was imported from, or became on export.
    pub fn raw(&self, func: FuncId) -> Option<LLVMValueRef> {
        let origin = self.module.ctx.funcs[func].origin?;
        Some(origin.address() as LLVMValueRef)
    }

    /// The LLVM module.
    pub fn module_ref(&self) -> LLVMModuleRef {
        self.module_ref
    }

    /// Forgets an LLVM function that is about to be deleted. Its import stays, without an origin.
    ///
    /// # Safety
    /// `func` must be a function and still alive.
    pub unsafe fn forget(&mut self, func: LLVMValueRef) {
        // SAFETY: by the contract above.
        let func = unsafe { Val::new(func) };
        if let Some(constant) = self.consts.find(func)
            && let ConstData::Func(id) = *self.module.ctx.consts.get(constant)
        {
            self.module.ctx.funcs[id].origin = None;
        }
        self.consts.forget(func);
    }

    /// Makes known that `id` is the LLVM function `func` now.
    pub(crate) fn bind(&mut self, id: FuncId, func: Val) {
        self.module.ctx.funcs[id].origin = Some(Origin::new(func.address()));
        let constant = self.module.ctx.consts.intern(ConstData::Func(id));
        self.consts.insert(func, constant);
    }

    /// Makes known that `id` is the LLVM global `global` now.
    pub(crate) fn bind_global(&mut self, id: ir::GlobalId, global: Val) {
        self.module.ctx.globals[id].origin = Some(Origin::new(global.address()));
        let constant = self.module.ctx.consts.intern(ConstData::Global(id));
        self.consts.insert(global, constant);
    }

    fn import_body(&mut self, func: Val, id: FuncId) {
        if func.is_declaration() || self.module.body(id).is_some() {
            return;
        }
        let body: Function = self.read_body(func, id);
        self.module.set_body(body);
        self.read_initializers();
    }
}

/// Which constants and functions a walk over what bodies mention has seen.
#[derive(Default)]
struct Reached {
    consts: Vec<bool>,
    funcs: Vec<bool>,
}

impl Reached {
    /// The functions that the body of `id` mentions, directly, in constants or in initialisers, and that were not found before.
    fn functions_of(&mut self, module: &Module, id: FuncId) -> Vec<FuncId> {
        let mut found = Vec::new();
        self.see_func(id);
        let Some(body) = module.body(id) else {
            return found;
        };
        let mut work: Vec<Const> = body.constants().map(|(constant, _)| constant).collect();
        work.extend(body.personality);
        while let Some(constant) = work.pop() {
            if std::mem::replace(slot(&mut self.consts, constant.index()), true) {
                continue;
            }
            match module.ctx.consts.get(constant) {
                ConstData::Func(func) if self.see_func(*func) => found.push(*func),
                ConstData::Global(global) => work.extend(module.ctx.globals[*global].init),
                ConstData::Aggregate { members, .. } => work.extend(members),
                ConstData::Expr { operands, .. } => work.extend(operands),
                _ => {}
            }
        }
        found
    }

    /// Marks a function; whether it is new.
    fn see_func(&mut self, func: FuncId) -> bool {
        !std::mem::replace(slot(&mut self.funcs, func.index()), true)
    }
}

fn slot(marks: &mut Vec<bool>, index: usize) -> &mut bool {
    if marks.len() <= index {
        marks.resize(index + 1, false);
    }
    &mut marks[index]
}
