; Pointers of another address space: casts, loads, stores, memcpy, globals.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@table = internal addrspace(1) constant [2 x double] [double 2.0, double 5.0]

declare void @llvm.memcpy.p1.p0.i64(ptr addrspace(1), ptr, i64, i1)

define double @f(ptr %x, i32 %n) {
  %buffer = alloca [2 x double]
  %far = addrspacecast ptr %buffer to ptr addrspace(1)
  call void @llvm.memcpy.p1.p0.i64(ptr addrspace(1) align 8 %far, ptr align 8 %x, i64 16, i1 false)
  %p1 = getelementptr double, ptr addrspace(1) %far, i64 1
  %a = load double, ptr addrspace(1) %far
  %b = load double, ptr addrspace(1) %p1
  %q = getelementptr [2 x double], ptr addrspace(1) @table, i64 0, i64 1
  %c = load double, ptr addrspace(1) %q
  %ab = fmul double %a, %b
  store double %ab, ptr addrspace(1) %p1
  %near = getelementptr double, ptr %buffer, i64 1
  %d = load double, ptr %near
  %r = fmul double %c, %d
  ret double %r
}
