//! A crate's number type as a number of the objectives.

/// Defines a type `$name` around `$inner`, which has the operators of the crate and its functions by `$functions`.
macro_rules! number {
    ($(#[$meta:meta])* $name:ident, $inner:ty, $functions:path, constant: $constant:expr, value: $value:expr) => {
        $(#[$meta])*
        #[derive(Clone, Copy)]
        #[repr(transparent)]
        pub(crate) struct $name(pub(crate) $inner);

        $crate::number::operators!($name, Add, add, +);
        $crate::number::operators!($name, Sub, sub, -);
        $crate::number::operators!($name, Mul, mul, *);
        $crate::number::operators!($name, Div, div, /);
        $crate::number::assignment!($name, AddAssign, add_assign, +);
        $crate::number::assignment!($name, SubAssign, sub_assign, -);
        $crate::number::assignment!($name, MulAssign, mul_assign, *);

        impl std::ops::Neg for $name {
            type Output = Self;

            #[inline]
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }

        impl objectives::Real for $name {
            #[inline]
            fn constant(value: f64) -> Self {
                Self($constant(value))
            }

            #[inline]
            fn value(self) -> f64 {
                $value(&self.0)
            }

            $crate::number::functions!($functions: sqrt exp ln sin cos tanh);
        }
    };
}

macro_rules! operators {
    ($name:ident, $operator:ident, $method:ident, $sign:tt) => {
        impl std::ops::$operator for $name {
            type Output = Self;

            #[inline]
            fn $method(self, other: Self) -> Self {
                Self(self.0 $sign other.0)
            }
        }

        impl std::ops::$operator<f64> for $name {
            type Output = Self;

            #[inline]
            fn $method(self, other: f64) -> Self {
                Self(self.0 $sign other)
            }
        }
    };
}

macro_rules! assignment {
    ($name:ident, $operator:ident, $method:ident, $sign:tt) => {
        impl std::ops::$operator for $name {
            #[inline]
            fn $method(&mut self, other: Self) {
                self.0 = self.0 $sign other.0;
            }
        }
    };
}

macro_rules! functions {
    ($functions:path: $($function:ident)*) => {
        $(
            #[inline]
            fn $function(self) -> Self {
                use $functions as _;
                Self(self.0.$function())
            }
        )*
    };
}

pub(crate) use {assignment, functions, number, operators};
