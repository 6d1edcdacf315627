// What bundle adjustment takes as given.
#ifndef ADBENCH_BA_H
#define ADBENCH_BA_H

#define BA_CAMERA 11 // rotation 3, center 3, focal length, principal point 2, radial distortion 2
#define BA_POINT 3
#define BA_ROW (BA_CAMERA + BA_POINT + 1) // unknowns of one observation: its camera, its point, its weight

struct ba {
  int cameras;            // n
  int points;             // m
  int observations;       // p
  const int *camera;      // p: which camera made the observation
  const int *point;       // p: of which point
  const double *features; // p x 2: where it was seen
};

// Unknowns, in this order: cameras n x 11, points m x 3, weights p. Outputs: p x 2 reprojection errors, then p weight errors.
#endif
