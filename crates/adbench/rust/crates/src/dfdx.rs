//! dfdx
