//! Copies and fills of bytes, and their reverse by types.

use crate::support::check;

#[test]
fn transfers_move_adjoints_back_and_fills_end_them() {
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
    assert_eq!(check(text, &[3.0]), (36.0, vec![24.0]));
}

/// Shifts an array of ten numbers `x k + y` by some elements within a larger one, and sums products.
fn shifted(from: u32, to: u32, bytes: &str) -> String {
    format!(
        "
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
define double @f(double %x, double %y) {{
entry:
  %a = alloca [40 x double]
  %n0 = fptosi double %y to i64
  %n = mul i64 %n0, 8
  br label %fill
fill:
  %i = phi i64 [ 0, %entry ], [ %i1, %fill ]
  %k = sitofp i64 %i to double
  %p = getelementptr double, ptr %a, i64 %i
  %kx = fmul double %k, %x
  %v = fadd double %kx, %y
  store double %v, ptr %p
  %i1 = add i64 %i, 1
  %more = icmp ult i64 %i1, 40
  br i1 %more, label %fill, label %move
move:
  %from = getelementptr double, ptr %a, i64 {from}
  %to = getelementptr double, ptr %a, i64 {to}
  call void @llvm.memmove.p0.p0.i64(ptr %to, ptr %from, i64 {bytes}, i1 false)
  br label %sum
sum:
  %j = phi i64 [ 0, %move ], [ %j1, %sum ]
  %s = phi double [ 0.0, %move ], [ %s1, %sum ]
  %q = getelementptr double, ptr %a, i64 %j
  %w = load double, ptr %q
  %jf = sitofp i64 %j to double
  %wj = fmul double %w, %jf
  %ww = fmul double %wj, %w
  %s1 = fadd double %s, %ww
  %j1 = add i64 %j, 1
  %again = icmp ult i64 %j1, 40
  br i1 %again, label %sum, label %end
end:
  ret double %s1
}}"
    )
}

#[test]
fn overlapping_moves_go_back_in_either_direction() {
    for (from, to) in [(3, 5), (5, 3), (4, 4), (2, 20)] {
        // Inline, by a loop, and of a length that is known at run time only.
        for bytes in ["80", "144", "%n"] {
            check(&shifted(from, to, bytes), &[0.25, 11.5]);
        }
    }
}

#[test]
fn structures_are_moved_by_what_their_bytes_are() {
    let text = "
%struct.item = type { i32, double, ptr, float }
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
define double @f(double %x, double %y) {
  %a = alloca %struct.item
  %b = alloca %struct.item
  %d = alloca double
  store double %y, ptr %d
  store i32 3, ptr %a
  %a1 = getelementptr %struct.item, ptr %a, i64 0, i32 1
  store double %x, ptr %a1
  %a2 = getelementptr %struct.item, ptr %a, i64 0, i32 2
  store ptr %d, ptr %a2
  %a3 = getelementptr %struct.item, ptr %a, i64 0, i32 3
  %s = fptrunc double %x to float
  store float %s, ptr %a3
  call void @llvm.memmove.p0.p0.i64(ptr %b, ptr %a, i64 32, i1 false)
  %n = load i32, ptr %b
  %k = sitofp i32 %n to double
  %b1 = getelementptr %struct.item, ptr %b, i64 0, i32 1
  %u = load double, ptr %b1
  %b2 = getelementptr %struct.item, ptr %b, i64 0, i32 2
  %q = load ptr, ptr %b2
  %v = load double, ptr %q
  %b3 = getelementptr %struct.item, ptr %b, i64 0, i32 3
  %t = load float, ptr %b3
  %w = fpext float %t to double
  %uv = fmul double %u, %v
  %uvw = fmul double %uv, %w
  %r = fmul double %uvw, %k
  ret double %r
}";
    // 3 x^2 y
    assert_eq!(check(text, &[1.5, 2.0]), (13.5, vec![18.0, 6.75]));
}

/// Of bytes that are only read at an offset that changes type analysis knows nothing.
#[test]
fn copied_bytes_that_are_read_at_an_offset_that_changes_flow_back() {
    let text = "
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
define double @f(double %x, double %y) {
  %a = alloca [40 x i8]
  %b = alloca [40 x i8]
  %c = alloca [40 x i8]
  %n = fptosi double %y to i64
  %one = and i64 %n, 1
  %a24 = getelementptr i8, ptr %a, i64 24
  %ai = getelementptr [2 x double], ptr %a24, i64 0, i64 %one
  store double %x, ptr %ai
  %b24 = getelementptr i8, ptr %b, i64 24
  %bi = getelementptr [2 x double], ptr %b24, i64 0, i64 %one
  store double %y, ptr %bi
  call void @llvm.memcpy.p0.p0.i64(ptr %b, ptr %a, i64 40, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %c, ptr %b, i64 40, i1 false)
  %c24 = getelementptr i8, ptr %c, i64 24
  %ci = getelementptr [2 x double], ptr %c24, i64 0, i64 %one
  %z = load double, ptr %ci
  %r = fmul double %z, %z
  ret double %r
}";
    assert_eq!(check(text, &[3.0, 5.0]), (9.0, vec![6.0, 0.0]));
}
