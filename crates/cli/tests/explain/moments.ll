; ModuleID = 'moments.c'
source_filename = "moments.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%struct.sample = type { double, i64 }

; Function Attrs: nofree norecurse nosync nounwind memory(argmem: read) uwtable
define dso_local double @moment(ptr noundef readonly captures(none) %0, i64 noundef %1, double noundef %2) local_unnamed_addr #0 !dbg !13 {
    #dbg_value(ptr %0, !25, !DIExpression(), !35)
    #dbg_value(i64 %1, !26, !DIExpression(), !35)
    #dbg_value(double %2, !27, !DIExpression(), !35)
    #dbg_value(double 0.000000e+00, !28, !DIExpression(), !35)
    #dbg_value(i64 0, !29, !DIExpression(), !36)
  %4 = icmp sgt i64 %1, 0, !dbg !37
  br i1 %4, label %7, label %5, !dbg !38

5:                                                ; preds = %7, %3
  %6 = phi double [ 0.000000e+00, %3 ], [ %17, %7 ], !dbg !35
  ret double %6, !dbg !39

7:                                                ; preds = %3, %7
  %8 = phi double [ %17, %7 ], [ 0.000000e+00, %3 ]
  %9 = phi i64 [ %18, %7 ], [ 0, %3 ]
    #dbg_value(double %8, !28, !DIExpression(), !35)
    #dbg_value(i64 %9, !29, !DIExpression(), !36)
  %10 = getelementptr inbounds nuw %struct.sample, ptr %0, i64 %9, !dbg !40
  %11 = load double, ptr %10, align 8, !dbg !41, !tbaa !42
  %12 = getelementptr inbounds nuw i8, ptr %10, i64 8, !dbg !41
  %13 = load i64, ptr %12, align 8, !dbg !41, !tbaa !44
    #dbg_value(double %11, !31, !DIExpression(DW_OP_LLVM_fragment, 0, 64), !46)
    #dbg_value(i64 %13, !31, !DIExpression(DW_OP_LLVM_fragment, 64, 64), !46)
  %14 = fsub double %11, %2, !dbg !47
    #dbg_value(double %14, !34, !DIExpression(), !46)
  %15 = sitofp i64 %13 to double, !dbg !48
  %16 = fmul double %14, %15, !dbg !49
  %17 = tail call double @llvm.fmuladd.f64(double %16, double %14, double %8), !dbg !50
    #dbg_value(double %17, !28, !DIExpression(), !35)
  %18 = add nuw nsw i64 %9, 1, !dbg !51
    #dbg_value(i64 %18, !29, !DIExpression(), !36)
  %19 = icmp eq i64 %18, %1, !dbg !52
  br i1 %19, label %5, label %7, !dbg !53, !llvm.loop !54
}

; Function Attrs: mustprogress nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none)
declare double @llvm.fmuladd.f64(double, double, double) #1

attributes #0 = { nofree norecurse nosync nounwind memory(argmem: read) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" }
attributes #1 = { mustprogress nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none) }

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3, !4, !5, !6, !7, !8}
!llvm.errno.tbaa = !{!9}

!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, splitDebugInlining: false, nameTableKind: None)
!1 = !DIFile(filename: "moments.c", directory: ".", checksumkind: CSK_MD5, checksum: "634408eee66942292bb57078e357815a")
!2 = !{i32 7, !"Dwarf Version", i32 5}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = !{i32 1, !"wchar_size", i32 4}
!5 = !{i32 8, !"PIC Level", i32 2}
!6 = !{i32 7, !"PIE Level", i32 2}
!7 = !{i32 7, !"uwtable", i32 2}
!8 = !{i32 7, !"debug-info-assignment-tracking", i1 true}
!9 = !{!10, !10, i64 0}
!10 = !{!"int", !11, i64 0}
!11 = !{!"omnipotent char", !12, i64 0}
!12 = !{!"Simple C/C++ TBAA"}
!13 = distinct !DISubprogram(name: "moment", scope: !1, file: !1, line: 6, type: !14, scopeLine: 6, flags: DIFlagPrototyped | DIFlagAllCallsDescribed, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !0, retainedNodes: !24, keyInstructions: true)
!14 = !DISubroutineType(types: !15)
!15 = !{!16, !17, !23, !16}
!16 = !DIBasicType(name: "double", size: 64, encoding: DW_ATE_float)
!17 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !18, size: 64)
!18 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !19)
!19 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "sample", file: !1, line: 1, size: 128, elements: !20)
!20 = !{!21, !22}
!21 = !DIDerivedType(tag: DW_TAG_member, name: "value", scope: !19, file: !1, line: 2, baseType: !16, size: 64)
!22 = !DIDerivedType(tag: DW_TAG_member, name: "weight", scope: !19, file: !1, line: 3, baseType: !23, size: 64, offset: 64)
!23 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)
!24 = !{!25, !26, !27, !28, !29, !31, !34}
!25 = !DILocalVariable(name: "samples", arg: 1, scope: !13, file: !1, line: 6, type: !17)
!26 = !DILocalVariable(name: "count", arg: 2, scope: !13, file: !1, line: 6, type: !23)
!27 = !DILocalVariable(name: "center", arg: 3, scope: !13, file: !1, line: 6, type: !16)
!28 = !DILocalVariable(name: "sum", scope: !13, file: !1, line: 7, type: !16)
!29 = !DILocalVariable(name: "i", scope: !30, file: !1, line: 8, type: !23)
!30 = distinct !DILexicalBlock(scope: !13, file: !1, line: 8, column: 3)
!31 = !DILocalVariable(name: "copy", scope: !32, file: !1, line: 9, type: !19)
!32 = distinct !DILexicalBlock(scope: !33, file: !1, line: 8, column: 36)
!33 = distinct !DILexicalBlock(scope: !30, file: !1, line: 8, column: 3)
!34 = !DILocalVariable(name: "distance", scope: !32, file: !1, line: 10, type: !16)
!35 = !DILocation(line: 0, scope: !13)
!36 = !DILocation(line: 0, scope: !30)
!37 = !DILocation(line: 8, column: 22, scope: !33, atomGroup: 12, atomRank: 1)
!38 = !DILocation(line: 8, column: 3, scope: !30, atomGroup: 13, atomRank: 1)
!39 = !DILocation(line: 13, column: 3, scope: !13, atomGroup: 11, atomRank: 1)
!40 = !DILocation(line: 9, column: 26, scope: !32)
!41 = !DILocation(line: 9, column: 26, scope: !32, atomGroup: 5, atomRank: 1)
!42 = !{!43, !43, i64 0}
!43 = !{!"double", !11, i64 0}
!44 = !{!45, !45, i64 0}
!45 = !{!"long", !11, i64 0}
!46 = !DILocation(line: 0, scope: !32)
!47 = !DILocation(line: 10, column: 34, scope: !32, atomGroup: 6, atomRank: 2)
!48 = !DILocation(line: 11, column: 12, scope: !32)
!49 = !DILocation(line: 11, column: 24, scope: !32)
!50 = !DILocation(line: 11, column: 9, scope: !32, atomGroup: 7, atomRank: 2)
!51 = !DILocation(line: 8, column: 32, scope: !33, atomGroup: 8, atomRank: 2)
!52 = !DILocation(line: 8, column: 22, scope: !33, atomGroup: 3, atomRank: 1)
!53 = !DILocation(line: 8, column: 3, scope: !30, atomGroup: 4, atomRank: 1)
!54 = distinct !{!54, !55, !56, !57, !58}
!55 = !DILocation(line: 8, column: 3, scope: !30)
!56 = !DILocation(line: 12, column: 3, scope: !30)
!57 = !{!"llvm.loop.mustprogress"}
!58 = !{!"llvm.loop.unroll.disable"}
