// What hand tracking takes as given.
#ifndef ADBENCH_HAND_H
#define ADBENCH_HAND_H

#define HAND_POSE 26    // global rotation 3, translation 3, then for each finger flexion and abduction of its first, flexion of two more joints
#define HAND_FINGERS 5
#define HAND_AFFINE 12  // an affine map: 3 rows of (3 linear entries, 1 translation)

struct hand {
  int bones;
  int vertices;
  int points;                  // N
  int complicated;             // whether a point lies inside a triangle, at two unknowns of its own, or at a vertex
  const int *parents;          // of each bone, which comes before it; -1 for none
  const double *relative;      // bones x 12: each bone in its parent's frame, at rest
  const double *inverse;       // bones x 12: from the world to each bone's frame, at rest
  const double *rest;          // vertices x 3: the mesh at rest
  const int *first_influence;  // vertices + 1: where a vertex's influences begin in the next two
  const int *influence_bone;   // the bones that move a vertex
  const double *influence;     // how much each does
  const int *triangles;        // x 3 vertices
  const int *correspondences;  // N: the vertex, or the triangle, of each point
  const double *targets;       // N x 3: where the points were measured
};

// Unknowns, in this order: the pose (26) and, if complicated, N x 2 barycentric coordinates. Outputs: N x 3 distances.
#endif
