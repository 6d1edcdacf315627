//! Memory, aggregates, vectors and bits, against dual numbers.

use crate::support::{assert_close, check};

#[test]
fn stack_memory_has_a_shadow() {
    let text = "
define double @f(double %x) {
entry:
  %a = alloca [4 x double]
  br label %head
head:
  %i = phi i64 [ 0, %entry ], [ %j, %head ]
  %p = getelementptr inbounds [4 x double], ptr %a, i64 0, i64 %i
  %k = sitofp i64 %i to double
  %v = fmul double %x, %k
  store double %v, ptr %p
  %j = add i64 %i, 1
  %more = icmp ult i64 %j, 4
  br i1 %more, label %head, label %end
end:
  %q = getelementptr inbounds [4 x double], ptr %a, i64 0, i64 3
  %u = load double, ptr %q
  %r = fmul double %u, %x
  store double 7.0, ptr %q
  %w = load double, ptr %q
  %s = fmul double %r, %w
  ret double %s
}";
    assert_eq!(check(text, &[(2.0, 1.0)]).1, 84.0);
}

#[test]
fn heap_memory_is_allocated_cleared_resized_and_freed_with_its_shadow() {
    let text = "
declare ptr @malloc(i64)
declare ptr @calloc(i64, i64)
declare ptr @realloc(ptr, i64)
declare void @free(ptr)
define double @f(double %x) {
  %a = call ptr @malloc(i64 16)
  store double %x, ptr %a
  %b = call ptr @realloc(ptr %a, i64 32)
  %b3 = getelementptr double, ptr %b, i64 3
  %y = load double, ptr %b
  %z = fmul double %y, %x
  store double %z, ptr %b3
  %c = call ptr @calloc(i64 2, i64 8)
  %c1 = getelementptr double, ptr %c, i64 1
  %o = load double, ptr %c1
  %w = load double, ptr %b3
  %r = fadd double %o, %w
  call void @free(ptr %b)
  call void @free(ptr %c)
  ret double %r
}";
    assert_eq!(check(text, &[(3.0, 1.0)]), (9.0, 6.0));
}

#[test]
fn transfers_move_shadows_and_fills_clear_them() {
    let text = "
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
@table = internal constant [2 x double] [double 3.0, double 4.0]
define double @f(double %x) {
  %a = alloca [2 x double]
  %b = alloca [2 x double]
  %a1 = getelementptr double, ptr %a, i64 1
  %b1 = getelementptr double, ptr %b, i64 1
  store double %x, ptr %a
  store double %x, ptr %a1
  call void @llvm.memcpy.p0.p0.i64(ptr %b, ptr %a, i64 16, i1 false)
  %u = load double, ptr %b1
  %v = fmul double %u, %u
  call void @llvm.memset.p0.i64(ptr %b1, i8 0, i64 8, i1 false)
  %zero = load double, ptr %b1
  %w = fadd double %v, %zero
  call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr @table, i64 16, i1 false)
  %t = load double, ptr %a1
  %r = fmul double %w, %t
  ret double %r
}";
    assert_eq!(check(text, &[(3.0, 1.0)]), (36.0, 24.0));
}

#[test]
fn globals_have_shadows() {
    let text = "
@state = internal global [2 x double] zeroinitializer
@address = internal global ptr @state
define double @f(double %x) {
  store double %x, ptr getelementptr inbounds ([2 x double], ptr @state, i64 0, i64 1)
  call void @scale()
  %p = load ptr, ptr @address
  %q = getelementptr double, ptr %p, i64 1
  %r = load double, ptr %q
  ret double %r
}
define internal void @scale() {
  %p = getelementptr inbounds double, ptr @state, i64 1
  %x = load double, ptr %p
  %y = fmul double %x, %x
  store double %y, ptr %p
  ret void
}";
    assert_eq!(check(text, &[(3.0, 1.0)]), (9.0, 6.0));
}

#[test]
fn a_pointer_to_active_or_constant_memory_reads_zero_tangents_from_constants() {
    let text = "
@table = internal constant [2 x double] [double 3.0, double 4.0]
define double @f(double %x) {
  %a = alloca [2 x double]
  %a1 = getelementptr double, ptr %a, i64 1
  store double %x, ptr %a
  store double %x, ptr %a1
  %c = fcmp olt double %x, 1.0
  %p = select i1 %c, ptr %a, ptr @table
  %p1 = getelementptr double, ptr %p, i64 1
  %v = load double, ptr %p1
  %r = fmul double %v, %x
  ret double %r
}";
    assert_eq!(check(text, &[(0.5, 1.0)]), (0.25, 1.0));
    assert_eq!(check(text, &[(1.5, 1.0)]), (6.0, 4.0));
}

#[test]
fn aggregates_and_out_parameters_cross_calls() {
    let text = "
define double @f(double %x) {
  %o = alloca double
  %s = call { double, i64 } @pair(double %x, ptr %o)
  %d = extractvalue { double, i64 } %s, 0
  %n = extractvalue { double, i64 } %s, 1
  %k = sitofp i64 %n to double
  %v = load double, ptr %o
  %m = fmul double %d, %k
  %r = fadd double %m, %v
  ret double %r
}
define internal { double, i64 } @pair(double %x, ptr %o) {
  %y = fmul double %x, %x
  store double %y, ptr %o
  %z = fmul double %y, %x
  %a = insertvalue { double, i64 } { double undef, i64 5 }, double %z, 0
  ret { double, i64 } %a
}";
    assert_eq!(check(text, &[(2.0, 1.0)]), (44.0, 64.0));
}

#[test]
fn byval_parameters_are_copied_and_sret_results_are_written() {
    let text = "
define double @f(double %x) {
  %s = alloca { double, double }
  %o = alloca { double, double }
  %s1 = getelementptr { double, double }, ptr %s, i64 0, i32 1
  store double %x, ptr %s
  store double 2.0, ptr %s1
  call void @swap(ptr sret({ double, double }) %o, ptr byval({ double, double }) %s)
  %u = load double, ptr %s
  %o1 = getelementptr { double, double }, ptr %o, i64 0, i32 1
  %v = load double, ptr %o1
  %w = load double, ptr %o
  %p = fmul double %u, %v
  %r = fadd double %p, %w
  ret double %r
}
define internal void @swap(ptr sret({ double, double }) %o, ptr byval({ double, double }) %s) {
  %s1 = getelementptr { double, double }, ptr %s, i64 0, i32 1
  %o1 = getelementptr { double, double }, ptr %o, i64 0, i32 1
  %x = load double, ptr %s
  %y = load double, ptr %s1
  %z = fmul double %x, %x
  store double %z, ptr %s
  %w = load double, ptr %s
  store double %y, ptr %o
  store double %w, ptr %o1
  ret void
}";
    assert_eq!(check(text, &[(3.0, 1.0)]), (29.0, 27.0));
}

#[test]
fn vectors_move_and_reduce_lane_by_lane() {
    let text = "
declare double @llvm.vector.reduce.fadd.v4f64(double, <4 x double>)
declare double @llvm.vector.reduce.fmul.v2f64(double, <2 x double>)
declare double @llvm.vector.reduce.fmax.v4f64(<4 x double>)
declare <4 x double> @llvm.sin.v4f64(<4 x double>)
define double @f(double %x, double %y) {
  %a = insertelement <4 x double> <double 1.0, double 2.0, double 3.0, double 4.0>, double %x, i32 1
  %b = insertelement <4 x double> %a, double %y, i32 3
  %c = fmul <4 x double> %b, %a
  %d = shufflevector <4 x double> %c, <4 x double> %b, <4 x i32> <i32 7, i32 1, i32 0, i32 5>
  %e = call <4 x double> @llvm.sin.v4f64(<4 x double> %d)
  %s = call double @llvm.vector.reduce.fadd.v4f64(double %x, <4 x double> %e)
  %m = call double @llvm.vector.reduce.fmax.v4f64(<4 x double> %c)
  %h = shufflevector <4 x double> %c, <4 x double> poison, <2 x i32> <i32 1, i32 3>
  %p = call double @llvm.vector.reduce.fmul.v2f64(double %y, <2 x double> %h)
  %t = fadd double %s, %m
  %r = fadd double %t, %p
  ret double %r
}";
    let (x, y) = (0.5f64, 3.5f64);
    let (_, derivative) = check(text, &[(x, 1.0), (y, 2.0)]);
    // c = (1, x^2, 9, 4y); d = (y, x^2, 1, x); the maximum is 4y; the product is y x^2 4y.
    let sum = 1.0 + 2.0 * y.cos() + 2.0 * x * (x * x).cos() + x.cos();
    let product = 8.0 * x * y * y + 2.0 * 8.0 * x * x * y;
    assert_close(derivative, sum + 8.0 + product, "closed form");
}

#[test]
fn bits_of_floats_keep_their_tangents_in_integers() {
    let text = "
define double @f(double %x) {
  %p = alloca i64
  %i = bitcast double %x to i64
  store i64 %i, ptr %p
  %j = load i64, ptr %p
  %n = xor i64 %j, -9223372036854775808
  %m = and i64 %n, 9223372036854775807
  %a = bitcast i64 %n to double
  %b = bitcast i64 %m to double
  %s = fmul double %a, %x
  %r = fadd double %s, %b
  ret double %r
}";
    // -x^2 + |x|
    assert_eq!(check(text, &[(-3.0, 1.0)]), (-6.0, 5.0));
}

#[test]
fn floats_packed_in_one_integer_keep_their_tangents() {
    let text = "
define double @f(double %x, double %y) {
  %a = fptrunc double %x to float
  %b = fptrunc double %y to float
  %i = bitcast float %a to i32
  %j = bitcast float %b to i32
  %l = zext i32 %i to i64
  %h = zext i32 %j to i64
  %s = shl nuw i64 %h, 32
  %p = or disjoint i64 %s, %l
  %q = lshr i64 %p, 32
  %t = trunc i64 %q to i32
  %u = trunc i64 %p to i32
  %c = bitcast i32 %t to float
  %d = bitcast i32 %u to float
  %e = fmul float %c, %d
  %r = fpext float %e to double
  ret double %r
}";
    assert_eq!(check(text, &[(3.0, 1.0), (4.0, 0.5)]), (12.0, 5.5));
}

#[test]
fn atomic_sums_and_exchanges_act_on_the_shadow() {
    let text = "
define double @f(double %x) {
  %p = alloca double
  store double %x, ptr %p
  %a = atomicrmw fadd ptr %p, double %x seq_cst
  %b = atomicrmw fsub ptr %p, double 1.0 seq_cst
  %y = fmul double %x, %x
  %c = atomicrmw xchg ptr %p, double %y seq_cst
  %d = load atomic double, ptr %p seq_cst, align 8
  %s = fadd double %a, %b
  %t = fmul double %c, %s
  %r = fadd double %t, %d
  ret double %r
}";
    // a = x, b = 2x, c = 2x - 1, d = x^2: 3x (2x - 1) + x^2.
    assert_eq!(check(text, &[(2.0, 1.0)]), (22.0, 25.0));
}

#[test]
fn constant_tables_in_bytes_have_zero_tangents() {
    // rustc writes constant arrays of floats as bytes: 3.0 and 4.0, little-endian.
    let text = "
@table = internal constant <{ [16 x i8] }> <{ [16 x i8] c\"\\00\\00\\00\\00\\00\\00\\08@\\00\\00\\00\\00\\00\\00\\10@\" }>
define double @f(double %x) {
  %a = alloca [2 x double]
  %a1 = getelementptr double, ptr %a, i64 1
  store double %x, ptr %a
  store double %x, ptr %a1
  %c = fcmp olt double %x, 1.0
  %p = select i1 %c, ptr %a, ptr @table
  %p1 = getelementptr double, ptr %p, i64 1
  %v = load double, ptr %p1
  %r = fmul double %v, %x
  ret double %r
}";
    assert_eq!(check(text, &[(1.5, 1.0)]), (6.0, 4.0));
}

#[test]
fn integers_in_declared_structures_are_integers() {
    // Without alias metadata, as clang writes at -O0. The same member of a union could be the bits of a float.
    let text = |name: &str, added: u32| {
        format!(
            "
%{name} = type {{ i32, double }}
@state = internal global %{name} zeroinitializer
define double @f(double %x) {{
  %d = getelementptr inbounds %{name}, ptr @state, i32 0, i32 1
  store double %x, ptr %d
  %n = load i32, ptr @state
  %m = add nsw i32 %n, {added}
  store i32 %m, ptr @state
  %r = load double, ptr %d
  ret double %r
}}"
        )
    };
    assert_eq!(check(&text("struct.state", 100), &[(1.5, 1.0)]), (1.5, 1.0));
    // The next number of a counter, or rounding of a float: the tangent stays in either case.
    assert_eq!(check(&text("union.state", 1), &[(1.5, 1.0)]), (1.5, 1.0));
    let errors = crate::support::errors(&text("union.state", 100));
    let expected = "integer operation `add` on the bits of an active floating-point number, or of something else: \
        cannot deduce the type of bytes 0..4";
    assert!(
        matches!(errors.as_slice(), [error] if error.starts_with(expected)),
        "{errors:?}"
    );
}
