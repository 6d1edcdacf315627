; invoke of active functions, a landing pad with a clean-up, resume; nothing is thrown.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare i32 @__gxx_personality_v0(...)

define internal double @square(double %x, ptr %count) noinline {
  %c = load i32, ptr %count
  %c1 = add i32 %c, 1
  store i32 %c1, ptr %count
  %r = fmul double %x, %x
  ret double %r
}

define double @f(double %x) personality ptr @__gxx_personality_v0 {
entry:
  %count = alloca i32
  store i32 0, ptr %count
  %a = invoke double @square(double %x, ptr %count) to label %second unwind label %pad
second:
  %b = invoke double @square(double %a, ptr %count) to label %done unwind label %pad
pad:
  %partial = phi double [ 0.0, %entry ], [ %a, %second ]
  %e = landingpad { ptr, i32 } cleanup
  %bad = fcmp oeq double %partial, 1.0e9
  br i1 %bad, label %done, label %rethrow
rethrow:
  resume { ptr, i32 } %e
done:
  %r = phi double [ %b, %second ], [ %partial, %pad ]
  %c = load i32, ptr %count
  %cf = sitofp i32 %c to double
  %s = fmul double %r, %cf
  ret double %s
}
