//! Allocation functions, each with what releases its memory.
//!
//! The shadow of an allocation is the same call and a fill with zero of its bytes (none where it is zeroed already).
//! Effects are on hidden state only: an allocator's bookkeeping is not reachable from the program's pointers. Sizes are
//! products of operands ([`Bytes`]).

use smallvec::SmallVec;

use crate::builder::TableBuilder;
use crate::entry::{Allocation, Bytes, Deallocation, Effects, Kind, Place, Reallocation};

pub(crate) fn register(rules: &mut TableBuilder) {
    c_heap(rules);
    cpp_new(rules);
    cpp_delete(rules);
    rust(rules);
    other_languages(rules);
    cuda(rules);
}

/// What a function is that the user declares to manage memory (`__enzyme_allocation_like`).
#[derive(Clone, Debug)]
pub enum UserMemory {
    /// It returns new memory.
    Allocation(Allocation),
    /// It releases memory.
    Deallocation(Deallocation),
}

impl UserMemory {
    /// What the attributes of a function say: `enzyme_allocator` is the number of the argument with the size, `enzyme_deallocates` that of
    /// the pointer which is released. Of a deallocator's other arguments two are passed on.
    pub fn of(ctx: &ir::Context, func: ir::FuncId) -> Option<Self> {
        let decl = &ctx.funcs[func];
        let attrs = ctx.attrs(decl.attrs);
        let count = ctx.types.param_types(decl.ty).len();
        let index = |key: &str| {
            let index: u8 = attrs.string(key)?.parse().ok()?;
            (usize::from(index) < count).then_some(index)
        };
        if let Some(size) = index("enzyme_allocator") {
            return Some(Self::Allocation(Allocation {
                bytes: Some(product(&[size])),
                alignment: None,
                zeroed: false,
                place: Place::Return(0),
                deallocator: None,
            }));
        }
        let pointer = index("enzyme_deallocates")?;
        if count > 3 {
            return None;
        }
        let mut others = (0..count as u8).filter(|&other| other != pointer);
        Some(Self::Deallocation(Deallocation {
            pointer,
            bytes: others.next(),
            alignment: others.next(),
        }))
    }
}

/// The product of `operands`.
pub(crate) fn product(operands: &[u8]) -> Bytes {
    Bytes {
        scale: 1,
        operands: SmallVec::from_slice(operands),
    }
}

struct New {
    size: &'static [u8],
    alignment: Option<u8>,
    zeroed: bool,
    place: Place,
    deallocator: Option<&'static str>,
}

impl New {
    /// Operand 0 is the size; the memory is returned.
    const PLAIN: Self = Self {
        size: &[0],
        alignment: None,
        zeroed: false,
        place: Place::Return(0),
        deallocator: None,
    };

    fn freed_by(deallocator: &'static str) -> Self {
        Self {
            deallocator: Some(deallocator),
            ..Self::PLAIN
        }
    }

    fn register(self, rules: &mut TableBuilder, name: &'static str, signature: &str) {
        let kind = Kind::Allocation(Allocation {
            bytes: (!self.size.is_empty()).then(|| product(self.size)),
            alignment: self.alignment,
            zeroed: self.zeroed,
            place: self.place,
            deallocator: self.deallocator,
        });
        rules.exact(name, signature, Effects::HIDDEN, kind);
    }
}

fn free(
    rules: &mut TableBuilder,
    name: &'static str,
    signature: &str,
    bytes: Option<u8>,
    alignment: Option<u8>,
) {
    let kind = Kind::Deallocation(Deallocation {
        pointer: 0,
        bytes,
        alignment,
    });
    rules.exact(name, signature, Effects::HIDDEN, kind);
}

fn c_heap(rules: &mut TableBuilder) {
    let c = || New::freed_by("free");
    for name in ["malloc", "valloc", "pvalloc", "__libc_malloc"] {
        c().register(rules, name, "i>n");
    }
    New {
        size: &[0, 1],
        zeroed: true,
        ..c()
    }
    .register(rules, "calloc", "ii>n");
    for name in ["aligned_alloc", "memalign"] {
        New {
            size: &[1],
            alignment: Some(0),
            ..c()
        }
        .register(rules, name, "ii>n");
    }
    New {
        size: &[2],
        alignment: Some(1),
        place: Place::Pointee(0),
        ..c()
    }
    .register(rules, "posix_memalign", "wii>i");
    for name in ["strdup", "__strdup", "strndup", "__strndup"] {
        let signature = if name.ends_with("strdup") { "r>n" } else { "ri>n" };
        New { size: &[], ..c() }.register(rules, name, signature);
    }
    for (name, operands, signature) in [
        ("realloc", &[1u8][..], "mi>n"),
        ("reallocf", &[1], "mi>n"),
        ("reallocarray", &[1, 2], "mii>n"),
    ] {
        let kind = Kind::Reallocation(Reallocation {
            pointer: 0,
            old_bytes: None,
            bytes: product(operands),
            alignment: None,
            deallocator: "free",
        });
        rules.exact(name, signature, Effects::HIDDEN, kind);
    }
    for name in ["free", "cfree", "__libc_free"] {
        free(rules, name, "n", None, None);
    }
}

/// `operator new` and `new[]` in the Itanium and Microsoft manglings. The paired delete repeats the alignment where new
/// was given one. The throwing forms may unwind.
fn cpp_new(rules: &mut TableBuilder) {
    let aligned = |deallocator| New {
        alignment: Some(1),
        ..New::freed_by(deallocator)
    };
    for (plain, nothrow, align, align_nothrow, delete, delete_aligned) in [
        (
            "_Znwm",
            "_ZnwmRKSt9nothrow_t",
            "_ZnwmSt11align_val_t",
            "_ZnwmSt11align_val_tRKSt9nothrow_t",
            "_ZdlPv",
            "_ZdlPvSt11align_val_t",
        ),
        (
            "_Znwj",
            "_ZnwjRKSt9nothrow_t",
            "_ZnwjSt11align_val_t",
            "_ZnwjSt11align_val_tRKSt9nothrow_t",
            "_ZdlPv",
            "_ZdlPvSt11align_val_t",
        ),
        (
            "_Znam",
            "_ZnamRKSt9nothrow_t",
            "_ZnamSt11align_val_t",
            "_ZnamSt11align_val_tRKSt9nothrow_t",
            "_ZdaPv",
            "_ZdaPvSt11align_val_t",
        ),
        (
            "_Znaj",
            "_ZnajRKSt9nothrow_t",
            "_ZnajSt11align_val_t",
            "_ZnajSt11align_val_tRKSt9nothrow_t",
            "_ZdaPv",
            "_ZdaPvSt11align_val_t",
        ),
    ] {
        New::freed_by(delete).register(rules, plain, "i>n");
        New::freed_by(delete).register(rules, nothrow, "in>n");
        aligned(delete_aligned).register(rules, align, "ii>n");
        aligned(delete_aligned).register(rules, align_nothrow, "iin>n");
    }
    let microsoft = [
        ("??2@YAPAXI@Z", "i>n", "??3@YAXPAX@Z"),
        ("??2@YAPAXIABUnothrow_t@std@@@Z", "in>n", "??3@YAXPAX@Z"),
        ("??2@YAPEAX_K@Z", "i>n", "??3@YAXPEAX@Z"),
        ("??2@YAPEAX_KAEBUnothrow_t@std@@@Z", "in>n", "??3@YAXPEAX@Z"),
        ("??_U@YAPAXI@Z", "i>n", "??_V@YAXPAX@Z"),
        ("??_U@YAPAXIABUnothrow_t@std@@@Z", "in>n", "??_V@YAXPAX@Z"),
        ("??_U@YAPEAX_K@Z", "i>n", "??_V@YAXPEAX@Z"),
        ("??_U@YAPEAX_KAEBUnothrow_t@std@@@Z", "in>n", "??_V@YAXPEAX@Z"),
    ];
    for (name, signature, delete) in microsoft {
        New::freed_by(delete).register(rules, name, signature);
    }
    // Returns the pointer and the size that it really got.
    New::freed_by("_ZdlPv").register(rules, "__size_returning_new_experiment", "i>a");
}

fn cpp_delete(rules: &mut TableBuilder) {
    for (plain, nothrow, aligned, aligned_nothrow, sized, sized_aligned) in [
        (
            "_ZdlPv",
            "_ZdlPvRKSt9nothrow_t",
            "_ZdlPvSt11align_val_t",
            "_ZdlPvSt11align_val_tRKSt9nothrow_t",
            ["_ZdlPvm", "_ZdlPvj"],
            ["_ZdlPvmSt11align_val_t", "_ZdlPvjSt11align_val_t"],
        ),
        (
            "_ZdaPv",
            "_ZdaPvRKSt9nothrow_t",
            "_ZdaPvSt11align_val_t",
            "_ZdaPvSt11align_val_tRKSt9nothrow_t",
            ["_ZdaPvm", "_ZdaPvj"],
            ["_ZdaPvmSt11align_val_t", "_ZdaPvjSt11align_val_t"],
        ),
    ] {
        free(rules, plain, "n", None, None);
        free(rules, nothrow, "nn", None, None);
        free(rules, aligned, "ni", None, Some(1));
        free(rules, aligned_nothrow, "nin", None, Some(1));
        for name in sized {
            free(rules, name, "ni", Some(1), None);
        }
        for name in sized_aligned {
            free(rules, name, "nii", Some(1), Some(2));
        }
    }
    for name in ["??3@YAXPAX@Z", "??3@YAXPEAX@Z", "??_V@YAXPAX@Z", "??_V@YAXPEAX@Z"] {
        free(rules, name, "n", None, None);
    }
    for name in [
        "??3@YAXPAXI@Z",
        "??3@YAXPEAX_K@Z",
        "??_V@YAXPAXI@Z",
        "??_V@YAXPEAX_K@Z",
    ] {
        free(rules, name, "ni", Some(1), None);
    }
    let nothrow = [
        "??3@YAXPAXABUnothrow_t@std@@@Z",
        "??3@YAXPEAXAEBUnothrow_t@std@@@Z",
        "??_V@YAXPAXABUnothrow_t@std@@@Z",
        "??_V@YAXPEAXAEBUnothrow_t@std@@@Z",
    ];
    for name in nothrow {
        free(rules, name, "nn", None, None);
    }
}

/// Rust's allocator shims; since 1.87 their symbols are mangled, which [`crate::patterns`] undoes. The release functions
/// repeat size and alignment.
fn rust(rules: &mut TableBuilder) {
    let layout = || New {
        alignment: Some(1),
        ..New::freed_by("__rust_dealloc")
    };
    for name in ["__rust_alloc", "__rdl_alloc", "__rg_alloc"] {
        layout().register(rules, name, "ii>n");
    }
    for name in ["__rust_alloc_zeroed", "__rdl_alloc_zeroed", "__rg_alloc_zeroed"] {
        New {
            zeroed: true,
            ..layout()
        }
        .register(rules, name, "ii>n");
    }
    for name in ["__rust_dealloc", "__rdl_dealloc", "__rg_dealloc"] {
        free(rules, name, "nii", Some(1), Some(2));
    }
    for name in ["__rust_realloc", "__rdl_realloc", "__rg_realloc"] {
        let kind = Kind::Reallocation(Reallocation {
            pointer: 0,
            old_bytes: Some(1),
            bytes: product(&[3]),
            alignment: Some(2),
            deallocator: "__rust_dealloc",
        });
        rules.exact(name, "miii>n", Effects::HIDDEN, kind);
    }
}

fn other_languages(rules: &mut TableBuilder) {
    New::freed_by("_mlir_memref_to_llvm_free").register(rules, "_mlir_memref_to_llvm_alloc", "i>n");
    free(rules, "_mlir_memref_to_llvm_free", "n", None, None);
    New {
        size: &[1],
        alignment: Some(2),
        ..New::freed_by("swift_release")
    }
    .register(rules, "swift_allocObject", "rii>n");
    free(rules, "swift_release", "n", None, None);
    // Julia's memory is collected; its arrays do not say their size in bytes.
    for name in ["julia.gc_alloc_obj", "jl_gc_alloc_typed", "ijl_gc_alloc_typed"] {
        New {
            size: &[1],
            ..New::PLAIN
        }
        .register(rules, name, "xia>n");
    }
    for (name, signature) in [
        ("jl_alloc_array_1d", "ai>n"),
        ("ijl_alloc_array_1d", "ai>n"),
        ("jl_alloc_array_2d", "aii>n"),
        ("ijl_alloc_array_2d", "aii>n"),
        ("jl_alloc_array_3d", "aiii>n"),
        ("ijl_alloc_array_3d", "aiii>n"),
        ("jl_new_array", "aa>n"),
        ("ijl_new_array", "aa>n"),
        ("jl_alloc_genericmemory", "ai>n"),
        ("ijl_alloc_genericmemory", "ai>n"),
    ] {
        New {
            size: &[],
            ..New::PLAIN
        }
        .register(rules, name, signature);
    }
}

/// CUDA's allocators write the pointer through operand 0.
fn cuda(rules: &mut TableBuilder) {
    let out = |deallocator| New {
        size: &[1],
        place: Place::Pointee(0),
        ..New::freed_by(deallocator)
    };
    for (name, signature, deallocator) in [
        ("cuMemAlloc", "wi>i", "cuMemFree"),
        ("cuMemAlloc_v2", "wi>i", "cuMemFree_v2"),
        ("cuMemAllocAsync", "wia>i", "cuMemFreeAsync"),
        ("cudaMalloc", "wi>i", "cudaFree"),
        ("cudaMallocAsync", "wia>i", "cudaFreeAsync"),
        ("cudaMallocHost", "wi>i", "cudaFreeHost"),
        ("cudaMallocFromPoolAsync", "wiaa>i", "cudaFreeAsync"),
    ] {
        out(deallocator).register(rules, name, signature);
    }
    for name in ["cuMemFree", "cuMemFree_v2", "cudaFree", "cudaFreeHost"] {
        free(rules, name, "n>i", None, None);
    }
    for name in ["cuMemFreeAsync", "cudaFreeAsync"] {
        free(rules, name, "na>i", None, None);
    }
}
