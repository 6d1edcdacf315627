; A count beside a float is moved as its first byte and the rest, as rustc does where an error code of one byte may lie in its place.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

define internal void @move(ptr %to, ptr %from) noinline {
  %number = load double, ptr %from
  store double %number, ptr %to
  %first = getelementptr i8, ptr %from, i64 8
  %byte = load i8, ptr %first, align 8
  %to.first = getelementptr i8, ptr %to, i64 8
  store i8 %byte, ptr %to.first, align 8
  %rest = getelementptr i8, ptr %from, i64 9
  %to.rest = getelementptr i8, ptr %to, i64 9
  call void @llvm.memcpy.p0.p0.i64(ptr %to.rest, ptr %rest, i64 7, i1 false)
  ret void
}

define void @f(ptr %x, i32 %n) {
entry:
  %from = alloca { double, i64 }
  %to = alloca { double, i64 }
  %scale = load double, ptr %x
  store double %scale, ptr %from
  %count = getelementptr { double, i64 }, ptr %from, i64 0, i32 1
  %n64 = zext i32 %n to i64
  store i64 %n64, ptr %count
  call void @move(ptr %to, ptr %from)
  %to.count = getelementptr { double, i64 }, ptr %to, i64 0, i32 1
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %loop ]
  %factor = load double, ptr %to
  %p = getelementptr double, ptr %x, i64 %i
  %value = load double, ptr %p
  %square = fmul double %value, %factor
  store double %square, ptr %p
  %i1 = add nuw nsw i64 %i, 1
  %end = load i64, ptr %to.count
  %more = icmp ult i64 %i1, %end
  br i1 %more, label %loop, label %done
done:
  ret void
}
