struct sample {
  double value;
  long weight;
};

double moment(const struct sample *samples, long count, double center) {
  double sum = 0;
  for (long i = 0; i < count; i++) {
    struct sample copy = samples[i];
    double distance = copy.value - center;
    sum += copy.weight * distance * distance;
  }
  return sum;
}
