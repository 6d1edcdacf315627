//! Look-up by the shape of a name: prefixes of symbols, demangled C++ and Rust paths, the BLAS and MPI grammars, inactive
//! globals and inline assembly.
//!
//! Demangled names are matched on the function's own qualified name, without return type and parameters: a user's
//! function that merely returns a `std::string` is not one of `std`'s (Enzyme matches the text from its start and so
//! takes it for one). Inline namespaces of the standard libraries are dropped first.

use crate::builder::TableBuilder;
use crate::entry::{Effects, EntryId, Inactive, InactiveResult, Kind, Unsupported};

/// The patterns of a table.
#[derive(Default, Debug)]
pub(crate) struct Patterns {
    symbol_prefixes: Vec<(&'static str, EntryId)>,
    cpp: Vec<(String, EntryId)>,
    rust: Vec<(&'static str, EntryId)>,
    blas: Option<EntryId>,
    mpi: Option<Mpi>,
}

#[derive(Debug)]
struct Mpi {
    inactive: Vec<&'static str>,
    inactive_entry: EntryId,
    unsupported_entry: EntryId,
}

impl Patterns {
    /// The entry of the first pattern that `symbol` matches; `exact` finds entries by exact name, for symbols that are a
    /// mangled form of one.
    pub(crate) fn find(&self, symbol: &str, exact: &dyn Fn(&str) -> Option<EntryId>) -> Option<EntryId> {
        self.prefix(symbol)
            .or_else(|| self.rust(symbol, exact))
            .or_else(|| self.cpp(symbol))
            .or_else(|| self.mpi(symbol))
            .or_else(|| {
                self.blas
                    .filter(|_| crate::unsupported::blas_routine(symbol).is_some())
            })
    }

    /// The entry whose symbol prefix `symbol` has.
    pub(crate) fn prefix(&self, symbol: &str) -> Option<EntryId> {
        self.symbol_prefixes
            .iter()
            .find(|(prefix, _)| symbol.starts_with(prefix))
            .map(|(_, id)| *id)
    }

    fn rust(&self, symbol: &str, exact: &dyn Fn(&str) -> Option<EntryId>) -> Option<EntryId> {
        let path = format!("{:#}", rustc_demangle::try_demangle(symbol).ok()?);
        if let Some(name) = path.strip_prefix("__rustc::") {
            return exact(name);
        }
        let paths = rust_paths_of(&path);
        let matches = |prefix: &str| paths.iter().any(|path| path_starts_with(path, prefix));
        self.rust
            .iter()
            .find(|(prefix, _)| matches(prefix))
            .map(|(_, id)| *id)
    }

    fn cpp(&self, symbol: &str) -> Option<EntryId> {
        let path = cpp_path(symbol)?;
        self.cpp
            .iter()
            .find(|(prefix, _)| path_starts_with(&path, prefix))
            .map(|(_, id)| *id)
    }

    fn mpi(&self, symbol: &str) -> Option<EntryId> {
        let mpi = self.mpi.as_ref()?;
        let name = symbol
            .strip_prefix("MPI_")
            .or_else(|| symbol.strip_prefix("PMPI_"))?;
        Some(if mpi.inactive.contains(&name) {
            mpi.inactive_entry
        } else {
            mpi.unsupported_entry
        })
    }

    /// Whether the assembly text only asks for the processor's identity or leaves the program.
    pub(crate) fn inline_asm_is_inactive(&self, text: &str) -> bool {
        text.contains("cpuid") || text.contains("exit")
    }

    /// Whether a global variable is known to carry no derivative.
    pub(crate) fn global_is_inactive(&self, name: &str) -> bool {
        const NAMES: [&str; 10] = [
            "stdout",
            "stderr",
            "stdin",
            "environ",
            "signgam",
            "ompi_request_null",
            "ompi_mpi_double",
            "ompi_mpi_comm_world",
            "small_typeof",
            "jl_small_typeof",
        ];
        if NAMES.contains(&name) || ["_ZTI", "_ZTS"].iter().any(|p| name.starts_with(p)) {
            return true;
        }
        // Vtables and construction tables of the standard library and of the C++ runtime's type information.
        if let Some(class) = name.strip_prefix("_ZTV").or_else(|| name.strip_prefix("_ZTT")) {
            let standard = ["St", "NSt", "So", "Si", "Ss", "Sd", "N10__cxxabiv1"];
            return standard.iter().any(|p| class.starts_with(p));
        }
        let streams = [
            "cout", "cin", "cerr", "clog", "wcout", "wcin", "wcerr", "wclog", "__ioinit",
        ];
        cpp_path(name).is_some_and(|path| path.strip_prefix("std::").is_some_and(|n| streams.contains(&n)))
    }
}

/// The qualified name of a C++ symbol, without return type, parameters and inline namespaces.
fn cpp_path(symbol: &str) -> Option<String> {
    if !symbol.starts_with("_Z") {
        return None;
    }
    let parsed = cpp_demangle::Symbol::new(symbol).ok()?;
    let options = cpp_demangle::DemangleOptions::new().no_params().no_return_type();
    let path = parsed.demangle_with_options(&options).ok()?;
    Some(["__cxx11::", "__1::", "__u::"].iter().fold(path, |path, inline| {
        path.replace(&format!("std::{inline}"), "std::")
    }))
}

/// What a Rust path can be recognised by: of `<Type>::method` the type's path, of `<Type as Trait>::method` the trait's too.
fn rust_paths_of(path: &str) -> Vec<&str> {
    let Some(qualified) = path.strip_prefix('<') else {
        return vec![path];
    };
    match qualified.split_once(" as ") {
        Some((of, implemented)) => vec![of, implemented],
        None => vec![qualified],
    }
}

/// Whether `path` is `prefix` or continues it at the end of a word.
fn path_starts_with(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| {
        !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') || prefix.ends_with('_')
    })
}

impl TableBuilder {
    fn pattern_entry(&mut self, name: &'static str, effects: Effects, kind: Kind) -> EntryId {
        self.unnamed(name, ".>a", effects, kind)
    }

    /// All symbols with that prefix are known but have no derivative.
    pub(crate) fn unsupported_prefix(
        &mut self,
        prefix: &'static str,
        family: &'static str,
        remedy: &'static str,
    ) {
        let id = self.pattern_entry(
            prefix,
            Effects::ANY,
            Kind::Unsupported(Unsupported { family, remedy }),
        );
        self.index.patterns.symbol_prefixes.push((prefix, id));
    }

    /// The entry behind all names of the BLAS grammar.
    pub(crate) fn blas_entry(&mut self, unsupported: Unsupported) {
        let id = self.pattern_entry(
            "BLAS",
            Effects {
                unwinds: false,
                ..Effects::ANY
            },
            Kind::Unsupported(unsupported),
        );
        self.index.patterns.blas = Some(id);
    }

    /// The entries behind `MPI_X` and `PMPI_X`.
    pub(crate) fn mpi_entries(&mut self, inactive: &[&'static str], unsupported: Unsupported) {
        let inactive_entry = self.pattern_entry("MPI query", Effects::ANY, NOTHING);
        let unsupported_entry = self.pattern_entry("MPI", Effects::ANY, Kind::Unsupported(unsupported));
        self.index.patterns.mpi = Some(Mpi {
            inactive: inactive.to_vec(),
            inactive_entry,
            unsupported_entry,
        });
    }
}

const NOTHING: Kind = Kind::Inactive(Inactive {
    result: InactiveResult::Inactive,
});

/// Registers the inactive patterns. Printing and string code reads what it is given and writes its own objects, but which
/// objects these are no signature says: alias analysis has to take any escaped memory as written, while no float of the
/// program is replaced. Input functions do replace what their arguments point to.
pub(crate) fn register(rules: &mut TableBuilder) {
    symbol_prefixes(rules);
    cpp_paths(rules);
    rust_paths(rules);
}

fn symbol_prefixes(rules: &mut TableBuilder) {
    let output = rules.pattern_entry("foreign output", Effects::ANY, NOTHING);
    let barrier = rules.pattern_entry("OpenMP master barrier", Effects::ANY, NOTHING);
    let input = rules.unnamed("foreign input", ":>a", Effects::ANY, NOTHING);
    for prefix in [
        "_FortranAioInput",
        "_FortranARandomNumber",
        "f90io_ldr",
        "f90io_fmt_read",
        "f90io_unf_read",
    ] {
        rules.index.patterns.symbol_prefixes.push((prefix, input));
    }
    for prefix in ["f90io", "f90_io", "ftnio", "$ss5print", "_FortranAio"] {
        rules.index.patterns.symbol_prefixes.push((prefix, output));
    }
    for prefix in [
        "_ZTv0_n24_NSoD",
        "_ZNSt16allocator_traitsISaIdEE10deallocate",
        "_ZNSaIcEC1Ev",
        "_ZNSaIcED1Ev",
    ] {
        rules.index.patterns.symbol_prefixes.push((prefix, output));
    }
    rules
        .index
        .patterns
        .symbol_prefixes
        .push(("__kmpc_barrier_master", barrier));
    let stop = rules.pattern_entry("Fortran stop", Effects::NORETURN, NOTHING);
    for prefix in [
        "_FortranAStopStatement",
        "_FortranAStopStatementText",
        "_FortranAReportFatalUserError",
    ] {
        rules.index.patterns.symbol_prefixes.push((prefix, stop));
    }
    let query = rules.pattern_entry("Fortran query", Effects::HIDDEN, NOTHING);
    for prefix in [
        "_FortranAProgramStart",
        "_FortranAProgramEndStatement",
        "_FortranACpuTime",
        "_FortranASystemClock",
        "_FortranADateAndTime",
        "_FortranARandom",
        "_FortranACharacterCompare",
        "_FortranAIndex",
        "_FortranALenTrim",
        "_FortranAClock",
        "_FortranASize",
        "_FortranALbound",
        "_FortranAUbound",
        "_FortranAIsContiguous",
        "_FortranASelected",
        "_FortranAIeee",
        "_FortranAMapException",
        "_FortranAfe",
    ] {
        rules.index.patterns.symbol_prefixes.push((prefix, query));
    }
}

fn cpp_paths(rules: &mut TableBuilder) {
    let input = rules.unnamed("C++ stream input", ":>a", Effects::ANY, NOTHING);
    for prefix in [
        "std::operator>>",
        "std::istream::operator>>",
        "std::istream::_M_extract",
        "std::istream::read",
        "std::istream::readsome",
        "std::istream::get",
        "std::basic_istream",
        "std::basic_ifstream",
        "std::num_get",
    ] {
        rules.index.patterns.cpp.push((prefix.to_owned(), input));
    }
    let id = rules.pattern_entry("C++ standard library", Effects::ANY, NOTHING);
    let std = [
        "string",
        "basic_string",
        "basic_ostream",
        "basic_iostream",
        "basic_ofstream",
        "basic_fstream",
        "basic_istringstream",
        "basic_ostringstream",
        "basic_stringstream",
        "basic_ios",
        "basic_stringbuf",
        "basic_filebuf",
        "basic_streambuf",
        "ios_base",
        "istream",
        "ostream",
        "iostream",
        "cerr",
        "locale",
        "ctype",
        "__basic_file",
        "__ioinit",
        "hash",
        "_Hash_bytes",
        "to_string",
        "random_device",
        "mersenne_twister_engine",
        "linear_congruential_engine",
        "subtract_with_carry_engine",
        "discard_block_engine",
        "independent_bits_engine",
        "shuffle_order_engine",
        "chrono::_V2::steady_clock::now",
        "chrono::_V2::system_clock::now",
        "chrono::steady_clock::now",
        "chrono::system_clock::now",
        "__detail::_Prime_rehash_policy",
        "__detail::_Hash_code_base",
        "endl",
        "flush",
        "__ostream_insert",
        "use_facet",
        "num_put",
        "getline",
        "stod",
        "stof",
        "stoi",
        "stol",
        "exception",
        "runtime_error",
        "range_error",
        "overflow_error",
        "underflow_error",
        "system_error",
        "logic_error",
        "domain_error",
        "invalid_argument",
        "length_error",
        "out_of_range",
        "bad_alloc",
        "bad_cast",
        "bad_function_call",
        "print",
        "vprint_unicode",
        "vprint_nonunicode",
    ];
    for name in std {
        rules.index.patterns.cpp.push((format!("std::{name}"), id));
    }
    // As a free function of std it is that of streams.
    for prefix in ["std::operator<<", "absl::log_internal::LogMessage"] {
        rules.index.patterns.cpp.push((prefix.to_owned(), id));
    }
    let stop = rules.pattern_entry(
        "C++ throw helper",
        Effects {
            unwinds: true,
            ..Effects::NORETURN
        },
        NOTHING,
    );
    for prefix in ["std::__throw_", "std::__glibcxx_assert_fail", "std::terminate"] {
        rules.index.patterns.cpp.push((prefix.to_owned(), stop));
    }
}

fn rust_paths(rules: &mut TableBuilder) {
    let print = rules.pattern_entry("Rust formatting and printing", Effects::TEXT, NOTHING);
    for prefix in [
        "std::io::stdio::_print",
        "std::io::stdio::_eprint",
        "std::io::_print",
        "std::io::_eprint",
        "core::fmt",
        "alloc::fmt",
        "std::time::Instant",
        "std::time::SystemTime",
        "core::time::Duration",
        "core::hash",
        "std::hash",
        "std::collections::hash::map::RandomState",
        "std::env",
    ] {
        rules.index.patterns.rust.push((prefix, print));
    }
    let parse = rules.unnamed("Rust parsing", ":>a", Effects::ANY, NOTHING);
    for prefix in [
        "core::str::traits::FromStr",
        "core::str::FromStr",
        "core::num::dec2flt",
        "std::io::Read",
    ] {
        rules.index.patterns.rust.push((prefix, parse));
    }
    let stop = rules.pattern_entry(
        "Rust panic",
        Effects {
            unwinds: true,
            ..Effects::NORETURN
        },
        NOTHING,
    );
    for prefix in [
        "core::panicking",
        "std::panicking::begin_panic",
        "std::panicking::rust_panic",
        "std::process::exit",
        "std::process::abort",
        "core::option::unwrap_failed",
        "core::option::expect_failed",
        "core::result::unwrap_failed",
        "core::slice::sort::shared::smallsort::panic_on_ord_violation",
        "core::slice::index::slice_index_fail",
        "core::slice::index::slice_start_index_len_fail",
        "core::slice::index::slice_end_index_len_fail",
        "core::slice::index::slice_index_order_fail",
        "core::slice::copy_from_slice_impl::len_mismatch_fail",
        "core::slice::<impl [T]>::copy_from_slice::len_mismatch_fail",
        "core::str::slice_error_fail",
        "core::cell::panic_already_borrowed",
        "core::cell::panic_already_mutably_borrowed",
        "alloc::alloc::handle_alloc_error",
        "alloc::raw_vec::handle_error",
        "alloc::raw_vec::capacity_overflow",
        "alloc::vec::Vec<T,A>::remove::assert_failed",
        "alloc::vec::Vec<T,A>::swap_remove::assert_failed",
        "alloc::vec::Vec<T,A>::insert::assert_failed",
    ] {
        rules.index.patterns.rust.push((prefix, stop));
    }
}
