//! What users say about their functions and globals in ways that a compiler carries through: registration globals such as
//! `void *__enzyme_register_derivative_f[2] = {f, df};`, and clang's `annotate` attributes.
//!
//! Each becomes the attribute or metadata that the analyses read, and the global is erased, as Enzyme's `preserve-nvvm` does. That
//! functions with rules are still called when the pass runs, and are not inlined before, is the care of the plugin's early pass.

use crate::error::Error;
use crate::raw::{Mod, Val};

/// What a registration says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// `{function, augmented, reverse}`.
    Gradient,
    /// `{function, tangent}`.
    Derivative,
    /// `{function, augmented, tangent with tape}`.
    SplitDerivative,
    /// A global variable without derivative.
    InactiveGlobal,
    /// A function without derivative.
    InactiveFunction,
    /// A function that frees nothing.
    NoFree,
    /// `{function, name}`: behaves as the library function of that name.
    FunctionLike,
    /// `{function, size argument, deallocator's operands, deallocator}`.
    AllocationLike,
}

/// Names and kinds in the order in which they are tested.
const KEYS: [(&str, Kind); 8] = [
    ("__enzyme_register_gradient", Kind::Gradient),
    ("__enzyme_register_derivative", Kind::Derivative),
    ("__enzyme_register_splitderivative", Kind::SplitDerivative),
    ("__enzyme_inactive_global", Kind::InactiveGlobal),
    ("__enzyme_inactivefn", Kind::InactiveFunction),
    ("__enzyme_nofree", Kind::NoFree),
    ("__enzyme_function_like", Kind::FunctionLike),
    ("__enzyme_allocation_like", Kind::AllocationLike),
];

/// Carries out all registrations of a module; whether there were any, and what is wrong with others.
pub(crate) fn apply(module: Mod) -> (bool, Vec<Error>) {
    let mut errors = Vec::new();
    let mut changed = annotations(module, &mut errors);
    let globals: Vec<_> = module.globals().collect();
    for global in globals {
        let name = global.name();
        let Some(&(_, kind)) = KEYS.iter().find(|(key, _)| name.contains(key)) else {
            continue;
        };
        let Some(value) = global.initializer() else {
            continue;
        };
        match register(module, kind, value) {
            Ok(()) => {
                module.remove_from_used(global);
                global.replace_uses(global.ty().null());
                global.delete_global();
                changed = true;
            }
            Err(problem) => errors.push(Error::registration(&name, problem)),
        }
    }
    (changed, errors)
}

fn register(module: Mod, kind: Kind, value: Val) -> Result<(), &'static str> {
    let entry = |index| member(value, index).filter(|entry| !entry.is_null());
    let function = entry(0).filter(|entry| entry.is_function());
    let other = |index, what| entry(index).filter(|entry| entry.is_function()).ok_or(what);
    if kind == Kind::InactiveGlobal {
        let global = if value.is_global_variable() {
            Some(value)
        } else {
            entry(0)
        };
        let global = global
            .filter(|global| global.is_global_variable())
            .ok_or("it must hold the address of a global variable")?;
        global.attach(module, "enzyme_inactive", &[]);
        return Ok(());
    }
    let function = if value.is_function() {
        Some(value)
    } else {
        function
    };
    let function = function.ok_or("its first entry must be a function")?;
    match kind {
        Kind::Derivative => {
            function.attach(
                module,
                "enzyme_derivative",
                &[other(1, "its second entry must be the forward derivative")?],
            );
        }
        Kind::Gradient | Kind::SplitDerivative => {
            let augmented = other(1, "its second entry must be the augmented forward function")?;
            let last = other(2, "its third entry must be the derivative that takes the tape")?;
            // A function may have both, with augmented functions of their own.
            let [first, second] = match kind {
                Kind::Gradient => ["enzyme_augment", "enzyme_gradient"],
                _ => ["enzyme_splitaugment", "enzyme_splitderivative"],
            };
            function.attach(module, first, &[augmented]);
            function.attach(module, second, &[last]);
            let notes = (3..).map_while(&entry).filter_map(text);
            let by_ref = notes.filter_map(|note| note.strip_prefix("byref_").map(str::to_owned));
            let by_ref: Vec<String> = by_ref.collect();
            if by_ref.iter().any(|number| number.parse::<u32>().is_err()) {
                return Err("after `byref_` stands the number of a parameter");
            }
            if !by_ref.is_empty() {
                function.add_string_attribute(module, "enzyme_byref", &by_ref.join(","));
            }
        }
        Kind::FunctionLike => {
            let name = entry(1).and_then(text).filter(|name| !name.is_empty());
            function.add_string_attribute(
                module,
                "enzyme_math",
                &name.ok_or("its second entry must be the name of a function")?,
            );
        }
        Kind::AllocationLike => allocation_like(module, function, value)?,
        Kind::InactiveFunction => function.add_string_attribute(module, "enzyme_inactive", ""),
        Kind::NoFree => function.add_function_attribute("nofree", module.context()),
        Kind::InactiveGlobal => {}
    }
    Ok(())
}

fn allocation_like(module: Mod, function: Val, value: Val) -> Result<(), &'static str> {
    let index = member(value, 1).ok_or("it must have four entries")?;
    let index = index
        .const_int()
        .or(index.is_null().then_some(0))
        .or_else(|| index.pointer_as_int());
    let index = index.ok_or("its second entry must be the number of the size argument")?;
    let operands = member(value, 2)
        .and_then(text)
        .ok_or("its third entry must list the deallocator's operands")?;
    let deallocator = member(value, 3).filter(|entry| entry.is_function());
    let deallocator = deallocator.ok_or("its fourth entry must be the deallocator")?;
    function.add_string_attribute(module, "enzyme_allocator", &index.to_string());
    function.add_string_attribute(module, "enzyme_deallocator", &operands);
    function.attach(module, "enzyme_deallocator_fn", &[deallocator]);
    let pointer = operands.split(',').position(|operand| operand.trim() == "-1");
    if let Some(pointer) = pointer {
        deallocator.add_string_attribute(module, "enzyme_deallocates", &pointer.to_string());
    }
    Ok(())
}

/// An entry of a registration: of the aggregate, or of the only aggregate in it.
fn member(value: Val, index: u32) -> Option<Val> {
    let direct = value.aggregate_element(index)?;
    match value.aggregate_element(0)?.aggregate_element(0) {
        Some(_) => value.aggregate_element(0)?.aggregate_element(index),
        None => Some(direct),
    }
}

/// The C string that a constant points to.
fn text(value: Val) -> Option<String> {
    value.initializer()?.string_data()
}

/// Reads `llvm.global.annotations`: clang's `__attribute__((annotate("enzyme_inactive")))` and its neighbours. The entries stay; other
/// tools may read them, and reading them twice changes nothing.
fn annotations(module: Mod, errors: &mut Vec<Error>) -> bool {
    let Some(list) = module
        .global_named("llvm.global.annotations")
        .and_then(Val::initializer)
    else {
        return false;
    };
    let mut changed = false;
    for entry in (0..).map_while(|index| list.aggregate_element(index)) {
        let (Some(object), Some(note)) = (
            entry.aggregate_element(0),
            entry.aggregate_element(1).and_then(text),
        ) else {
            continue;
        };
        if !note.starts_with("enzyme_") {
            continue;
        }
        let (key, value) = note.split_once('=').unwrap_or((&note, ""));
        let known = match key {
            "enzyme_inactive" if object.is_global_variable() => {
                object.attach(module, "enzyme_inactive", &[]);
                true
            }
            _ if !object.is_function() => false,
            "enzyme_inactive" | "enzyme_shouldrecompute" => {
                object.add_string_attribute(module, key, "");
                true
            }
            "enzyme_nofree" => {
                object.add_function_attribute("nofree", module.context());
                true
            }
            "enzyme_function_like" if !value.is_empty() => {
                object.add_string_attribute(module, "enzyme_math", value);
                true
            }
            _ => false,
        };
        changed |= known;
        if !known {
            errors.push(Error::registration(
                &note,
                "no annotation of this name and form is known for such an object",
            ));
        }
    }
    changed
}
