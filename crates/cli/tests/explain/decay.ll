; ModuleID = 'decay.c'
source_filename = "decay.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; Function Attrs: nofree norecurse nounwind memory(argmem: readwrite, errnomem: write) uwtable
define dso_local double @decay(ptr noundef captures(none) %0, i64 noundef %1, double noundef %2) local_unnamed_addr #0 !dbg !14 {
    #dbg_value(ptr %0, !21, !DIExpression(), !30)
    #dbg_value(i64 %1, !22, !DIExpression(), !30)
    #dbg_value(double %2, !23, !DIExpression(), !30)
    #dbg_value(double 0.000000e+00, !24, !DIExpression(), !30)
    #dbg_value(i64 0, !25, !DIExpression(), !31)
  %4 = icmp sgt i64 %1, 0
    #dbg_value(i64 0, !25, !DIExpression(), !31)
  br label %5, !dbg !32

5:                                                ; preds = %3, %10
  %6 = phi i64 [ 0, %3 ], [ %11, %10 ]
    #dbg_value(i64 %6, !25, !DIExpression(), !31)
    #dbg_value(i64 0, !27, !DIExpression(), !33)
  br i1 %4, label %13, label %10, !dbg !34

7:                                                ; preds = %10
  %8 = load double, ptr %0, align 8, !tbaa !35
    #dbg_value(double 0.000000e+00, !24, !DIExpression(), !30)
  %9 = fcmp ogt double %8, %2, !dbg !37
  br i1 %9, label %20, label %27, !dbg !38

10:                                               ; preds = %13, %5
  %11 = add nuw nsw i64 %6, 1, !dbg !39
    #dbg_value(i64 %11, !25, !DIExpression(), !31)
  %12 = icmp eq i64 %11, 4, !dbg !40
  br i1 %12, label %7, label %5, !dbg !41, !llvm.loop !42

13:                                               ; preds = %5, %13
  %14 = phi i64 [ %18, %13 ], [ 0, %5 ]
    #dbg_value(i64 %14, !27, !DIExpression(), !33)
  %15 = getelementptr inbounds nuw double, ptr %0, i64 %14, !dbg !47
  %16 = load double, ptr %15, align 8, !dbg !47, !tbaa !35
  %17 = fmul double %16, %16, !dbg !49
  store double %17, ptr %15, align 8, !dbg !50, !tbaa !35
  %18 = add nuw nsw i64 %14, 1, !dbg !51
    #dbg_value(i64 %18, !27, !DIExpression(), !33)
  %19 = icmp eq i64 %18, %1, !dbg !52
  br i1 %19, label %10, label %13, !dbg !53, !llvm.loop !54

20:                                               ; preds = %7, %20
  %21 = phi double [ %24, %20 ], [ 0.000000e+00, %7 ]
  %22 = phi double [ %23, %20 ], [ %8, %7 ]
    #dbg_value(double %21, !24, !DIExpression(), !30)
  %23 = tail call double @sqrt(double noundef %22) #3, !dbg !57, !tbaa !10
  %24 = fadd double %21, %23, !dbg !59
    #dbg_value(double %24, !24, !DIExpression(), !30)
  %25 = fcmp ogt double %23, %2, !dbg !60
  br i1 %25, label %20, label %26, !dbg !61, !llvm.loop !62

26:                                               ; preds = %20
  store double %23, ptr %0, align 8, !dbg !65, !tbaa !35
  br label %27, !dbg !61

27:                                               ; preds = %26, %7
  %28 = phi double [ %24, %26 ], [ 0.000000e+00, %7 ], !dbg !30
  %29 = tail call fastcc double @damp(double noundef %28), !dbg !66
  %30 = fadd double %28, %29, !dbg !67
  ret double %30, !dbg !68
}

; Function Attrs: mustprogress nocallback nofree nounwind willreturn memory(errnomem: write)
declare !dbg !69 double @sqrt(double noundef) local_unnamed_addr #1

; Function Attrs: mustprogress nofree noinline norecurse nounwind willreturn memory(errnomem: write) uwtable
define internal fastcc double @damp(double noundef %0) unnamed_addr #2 !dbg !73 {
    #dbg_value(double %0, !75, !DIExpression(), !76)
  %2 = tail call double @sin(double noundef %0) #3, !dbg !77, !tbaa !10
  %3 = tail call double @exp(double noundef %0) #3, !dbg !78, !tbaa !10
  %4 = fmul double %2, %3, !dbg !79
  ret double %4, !dbg !80
}

; Function Attrs: mustprogress nocallback nofree nounwind willreturn memory(errnomem: write)
declare !dbg !81 double @sin(double noundef) local_unnamed_addr #1

; Function Attrs: mustprogress nocallback nofree nounwind willreturn memory(errnomem: write)
declare !dbg !82 double @exp(double noundef) local_unnamed_addr #1

attributes #0 = { nofree norecurse nounwind memory(argmem: readwrite, errnomem: write) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { mustprogress nocallback nofree nounwind willreturn memory(errnomem: write) "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #2 = { mustprogress nofree noinline norecurse nounwind willreturn memory(errnomem: write) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #3 = { nounwind }

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3, !4, !5, !6, !7, !8}
!llvm.ident = !{!9}
!llvm.errno.tbaa = !{!10}

!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, producer: "Debian clang version 22.1.8 (1~deb12u1)", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, splitDebugInlining: false, nameTableKind: None)
!1 = !DIFile(filename: "decay.c", directory: ".", checksumkind: CSK_MD5, checksum: "d745e7944943c7e2f1adc6798be288b7")
!2 = !{i32 7, !"Dwarf Version", i32 5}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = !{i32 1, !"wchar_size", i32 4}
!5 = !{i32 8, !"PIC Level", i32 2}
!6 = !{i32 7, !"PIE Level", i32 2}
!7 = !{i32 7, !"uwtable", i32 2}
!8 = !{i32 7, !"debug-info-assignment-tracking", i1 true}
!9 = !{!"Debian clang version 22.1.8 (1~deb12u1)"}
!10 = !{!11, !11, i64 0}
!11 = !{!"int", !12, i64 0}
!12 = !{!"omnipotent char", !13, i64 0}
!13 = !{!"Simple C/C++ TBAA"}
!14 = distinct !DISubprogram(name: "decay", scope: !1, file: !1, line: 6, type: !15, scopeLine: 6, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !0, retainedNodes: !20, keyInstructions: true)
!15 = !DISubroutineType(types: !16)
!16 = !{!17, !18, !19, !17}
!17 = !DIBasicType(name: "double", size: 64, encoding: DW_ATE_float)
!18 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !17, size: 64)
!19 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)
!20 = !{!21, !22, !23, !24, !25, !27}
!21 = !DILocalVariable(name: "x", arg: 1, scope: !14, file: !1, line: 6, type: !18)
!22 = !DILocalVariable(name: "count", arg: 2, scope: !14, file: !1, line: 6, type: !19)
!23 = !DILocalVariable(name: "limit", arg: 3, scope: !14, file: !1, line: 6, type: !17)
!24 = !DILocalVariable(name: "sum", scope: !14, file: !1, line: 7, type: !17)
!25 = !DILocalVariable(name: "step", scope: !26, file: !1, line: 8, type: !19)
!26 = distinct !DILexicalBlock(scope: !14, file: !1, line: 8, column: 3)
!27 = !DILocalVariable(name: "i", scope: !28, file: !1, line: 9, type: !19)
!28 = distinct !DILexicalBlock(scope: !29, file: !1, line: 9, column: 5)
!29 = distinct !DILexicalBlock(scope: !26, file: !1, line: 8, column: 3)
!30 = !DILocation(line: 0, scope: !14)
!31 = !DILocation(line: 0, scope: !26)
!32 = !DILocation(line: 8, column: 3, scope: !26, atomGroup: 22, atomRank: 1)
!33 = !DILocation(line: 0, scope: !28)
!34 = !DILocation(line: 9, column: 5, scope: !28, atomGroup: 20, atomRank: 1)
!35 = !{!36, !36, i64 0}
!36 = !{!"double", !12, i64 0}
!37 = !DILocation(line: 11, column: 15, scope: !14, atomGroup: 23, atomRank: 1)
!38 = !DILocation(line: 11, column: 3, scope: !14, atomGroup: 24, atomRank: 1)
!39 = !DILocation(line: 8, column: 37, scope: !29, atomGroup: 11, atomRank: 2)
!40 = !DILocation(line: 8, column: 28, scope: !29, atomGroup: 3, atomRank: 1)
!41 = !DILocation(line: 8, column: 3, scope: !26, atomGroup: 4, atomRank: 1)
!42 = distinct !{!42, !43, !44, !45, !46}
!43 = !DILocation(line: 8, column: 3, scope: !26)
!44 = !DILocation(line: 10, column: 24, scope: !26)
!45 = !{!"llvm.loop.mustprogress"}
!46 = !{!"llvm.loop.unroll.disable"}
!47 = !DILocation(line: 10, column: 14, scope: !48)
!48 = distinct !DILexicalBlock(scope: !28, file: !1, line: 9, column: 5)
!49 = !DILocation(line: 10, column: 19, scope: !48, atomGroup: 8, atomRank: 2)
!50 = !DILocation(line: 10, column: 12, scope: !48, atomGroup: 8, atomRank: 1)
!51 = !DILocation(line: 9, column: 34, scope: !48, atomGroup: 9, atomRank: 2)
!52 = !DILocation(line: 9, column: 24, scope: !48, atomGroup: 6, atomRank: 1)
!53 = !DILocation(line: 9, column: 5, scope: !28, atomGroup: 7, atomRank: 1)
!54 = distinct !{!54, !55, !56, !45, !46}
!55 = !DILocation(line: 9, column: 5, scope: !28)
!56 = !DILocation(line: 10, column: 24, scope: !28)
!57 = !DILocation(line: 12, column: 12, scope: !58, atomGroup: 15, atomRank: 2)
!58 = distinct !DILexicalBlock(scope: !14, file: !1, line: 11, column: 24)
!59 = !DILocation(line: 13, column: 9, scope: !58, atomGroup: 16, atomRank: 2)
!60 = !DILocation(line: 11, column: 15, scope: !14, atomGroup: 13, atomRank: 1)
!61 = !DILocation(line: 11, column: 3, scope: !14, atomGroup: 14, atomRank: 1)
!62 = distinct !{!62, !63, !64, !45, !46}
!63 = !DILocation(line: 11, column: 3, scope: !14)
!64 = !DILocation(line: 14, column: 3, scope: !14)
!65 = !DILocation(line: 12, column: 10, scope: !58, atomGroup: 15, atomRank: 1)
!66 = !DILocation(line: 15, column: 16, scope: !14)
!67 = !DILocation(line: 15, column: 14, scope: !14, atomGroup: 18, atomRank: 2)
!68 = !DILocation(line: 15, column: 3, scope: !14, atomGroup: 18, atomRank: 1)
!69 = !DISubprogram(name: "sqrt", scope: !70, file: !70, line: 143, type: !71, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!70 = !DIFile(filename: "/usr/include/x86_64-linux-gnu/bits/mathcalls.h", directory: "", checksumkind: CSK_MD5, checksum: "8c6e2d0d2bda65bc5ba1ca02b65383b7")
!71 = !DISubroutineType(types: !72)
!72 = !{!17, !17}
!73 = distinct !DISubprogram(name: "damp", scope: !1, file: !1, line: 4, type: !71, scopeLine: 4, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !0, retainedNodes: !74, keyInstructions: true)
!74 = !{!75}
!75 = !DILocalVariable(name: "x", arg: 1, scope: !73, file: !1, line: 4, type: !17)
!76 = !DILocation(line: 0, scope: !73)
!77 = !DILocation(line: 4, column: 65, scope: !73)
!78 = !DILocation(line: 4, column: 74, scope: !73)
!79 = !DILocation(line: 4, column: 72, scope: !73, atomGroup: 1, atomRank: 2)
!80 = !DILocation(line: 4, column: 58, scope: !73, atomGroup: 1, atomRank: 1)
!81 = !DISubprogram(name: "sin", scope: !70, file: !70, line: 64, type: !71, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
!82 = !DISubprogram(name: "exp", scope: !70, file: !70, line: 95, type: !71, flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)
