; Intrinsics that only tell the optimiser something: lifetimes, assumptions, expectations, scopes, invariants.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare void @llvm.lifetime.start.p0(ptr)
declare void @llvm.lifetime.end.p0(ptr)
declare void @llvm.assume(i1)
declare i1 @llvm.expect.i1(i1, i1)
declare void @llvm.sideeffect()
declare void @llvm.experimental.noalias.scope.decl(metadata)
declare ptr @llvm.launder.invariant.group.p0(ptr)
declare i64 @llvm.objectsize.i64.p0(ptr, i1, i1, i1)
declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
declare ptr @llvm.stacksave.p0()
declare void @llvm.stackrestore.p0(ptr)
declare double @llvm.arithmetic.fence.f64(double)

define double @f(ptr %x, i32 %n) {
entry:
  %cell = alloca double
  call void @llvm.lifetime.start.p0(ptr %cell)
  %stack = call ptr @llvm.stacksave.p0()
  %dynamic = alloca double, i32 %n
  call void @llvm.prefetch.p0(ptr %x, i32 0, i32 3, i32 1)
  call void @llvm.experimental.noalias.scope.decl(metadata !0)
  %a = load double, ptr %x, !alias.scope !0
  %good = fcmp une double %a, 0.0
  call void @llvm.assume(i1 %good)
  call void @llvm.assume(i1 true) ["align"(ptr %x, i64 8), "nonnull"(ptr %x)]
  %likely = call i1 @llvm.expect.i1(i1 %good, i1 true)
  br i1 %likely, label %then, label %end, !prof !4
then:
  store double %a, ptr %dynamic
  %fenced = call double @llvm.arithmetic.fence.f64(double %a)
  %square = fmul double %fenced, %a, !fpmath !5
  store double %square, ptr %cell, !noalias !0
  call void @llvm.sideeffect()
  %p = call ptr @llvm.launder.invariant.group.p0(ptr %cell)
  %b = load double, ptr %p
  %size = call i64 @llvm.objectsize.i64.p0(ptr %cell, i1 false, i1 true, i1 false)
  %sizef = uitofp i64 %size to double
  %c = load double, ptr %dynamic
  %bc = fmul double %b, %c
  %scaled = fmul double %bc, %sizef
  br label %end
end:
  %r = phi double [ 0.0, %entry ], [ %scaled, %then ]
  call void @llvm.stackrestore.p0(ptr %stack)
  call void @llvm.lifetime.end.p0(ptr %cell)
  ret double %r
}

!0 = !{!1}
!1 = distinct !{!1, !2}
!2 = distinct !{!2}
!4 = !{!"branch_weights", i32 1000, i32 1}
!5 = !{float 2.5}
