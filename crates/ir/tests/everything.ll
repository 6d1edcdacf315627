; Every modelled instruction, and the forms of types, constants, attributes and metadata that the printer writes.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

%pair = type { i32, double }
%"odd name" = type <{ i8, %pair }>

@zero = global [4 x double] zeroinitializer
@text = internal constant [6 x i8] c"a\22b\\c\00"
@table = weak global [2 x i32] [i32 -1, i32 2]
@members = global %pair { i32 7, double 2.5 }
@packed = global %"odd name" <{ i8 1, %pair zeroinitializer }>
@address = global ptr getelementptr inbounds (i8, ptr @zero, i64 8)
@number = global i64 ptrtoint (ptr @text to i64)
@sum = global i64 add (i64 ptrtoint (ptr @text to i64), i64 5)
@elsewhere = external global double
@local = thread_local global i32 0
@far = addrspace(1) global i32 3
@shadowed = global double 1.0, !enzyme_shadow !9
@idle = global double 1.0, !enzyme_inactive !8
@vector = global <4 x float> splat (float 1.5)
@hole = global { i32, ptr } { i32 undef, ptr null }
@lanes = global <3 x i1> <i1 true, i1 false, i1 poison>

declare double @sin(double) memory(none)
declare void @llvm.memcpy.p0.p0.i64(ptr noalias writeonly captures(none), ptr noalias readonly captures(none), i64, i1 immarg)
declare i32 @printf(ptr noundef readonly, ...)
declare i32 @__gxx_personality_v0(...)
declare !enzyme_derivative !10 double @custom(double)
declare double @custom_derivative(double, double)

define double @arithmetic(double %x, double noundef %y, i32 %n, i64 %m) #0 {
entry:
  %a = fadd fast double %x, %y
  %b = fsub nnan ninf double %a, 1.000000e-01
  %c = fmul reassoc contract double %b, 0x3FB999999999999A
  %d = fdiv arcp afn nsz double %c, %y
  %e = frem double %d, 3.0
  %f = fneg double %e
  %i = add nuw nsw i32 %n, -5
  %j = sub i32 %i, %n
  %k = mul nsw i32 %j, 3
  %l = udiv exact i32 %k, 3
  %o = sdiv i32 %l, 7
  %p = urem i32 %o, 5
  %q = srem i32 %p, 4
  %r = shl nuw i32 %q, 1
  %s = lshr exact i32 %r, 1
  %t = ashr i32 %s, 1
  %u = and i32 %t, 255
  %v = or disjoint i32 %u, 256
  %w = xor i32 %v, -1
  %wide = sext i32 %w to i64
  %narrow = trunc nsw i64 %wide to i16
  %z = zext nneg i16 %narrow to i128
  %fp = sitofp i128 %z to double
  %fq = uitofp nneg i32 %w to float
  %fr = fptrunc double %fp to half
  %fs = fpext half %fr to double
  %ft = fptosi double %fs to i8
  %fu = fptoui float %fq to i64
  %bits = bitcast double %f to i64
  %pointer = inttoptr i64 %bits to ptr
  %back = ptrtoint ptr %pointer to i64
  %cast = addrspacecast ptr %pointer to ptr addrspace(1)
  %cmp = icmp samesign ult i64 %back, %m
  %cmp2 = fcmp nnan une double %f, %fs
  %both = and i1 %cmp, %cmp2
  %choice = select nsz i1 %both, double %f, double %fs
  %frozen = freeze double %choice
  ret double %frozen
}

define <4 x double> @vectors(<4 x double> %v, <2 x ptr> %p, i32 %i) {
entry:
  %x = extractelement <4 x double> %v, i32 %i
  %w = insertelement <4 x double> %v, double %x, i32 0
  %s = shufflevector <4 x double> %v, <4 x double> %w, <4 x i32> <i32 0, i32 poison, i32 5, i32 6>
  %z = shufflevector <4 x double> %s, <4 x double> poison, <2 x i32> zeroinitializer
  %u = shufflevector <2 x double> %z, <2 x double> poison, <4 x i32> poison
  %g = getelementptr inbounds double, <2 x ptr> %p, i64 3
  %c = fcmp olt <4 x double> %s, splat (double 2.0)
  %r = select <4 x i1> %c, <4 x double> %s, <4 x double> %u
  ret <4 x double> %r
}

define internal fastcc { double, i32 } @aggregates(ptr byval(%pair) align 8 %p, ptr noalias %out, { double, [2 x i32] } %a) nounwind willreturn memory(argmem: readwrite) {
entry:
  %x = extractvalue { double, [2 x i32] } %a, 0
  %n = extractvalue { double, [2 x i32] } %a, 1, 1
  %r = insertvalue { double, i32 } poison, double %x, 0
  %s = insertvalue { double, i32 } %r, i32 %n, 1
  ret { double, i32 } %s
}

define void @returns_in_memory(ptr noalias sret([2 x double]) align 8 %out) {
entry:
  ret void
}

define double @memory(ptr noalias readonly captures(none) dereferenceable(64) %p, i64 %n, ...) {
entry:
  %slot = alloca double, align 8
  %many = alloca %pair, i64 %n, align 16
  store double 0.0, ptr %slot, align 8, !tbaa !2
  %x = load double, ptr %p, align 8, !tbaa !2, !alias.scope !5, !noalias !6
  %i = load i32, ptr %many, align 4, !range !7, !invariant.load !8
  %field = getelementptr inbounds nuw %pair, ptr %many, i64 %n, i32 1
  store volatile double %x, ptr %field, align 8
  %at = load atomic i64, ptr %p acquire, align 8
  store atomic i64 %at, ptr %many release, align 8
  fence seq_cst
  %old = atomicrmw fadd ptr %slot, double %x monotonic, align 8
  %older = atomicrmw volatile umax ptr %many, i32 %i acq_rel, align 4
  %won = cmpxchg weak ptr %many, i32 %older, i32 5 seq_cst acquire, align 4
  call void @llvm.memcpy.p0.p0.i64(ptr align 8 %slot, ptr align 8 %p, i64 8, i1 false), !tbaa.struct !11
  %chars = call i32 (ptr, ...) @printf(ptr @text, double %x)
  %value = tail call fast double @sin(double noundef %x) nounwind
  %indirect = notail call double %p(double %value)
  %va = va_arg ptr %many, double
  ret double %value
}

define i32 @control(i32 %n, ptr %where) personality ptr @__gxx_personality_v0 {
entry:
  switch i32 %n, label %loop [
    i32 1, label %one
    i32 -2, label %two
  ]
one:
  br label %two
two:
  %merged = phi i32 [ 0, %entry ], [ %n, %one ]
  br label %done
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %next = add i32 %i, 1
  %more = icmp slt i32 %next, %n
  br i1 %more, label %loop, label %call
call:
  %r = invoke i32 @control(i32 0, ptr null) to label %after unwind label %pad
pad:
  %caught = landingpad { ptr, i32 } cleanup catch ptr null filter [1 x ptr] zeroinitializer
  resume { ptr, i32 } %caught
after:
  indirectbr ptr %where, [label %done, label %never]
never:
  unreachable
done:
  %result = phi i32 [ %merged, %two ], [ %r, %after ]
  ret i32 %result
}

attributes #0 = { nofree norecurse nosync nounwind memory(read, argmem: none) "enzyme_inactive" "enzyme_math"="sin" }

!0 = !{!"root"}
!1 = !{!"double", !0, i64 0}
!2 = !{!1, !1, i64 0}
!3 = distinct !{!3}
!4 = distinct !{!4, !3}
!5 = !{!4}
!6 = !{!12, !4}
!7 = !{i32 0, i32 10}
!8 = !{}
!9 = !{ptr @zero}
!10 = !{ptr @custom_derivative}
!11 = !{i64 0, i64 8, !2}
!12 = distinct !{!12, !3}
