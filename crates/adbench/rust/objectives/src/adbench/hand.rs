//! Hand tracking: `objectives/hand.c`.

use crate::Real;
use crate::given::{Affine, Hand};

/// The pose's parameters.
pub const POSE: usize = 26;
const FINGERS: usize = 5;

type Map<T> = [T; 12];

/// a b for affine maps.
fn compose<T: Real>(a: &Map<T>, b: &Map<T>) -> Map<T> {
    let mut c = [T::constant(0.0); 12];
    for i in 0..3 {
        for j in 0..4 {
            c[4 * i + j] = a[4 * i] * b[j] + a[4 * i + 1] * b[4 + j] + a[4 * i + 2] * b[8 + j];
        }
        c[4 * i + 3] += a[4 * i + 3];
    }
    c
}

fn load<T: Real>(map: &Affine) -> Map<T> {
    map.map(T::constant)
}

/// A joint's turn: flexion about x, then abduction about z.
fn joint_turn<T: Real>(flexion: T, abduction: T) -> Map<T> {
    let (cx, sx, cz, sz) = (flexion.cos(), flexion.sin(), abduction.cos(), abduction.sin());
    let zero = T::constant(0.0);
    [
        cz,
        -sz * cx,
        sz * sx,
        zero,
        sz,
        cz * cx,
        -cz * sx,
        zero,
        zero,
        sx,
        cx,
        zero,
    ]
}

/// The turn about an axis by its length. At zero the formula's limit, which has the right first derivative.
fn axis_turn<T: Real>(v: &[T]) -> [T; 9] {
    let square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
    let one = T::constant(1.0);
    let (mut about, mut sine, mut cosine, mut versine) = (one, one, one, T::constant(0.0));
    if square.value() != 0.0 {
        about = one / square.sqrt();
        sine = square.sqrt().sin();
        cosine = square.sqrt().cos();
        versine = -cosine + 1.0;
    }
    let (x, y, z) = (v[0] * about, v[1] * about, v[2] * about);
    [
        x * x * versine + cosine,
        x * y * versine - z * sine,
        x * z * versine + y * sine,
        x * y * versine + z * sine,
        y * y * versine + cosine,
        y * z * versine - x * sine,
        x * z * versine - y * sine,
        y * z * versine + x * sine,
        z * z * versine + cosine,
    ]
}

/// Each joint's flexion and abduction, by bone. A finger has four bones; the last three of them turn.
fn joint_angles<T: Real>(pose: &[T], angles: &mut [[T; 2]]) {
    for finger in 0..FINGERS {
        let of_finger = &pose[6 + 4 * finger..][..4];
        let first = &mut angles[4 * finger + 2..][..3];
        first[0] = [of_finger[0], of_finger[1]];
        first[1][0] = of_finger[2];
        first[2][0] = of_finger[3];
    }
}

/// For each bone the map from the mesh at rest to where the bone carries it.
fn bone_maps<T: Real>(given: &Hand, angles: &[[T; 2]], absolute: &mut [Map<T>], maps: &mut [Map<T>]) {
    let bones = given.parents().iter().zip(given.relative()).zip(given.inverse());
    for (bone, (((&parent, relative), inverse), angles)) in bones.zip(angles).enumerate() {
        let turned = compose(&load(relative), &joint_turn(angles[0], angles[1]));
        absolute[bone] = match usize::try_from(parent) {
            Ok(parent) => compose(&absolute[parent], &turned),
            Err(_) => turned,
        };
        maps[bone] = compose(&absolute[bone], &load(inverse));
    }
}

/// The posed mesh.
fn skin<T: Real>(given: &Hand, pose: &[T], maps: &[Map<T>], posed: &mut [[T; 3]]) {
    let turn = axis_turn(pose);
    let zero = T::constant(0.0);
    let (bones, influences) = (given.influence_bone(), given.influence());
    let ranges = given.first_influence().windows(2);
    for ((out, rest), range) in posed.iter_mut().zip(given.rest()).zip(ranges) {
        let mut blended = [zero; 3];
        let range = range[0] as usize..range[1] as usize;
        for (&bone, &influence) in bones[range.clone()].iter().zip(&influences[range]) {
            let map = &maps[bone as usize];
            for r in 0..3 {
                blended[r] += (map[4 * r] * rest[0]
                    + map[4 * r + 1] * rest[1]
                    + map[4 * r + 2] * rest[2]
                    + map[4 * r + 3])
                    * influence;
            }
        }
        for r in 0..3 {
            out[r] = turn[3 * r] * blended[0]
                + turn[3 * r + 1] * blended[1]
                + turn[3 * r + 2] * blended[2]
                + pose[3 + r];
        }
    }
}

/// Outputs: for each point its distance, three numbers.
pub fn objective<T: Real>(given: &Hand, x: &[T], y: &mut [T]) {
    let (pose, barycentric) = x.split_at(POSE);
    // Numbers and not arrays in the vectors: rsenzyme cannot yet see through how the library fills a vector with arrays.
    let numbers = |count: usize| vec![T::constant(0.0); count];
    let (bones, vertices) = (given.bones(), given.vertices());
    let (mut angles, mut absolute, mut maps) = (numbers(2 * bones), numbers(12 * bones), numbers(12 * bones));
    let mut posed = numbers(3 * vertices);
    let (angles, maps, posed) = (
        angles.as_chunks_mut().0,
        maps.as_chunks_mut().0,
        posed.as_chunks_mut().0,
    );
    joint_angles(pose, angles);
    bone_maps(given, angles, absolute.as_chunks_mut().0, maps);
    skin(given, pose, maps, posed);
    let distances = y.as_chunks_mut::<3>().0;
    let points = distances
        .iter_mut()
        .zip(given.targets())
        .zip(given.correspondences());
    if !given.complicated() {
        for ((distance, target), &vertex) in points {
            for r in 0..3 {
                distance[r] = -posed[vertex as usize][r] + target[r];
            }
        }
        return;
    }
    for (((distance, target), &triangle), &[a, b]) in points.zip(barycentric.as_chunks::<2>().0) {
        let [first, second, third] = given.triangle(triangle).map(|corner| &posed[corner as usize]);
        for r in 0..3 {
            distance[r] = -(a * first[r] + b * second[r] + (-a + 1.0 - b) * third[r]) + target[r];
        }
    }
}
