; Integer work beside active values: overflow intrinsics, bit operations, odd widths, pointers compared, vectors of integers.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare { i32, i1 } @llvm.uadd.with.overflow.i32(i32, i32)
declare { i64, i1 } @llvm.smul.with.overflow.i64(i64, i64)
declare i32 @llvm.ctpop.i32(i32)
declare i32 @llvm.umin.i32(i32, i32)
declare i17 @llvm.fshl.i17(i17, i17, i17)
declare i32 @llvm.vector.reduce.add.v4i32(<4 x i32>)

define double @f(ptr %x, i32 %n) {
  %sum = call { i32, i1 } @llvm.uadd.with.overflow.i32(i32 %n, i32 -1)
  %index = extractvalue { i32, i1 } %sum, 0
  %overflow = extractvalue { i32, i1 } %sum, 1
  %wide = zext i32 %index to i64
  %product = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %wide, i64 1)
  %offset = extractvalue { i64, i1 } %product, 0
  %p = getelementptr double, ptr %x, i64 %offset
  %a = load double, ptr %p
  %bits = call i32 @llvm.ctpop.i32(i32 %n)
  %small = call i32 @llvm.umin.i32(i32 %bits, i32 9)
  %odd = trunc i32 %n to i17
  %turned = call i17 @llvm.fshl.i17(i17 %odd, i17 %odd, i17 5)
  %turnedf = uitofp i17 %turned to double
  %v = insertelement <4 x i32> <i32 1, i32 2, i32 3, i32 4>, i32 %small, i64 2
  %w = mul <4 x i32> %v, %v
  %all = call i32 @llvm.vector.reduce.add.v4i32(<4 x i32> %w)
  %allf = sitofp i32 %all to double
  %factor = select i1 %overflow, double %allf, double %turnedf
  %s = fmul double %a, %factor
  %same = icmp eq ptr %p, %x
  %t = select i1 %same, double 1.0, double %a
  %r = fmul double %s, %t
  ret double %r
}
