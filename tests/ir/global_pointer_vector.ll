; A global vector of addresses: a derivative that begins clears the shadows of numbers in global variables, and must leave addresses alone.
@store = global [2 x double] zeroinitializer
@places = global <2 x ptr> <ptr @store, ptr getelementptr (i8, ptr @store, i64 8)>

define double @through(ptr %x, i32 %n) {
  %p = load <2 x ptr>, ptr @places
  %p0 = extractelement <2 x ptr> %p, i64 0
  %p1 = extractelement <2 x ptr> %p, i64 1
  %a = load double, ptr %x
  %at = getelementptr double, ptr %x, i64 1
  %b = load double, ptr %at
  %product = fmul double %a, %b
  store double %product, ptr %p0
  store double %b, ptr %p1
  %y0 = load double, ptr @store
  %y1 = load double, ptr getelementptr (i8, ptr @store, i64 8)
  %r = fmul double %y0, %y1
  ret double %r
}
