//! Derivatives in cargo's test harness.

#[test]
fn derivatives_in_tests() {
    let mut gradient = [0.0];
    model::distance_gradient(&[3.0], &mut gradient, &[1.0], 1.0);
    assert_eq!(gradient, [2.0]);
}
