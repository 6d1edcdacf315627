//! Functions through which no derivative flows: input and output, strings, time, locks, errors, system calls.
//!
//! "Inactive" is about data flow, not about effects: each group states what its functions do to memory. A function that
//! fills the caller's memory from outside (`fread`, `scanf`, `std::istream::read`) leaves inactive data there, so its
//! shadow has to become zero, or the call has to be refused where the size is unknown; a consumer sees it by
//! [`crate::Entry::overwrites_through`].

use crate::builder::TableBuilder;
use crate::entry::{Effects, Inactive, InactiveResult, Kind};

const NOTHING: InactiveResult = InactiveResult::Inactive;

fn group(
    rules: &mut TableBuilder,
    signature: &str,
    effects: Effects,
    result: InactiveResult,
    names: &[&'static str],
) {
    for name in names {
        rules.exact(name, signature, effects, Kind::Inactive(Inactive { result }));
    }
}

pub(crate) fn register(rules: &mut TableBuilder) {
    output(rules);
    input(rules);
    files(rules);
    strings_read(rules);
    strings_written(rules);
    time_and_random(rules);
    processes(rules);
    threads(rules);
    memory_queries(rules);
    failures(rules);
    cpp_runtime(rules);
    rust_runtime(rules);
    other_runtimes(rules);
    cuda(rules);
    crate::patterns::register(rules);
}

fn output(rules: &mut TableBuilder) {
    let h = Effects::HIDDEN;
    group(rules, "r.>i", h, NOTHING, &["printf", "wprintf"]);
    group(rules, "xr.>i", h, NOTHING, &["fprintf", "fwprintf"]);
    group(rules, "ir.>i", h, NOTHING, &["dprintf", "__printf_chk"]);
    group(rules, "xir.>i", h, NOTHING, &["__fprintf_chk"]);
    group(rules, "tr.>i", h, NOTHING, &["sprintf"]);
    group(rules, "tir.>i", h, NOTHING, &["snprintf"]);
    group(rules, "tiir.>i", h, NOTHING, &["__sprintf_chk"]);
    group(rules, "tiiir.>i", h, NOTHING, &["__snprintf_chk"]);
    group(rules, "ra>i", h, NOTHING, &["vprintf"]);
    group(rules, "xra>i", h, NOTHING, &["vfprintf"]);
    group(rules, "tra>i", h, NOTHING, &["vsprintf"]);
    group(rules, "tira>i", h, NOTHING, &["vsnprintf"]);
    group(rules, "tiiira>i", h, NOTHING, &["__vsnprintf_chk"]);
    group(rules, "tr.>i", h, NOTHING, &["asprintf"]);
    group(rules, "tra>i", h, NOTHING, &["vasprintf"]);
    group(rules, "r>i", h, NOTHING, &["puts", "perror"]);
    group(rules, "i>i", h, NOTHING, &["putchar", "putchar_unlocked"]);
    group(
        rules,
        "ix>i",
        h,
        NOTHING,
        &["fputc", "putc", "_IO_putc", "ungetc"],
    );
    group(rules, "rx>i", h, NOTHING, &["fputs"]);
    group(rules, "riix>i", h, NOTHING, &["fwrite", "fwrite_unlocked"]);
    group(rules, "ir.", h, NOTHING, &["syslog"]);
}

fn input(rules: &mut TableBuilder) {
    let h = Effects::HIDDEN;
    group(
        rules,
        "r:>i",
        h,
        NOTHING,
        &["scanf", "__isoc99_scanf", "__isoc23_scanf"],
    );
    group(
        rules,
        "xr:>i",
        h,
        NOTHING,
        &["fscanf", "__isoc99_fscanf", "__isoc23_fscanf"],
    );
    group(
        rules,
        "rr:>i",
        h,
        NOTHING,
        &["sscanf", "__isoc99_sscanf", "__isoc23_sscanf"],
    );
    group(rules, ">i", h, NOTHING, &["getchar"]);
    group(rules, "x>i", h, NOTHING, &["fgetc", "getc", "_IO_getc"]);
    group(rules, "tix>0", h, NOTHING, &["fgets"]);
    group(rules, "wiix>i", h, NOTHING, &["fread", "fread_unlocked"]);
    group(rules, "ttx>i", h, NOTHING, &["getline"]);
    group(rules, "iwi>i", h, NOTHING, &["read"]);
    group(rules, "iri>i", h, NOTHING, &["write", "readv", "writev"]);
    group(rules, "iwii>i", h, NOTHING, &["pread", "pread64"]);
    group(rules, "irii>i", h, NOTHING, &["pwrite", "pwrite64"]);
}

fn files(rules: &mut TableBuilder) {
    let h = Effects::HIDDEN;
    group(rules, "rr>p", h, NOTHING, &["fopen", "fopen64", "popen"]);
    group(
        rules,
        "x>i",
        h,
        NOTHING,
        &[
            "fclose", "pclose", "fflush", "feof", "ferror", "ftell", "fileno", "closedir",
        ],
    );
    group(rules, "xii>i", h, NOTHING, &["fseek", "fseeko"]);
    group(rules, "x", h, NOTHING, &["rewind", "clearerr"]);
    group(rules, "xxii>i", h, NOTHING, &["setvbuf"]);
    group(rules, "xx", h, NOTHING, &["setbuf"]);
    group(rules, "ri.>i", h, NOTHING, &["open", "open64"]);
    group(rules, "i>i", h, NOTHING, &["close", "isatty", "dup", "fsync"]);
    group(rules, "iii>i", h, NOTHING, &["lseek", "lseek64"]);
    group(rules, "rt>i", h, NOTHING, &["stat", "stat64", "lstat"]);
    group(rules, "it>i", h, NOTHING, &["fstat", "fstat64"]);
    group(rules, "ri>i", h, NOTHING, &["mkdir", "access", "chmod"]);
    group(rules, "r>i", h, NOTHING, &["unlink", "remove", "rmdir", "chdir"]);
    group(rules, "rr>i", h, NOTHING, &["rename"]);
    group(rules, "ti>0", h, NOTHING, &["getcwd"]);
    group(rules, "r>p", h, NOTHING, &["opendir", "tmpfile"]);
    group(rules, "niiiii>p", h, NOTHING, &["mmap", "mmap64"]);
    group(rules, "ni>i", h, NOTHING, &["munmap"]);
    group(rules, "nii>i", h, NOTHING, &["mprotect", "madvise"]);
    group(rules, "wtri>i", h, NOTHING, &["compress2"]);
    group(rules, "nt>i", h, NOTHING, &["dladdr"]);
    group(rules, "ri>p", h, NOTHING, &["dlopen"]);
    group(rules, "nr>p", h, NOTHING, &["dlsym"]);
}

fn strings_read(rules: &mut TableBuilder) {
    let e = Effects::ERRNO;
    group(
        rules,
        "r>i",
        e,
        NOTHING,
        &["strlen", "wcslen", "atoi", "atol", "atoll"],
    );
    group(rules, "ri>i", e, NOTHING, &["strnlen"]);
    group(
        rules,
        "rr>i",
        e,
        NOTHING,
        &["strcmp", "strcasecmp", "strcoll", "strspn", "strcspn", "wcscmp"],
    );
    group(
        rules,
        "rri>i",
        e,
        NOTHING,
        &["strncmp", "strncasecmp", "memcmp", "bcmp", "wmemcmp"],
    );
    let offset = InactiveResult::SameOffset(0);
    group(
        rules,
        "ri>0",
        e,
        offset,
        &["strchr", "strrchr", "index", "rindex", "strchrnul", "rawmemchr"],
    );
    group(rules, "rii>0", e, offset, &["memchr", "memrchr", "wmemchr"]);
    group(rules, "rr>0", e, offset, &["strstr", "strcasestr", "strpbrk"]);
    group(rules, "riri>0", e, offset, &["memmem"]);
    // A number read from text is data from outside. The end pointer points into the text.
    group(rules, "r>a", e, NOTHING, &["atof"]);
    group(rules, "rt>a", e, NOTHING, &["strtod", "strtof", "strtold"]);
    let integers = [
        "strtol",
        "strtoul",
        "strtoll",
        "strtoull",
        "__isoc23_strtol",
        "__isoc23_strtoul",
        "__isoc23_strtoll",
        "__isoc23_strtoull",
    ];
    group(rules, "rti>i", e, NOTHING, &integers);
    group(
        rules,
        "i>i",
        e,
        NOTHING,
        &[
            "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower", "toupper", "tolower",
            "isprint", "ispunct", "isxdigit", "abs", "labs", "llabs", "ffs", "ffsl", "ffsll",
        ],
    );
    group(rules, "ii>a", e, NOTHING, &["div", "ldiv", "lldiv"]);
}

/// Functions that write text. They are patterns of characters: no float goes in or out.
fn strings_written(rules: &mut TableBuilder) {
    let e = Effects::ERRNO;
    group(rules, "tr>0", e, NOTHING, &["strcpy", "stpcpy"]);
    group(rules, "or>0", e, NOTHING, &["strcat"]);
    group(rules, "tri>0", e, NOTHING, &["strncpy", "stpncpy"]);
    group(rules, "ori>0", e, NOTHING, &["strncat"]);
    group(rules, "tri>i", e, NOTHING, &["strlcpy", "strlcat"]);
    group(rules, "trii>0", e, NOTHING, &["__strncpy_chk", "__strncat_chk"]);
    group(rules, "tri>0", e, NOTHING, &["__strcpy_chk", "__strcat_chk"]);
    group(rules, "xr>p", Effects::HIDDEN, NOTHING, &["strtok"]);
    group(rules, "xrt>p", Effects::HIDDEN, NOTHING, &["strtok_r"]);
    group(rules, "iti>i", e, NOTHING, &["strerror_r"]);
}

fn time_and_random(rules: &mut TableBuilder) {
    let h = Effects::HIDDEN;
    group(rules, "t>i", h, NOTHING, &["time", "times"]);
    group(
        rules,
        ">i",
        h,
        NOTHING,
        &["clock", "rand", "random", "lrand48", "getpid", "getppid"],
    );
    group(rules, "ii>a", h, NOTHING, &["difftime"]);
    group(rules, "tt>i", h, NOTHING, &["gettimeofday"]);
    group(
        rules,
        "it>i",
        h,
        NOTHING,
        &["clock_gettime", "clock_getres", "timespec_get", "getrusage"],
    );
    group(
        rules,
        "r>p",
        h,
        NOTHING,
        &["localtime", "gmtime", "ctime", "asctime"],
    );
    group(rules, "rt>1", h, NOTHING, &["localtime_r", "gmtime_r"]);
    group(rules, "tirr>i", h, NOTHING, &["strftime"]);
    group(rules, "o>i", h, NOTHING, &["mktime"]);
    group(rules, "i", h, NOTHING, &["srand", "srandom", "srand48"]);
    group(rules, "o>i", h, NOTHING, &["rand_r"]);
    group(rules, ">a", h, NOTHING, &["drand48"]);
    group(rules, "o>a", h, NOTHING, &["erand48"]);
    group(rules, "wii>i", h, NOTHING, &["getrandom"]);
    group(rules, "i>i", h, NOTHING, &["sleep", "usleep"]);
    group(rules, "rt>i", h, NOTHING, &["nanosleep"]);
}

/// Symbols by which a program reads what math functions leave behind besides their results ([`Effects::errno`]): a module that mentions
/// none of them does not see it.
pub const MATH_STATE_READERS: [&str; 13] = [
    "__errno_location",
    "___errno_location",
    "__errno",
    "___errno",
    "_errno",
    "__error",
    "signgam",
    "__signgam",
    "fetestexcept",
    "fegetexceptflag",
    "fegetenv",
    "feholdexcept",
    "feenableexcept",
];

fn processes(rules: &mut TableBuilder) {
    let h = Effects::HIDDEN;
    group(rules, "r>p", h, NOTHING, &["getenv", "secure_getenv"]);
    group(rules, "rri>i", h, NOTHING, &["setenv"]);
    group(rules, "i>i", h, NOTHING, &["sysconf", "raise"]);
    group(
        rules,
        ">p",
        h,
        NOTHING,
        &[
            "__errno_location",
            "___errno_location",
            "__errno",
            "___errno",
            "_errno",
            "__error",
            "__ctype_b_loc",
            "__ctype_tolower_loc",
            "__ctype_toupper_loc",
            "localeconv",
        ],
    );
    group(rules, "ir>p", h, NOTHING, &["setlocale"]);
    group(rules, "i>p", h, NOTHING, &["strerror"]);
    group(rules, "in>p", h, NOTHING, &["signal"]);
    group(rules, "irt>i", h, NOTHING, &["sigaction", "sigprocmask"]);
    group(rules, "i.>i", h, NOTHING, &["syscall"]);
    group(rules, "t>i", h, NOTHING, &["fegetenv", "feholdexcept"]);
    group(rules, "r>i", h, NOTHING, &["fesetenv", "feupdateenv"]);
    group(
        rules,
        "i>i",
        h,
        NOTHING,
        &[
            "feclearexcept",
            "feraiseexcept",
            "fetestexcept",
            "fesetround",
            "feenableexcept",
            "fedisableexcept",
        ],
    );
    group(rules, ">i", h, NOTHING, &["fegetround", "fegetexcept"]);
}

/// Locks order memory accesses of other threads, so that any escaped memory may change.
fn threads(rules: &mut TableBuilder) {
    let order = Effects {
        unwinds: false,
        ..Effects::ANY
    };
    group(
        rules,
        "o>i",
        order,
        NOTHING,
        &[
            "pthread_mutex_lock",
            "pthread_mutex_trylock",
            "pthread_mutex_unlock",
            "pthread_mutex_destroy",
            "pthread_rwlock_rdlock",
            "pthread_rwlock_wrlock",
            "pthread_rwlock_unlock",
            "pthread_spin_lock",
            "pthread_spin_unlock",
            "pthread_cond_signal",
            "pthread_cond_broadcast",
            "pthread_cond_destroy",
            "pthread_attr_init",
            "pthread_attr_destroy",
            "sched_yield",
        ],
    );
    group(
        rules,
        "or>i",
        order,
        NOTHING,
        &["pthread_mutex_init", "pthread_cond_init", "pthread_rwlock_init"],
    );
    group(rules, "oo>i", order, NOTHING, &["pthread_cond_wait"]);
    group(rules, ">i", Effects::HIDDEN, NOTHING, &["pthread_self"]);
    group(rules, "i>p", Effects::HIDDEN, NOTHING, &["pthread_getspecific"]);
}

fn memory_queries(rules: &mut TableBuilder) {
    group(
        rules,
        "n>i",
        Effects::HIDDEN,
        InactiveResult::LeastBytes(0),
        &["malloc_usable_size", "malloc_size", "_msize"],
    );
    // GMP's and MPFR's numbers are opaque to differentiation; comparing them is harmless.
    group(
        rules,
        "rr>i",
        Effects::NONE,
        NOTHING,
        &["mpfr_greater_p", "mpfr_less_p", "mpfr_equal_p", "mpfr_cmp"],
    );
}

/// Calls that do not return. What they read is only printed.
fn failures(rules: &mut TableBuilder) {
    let stop = Effects::NORETURN;
    group(
        rules,
        "",
        stop,
        NOTHING,
        &[
            "abort",
            "__stack_chk_fail",
            "__chk_fail",
            "_ZSt9terminatev",
            "__cxa_pure_virtual",
            "__cxa_bad_cast",
            "__cxa_bad_typeid",
            "__cxa_deleted_virtual",
            "__clang_call_terminate",
        ],
    );
    group(
        rules,
        "i",
        stop,
        NOTHING,
        &["exit", "_exit", "_Exit", "quick_exit"],
    );
    group(rules, "rrir", stop, NOTHING, &["__assert_fail", "__assert_rtn"]);
    group(rules, "iri.", Effects::HIDDEN, NOTHING, &["error"]);
    group(rules, "ir.", stop, NOTHING, &["err", "errx"]);
}

fn cpp_runtime(rules: &mut TableBuilder) {
    group(
        rules,
        "nxn>i",
        Effects::HIDDEN,
        NOTHING,
        &["__cxa_atexit", "__cxa_thread_atexit"],
    );
    group(rules, "n>i", Effects::HIDDEN, NOTHING, &["atexit"]);
    exceptions(rules);
    group(rules, "o>i", Effects::HIDDEN, NOTHING, &["__cxa_guard_acquire"]);
    group(
        rules,
        "o",
        Effects::HIDDEN,
        NOTHING,
        &["__cxa_guard_release", "__cxa_guard_abort"],
    );
    let same = InactiveResult::SameCallOnShadows;
    group(rules, "rnni>0", Effects::NONE, same, &["__dynamic_cast"]);
    group(
        rules,
        "r>p",
        Effects::NONE,
        same,
        &[
            "_ZSt18_Rb_tree_incrementPSt18_Rb_tree_node_base",
            "_ZSt18_Rb_tree_incrementPKSt18_Rb_tree_node_base",
            "_ZSt18_Rb_tree_decrementPSt18_Rb_tree_node_base",
            "_ZSt18_Rb_tree_decrementPKSt18_Rb_tree_node_base",
            "jl_ptr_to_array",
            "jl_ptr_to_array_1d",
            "ijl_ptr_to_array",
            "ijl_ptr_to_array_1d",
        ],
    );
}

/// Exceptions (Itanium C++ ABI, "Exception Handling"). What an exception object holds is not followed from where it is thrown to
/// where it is caught, so its memory carries no derivative: storing something active there is an error.
fn exceptions(rules: &mut TableBuilder) {
    let throws = Effects {
        unwinds: true,
        ..Effects::NORETURN
    };
    let hidden = Effects::HIDDEN;
    group(rules, "i>p", hidden, NOTHING, &["__cxa_allocate_exception"]);
    group(rules, "n", hidden, NOTHING, &["__cxa_free_exception"]);
    group(rules, "nnn", throws, NOTHING, &["__cxa_throw"]);
    group(rules, "", throws, NOTHING, &["__cxa_rethrow"]);
    group(
        rules,
        "n>p",
        hidden,
        NOTHING,
        &["__cxa_begin_catch", "__cxa_get_exception_ptr"],
    );
    // The destructor of an exception may throw.
    let ends = Effects {
        unwinds: true,
        ..Effects::HIDDEN
    };
    group(rules, "", ends, NOTHING, &["__cxa_end_catch"]);
}

fn rust_runtime(rules: &mut TableBuilder) {
    group(
        rules,
        ">a",
        Effects::HIDDEN,
        NOTHING,
        &[
            "__rust_no_alloc_shim_is_unstable",
            "__rust_no_alloc_shim_is_unstable_v2",
            "__rust_alloc_error_handler_should_panic",
            "__rust_alloc_error_handler_should_panic_v2",
        ],
    );
    group(
        rules,
        "ii",
        Effects::NORETURN,
        NOTHING,
        &["__rust_alloc_error_handler"],
    );
    group(
        rules,
        "x>i",
        Effects::HIDDEN,
        NOTHING,
        &[
            "rust_eh_personality",
            "__gxx_personality_v0",
            "__gcc_personality_v0",
            "__CxxFrameHandler3",
        ],
    );
}

fn other_runtimes(rules: &mut TableBuilder) {
    let h = Effects::HIDDEN;
    group(rules, "riir>i", h, NOTHING, &["ftnio_fmt_write64"]);
    group(rules, "ii>i", Effects::NONE, NOTHING, &["__mth_i_ipowi"]);
    group(rules, "rrii>i", Effects::NONE, NOTHING, &["f90_strcmp_klen"]);
    group(
        rules,
        "o>p",
        h,
        NOTHING,
        &["__swift_instantiateConcreteTypeFromMangledName"],
    );
    group(
        rules,
        "a.>a",
        h,
        NOTHING,
        &[
            "julia.except_enter",
            "jl_excstack_state",
            "ijl_excstack_state",
            "jl_hrtime",
            "ijl_hrtime",
            "jl_get_task_tid",
            "ijl_get_task_tid",
            "jl_get_binding_or_error",
            "ijl_get_binding_or_error",
            "julia.gc_loaded",
            "julia.pointer_from_objref",
        ],
    );
}

fn cuda(rules: &mut TableBuilder) {
    group(
        rules,
        ".>i",
        Effects::HIDDEN,
        NOTHING,
        &[
            "cublasCreate_v2",
            "cublasSetMathMode",
            "cublasSetStream_v2",
            "cuStreamCreate",
            "cuStreamSynchronize",
            "cuStreamDestroy",
            "cuStreamDestroy_v2",
            "cuStreamQuery",
            "cuCtxGetCurrent",
            "cuDeviceGet",
            "cuDeviceGetName",
            "cuDeviceGetCount",
            "cuDeviceGetAttribute",
            "cuDeviceGetMemPool",
            "cuDeviceTotalMem_v2",
            "cuMemPoolGetAttribute",
            "cuMemPoolSetAttribute",
            "cuMemPoolTrimTo",
            "cuMemGetInfo_v2",
            "cuDriverGetVersion",
            "cudaRuntimeGetVersion",
            "cuDevicePrimaryCtxRetain",
            "cudaDeviceSynchronize",
            "cudaGetLastError",
        ],
    );
}
