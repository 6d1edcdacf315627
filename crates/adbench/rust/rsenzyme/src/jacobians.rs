//! Jacobians by requests with several directions or rows at once: what `requests/ba_jacobian.c` and `requests/hand_jacobian.c` do.

use objectives::given::{Ba, Hand};
use objectives::{Call, ba};

/// Directions at once.
const WIDTH: usize = 14;

unsafe extern "C" {
    static enzyme_const: u8;
    static enzyme_dup: u8;
    static enzyme_dupv: u8;
    static enzyme_width: u8;
}

type Marker = *const u8;
type Camera = [f64; ba::CAMERA];
type Point = [f64; ba::POINT];
type Row = [f64; ba::ROW];

// `C-unwind`, because the differentiated functions may panic.
unsafe extern "C-unwind" {
    fn __enzyme_autodiff_observation(
        function: extern "C-unwind" fn(&Camera, &Point, &f64, &[f64; 2], &mut [f64; 2]),
        width_marker: Marker,
        width: u64,
        camera_marker: Marker,
        camera: &Camera,
        camera_first: *mut f64,
        camera_second: *mut f64,
        point_marker: Marker,
        point: &Point,
        point_first: *mut f64,
        point_second: *mut f64,
        weight_marker: Marker,
        weight: &f64,
        weight_first: *mut f64,
        weight_second: *mut f64,
        feature_marker: Marker,
        feature: &[f64; 2],
        error_marker: Marker,
        error: &mut [f64; 2],
        error_first: &mut [f64; 2],
        error_second: &mut [f64; 2],
    );

    fn __enzyme_autodiff_weight(
        function: extern "C-unwind" fn(&f64, &mut f64),
        weight_marker: Marker,
        weight: &f64,
        weight_shadow: &mut f64,
        error_marker: Marker,
        error: &mut f64,
        error_shadow: &mut f64,
    );

    fn __enzyme_fwddiff_hand(
        function: extern "C-unwind" fn(&Hand, *const f64, usize, *mut f64, usize),
        width_marker: Marker,
        width: u64,
        given_marker: Marker,
        given: &Hand,
        x_marker: Marker,
        x_stride: usize,
        x: *const f64,
        dx: *const f64,
        inputs_marker: Marker,
        inputs: usize,
        y_marker: Marker,
        y_stride: usize,
        y: *mut f64,
        dy: *mut f64,
        outputs_marker: Marker,
        outputs: usize,
    );
}

extern "C-unwind" fn observation(
    camera: &Camera,
    point: &Point,
    weight: &f64,
    feature: &[f64; 2],
    error: &mut [f64; 2],
) {
    *error = ba::reprojection_error(camera, point, *weight, feature);
}

extern "C-unwind" fn weight_error(weight: &f64, error: &mut f64) {
    *error = ba::weight_error(*weight);
}

/// Both rows of an observation from one evaluation.
fn observation_rows(
    camera: &Camera,
    point: &Point,
    weight: &f64,
    feature: &[f64; 2],
    error: &mut [f64; 2],
    rows: &mut [Row; 2],
) {
    let (mut first, mut second) = ([1.0, 0.0], [0.0, 1.0]);
    let [a, b] = rows;
    let (a, b) = (a.as_mut_ptr(), b.as_mut_ptr());
    const WEIGHT: usize = ba::CAMERA + ba::POINT;
    // SAFETY: the request is replaced by the derivative, which adds to the rows in the places of camera, point and weight.
    unsafe {
        __enzyme_autodiff_observation(
            observation,
            &raw const enzyme_width,
            2,
            &raw const enzyme_dup,
            camera,
            a,
            b,
            &raw const enzyme_dup,
            point,
            a.add(ba::CAMERA),
            b.add(ba::CAMERA),
            &raw const enzyme_dup,
            weight,
            a.add(WEIGHT),
            b.add(WEIGHT),
            &raw const enzyme_const,
            feature,
            &raw const enzyme_dup,
            error,
            &mut first,
            &mut second,
        );
    }
}

/// The sparse Jacobian of bundle adjustment.
pub(crate) fn ba(call: &Call) {
    // SAFETY: the harness gives each objective its own constants.
    let given = unsafe { &*call.given.cast::<Ba>() };
    let (cameras, points, weights) = ba::unknowns(given, call.x());
    let (rows, entries) = call.result().split_at_mut(2 * ba::ROW * given.observations());
    let (errors, weight_errors) = call.y().split_at_mut(2 * given.observations());
    let places = given
        .camera()
        .iter()
        .zip(given.point())
        .zip(weights)
        .zip(given.features());
    let rows = rows.as_chunks_mut::<{ ba::ROW }>().0.as_chunks_mut::<2>().0;
    let outputs = rows.iter_mut().zip(errors.as_chunks_mut().0);
    for ((((&camera, &point), weight), feature), (rows, error)) in places.zip(outputs) {
        *rows = [[0.0; ba::ROW]; 2];
        observation_rows(
            &cameras[camera as usize],
            &points[point as usize],
            weight,
            feature,
            error,
            rows,
        );
    }
    for ((weight, entry), error) in weights.iter().zip(entries).zip(weight_errors) {
        let mut seed = 1.0;
        *entry = 0.0;
        // SAFETY: the request is replaced by the derivative, which adds to the entry.
        unsafe {
            __enzyme_autodiff_weight(
                weight_error,
                &raw const enzyme_dup,
                weight,
                entry,
                &raw const enzyme_dup,
                error,
                &mut seed,
            );
        }
    }
}

extern "C-unwind" fn distances(given: &Hand, x: *const f64, inputs: usize, y: *mut f64, outputs: usize) {
    // SAFETY: `tangents` passes slices.
    let (x, y) = unsafe {
        (
            std::slice::from_raw_parts(x, inputs),
            std::slice::from_raw_parts_mut(y, outputs),
        )
    };
    objectives::hand::objective(given, x, y);
}

/// The outputs, and what they do in `WIDTH` directions.
fn tangents(given: &Hand, x: &[f64], dx: &[f64], y: &mut [f64], dy: &mut [f64]) {
    assert!(dx.len() == WIDTH * x.len() && dy.len() == WIDTH * y.len());
    // SAFETY: the request is replaced by the derivative, which reads and writes memory of these sizes.
    unsafe {
        __enzyme_fwddiff_hand(
            distances,
            &raw const enzyme_width,
            WIDTH as u64,
            &raw const enzyme_const,
            given,
            &raw const enzyme_dupv,
            size_of_val(x),
            x.as_ptr(),
            dx.as_ptr(),
            &raw const enzyme_const,
            x.len(),
            &raw const enzyme_dupv,
            size_of_val(y),
            y.as_mut_ptr(),
            dy.as_mut_ptr(),
            &raw const enzyme_const,
            y.len(),
        );
    }
}

/// The dense Jacobian of hand tracking.
pub(crate) fn hand(call: &Call) {
    // SAFETY: the harness gives each objective its own constants.
    let given = unsafe { &*call.given.cast::<Hand>() };
    let (x, y, jacobian) = (call.x(), call.y(), call.result());
    let mut dx = vec![0.0; WIDTH * x.len()];
    let mut rest = Vec::new();
    let (inputs, outputs) = (call.inputs(), call.outputs());
    for (chunk, columns) in jacobian.chunks_mut(WIDTH * outputs).enumerate() {
        let first = chunk * WIDTH;
        let seeds = |value: f64, dx: &mut [f64]| {
            for (k, v) in dx
                .chunks_exact_mut(inputs)
                .take(columns_of(call, first))
                .enumerate()
            {
                call.seed(first + k, value, v);
            }
        };
        seeds(1.0, &mut dx);
        if columns.len() == WIDTH * outputs {
            tangents(given, x, &dx, y, columns);
        } else {
            rest.resize(WIDTH * outputs, 0.0);
            tangents(given, x, &dx, y, &mut rest);
            columns.copy_from_slice(&rest[..columns.len()]);
        }
        seeds(0.0, &mut dx);
    }
}

fn columns_of(call: &Call, first: usize) -> usize {
    WIDTH.min(call.directions() - first)
}
