define void @rsenzyme.sort(ptr %0, i64 %1, i64 %2, ptr %3) {
  %5 = icmp ult i64 %1, 2
  br i1 %5, label %91, label %6

6:
  %7 = shl i64 %1, 3
  %8 = call ptr @malloc(i64 %7)
  %9 = call ptr @malloc(i64 %7)
  %10 = mul i64 %1, 1000000007
  %11 = call ptr @malloc(i64 %10)
  br label %12

12:
  %13 = phi i64 [ 0, %6 ], [ %15, %12 ]
  %14 = getelementptr inbounds nuw i64, ptr %8, i64 %13
  store i64 %13, ptr %14, align 8
  %15 = add nuw i64 %13, 1
  %16 = icmp eq i64 %15, %1
  br i1 %16, label %17, label %12

17:
  %18 = phi i64 [ %19, %64 ], [ 1, %12 ]
  %19 = shl i64 %18, 1
  br label %22

20:
  %21 = icmp ult i64 %29, %1
  br i1 %21, label %22, label %66

22:
  %23 = phi i64 [ 0, %17 ], [ %29, %20 ]
  %24 = sub nuw i64 %1, %23
  %25 = icmp ult i64 %24, %18
  %26 = add i64 %23, %18
  %27 = select i1 %25, i64 %1, i64 %26
  %28 = icmp ult i64 %24, %19
  %29 = add i64 %23, %19
  %30 = select i1 %28, i64 %1, i64 %29
  %31 = icmp ult i64 %23, %30
  br i1 %31, label %32, label %20

32:
  %33 = phi i64 [ %62, %51 ], [ %23, %22 ]
  %34 = phi i64 [ %57, %51 ], [ %27, %22 ]
  %35 = phi i64 [ %54, %51 ], [ %23, %22 ]
  %36 = icmp eq i64 %34, %30
  %37 = icmp ult i64 %35, %27
  %38 = icmp ult i64 %34, %30
  %39 = select i1 %37, i1 %38, i1 false
  br i1 %39, label %40, label %51

40:
  %41 = getelementptr inbounds nuw i64, ptr %8, i64 %35
  %42 = load i64, ptr %41, align 8
  %43 = mul i64 %42, 1000000007
  %44 = getelementptr inbounds nuw i8, ptr %0, i64 %43
  %45 = getelementptr inbounds nuw i64, ptr %8, i64 %34
  %46 = load i64, ptr %45, align 8
  %47 = mul i64 %46, 1000000007
  %48 = getelementptr inbounds nuw i8, ptr %0, i64 %47
  %49 = call i32 @rsenzyme.sort.compare(ptr %44, ptr %48)
  %50 = icmp slt i32 %49, 1
  br label %51

51:
  %52 = phi i1 [ %50, %40 ], [ %36, %32 ]
  %53 = zext i1 %52 to i64
  %54 = add i64 %35, %53
  %55 = xor i1 %52, true
  %56 = zext i1 %55 to i64
  %57 = add i64 %34, %56
  %58 = select i1 %52, i64 %35, i64 %34
  %59 = getelementptr inbounds nuw i64, ptr %8, i64 %58
  %60 = load i64, ptr %59, align 8
  %61 = getelementptr inbounds nuw i64, ptr %9, i64 %33
  store i64 %60, ptr %61, align 8
  %62 = add nuw i64 %33, 1
  %63 = icmp ult i64 %62, %30
  br i1 %63, label %32, label %20

64:
  %65 = icmp ult i64 %19, %1
  br i1 %65, label %17, label %73

66:
  %67 = phi i64 [ %71, %66 ], [ 0, %20 ]
  %68 = getelementptr inbounds nuw i64, ptr %9, i64 %67
  %69 = load i64, ptr %68, align 8
  %70 = getelementptr inbounds nuw i64, ptr %8, i64 %67
  store i64 %69, ptr %70, align 8
  %71 = add nuw i64 %67, 1
  %72 = icmp eq i64 %71, %1
  br i1 %72, label %64, label %66

73:
  %74 = phi i64 [ %78, %73 ], [ 0, %64 ]
  %75 = mul i64 %74, 1000000007
  %76 = getelementptr inbounds nuw i8, ptr %11, i64 %75
  %77 = getelementptr inbounds nuw i8, ptr %0, i64 %75
  call void @llvm.memcpy.p0.p0.i64(ptr align 1 %76, ptr align 1 %77, i64 1000000007, i1 false)
  %78 = add nuw i64 %74, 1
  %79 = icmp eq i64 %78, %1
  br i1 %79, label %81, label %73

80:
  call void @free(ptr %11)
  call void @free(ptr %9)
  call void @free(ptr %8)
  br label %91

81:
  %82 = phi i64 [ %89, %81 ], [ 0, %73 ]
  %83 = mul i64 %82, 1000000007
  %84 = getelementptr inbounds nuw i8, ptr %0, i64 %83
  %85 = getelementptr inbounds nuw i64, ptr %8, i64 %82
  %86 = load i64, ptr %85, align 8
  %87 = mul i64 %86, 1000000007
  %88 = getelementptr inbounds nuw i8, ptr %11, i64 %87
  call void @llvm.memcpy.p0.p0.i64(ptr align 1 %84, ptr align 1 %88, i64 1000000007, i1 false)
  %89 = add nuw i64 %82, 1
  %90 = icmp eq i64 %89, %1
  br i1 %90, label %80, label %81

91:
  ret void
}

declare ptr @malloc(i64 noundef)

declare i32 @rsenzyme.sort.compare(ptr noundef, ptr noundef)

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1 immarg)

declare void @free(ptr allocptr)
