//! Names that programs contain, each with the entry that it must resolve to. The list is the test's own knowledge: the
//! names that Enzyme recognises, and what compilers emit.

use rules::{Kind, Library, Precision, Resolved, RuleTable, names};

fn find(symbol: &str) -> Resolved<'static> {
    RuleTable::standard()
        .callee(symbol)
        .unwrap_or_else(|| panic!("{symbol} is unknown"))
}

fn is_inactive(symbol: &str) -> bool {
    find(symbol).entry.is_inactive()
}

fn family(symbol: &str) -> &'static str {
    match &find(symbol).entry.kind {
        Kind::Unsupported(unsupported) => unsupported.family,
        other => panic!("{symbol} is {other:?}"),
    }
}

/// Everything of Enzyme's list of math functions, in three precisions.
#[test]
fn libm_in_three_precisions() {
    let names = "sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp exp2 exp10 expm1 log log2 log10 \
        log1p logb ilogb pow powi sqrt cbrt hypot sinc sincn erf erfi erfc erfinv tgamma lgamma logabsgamma j0 j1 jn y0 \
        y1 yn ceil floor trunc round rint nearbyint lround llround lrint llrint fmod remainder copysign nextafter \
        nexttoward fdim fmax fmin fabs fma scalbn scalbln ldexp finite isinf isnan cabs sincospi modf frexp remquo \
        sincos pow10 drem significand exp2m1 exp10m1 log2p1 log10p1 logp1 rsqrt rootn pown powr compoundn sinpi cospi \
        tanpi asinpi acospi atanpi atan2pi fmaximum fminimum fmaximum_num fminimum_num fmaximum_mag fminimum_mag \
        fmaximum_mag_num fminimum_mag_num gamma scalb nan roundeven nextup nextdown llogb signbit isfinite isnormal \
        fromfp ufromfp totalorder getpayload dawson erfcx cexp clog csqrt cpow csin ccos ctan casin cacos catan csinh \
        ccosh ctanh casinh cacosh catanh carg conj cproj creal cimag";
    for name in names.split_whitespace() {
        let double = find(name);
        assert_eq!(double.form.precision, Precision::Double, "{name}");
        for (suffix, precision) in [
            ("f", Precision::Single),
            ("l", Precision::LongDouble),
            ("f32", Precision::Single),
            ("f64", Precision::Double),
            ("f128", Precision::Quad),
            ("f16", Precision::Half),
            ("f32x", Precision::Double),
            ("f64x", Precision::LongDouble),
        ] {
            let symbol = format!("{name}{suffix}");
            let found = find(&symbol);
            assert!(
                std::ptr::eq(found.entry, double.entry),
                "{symbol} is {}",
                found.entry.name
            );
            assert_eq!(found.form.precision, precision, "{symbol}");
        }
    }
}

/// Every canonical math name keeps its identity under every suffix, unless the suffixed text is a name of its own.
#[test]
fn suffixes_never_change_the_function() {
    let table = RuleTable::standard();
    for entry in table.entries().iter().filter(|e| e.math().is_some()) {
        for name in table
            .names_of(entry)
            .into_iter()
            .filter(|n| table.canonical(n).is_some())
        {
            for suffix in ["f", "l"] {
                let symbol = format!("{name}{suffix}");
                if let Some(found) = table.callee(&symbol)
                    && table.canonical(&symbol).is_none()
                {
                    assert!(
                        std::ptr::eq(found.entry, entry),
                        "{symbol} is {}",
                        found.entry.name
                    );
                }
            }
        }
    }
}

#[test]
fn spellings_of_other_libraries() {
    for (symbol, name) in [
        ("__exp_finite", "exp"),
        ("__expf_finite", "exp"),
        ("__lgamma_r_finite", "lgamma_r"),
        ("__lgammaf_r_finite", "lgamma_r"),
        ("lgammaf_r", "lgamma_r"),
        ("lgammal_r", "lgamma_r"),
        ("_ZGVbN2v_sin", "sin"),
        ("_ZGVdN8v_expf", "exp"),
        ("_ZGVeM8vv_pow", "pow"),
        ("_ZGVsMxv_log", "log"),
        ("_ZGVnN2vl8l8_sincos", "sincos"),
        ("_ZGV_LLVM_N4v_cosf", "cos"),
        ("__svml_sin4", "sin"),
        ("__svml_log104", "log10"),
        ("__svml_log24", "log2"),
        ("__svml_expf16_mask", "exp"),
        ("amd_vrs8_sinf", "sin"),
        ("Sleef_sind4_u10", "sin"),
        ("Sleef_powf8_u10avx2", "pow"),
        ("Sleef_log10d2_u10", "log10"),
        ("__fd_sin_1", "sin"),
        ("__fs_exp_1", "exp"),
        ("__pd_log_4", "log"),
        ("__fz_exp_1", "cexp"),
        ("__fd_cos_1", "cos"),
        ("__nv_sinf", "sin"),
        ("__nv_fast_expf", "exp"),
        ("__nv_drcp_rn", "rcp"),
        ("__nv_fdiv_rn", "__fdiv"),
        ("__nv_fsqrt_rz", "sqrt"),
        ("__nv_isnand", "isnan"),
        ("__nv_normcdf", "normcdf"),
        ("__ocml_sin_f64", "sin"),
        ("__ocml_native_exp2_f32", "exp2"),
        ("__ocml_div_rte_f64", "__fdiv"),
        ("__ocml_minmag_f32", "fminmag"),
        ("__ocml_sincos_f64", "__ocml_sincos"),
        ("_FortranAModReal8", "fmod"),
        ("_FortranAFPow8i", "powi"),
        ("__powidf2", "powi"),
        ("faddl", "__fadd"),
        ("f32mulf64", "__fmul"),
        ("dsqrtl", "sqrt"),
        ("ffma", "fma"),
        ("Faddeeva_erf_re", "erf"),
        ("Faddeeva_erf", "Faddeeva_erf"),
        ("llvm.sin.v4f64", "sin"),
        ("llvm.fmuladd.f32", "fma"),
        ("llvm.experimental.constrained.sqrt.f64", "sqrt"),
        ("llvm.experimental.constrained.fadd.f64", "instruction fadd"),
        ("llvm.nvvm.ex2.approx.f", "exp2"),
        ("llvm.x86.sse2.min.pd", "fmin"),
        ("llvm.sincos.f64", "llvm.sincos"),
        ("__muldc3", "__muldc3"),
        ("__divdc3", "__divdc3"),
        ("cexpf", "cexp"),
    ] {
        assert_eq!(find(symbol).entry.name, name, "{symbol}");
    }
}

#[test]
fn what_vector_names_say() {
    let form = find("_ZGVnN2vl8ln16u_sincos").form;
    let vector = form.vector.expect("a vector function");
    assert_eq!(
        (vector.isa.as_str(), vector.masked, vector.lanes),
        ("n", false, names::Lanes::Fixed(2))
    );
    use names::VectorParam::{Linear, Uniform, Vector};
    assert_eq!(vector.params, [Vector, Linear(8), Linear(-16), Uniform]);
    assert_eq!(
        find("_ZGVsMxv_log").form.vector.map(|v| v.lanes),
        Some(names::Lanes::Scalable)
    );
    assert_eq!(find("__nv_sinf").form.library, Library::Nvidia);
    assert_eq!(find("f32mulf64").form.result, Some(Precision::Single));
    for malformed in [
        "_ZGVbN2v_",
        "_ZGVbN0v_sin",
        "_ZGVb",
        "_ZGVbQ2v_sin",
        "_ZGVbN2_sin",
        "_ZGVé",
        "__svml_",
        "Sleef_",
        "__nv_",
    ] {
        assert!(RuleTable::standard().callee(malformed).is_none(), "{malformed}");
    }
}

#[test]
fn similar_names_are_not_taken_for_library_functions() {
    for symbol in [
        "airy", "sinx", "my_sin", "expand", "logger", "powder", "erf2", "__sin_1", "norm", "f", "l", "",
        "llvm", "MPI", "gem",
    ] {
        assert!(
            RuleTable::standard().callee(symbol).is_none(),
            "{symbol} is {}",
            find(symbol).entry.name
        );
    }
}

#[test]
fn allocation() {
    for symbol in [
        "malloc",
        "calloc",
        "valloc",
        "aligned_alloc",
        "posix_memalign",
        "_Znwm",
        "_Znam",
        "_ZnwmRKSt9nothrow_t",
        "_ZnwmSt11align_val_t",
        "_ZnajSt11align_val_tRKSt9nothrow_t",
        "??2@YAPEAX_K@Z",
        "??2@YAPAXI@Z",
        "__size_returning_new_experiment",
        "__rust_alloc",
        "__rust_alloc_zeroed",
        "_mlir_memref_to_llvm_alloc",
        "swift_allocObject",
        "julia.gc_alloc_obj",
        "ijl_gc_alloc_typed",
        "jl_alloc_array_3d",
        "cuMemAlloc_v2",
        "cudaMallocFromPoolAsync",
        "_RNvCsdBezzDwma51_7___rustc12___rust_alloc",
    ] {
        let found = find(symbol);
        let Kind::Allocation(allocation) = &found.entry.kind else {
            panic!("{symbol} is {}", found.entry.name)
        };
        assert!(!found.prefers_body());
        // What frees it is in the table and is a deallocation.
        if let Some(free) = allocation.deallocator {
            let kind = RuleTable::standard().canonical(free).map(|e| &e.kind);
            assert!(
                matches!(kind, Some(Kind::Deallocation(_))),
                "{symbol} is freed by {free}"
            );
        }
    }
    for symbol in [
        "free",
        "_ZdlPv",
        "_ZdaPvm",
        "_ZdlPvmSt11align_val_t",
        "_ZdaPvRKSt9nothrow_t",
        "??3@YAXPEAX@Z",
        "__rust_dealloc",
        "swift_release",
        "cudaFree",
        "cuMemFreeAsync",
        "_RNvCsdBezzDwma51_7___rustc14___rust_dealloc",
    ] {
        assert!(
            matches!(find(symbol).entry.kind, Kind::Deallocation(_)),
            "{symbol}"
        );
    }
    for symbol in ["realloc", "__rust_realloc", "reallocarray"] {
        assert!(
            matches!(find(symbol).entry.kind, Kind::Reallocation(_)),
            "{symbol}"
        );
    }
}

#[test]
fn memory() {
    for symbol in [
        "memcpy",
        "memmove",
        "bcopy",
        "mempcpy",
        "__memcpy_chk",
        "llvm.memcpy.p0.p0.i64",
        "f90_mcopy8",
    ] {
        assert!(matches!(find(symbol).entry.kind, Kind::Transfer(_)), "{symbol}");
    }
    for symbol in ["memset", "bzero", "llvm.memset.p0.i64", "f90_mzero8"] {
        assert!(matches!(find(symbol).entry.kind, Kind::Set(_)), "{symbol}");
    }
    let Kind::Transfer(bcopy) = &find("bcopy").entry.kind else {
        panic!("bcopy copies")
    };
    assert_eq!((bcopy.destination, bcopy.source), (1, 0));
}

#[test]
fn inactive_names() {
    let c = "printf fprintf vprintf snprintf sprintf vsnprintf puts putchar fputc fwrite fflush fopen fclose \u{1}_fopen abort \
        time gettimeofday stat mkdir getenv strtol memcmp memchr compress2 malloc_usable_size malloc_size _msize \
        __assert_fail __cxa_atexit __cxa_guard_acquire __cxa_guard_release __cxa_guard_abort mpfr_greater_p floor floorf \
        floorl logb logbf f90io_sc_d_ldw $ss5print_abc strcpy strlen strcmp bcmp memrchr getcwd sysconf dladdr \
        __errno_location mmap munmap mprotect signal sigaction read write readv writev pthread_mutex_lock \
        pthread_mutex_trylock pthread_mutex_unlock pthread_rwlock_rdlock pthread_rwlock_unlock pthread_attr_init \
        pthread_attr_destroy ftnio_fmt_write64 f90_strcmp_klen __swift_instantiateConcreteTypeFromMangledName \
        cublasCreate_v2 cuStreamSynchronize cuDeviceGetAttribute cudaRuntimeGetVersion __nv_isnand __nv_isinff \
        __nv_finitef julia.except_enter jl_hrtime julia.gc_loaded omp_get_thread_num __mth_i_ipowi \
        _FortranAioOutputReal64 _FortranAStopStatement __isoc99_scanf MPI_Comm_rank PMPI_Init \
        __kmpc_global_thread_num __kmpc_dispatch_fini_8u __kmpc_barrier_master";
    for symbol in c
        .split_whitespace()
        .chain(["floor", "ceil", "isnan", "lround", "ilogb"])
    {
        assert!(is_inactive(symbol), "{symbol} is {}", find(symbol).entry.name);
    }
    for intrinsic in "dbg.value lifetime.start.p0 invariant.start.p0 assume expect.i64 annotation.i32 prefetch.p0 trap \
        objectsize.i64.p0 stacksave.p0 stackrestore.p0 is.constant.i32 nvvm.barrier0 amdgcn.s.barrier type.test \
        ctpop.i32 umin.i64 vector.reduce.add.v4i32"
        .split_whitespace()
    {
        let name = format!("llvm.{intrinsic}");
        let kind = &find(&name).entry.kind;
        assert!(is_inactive(&name) || matches!(kind, Kind::Structural(_)), "{name} is {kind:?}");
    }
}

/// Symbols that g++, clang++ with libc++ and rustc emitted.
#[test]
fn mangled_names() {
    for symbol in [
        "_ZNSo9_M_insertIdEERSoT_",
        "_ZNSolsEi",
        "_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKc",
        "_ZSt16__ostream_insertIcSt11char_traitsIcEERSt13basic_ostreamIT_T0_ES6_PKS3_l",
        "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE9_M_createERmm",
        "_ZNSt3__112basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEE6appendEPKc",
        "_ZNSt8ios_base4InitC1Ev",
        "_ZNSt6chrono3_V212steady_clock3nowEv",
        "_ZNSt3__16chrono12steady_clock3nowEv",
        "_ZSt11_Hash_bytesPKvmm",
        "_ZNKSt8__detail20_Prime_rehash_policy14_M_need_rehashEmmm",
        "_ZNSt13random_device9_M_getvalEv",
        "_ZTv0_n24_NSoD0Ev",
        "_ZNSaIcEC1Ev",
        "_ZN3std2io5stdio6_print17h0123456789abcdefE",
        "_ZN3std2io5stdio7_eprint17h0123456789abcdefE",
        "_ZN4core3fmt9Formatter9write_str17h0123456789abcdefE",
        "_ZN4core9panicking5panic17h0123456789abcdefE",
        "_RNvNtCs1234_4core9panicking5panic",
        "_RNvNtNtCs1234_3std2io5stdio6__print",
        "_RNvMNtCsjrHSEGnQ3l9_3std4timeNtB2_7Instant3now",
        "_RNvMs5_NtNtCsgEmfK2I1SDS_4core3fmt8buildersNtB5_9DebugList5entry",
        "_RNvXs7_NtNtCsgEmfK2I1SDS_4core3fmt5floatdNtB7_7Display3fmt",
        "_RNvXs2_NtNtCsgEmfK2I1SDS_4core3num7dec2fltdNtNtNtB9_3str6traits7FromStr8from_str",
        "_ZN42_$LT$f64$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE",
        "_ZSt20__throw_domain_errorPKc",
        "_ZNSt13runtime_errorC1EPKc",
    ] {
        assert!(is_inactive(symbol), "{symbol}");
        assert!(!find(symbol).prefers_body(), "{symbol}");
    }
    // Returning a std::string does not make a function one of the standard library's: std::string user::fill<double>(double*).
    let users = "_ZN4user4fillIdEENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEPT_";
    assert!(RuleTable::standard().callee(users).is_none());
    // <user::Model as core::ops::Add>::add and std::vector<double>::push_back compute.
    for symbol in [
        "_RNvXCs1234_4userNtB2_5ModelNtNtNtCs5678_4core3ops5arith3Add3add",
        "_ZNSt6vectorIdSaIdEE9push_backERKd",
    ] {
        assert!(RuleTable::standard().callee(symbol).is_none(), "{symbol}");
    }
    assert!(RuleTable::standard().callee("_ZN4user3sinEd").is_none());
    assert!(find("__dynamic_cast").entry.result_follows_operands());
    assert!(
        find("_ZSt18_Rb_tree_incrementPSt18_Rb_tree_node_base")
            .entry
            .result_follows_operands()
    );
}

#[test]
fn families_that_are_refused() {
    for (symbol, expected) in [
        ("ddot_", "BLAS"),
        ("cblas_dgemm", "BLAS"),
        ("dgemm_64_", "BLAS"),
        ("cublasDgemm_v2", "BLAS"),
        ("cublasDdot_v2_64", "BLAS"),
        ("dpotrf_", "BLAS"),
        ("dnrm2", "BLAS"),
        ("MPI_Send", "MPI"),
        ("PMPI_Allreduce", "MPI"),
        ("MPI_Sendrecv_replace", "MPI"),
        ("__kmpc_fork_call", "OpenMP"),
        ("__kmpc_for_static_init_4", "OpenMP"),
        ("GOMP_parallel", "OpenMP"),
        ("qsort", "callback"),
        ("gsl_sf_legendre_array_e", "GSL"),
        ("cmplx_jn", "complex Bessel function"),
        ("llvm.vp.fadd.v4f64", "vector predication"),
    ] {
        assert_eq!(family(symbol), expected, "{symbol}");
    }
}

#[test]
fn globals_and_assembly() {
    let table = RuleTable::standard();
    for name in [
        "stdout",
        "_ZSt4cout",
        "_ZNSt3__14coutE",
        "_ZSt4wcin",
        "_ZTVSo",
        "_ZTVN10__cxxabiv120__si_class_type_infoE",
        "_ZTI3Foo",
        "_ZTTNSt7__cxx1119basic_ostringstreamIcSt11char_traitsIcESaIcEEE",
        "ompi_mpi_comm_world",
        "jl_small_typeof",
    ] {
        assert!(table.global_is_inactive(name), "{name}");
    }
    for name in ["weights", "_ZTV3Foo", "_ZN4user4coutE"] {
        assert!(!table.global_is_inactive(name), "{name}");
    }
    assert!(table.inline_asm_is_inactive("cpuid"));
    assert!(!table.inline_asm_is_inactive("addsd $1, $0"));
}

/// Filling the caller's memory with data from outside is told apart from writing text, locks and streams.
#[test]
fn what_is_overwritten() {
    for (symbol, operand) in [
        ("fread", 0),
        ("read", 1),
        ("scanf", 1),
        ("sscanf", 2),
        ("_FortranAioInputReal64", 1),
        ("_ZNSi10_M_extractIdEERSiRT_", 1),
        ("_ZNSirsERd", 1),
    ] {
        assert!(find(symbol).entry.overwrites_through(operand), "{symbol}");
        assert!(find(symbol).entry.writes_through(operand), "{symbol}");
    }
    for (symbol, operand) in [
        ("sprintf", 0),
        ("printf", 1),
        ("fprintf", 0),
        ("pthread_mutex_lock", 0),
        ("strcpy", 0),
        ("gettimeofday", 0),
        ("_FortranAioOutputReal64", 1),
        ("_ZNSolsEd", 0),
        ("_ZN3std2io5stdio6_print17h0123456789abcdefE", 0),
    ] {
        assert!(!find(symbol).entry.overwrites_through(operand), "{symbol}");
    }
    assert!(find("sprintf").entry.writes_through(0) && !find("printf").entry.writes_through(1));
}
