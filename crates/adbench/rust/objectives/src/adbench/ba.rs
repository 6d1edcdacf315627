//! Bundle adjustment: `objectives/ba.c`.

use crate::Real;
use crate::given::Ba;

/// The numbers of a camera.
pub const CAMERA: usize = 11;
/// The coordinates of a point.
pub const POINT: usize = 3;
/// The unknowns of one observation: its camera, its point, its weight.
pub const ROW: usize = CAMERA + POINT + 1;

fn dot<T: Real>(a: &[T; 3], b: &[T; 3]) -> T {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross<T: Real>(a: &[T; 3], b: &[T; 3]) -> [T; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

/// Rodrigues' formula. Without rotation its limit, which has the right first derivative.
fn rotate<T: Real>(rotation: &[T; 3], x: &[T; 3]) -> [T; 3] {
    let square = dot(rotation, rotation);
    if square.value() == 0.0 {
        let across = cross(rotation, x);
        return [x[0] + across[0], x[1] + across[1], x[2] + across[2]];
    }
    let angle = square.sqrt();
    let (cosine, sine) = (angle.cos(), angle.sin());
    let axis = [rotation[0] / angle, rotation[1] / angle, rotation[2] / angle];
    let across = cross(&axis, x);
    let along = dot(&axis, x) * (-cosine + 1.0);
    let turn = |i: usize| x[i] * cosine + across[i] * sine + axis[i] * along;
    [turn(0), turn(1), turn(2)]
}

/// Where the camera sees the point.
fn project<T: Real>(camera: &[T; CAMERA], point: &[T; POINT]) -> [T; 2] {
    let [r0, r1, r2, c0, c1, c2, focal, p0, p1, k0, k1] = *camera;
    let relative = [point[0] - c0, point[1] - c1, point[2] - c2];
    let x = rotate(&[r0, r1, r2], &relative);
    let (u, v) = (x[0] / x[2], x[1] / x[2]);
    let square = u * u + v * v;
    let distortion = (k0 + k1 * square) * square + 1.0;
    [u * distortion * focal + p0, v * distortion * focal + p1]
}

/// The weighted distance of an observation.
pub fn reprojection_error<T: Real>(
    camera: &[T; CAMERA],
    point: &[T; POINT],
    weight: T,
    feature: &[f64; 2],
) -> [T; 2] {
    let seen = project(camera, point);
    [weight * (seen[0] - feature[0]), weight * (seen[1] - feature[1])]
}

/// What keeps a weight from vanishing.
pub fn weight_error<T: Real>(weight: T) -> T {
    -(weight * weight) + 1.0
}

/// The unknowns: cameras, points, weights.
#[must_use]
pub fn unknowns<'a, T>(given: &Ba, x: &'a [T]) -> (&'a [[T; CAMERA]], &'a [[T; POINT]], &'a [T]) {
    let (cameras, rest) = x.split_at(CAMERA * given.cameras());
    let (points, weights) = rest.split_at(POINT * given.points());
    (cameras.as_chunks().0, points.as_chunks().0, weights)
}

/// Outputs: p x 2 reprojection errors, then p weight errors.
pub fn objective<T: Real>(given: &Ba, x: &[T], y: &mut [T]) {
    let (cameras, points, weights) = unknowns(given, x);
    let (errors, weight_errors) = y.split_at_mut(2 * given.observations());
    let errors = errors.as_chunks_mut::<2>().0.iter_mut();
    let places = given.camera().iter().zip(given.point());
    for (((error, (&camera, &point)), &weight), feature) in
        errors.zip(places).zip(weights).zip(given.features())
    {
        *error = reprojection_error(
            &cameras[camera as usize],
            &points[point as usize],
            weight,
            feature,
        );
    }
    for (error, &weight) in weight_errors.iter_mut().zip(weights) {
        *error = weight_error(weight);
    }
}
