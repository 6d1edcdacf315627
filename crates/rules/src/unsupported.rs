//! Families that are recognised so that the error is clear, but have no derivative yet: BLAS and LAPACK, MPI, OpenMP,
//! callbacks, threads. Their inactive members are inactive.

use crate::builder::TableBuilder;
use crate::entry::{Effects, Inactive, InactiveResult, Kind, Unsupported};

const NOTHING: Kind = Kind::Inactive(Inactive {
    result: InactiveResult::Inactive,
});

pub(crate) fn register(rules: &mut TableBuilder) {
    callbacks(rules);
    blas(rules);
    mpi(rules);
    openmp(rules);
    others(rules);
}

fn refuse(rules: &mut TableBuilder, family: &'static str, remedy: &'static str, names: &[&'static str]) {
    for name in names {
        rules.exact(
            name,
            ".>a",
            Effects::ANY,
            Kind::Unsupported(Unsupported { family, remedy }),
        );
    }
}

fn callbacks(rules: &mut TableBuilder) {
    // A call that says both is read as one of a body of ours.
    let remedy = "name the function that compares and the size of elements in the call itself, sort with code of your own, \
        which is differentiated, or register a derivative";
    refuse(rules, "callback", remedy, &["qsort"]);
    let remedy = "sort or search with code of your own, which is differentiated, or register a derivative";
    refuse(
        rules,
        "callback",
        remedy,
        &["qsort_r", "bsearch", "lfind", "lsearch", "tsearch", "hsearch"],
    );
    let remedy = "differentiate the code of one thread, or register a derivative";
    refuse(
        rules,
        "thread",
        remedy,
        &["pthread_create", "pthread_join", "thrd_create", "fork", "vfork"],
    );
    let remedy = "return error codes instead of jumping";
    refuse(
        rules,
        "setjmp",
        remedy,
        &[
            "setjmp",
            "_setjmp",
            "sigsetjmp",
            "__sigsetjmp",
            "longjmp",
            "siglongjmp",
        ],
    );
}

/// Routines whose names the BLAS grammar builds (see [`blas_routine`]).
const ROUTINES: [&str; 30] = [
    "dot", "dotu", "dotc", "scal", "axpy", "gemv", "gemm", "spmv", "syrk", "nrm2", "trmm", "trmv", "symm",
    "symv", "syr2k", "copy", "potrf", "potrs", "getrf", "getrs", "getri", "trtrs", "asum", "ger", "syr2",
    "spr2", "trsm", "lacpy", "lascl", "swap",
];

/// The routine behind a BLAS or LAPACK symbol: `{s,d,c,z}X` with `_`, `64_` or `_64_`, `cblas_{s,d,c,z}X[64_]`,
/// `cublas{S,D,C,Z}X[_v2][_64]`, `cublas_{s,d,c,z}X`.
pub(crate) fn blas_routine(symbol: &str) -> Option<&'static str> {
    let (rest, letters) = if let Some(rest) = symbol
        .strip_prefix("cblas_")
        .or_else(|| symbol.strip_prefix("cublas_"))
    {
        (rest, "sdcz")
    } else if let Some(rest) = symbol.strip_prefix("cublas") {
        (rest, "SDCZ")
    } else {
        (symbol, "sdcz")
    };
    let letter = rest.chars().next().filter(|c| letters.contains(*c))?;
    let rest = &rest[letter.len_utf8()..];
    let routine = ["_v2_64", "_64_", "64_", "_v2", "_64", "_"]
        .iter()
        .find_map(|suffix| rest.strip_suffix(suffix))
        .unwrap_or(rest);
    ROUTINES.iter().find(|r| **r == routine).copied()
}

fn blas(rules: &mut TableBuilder) {
    let remedy = "link a BLAS compiled to bitcode, write the loop, or register a derivative";
    rules.blas_entry(Unsupported {
        family: "BLAS",
        remedy,
    });
}

fn mpi(rules: &mut TableBuilder) {
    let inactive = [
        "Init",
        "Init_thread",
        "Finalize",
        "Initialized",
        "Finalized",
        "Comm_size",
        "Comm_rank",
        "Get_processor_name",
        "Test",
        "Probe",
        "Iprobe",
        "Abort",
        "Get_count",
        "Comm_free",
        "Comm_get_parent",
        "Comm_get_name",
        "Comm_get_info",
        "Comm_remote_size",
        "Comm_set_info",
        "Comm_set_name",
        "Comm_compare",
        "Comm_call_errhandler",
        "Comm_create_errhandler",
        "Comm_disconnect",
        "Wtime",
        "Wtick",
        "Graph_create",
        "Comm_split",
        "Intercomm_create",
        "Comm_spawn",
        "Comm_spawn_multiple",
        "Comm_accept",
        "Comm_connect",
        "Comm_create",
        "Comm_create_group",
        "Comm_dup",
        "Comm_idup",
        "Comm_join",
        "Barrier",
    ];
    rules.mpi_entries(
        &inactive,
        Unsupported {
            family: "MPI",
            remedy: "keep communication of active data out of the function, or register a derivative",
        },
    );
}

fn openmp(rules: &mut TableBuilder) {
    for name in [
        "__kmpc_global_thread_num",
        "__kmpc_dispatch_init_4",
        "__kmpc_dispatch_init_4u",
        "__kmpc_dispatch_init_8",
        "__kmpc_dispatch_init_8u",
        "__kmpc_dispatch_fini_4",
        "__kmpc_dispatch_fini_4u",
        "__kmpc_dispatch_fini_8",
        "__kmpc_dispatch_fini_8u",
        "omp_get_max_threads",
        "omp_get_thread_num",
        "omp_get_num_threads",
        "omp_get_num_procs",
        "omp_get_wtime",
        "omp_in_parallel",
        "omp_set_num_threads",
    ] {
        rules.exact(name, ".>a", Effects::HIDDEN, NOTHING);
    }
    let remedy = "compile the function without -fopenmp";
    for prefix in ["__kmpc_", "GOMP_", "__tgt_"] {
        rules.unsupported_prefix(prefix, "OpenMP", remedy);
    }
}

fn others(rules: &mut TableBuilder) {
    let remedy = "call the real-argument function, or register a derivative";
    refuse(
        rules,
        "complex Bessel function",
        remedy,
        &["cmplx_jn", "cmplx_yn"],
    );
    refuse(
        rules,
        "GSL",
        "register a derivative",
        &["gsl_sf_legendre_array_e"],
    );
    refuse(
        rules,
        "pointer to float",
        "assign the value instead",
        &["canonicalize", "canonicalizef", "canonicalizel"],
    );
    refuse(
        rules,
        "Julia array",
        "register a derivative",
        &["jl_array_copy", "ijl_array_copy"],
    );
    // Flang's runtime takes descriptors; its transformational functions need rules of their own.
    let remedy = "write the loop, or compile with -O1 or more so that flang inlines the intrinsic";
    for prefix in [
        "_FortranASum",
        "_FortranAProduct",
        "_FortranADotProduct",
        "_FortranAMatmul",
        "_FortranAMaxval",
        "_FortranAMinval",
        "_FortranAReduce",
        "_FortranANorm2",
        "_FortranAAssign",
        "_FortranATranspose",
        "_FortranAReshape",
        "_FortranASpread",
        "_FortranAPack",
        "_FortranAUnpack",
        "_FortranACshift",
        "_FortranAEoshift",
        "_FortranAAllocatable",
        "_FortranAPointer",
        "_FortranACopyIn",
        "_FortranACopyOut",
        "_FortranADestroy",
        "_FortranAInitialize",
        "_FortranAMoveAlloc",
    ] {
        rules.unsupported_prefix(prefix, "Fortran runtime", remedy);
    }
}
