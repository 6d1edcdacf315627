; Values of struct and array type: nested, built field by field, merged by phi and select, passed, returned, stored whole.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%inner = type { float, double }
%outer = type { double, [2 x %inner], i32 }

define internal %outer @build(double %a, double %b) noinline {
  %s = fptrunc double %b to float
  %o0 = insertvalue %outer zeroinitializer, double %a, 0
  %o1 = insertvalue %outer %o0, float %s, 1, 1, 0
  %o2 = insertvalue %outer %o1, double %b, 1, 0, 1
  %o3 = insertvalue %outer %o2, i32 7, 2
  ret %outer %o3
}

define internal double @total(%outer %o) noinline {
  %a = extractvalue %outer %o, 0
  %array = extractvalue %outer %o, 1
  %b = extractvalue [2 x %inner] %array, 0, 1
  %inner = extractvalue [2 x %inner] %array, 1
  %s = extractvalue %inner %inner, 0
  %d = fpext float %s to double
  %ab = fmul double %a, %b
  %abd = fadd double %ab, %d
  ret double %abd
}

define double @f(ptr %x, i32 %n) {
entry:
  %memory = alloca %outer
  %a = load double, ptr %x
  %p = getelementptr double, ptr %x, i64 1
  %b = load double, ptr %p
  %first = call %outer @build(double %a, double %b)
  %c = fcmp olt double %a, %b
  br i1 %c, label %other, label %join
other:
  %second = call %outer @build(double %b, double %b)
  br label %join
join:
  %merged = phi %outer [ %first, %entry ], [ %second, %other ]
  store %outer %merged, ptr %memory
  %again = load %outer, ptr %memory
  %three = icmp eq i32 %n, 2
  %chosen = select i1 %three, %outer %again, %outer %first
  %r = call double @total(%outer %chosen)
  ret double %r
}
