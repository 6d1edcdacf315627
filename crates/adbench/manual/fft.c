// See fft_back.h.
#define OBJECTIVE_WITHOUT_ENTRY
#include "../objectives/fft.c"
#include "fft_back.h"
