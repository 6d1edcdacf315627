; A counted loop around one of unknown length around a counted one, with values of all three levels needed later.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare double @llvm.sin.f64(double)

define double @f(ptr %x, i32 %n) {
entry:
  br label %outer
outer:
  %i = phi i32 [ 0, %entry ], [ %i1, %outer.latch ]
  %s = phi double [ 0.0, %entry ], [ %s1, %outer.latch ]
  %p = getelementptr double, ptr %x, i32 %i
  %v = load double, ptr %p
  %start = call double @llvm.sin.f64(double %v)
  br label %middle
middle:
  %m = phi double [ %start, %outer ], [ %m2, %middle.latch ]
  %k = phi i32 [ 0, %outer ], [ %k1, %middle.latch ]
  %m1 = fmul double %m, 7.5e-1
  br label %inner
inner:
  %j = phi i32 [ 0, %middle ], [ %j1, %inner ]
  %a = phi double [ %m1, %middle ], [ %a2, %inner ]
  %q = getelementptr double, ptr %x, i32 %j
  %u = load double, ptr %q
  %a1 = fmul double %a, %u
  %a2 = call double @llvm.sin.f64(double %a1)
  %j1 = add nuw nsw i32 %j, 1
  %in = icmp ult i32 %j1, 3
  br i1 %in, label %inner, label %middle.latch
middle.latch:
  %m2 = fadd double %m1, %a2
  %k1 = add nuw nsw i32 %k, 1
  %abs = fmul double %m2, %m2
  %large = fcmp ogt double %abs, 5.0e-2
  br i1 %large, label %middle, label %outer.latch
outer.latch:
  %mv = fmul double %m2, %v
  %kf = sitofp i32 %k1 to double
  %mk = fmul double %mv, %kf
  %s1 = fadd double %s, %mk
  %i1 = add nuw nsw i32 %i, 1
  %out = icmp slt i32 %i1, %n
  br i1 %out, label %outer, label %end
end:
  %r = fmul double %s1, %s1
  ret double %r
}
