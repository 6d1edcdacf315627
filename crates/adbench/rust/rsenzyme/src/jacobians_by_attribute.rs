//! Jacobians by attributes: of bundle adjustment row by row in reverse mode, of hand tracking direction by direction in forward mode.

use std::autodiff::{autodiff_forward, autodiff_reverse};

use objectives::given::{Ba, Hand};
use objectives::{Call, ba};

type Camera = [f64; ba::CAMERA];
type Point = [f64; ba::POINT];

#[autodiff_reverse(observation_row, Duplicated, Duplicated, Duplicated, Const, Duplicated)]
fn observation(camera: &Camera, point: &Point, weight: &f64, feature: &[f64; 2], error: &mut [f64; 2]) {
    *error = ba::reprojection_error(camera, point, *weight, feature);
}

#[autodiff_reverse(weight_entry, Duplicated, Duplicated)]
fn weight_error(weight: &f64, error: &mut f64) {
    *error = ba::weight_error(*weight);
}

/// The sparse Jacobian of bundle adjustment.
pub(crate) fn ba(call: &Call) {
    // SAFETY: the harness gives each objective its own constants.
    let given = unsafe { &*call.given.cast::<Ba>() };
    let (cameras, points, weights) = ba::unknowns(given, call.x());
    let (rows, entries) = call.result().split_at_mut(2 * ba::ROW * given.observations());
    let (errors, weight_errors) = call.y().split_at_mut(2 * given.observations());
    let places = given.camera().iter().zip(given.point()).zip(weights).zip(given.features());
    let rows = rows.as_chunks_mut::<{ ba::ROW }>().0.as_chunks_mut::<2>().0;
    let outputs = rows.iter_mut().zip(errors.as_chunks_mut::<2>().0);
    for ((((&camera, &point), weight), feature), (rows, error)) in places.zip(outputs) {
        for (number, row) in rows.iter_mut().enumerate() {
            let (mut camera_row, mut point_row, mut weight_row) = ([0.0; ba::CAMERA], [0.0; ba::POINT], 0.0);
            let mut seed = [0.0; 2];
            seed[number] = 1.0;
            observation_row(
                &cameras[camera as usize],
                &mut camera_row,
                &points[point as usize],
                &mut point_row,
                weight,
                &mut weight_row,
                feature,
                error,
                &mut seed,
            );
            row[..ba::CAMERA].copy_from_slice(&camera_row);
            row[ba::CAMERA..ba::CAMERA + ba::POINT].copy_from_slice(&point_row);
            row[ba::ROW - 1] = weight_row;
        }
    }
    for ((weight, entry), error) in weights.iter().zip(entries).zip(weight_errors) {
        let mut seed = 1.0;
        *entry = 0.0;
        weight_entry(weight, entry, error, &mut seed);
    }
}

#[autodiff_forward(tangent, Const, Dual, Dual)]
fn distances(given: &Hand, x: &[f64], y: &mut [f64]) {
    objectives::hand::objective(given, x, y);
}

/// The dense Jacobian of hand tracking.
pub(crate) fn hand(call: &Call) {
    // SAFETY: the harness gives each objective its own constants.
    let given = unsafe { &*call.given.cast::<Hand>() };
    let (y, mut dx) = (call.y(), vec![0.0; call.inputs()]);
    for (direction, column) in call.result().chunks_exact_mut(call.outputs()).enumerate() {
        call.seed(direction, 1.0, &mut dx);
        tangent(given, call.x(), &dx, y, column);
        call.seed(direction, 0.0, &mut dx);
    }
}
