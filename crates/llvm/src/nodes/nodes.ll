define linkonce_odr hidden void @rsenzyme.tree.rotate(ptr %0, i1 zeroext %1, ptr %2) nounwind {
  %4 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %5 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %6 = select i1 %1, ptr %4, ptr %5
  %7 = load ptr, ptr %6, align 8
  %8 = getelementptr inbounds nuw i8, ptr %7, i64 16
  %9 = getelementptr inbounds nuw i8, ptr %7, i64 24
  %10 = select i1 %1, ptr %8, ptr %9
  %11 = load ptr, ptr %10, align 8
  %12 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %13 = load ptr, ptr %12, align 8
  %14 = getelementptr inbounds nuw i8, ptr %2, i64 8
  %15 = load ptr, ptr %14, align 8
  %16 = icmp eq ptr %15, %0
  br i1 %16, label %17, label %18

17:
  store ptr %7, ptr %14, align 8
  br label %25

18:
  %19 = getelementptr inbounds nuw i8, ptr %13, i64 16
  %20 = load ptr, ptr %19, align 8
  %21 = icmp eq ptr %20, %0
  br i1 %21, label %22, label %23

22:
  store ptr %7, ptr %19, align 8
  br label %25

23:
  %24 = getelementptr inbounds nuw i8, ptr %13, i64 24
  store ptr %7, ptr %24, align 8
  br label %25

25:
  %26 = icmp eq ptr %7, null
  br i1 %26, label %29, label %27

27:
  %28 = getelementptr inbounds nuw i8, ptr %7, i64 8
  store ptr %13, ptr %28, align 8
  br label %29

29:
  br i1 %1, label %30, label %31

30:
  store ptr %11, ptr %4, align 8
  store ptr %0, ptr %8, align 8
  br label %32

31:
  store ptr %11, ptr %5, align 8
  store ptr %0, ptr %9, align 8
  br label %32

32:
  store ptr %7, ptr %12, align 8
  %33 = icmp eq ptr %11, null
  br i1 %33, label %36, label %34

34:
  %35 = getelementptr inbounds nuw i8, ptr %11, i64 8
  store ptr %0, ptr %35, align 8
  br label %36

36:
  ret void
}

define linkonce_odr void @_ZNSt8__detail15_List_node_base7_M_hookEPS0_(ptr %0, ptr %1) nounwind {
  %3 = getelementptr inbounds nuw i8, ptr %1, i64 8
  %4 = load ptr, ptr %3, align 8
  store ptr %0, ptr %4, align 8
  %5 = getelementptr inbounds nuw i8, ptr %0, i64 8
  store ptr %4, ptr %5, align 8
  store ptr %1, ptr %0, align 8
  store ptr %0, ptr %3, align 8
  ret void
}

define linkonce_odr void @_ZNSt8__detail15_List_node_base9_M_unhookEv(ptr %0) nounwind {
  %2 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %3 = load ptr, ptr %2, align 8
  %4 = load ptr, ptr %0, align 8
  store ptr %4, ptr %3, align 8
  %5 = getelementptr inbounds nuw i8, ptr %4, i64 8
  store ptr %3, ptr %5, align 8
  ret void
}

define linkonce_odr void @_ZNSt8__detail15_List_node_base11_M_transferEPS0_S1_(ptr %0, ptr %1, ptr %2) nounwind {
  %4 = icmp eq ptr %0, %2
  br i1 %4, label %12, label %5

5:
  %6 = getelementptr inbounds nuw i8, ptr %2, i64 8
  %7 = load ptr, ptr %6, align 8
  %8 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %9 = load ptr, ptr %8, align 8
  %10 = getelementptr inbounds nuw i8, ptr %1, i64 8
  %11 = load ptr, ptr %10, align 8
  store ptr %2, ptr %11, align 8
  store ptr %11, ptr %6, align 8
  store ptr %1, ptr %9, align 8
  store ptr %9, ptr %10, align 8
  store ptr %0, ptr %7, align 8
  store ptr %7, ptr %8, align 8
  br label %12

12:
  ret void
}

define linkonce_odr void @_ZNSt8__detail15_List_node_base10_M_reverseEv(ptr %0) nounwind {
  br label %2

2:
  %3 = phi ptr [ %0, %1 ], [ %4, %2 ]
  %4 = load ptr, ptr %3, align 8
  %5 = getelementptr inbounds nuw i8, ptr %3, i64 8
  %6 = load ptr, ptr %5, align 8
  store ptr %6, ptr %3, align 8
  store ptr %4, ptr %5, align 8
  %7 = icmp eq ptr %4, %0
  br i1 %7, label %8, label %2, !llvm.loop !5

8:
  ret void
}

define linkonce_odr void @_ZNSt8__detail15_List_node_base4swapERS0_S1_(ptr %0, ptr %1) nounwind {
  %3 = load ptr, ptr %0, align 8
  %4 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %5 = load ptr, ptr %4, align 8
  %6 = load ptr, ptr %1, align 8
  %7 = icmp eq ptr %6, %1
  br i1 %7, label %13, label %8

8:
  %9 = getelementptr inbounds nuw i8, ptr %1, i64 8
  %10 = load ptr, ptr %9, align 8
  store ptr %0, ptr %10, align 8
  store ptr %10, ptr %4, align 8
  %11 = load ptr, ptr %1, align 8
  store ptr %11, ptr %0, align 8
  %12 = getelementptr inbounds nuw i8, ptr %11, i64 8
  store ptr %0, ptr %12, align 8
  br label %14

13:
  store ptr %0, ptr %0, align 8
  store ptr %0, ptr %4, align 8
  br label %14

14:
  %15 = icmp eq ptr %3, %0
  %16 = getelementptr inbounds nuw i8, ptr %1, i64 8
  br i1 %15, label %19, label %17

17:
  store ptr %1, ptr %5, align 8
  store ptr %5, ptr %16, align 8
  store ptr %3, ptr %1, align 8
  %18 = getelementptr inbounds nuw i8, ptr %3, i64 8
  store ptr %1, ptr %18, align 8
  br label %20

19:
  store ptr %1, ptr %1, align 8
  store ptr %1, ptr %16, align 8
  br label %20

20:
  ret void
}

define linkonce_odr void @_ZSt29_Rb_tree_insert_and_rebalancebPSt18_Rb_tree_node_baseS0_RS_(i1 zeroext %0, ptr %1, ptr %2, ptr %3) nounwind {
  %5 = getelementptr inbounds nuw i8, ptr %1, i64 8
  store ptr %2, ptr %5, align 8
  %6 = getelementptr inbounds nuw i8, ptr %1, i64 16
  store i32 0, ptr %1, align 8
  tail call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %6, i8 0, i64 16, i1 false)
  br i1 %0, label %7, label %18

7:
  %8 = getelementptr inbounds nuw i8, ptr %2, i64 16
  store ptr %1, ptr %8, align 8
  %9 = icmp eq ptr %2, %3
  br i1 %9, label %10, label %13

10:
  %11 = getelementptr inbounds nuw i8, ptr %3, i64 24
  store ptr %1, ptr %11, align 8
  %12 = getelementptr inbounds nuw i8, ptr %3, i64 8
  store ptr %1, ptr %12, align 8
  br label %24

13:
  %14 = getelementptr inbounds nuw i8, ptr %3, i64 16
  %15 = load ptr, ptr %14, align 8
  %16 = icmp eq ptr %15, %2
  br i1 %16, label %17, label %24

17:
  store ptr %1, ptr %14, align 8
  br label %24

18:
  %19 = getelementptr inbounds nuw i8, ptr %2, i64 24
  store ptr %1, ptr %19, align 8
  %20 = getelementptr inbounds nuw i8, ptr %3, i64 24
  %21 = load ptr, ptr %20, align 8
  %22 = icmp eq ptr %21, %2
  br i1 %22, label %23, label %24

23:
  store ptr %1, ptr %20, align 8
  br label %24

24:
  %25 = getelementptr inbounds nuw i8, ptr %3, i64 8
  %26 = load ptr, ptr %25, align 8
  %27 = icmp eq ptr %1, %26
  br i1 %27, label %67, label %28

28:
  %29 = load ptr, ptr %5, align 8
  %30 = load i32, ptr %29, align 8
  %31 = icmp eq i32 %30, 0
  br i1 %31, label %37, label %67

32:
  %33 = getelementptr inbounds nuw i8, ptr %41, i64 8
  %34 = load ptr, ptr %33, align 8
  %35 = load i32, ptr %34, align 8
  %36 = icmp eq i32 %35, 0
  br i1 %36, label %37, label %67

37:
  %38 = phi ptr [ %34, %32 ], [ %29, %28 ]
  %39 = phi ptr [ %41, %32 ], [ %1, %28 ]
  %40 = getelementptr inbounds nuw i8, ptr %38, i64 8
  %41 = load ptr, ptr %40, align 8
  %42 = getelementptr inbounds nuw i8, ptr %41, i64 16
  %43 = load ptr, ptr %42, align 8
  %44 = icmp eq ptr %43, %38
  br i1 %44, label %45, label %48

45:
  %46 = getelementptr inbounds nuw i8, ptr %41, i64 24
  %47 = load ptr, ptr %46, align 8
  br label %48

48:
  %49 = phi ptr [ %47, %45 ], [ %43, %37 ]
  %50 = icmp eq ptr %49, null
  br i1 %50, label %54, label %51

51:
  %52 = load i32, ptr %49, align 8
  %53 = icmp eq i32 %52, 1
  br i1 %53, label %54, label %64

54:
  %55 = select i1 %44, i64 24, i64 16
  %56 = getelementptr inbounds nuw i8, ptr %38, i64 %55
  %57 = load ptr, ptr %56, align 8
  %58 = icmp eq ptr %39, %57
  br i1 %58, label %59, label %60

59:
  tail call void @rsenzyme.tree.rotate(ptr noundef nonnull %38, i1 noundef zeroext %44, ptr noundef nonnull %3)
  br label %60

60:
  %61 = phi ptr [ %39, %59 ], [ %38, %54 ]
  store i32 1, ptr %61, align 8
  store i32 0, ptr %41, align 8
  %62 = xor i1 %44, true
  tail call void @rsenzyme.tree.rotate(ptr noundef nonnull %41, i1 noundef zeroext %62, ptr noundef nonnull %3)
  %63 = load ptr, ptr %25, align 8
  br label %67

64:
  store i32 1, ptr %49, align 8
  store i32 1, ptr %38, align 8
  store i32 0, ptr %41, align 8
  %65 = load ptr, ptr %25, align 8
  %66 = icmp eq ptr %41, %65
  br i1 %66, label %67, label %32

67:
  %68 = phi ptr [ %63, %60 ], [ %26, %24 ], [ %26, %28 ], [ %65, %32 ], [ %65, %64 ]
  store i32 1, ptr %68, align 8
  ret void
}

define linkonce_odr ptr @_ZSt28_Rb_tree_rebalance_for_erasePSt18_Rb_tree_node_baseRS_(ptr %0, ptr %1) nounwind {
  %3 = load i32, ptr %0, align 8
  %4 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %5 = load ptr, ptr %4, align 8
  %6 = icmp eq ptr %5, null
  %7 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %8 = load ptr, ptr %7, align 8
  br i1 %6, label %62, label %9

9:
  %10 = icmp eq ptr %8, null
  br i1 %10, label %62, label %11

11:
  %12 = phi ptr [ %14, %11 ], [ %8, %9 ]
  %13 = getelementptr inbounds nuw i8, ptr %12, i64 16
  %14 = load ptr, ptr %13, align 8
  %15 = icmp eq ptr %14, null
  br i1 %15, label %16, label %11, !llvm.loop !8

16:
  %17 = getelementptr inbounds nuw i8, ptr %12, i64 16
  %18 = getelementptr inbounds nuw i8, ptr %12, i64 24
  %19 = load ptr, ptr %18, align 8
  %20 = load i32, ptr %12, align 8
  %21 = getelementptr inbounds nuw i8, ptr %12, i64 8
  %22 = load ptr, ptr %21, align 8
  %23 = icmp eq ptr %22, %0
  br i1 %23, label %43, label %24

24:
  %25 = getelementptr inbounds nuw i8, ptr %1, i64 8
  %26 = load ptr, ptr %25, align 8
  %27 = icmp eq ptr %26, %12
  br i1 %27, label %28, label %29

28:
  store ptr %19, ptr %25, align 8
  br label %36

29:
  %30 = getelementptr inbounds nuw i8, ptr %22, i64 16
  %31 = load ptr, ptr %30, align 8
  %32 = icmp eq ptr %31, %12
  br i1 %32, label %33, label %34

33:
  store ptr %19, ptr %30, align 8
  br label %36

34:
  %35 = getelementptr inbounds nuw i8, ptr %22, i64 24
  store ptr %19, ptr %35, align 8
  br label %36

36:
  %37 = icmp eq ptr %19, null
  br i1 %37, label %40, label %38

38:
  %39 = getelementptr inbounds nuw i8, ptr %19, i64 8
  store ptr %22, ptr %39, align 8
  br label %40

40:
  %41 = load ptr, ptr %7, align 8
  store ptr %41, ptr %18, align 8
  %42 = getelementptr inbounds nuw i8, ptr %41, i64 8
  store ptr %12, ptr %42, align 8
  br label %43

43:
  %44 = phi ptr [ %22, %40 ], [ %12, %16 ]
  %45 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %46 = load ptr, ptr %45, align 8
  %47 = getelementptr inbounds nuw i8, ptr %1, i64 8
  %48 = load ptr, ptr %47, align 8
  %49 = icmp eq ptr %48, %0
  br i1 %49, label %50, label %51

50:
  store ptr %12, ptr %47, align 8
  br label %58

51:
  %52 = getelementptr inbounds nuw i8, ptr %46, i64 16
  %53 = load ptr, ptr %52, align 8
  %54 = icmp eq ptr %53, %0
  br i1 %54, label %55, label %56

55:
  store ptr %12, ptr %52, align 8
  br label %58

56:
  %57 = getelementptr inbounds nuw i8, ptr %46, i64 24
  store ptr %12, ptr %57, align 8
  br label %58

58:
  store ptr %46, ptr %21, align 8
  %59 = load ptr, ptr %4, align 8
  store ptr %59, ptr %17, align 8
  %60 = getelementptr inbounds nuw i8, ptr %59, i64 8
  store ptr %12, ptr %60, align 8
  %61 = load i32, ptr %0, align 8
  store i32 %61, ptr %12, align 8
  br label %108

62:
  %63 = phi ptr [ %5, %9 ], [ %8, %2 ]
  %64 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %65 = load ptr, ptr %64, align 8
  %66 = getelementptr inbounds nuw i8, ptr %1, i64 16
  %67 = load ptr, ptr %66, align 8
  %68 = icmp eq ptr %67, %0
  br i1 %68, label %69, label %78

69:
  %70 = icmp eq ptr %63, null
  br i1 %70, label %76, label %71

71:
  %72 = phi ptr [ %74, %71 ], [ %63, %69 ]
  %73 = getelementptr inbounds nuw i8, ptr %72, i64 16
  %74 = load ptr, ptr %73, align 8
  %75 = icmp eq ptr %74, null
  br i1 %75, label %76, label %71, !llvm.loop !8

76:
  %77 = phi ptr [ %65, %69 ], [ %72, %71 ]
  store ptr %77, ptr %66, align 8
  br label %78

78:
  %79 = getelementptr inbounds nuw i8, ptr %1, i64 24
  %80 = load ptr, ptr %79, align 8
  %81 = icmp eq ptr %80, %0
  br i1 %81, label %82, label %91

82:
  %83 = icmp eq ptr %63, null
  br i1 %83, label %89, label %84

84:
  %85 = phi ptr [ %87, %84 ], [ %63, %82 ]
  %86 = getelementptr inbounds nuw i8, ptr %85, i64 24
  %87 = load ptr, ptr %86, align 8
  %88 = icmp eq ptr %87, null
  br i1 %88, label %89, label %84, !llvm.loop !9

89:
  %90 = phi ptr [ %65, %82 ], [ %85, %84 ]
  store ptr %90, ptr %79, align 8
  br label %91

91:
  %92 = load ptr, ptr %64, align 8
  %93 = getelementptr inbounds nuw i8, ptr %1, i64 8
  %94 = load ptr, ptr %93, align 8
  %95 = icmp eq ptr %94, %0
  br i1 %95, label %96, label %97

96:
  store ptr %63, ptr %93, align 8
  br label %104

97:
  %98 = getelementptr inbounds nuw i8, ptr %92, i64 16
  %99 = load ptr, ptr %98, align 8
  %100 = icmp eq ptr %99, %0
  br i1 %100, label %101, label %102

101:
  store ptr %63, ptr %98, align 8
  br label %104

102:
  %103 = getelementptr inbounds nuw i8, ptr %92, i64 24
  store ptr %63, ptr %103, align 8
  br label %104

104:
  %105 = icmp eq ptr %63, null
  br i1 %105, label %108, label %106

106:
  %107 = getelementptr inbounds nuw i8, ptr %63, i64 8
  store ptr %92, ptr %107, align 8
  br label %108

108:
  %109 = phi ptr [ %44, %58 ], [ %65, %104 ], [ %65, %106 ]
  %110 = phi i32 [ %20, %58 ], [ %3, %104 ], [ %3, %106 ]
  %111 = phi ptr [ %19, %58 ], [ null, %104 ], [ %63, %106 ]
  %112 = icmp eq i32 %110, 1
  br i1 %112, label %113, label %187

113:
  %114 = getelementptr inbounds nuw i8, ptr %1, i64 8
  %115 = load ptr, ptr %114, align 8
  %116 = icmp eq ptr %111, %115
  br i1 %116, label %182, label %117

117:
  %118 = phi ptr [ %119, %177 ], [ %111, %113 ]
  %119 = phi ptr [ %179, %177 ], [ %109, %113 ]
  %120 = icmp eq ptr %118, null
  br i1 %120, label %124, label %121

121:
  %122 = load i32, ptr %118, align 8
  %123 = icmp eq i32 %122, 1
  br i1 %123, label %124, label %185

124:
  %125 = getelementptr inbounds nuw i8, ptr %119, i64 16
  %126 = load ptr, ptr %125, align 8
  %127 = icmp eq ptr %126, %118
  br i1 %127, label %128, label %131

128:
  %129 = getelementptr inbounds nuw i8, ptr %119, i64 24
  %130 = load ptr, ptr %129, align 8
  br label %131

131:
  %132 = phi ptr [ %130, %128 ], [ %126, %124 ]
  %133 = load i32, ptr %132, align 8
  %134 = icmp eq i32 %133, 0
  br i1 %134, label %135, label %139

135:
  store i32 1, ptr %132, align 8
  store i32 0, ptr %119, align 8
  tail call void @rsenzyme.tree.rotate(ptr noundef nonnull %119, i1 noundef zeroext %127, ptr noundef nonnull %1)
  %136 = getelementptr inbounds nuw i8, ptr %119, i64 24
  %137 = select i1 %127, ptr %136, ptr %125
  %138 = load ptr, ptr %137, align 8
  br label %139

139:
  %140 = phi ptr [ %138, %135 ], [ %132, %131 ]
  %141 = getelementptr inbounds nuw i8, ptr %140, i64 16
  %142 = load ptr, ptr %141, align 8
  %143 = icmp eq ptr %142, null
  br i1 %143, label %147, label %144

144:
  %145 = load i32, ptr %142, align 8
  %146 = icmp eq i32 %145, 1
  br i1 %146, label %147, label %154

147:
  %148 = getelementptr inbounds nuw i8, ptr %140, i64 24
  %149 = load ptr, ptr %148, align 8
  %150 = icmp eq ptr %149, null
  br i1 %150, label %177, label %151

151:
  %152 = load i32, ptr %149, align 8
  %153 = icmp eq i32 %152, 1
  br i1 %153, label %177, label %154

154:
  %155 = getelementptr inbounds nuw i8, ptr %140, i64 16
  %156 = getelementptr inbounds nuw i8, ptr %140, i64 24
  %157 = select i1 %127, ptr %156, ptr %155
  %158 = load ptr, ptr %157, align 8
  %159 = icmp eq ptr %158, null
  br i1 %159, label %163, label %160

160:
  %161 = load i32, ptr %158, align 8
  %162 = icmp eq i32 %161, 1
  br i1 %162, label %163, label %173

163:
  %164 = select i1 %127, ptr %155, ptr %156
  %165 = load ptr, ptr %164, align 8
  store i32 1, ptr %165, align 8
  store i32 0, ptr %140, align 8
  %166 = xor i1 %127, true
  tail call void @rsenzyme.tree.rotate(ptr noundef nonnull %140, i1 noundef zeroext %166, ptr noundef nonnull %1)
  %167 = getelementptr inbounds nuw i8, ptr %119, i64 24
  %168 = select i1 %127, ptr %167, ptr %125
  %169 = load ptr, ptr %168, align 8
  %170 = select i1 %127, i64 24, i64 16
  %171 = getelementptr inbounds nuw i8, ptr %169, i64 %170
  %172 = load ptr, ptr %171, align 8
  br label %173

173:
  %174 = phi ptr [ %169, %163 ], [ %140, %160 ]
  %175 = phi ptr [ %172, %163 ], [ %158, %160 ]
  %176 = load i32, ptr %119, align 8
  store i32 %176, ptr %174, align 8
  store i32 1, ptr %119, align 8
  store i32 1, ptr %175, align 8
  tail call void @rsenzyme.tree.rotate(ptr noundef nonnull %119, i1 noundef zeroext %127, ptr noundef nonnull %1)
  br label %182

177:
  store i32 0, ptr %140, align 8
  %178 = getelementptr inbounds nuw i8, ptr %119, i64 8
  %179 = load ptr, ptr %178, align 8
  %180 = load ptr, ptr %114, align 8
  %181 = icmp eq ptr %119, %180
  br i1 %181, label %185, label %117

182:
  %183 = phi ptr [ %118, %173 ], [ %111, %113 ]
  %184 = icmp eq ptr %183, null
  br i1 %184, label %187, label %185

185:
  %186 = phi ptr [ %183, %182 ], [ %118, %121 ], [ %119, %177 ]
  store i32 1, ptr %186, align 8
  br label %187

187:
  ret ptr %0
}

declare void @llvm.memset.p0.i64(ptr writeonly captures(none), i8, i64, i1 immarg)

!5 = distinct !{!5, !6, !7}
!6 = !{!"llvm.loop.mustprogress"}
!7 = !{!"llvm.loop.unroll.disable"}
!8 = distinct !{!8, !6, !7}
!9 = distinct !{!9, !6, !7}
