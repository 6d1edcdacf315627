//! Allocation, release and resizing; atomics.

use crate::support::check;

#[test]
fn heap_memory_lives_until_the_reverse_sweep_is_done() {
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
    assert_eq!(check(text, &[3.0]), (9.0, vec![6.0]));
}

#[test]
fn memory_that_grows_in_a_loop_keeps_its_adjoints() {
    let text = "
declare ptr @malloc(i64)
declare ptr @realloc(ptr, i64)
declare void @free(ptr)
define double @f(double %x) {
entry:
  %a = call ptr @malloc(i64 8)
  store double %x, ptr %a
  br label %grow
grow:
  %i = phi i64 [ 1, %entry ], [ %i1, %grow ]
  %p = phi ptr [ %a, %entry ], [ %q, %grow ]
  %i1 = add i64 %i, 1
  %bytes = mul i64 %i1, 8
  %q = call ptr @realloc(ptr %p, i64 %bytes)
  %before = sub i64 %i, 1
  %pb = getelementptr double, ptr %q, i64 %before
  %v = load double, ptr %pb
  %w = fmul double %v, %x
  %pi = getelementptr double, ptr %q, i64 %i
  store double %w, ptr %pi
  %more = icmp ult i64 %i1, 4
  br i1 %more, label %grow, label %end
end:
  %first = load double, ptr %q
  %plast = getelementptr double, ptr %q, i64 3
  %last = load double, ptr %plast
  %r = fmul double %first, %last
  call void @free(ptr %q)
  ret double %r
}";
    // x x^4
    assert_eq!(check(text, &[2.0]), (32.0, vec![80.0]));
}

#[test]
fn stack_memory_of_a_size_known_at_run_time_has_a_shadow() {
    let text = "
define double @f(double %x) {
entry:
  %n = fptosi double %x to i64
  br label %next
next:
  %p = alloca double, i64 %n
  %last = sub i64 %n, 1
  %q = getelementptr double, ptr %p, i64 %last
  %y = fmul double %x, %x
  store double %y, ptr %q
  %z = load double, ptr %q
  %r = fmul double %z, %x
  ret double %r
}";
    assert_eq!(check(text, &[3.0]), (27.0, vec![27.0]));
}

#[test]
fn atomic_sums_and_exchanges_have_adjoints() {
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
    assert_eq!(check(text, &[2.0]), (22.0, vec![25.0]));
}
