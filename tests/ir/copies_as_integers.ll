; Floats that are loaded, passed through phis and a select, and stored as integers; a structure copied by memcpy in a loop.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

define void @f(ptr %x, i32 %n) {
entry:
  %pair = alloca { double, double }
  %second = getelementptr { double, double }, ptr %pair, i64 0, i32 1
  %first = load i64, ptr %x
  br label %loop
loop:
  %i = phi i32 [ 1, %entry ], [ %i1, %loop ]
  %bits = phi i64 [ %first, %entry ], [ %chosen, %loop ]
  %p = getelementptr double, ptr %x, i32 %i
  %here = load i64, ptr %p
  %value = bitcast i64 %here to double
  %before = bitcast i64 %bits to double
  %less = fcmp olt double %value, %before
  %chosen = select i1 %less, i64 %here, i64 %bits
  store i64 %chosen, ptr %pair
  %product = fmul double %value, %before
  store double %product, ptr %second
  %back = getelementptr double, ptr %p, i64 -1
  call void @llvm.memcpy.p0.p0.i64(ptr %back, ptr %pair, i64 16, i1 false)
  %i1 = add nuw nsw i32 %i, 1
  %more = icmp slt i32 %i1, %n
  br i1 %more, label %loop, label %end
end:
  ret void
}
