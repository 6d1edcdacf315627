; The function to differentiate is in a stack slot, as flang keeps what c_funloc gives, or one of two by a condition.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare double @__enzyme_fwddiff(ptr, ...)

define double @cube(double %x) {
  %s = fmul double %x, %x
  %c = fmul double %s, %x
  ret double %c
}

define double @square(double %x) {
  %s = fmul double %x, %x
  ret double %s
}

define double @in_slot(double %x) {
  %slot = alloca { i64 }
  %to = getelementptr { i64 }, ptr %slot, i32 0, i32 0
  store i64 ptrtoint (ptr @cube to i64), ptr %to
  %from = getelementptr { i64 }, ptr %slot, i32 0, i32 0
  %bits = load i64, ptr %from
  %f = inttoptr i64 %bits to ptr
  %d = call double (ptr, ...) @__enzyme_fwddiff(ptr %f, double %x, double 1.0)
  ret double %d
}

define double @chosen(i32 %which, double %x) {
  %c = icmp eq i32 %which, 0
  %f = select i1 %c, ptr @cube, ptr @square
  %d = call double (ptr, ...) @__enzyme_fwddiff(ptr %f, double %x, double 1.0)
  ret double %d
}
