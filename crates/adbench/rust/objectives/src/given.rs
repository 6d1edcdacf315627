//! The objectives' constants: the structures of `objectives/*.h`, and slices of them.

use std::ffi::c_int;

/// `count` numbers of the harness, which has an address even for none.
///
/// # Safety
/// `start` is the address of as many numbers, which nobody changes.
unsafe fn numbers<'a, T>(start: *const T, count: usize) -> &'a [T] {
    // SAFETY: promised by the caller.
    unsafe { std::slice::from_raw_parts(start, count) }
}

fn size(count: c_int) -> usize {
    count.unsigned_abs() as usize
}

/// `struct gmm`.
#[repr(C)]
pub struct Gmm {
    d: c_int,
    k: c_int,
    n: c_int,
    points: *const f64,
    /// The Wishart prior's scale.
    pub gamma: f64,
    m: c_int,
}

impl Gmm {
    /// The dimension of a point.
    #[must_use]
    pub fn d(&self) -> usize {
        size(self.d)
    }

    /// The number of components.
    #[must_use]
    pub fn k(&self) -> usize {
        size(self.k)
    }

    /// The number of points.
    #[must_use]
    pub fn n(&self) -> usize {
        size(self.n)
    }

    /// The Wishart prior's degrees of freedom beyond d + 1.
    #[must_use]
    pub fn m(&self) -> f64 {
        f64::from(self.m)
    }

    /// n x d coordinates.
    #[must_use]
    pub fn points(&self) -> &[f64] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.points, self.n() * self.d()) }
    }
}

/// `struct ba`.
#[repr(C)]
pub struct Ba {
    cameras: c_int,
    points: c_int,
    observations: c_int,
    camera: *const c_int,
    point: *const c_int,
    features: *const f64,
}

impl Ba {
    /// The number of cameras.
    #[must_use]
    pub fn cameras(&self) -> usize {
        size(self.cameras)
    }

    /// The number of points.
    #[must_use]
    pub fn points(&self) -> usize {
        size(self.points)
    }

    /// The number of observations.
    #[must_use]
    pub fn observations(&self) -> usize {
        size(self.observations)
    }

    /// Which camera made each observation.
    #[must_use]
    pub fn camera(&self) -> &[c_int] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.camera, self.observations()) }
    }

    /// Of which point each observation is.
    #[must_use]
    pub fn point(&self) -> &[c_int] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.point, self.observations()) }
    }

    /// Where each observation was seen.
    #[must_use]
    pub fn features(&self) -> &[[f64; 2]] {
        // SAFETY: C's harness made this structure; an array of two has the layout of two numbers.
        unsafe { numbers(self.features.cast(), self.observations()) }
    }
}

/// `struct hand`.
#[repr(C)]
pub struct Hand {
    bones: c_int,
    vertices: c_int,
    points: c_int,
    complicated: c_int,
    parents: *const c_int,
    relative: *const f64,
    inverse: *const f64,
    rest: *const f64,
    first_influence: *const c_int,
    influence_bone: *const c_int,
    influence: *const f64,
    triangles: *const c_int,
    correspondences: *const c_int,
    targets: *const f64,
}

/// An affine map: three rows of three linear entries and a translation.
pub type Affine = [f64; 12];

impl Hand {
    /// The number of bones.
    #[must_use]
    pub fn bones(&self) -> usize {
        size(self.bones)
    }

    /// The number of vertices.
    #[must_use]
    pub fn vertices(&self) -> usize {
        size(self.vertices)
    }

    /// The number of measured points.
    #[must_use]
    pub fn points(&self) -> usize {
        size(self.points)
    }

    /// Whether a point lies inside a triangle or at a vertex.
    #[must_use]
    pub fn complicated(&self) -> bool {
        self.complicated != 0
    }

    /// Of each bone, which comes before it; -1 for none.
    #[must_use]
    pub fn parents(&self) -> &[c_int] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.parents, self.bones()) }
    }

    /// Each bone in its parent's frame, at rest.
    #[must_use]
    pub fn relative(&self) -> &[Affine] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.relative.cast(), self.bones()) }
    }

    /// From the world to each bone's frame, at rest.
    #[must_use]
    pub fn inverse(&self) -> &[Affine] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.inverse.cast(), self.bones()) }
    }

    /// The mesh at rest.
    #[must_use]
    pub fn rest(&self) -> &[[f64; 3]] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.rest.cast(), self.vertices()) }
    }

    /// Where a vertex's influences begin.
    #[must_use]
    pub fn first_influence(&self) -> &[c_int] {
        // SAFETY: C's harness made this structure; there is one more than vertices.
        unsafe { numbers(self.first_influence, self.vertices() + 1) }
    }

    fn influences(&self) -> usize {
        self.first_influence().last().map_or(0, |&count| size(count))
    }

    /// The bones that move vertices.
    #[must_use]
    pub fn influence_bone(&self) -> &[c_int] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.influence_bone, self.influences()) }
    }

    /// How much each does.
    #[must_use]
    pub fn influence(&self) -> &[f64] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.influence, self.influences()) }
    }

    /// The vertices of a triangle.
    #[must_use]
    pub fn triangle(&self, number: c_int) -> &[c_int; 3] {
        let first = self.triangles.cast::<[c_int; 3]>();
        // SAFETY: C's harness made this structure and checked the numbers of triangles.
        unsafe { &*first.add(size(number)) }
    }

    /// The vertex, or the triangle, of each point.
    #[must_use]
    pub fn correspondences(&self) -> &[c_int] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.correspondences, self.points()) }
    }

    /// Where the points were measured.
    #[must_use]
    pub fn targets(&self) -> &[[f64; 3]] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.targets.cast(), self.points()) }
    }
}

/// `struct lstm`.
#[repr(C)]
pub struct Lstm {
    layers: c_int,
    length: c_int,
    width: c_int,
    state: *const f64,
    sequence: *const f64,
}

impl Lstm {
    /// The number of layers.
    #[must_use]
    pub fn layers(&self) -> usize {
        size(self.layers)
    }

    /// The number of characters.
    #[must_use]
    pub fn length(&self) -> usize {
        size(self.length)
    }

    /// The size of a character's encoding and of each layer.
    #[must_use]
    pub fn width(&self) -> usize {
        size(self.width)
    }

    /// For each layer hidden and cell state at the start.
    #[must_use]
    pub fn state(&self) -> &[f64] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.state, 2 * self.layers() * self.width()) }
    }

    /// The characters.
    #[must_use]
    pub fn sequence(&self) -> &[f64] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.sequence, self.length() * self.width()) }
    }
}

/// `struct kernel`.
#[repr(C)]
pub struct Kernel {
    n: c_int,
    constants: c_int,
    given: *const f64,
}

impl Kernel {
    /// The size.
    #[must_use]
    pub fn n(&self) -> usize {
        size(self.n)
    }

    /// Constants: twiddle factors, the matrix's right-hand side and so on.
    #[must_use]
    pub fn given(&self) -> &[f64] {
        // SAFETY: C's harness made this structure.
        unsafe { numbers(self.given, size(self.constants)) }
    }
}
