// See reader.h.
#include "reader.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "problem.h"

static const long MOST_BYTES = 1L << 32;

void reader_open(struct reader *reader, const char *path, const char *separators) {
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    fail("%s: %s", path, strerror(errno));
  if (fseek(file, 0, SEEK_END) != 0)
    fail("%s: %s", path, strerror(errno));
  long size = ftell(file);
  rewind(file);
  // A folder opens like a file and claims to be of the largest size.
  if (size < 0 || size > MOST_BYTES)
    fail("%s: is not a file of at most %ld bytes", path, MOST_BYTES);
  char *text = allocate((size_t)size + 1, 1);
  if (fread(text, 1, (size_t)size, file) != (size_t)size)
    fail("%s: could not be read", path);
  fclose(file);
  *reader = (struct reader){.path = path, .text = text, .next = text, .separators = separators, .line = 1};
}

static int is_separator(const struct reader *reader, char c) {
  return isspace((unsigned char)c) || (c != '\0' && strchr(reader->separators, c) != NULL);
}

static void skip_separators(struct reader *reader) {
  while (is_separator(reader, *reader->next)) {
    if (*reader->next == '\n')
      reader->line++;
    reader->next++;
  }
}

// The next item's length; ends the process at the end of the file.
static size_t item(struct reader *reader, const char *what) {
  skip_separators(reader);
  size_t length = 0;
  while (reader->next[length] != '\0' && !is_separator(reader, reader->next[length]))
    length++;
  if (length == 0)
    fail("%s:%d: the file ends where %s should be", reader->path, reader->line, what);
  return length;
}

double reader_number(struct reader *reader, const char *what) {
  size_t length = item(reader, what);
  char *end;
  double value = strtod(reader->next, &end);
  if (end != reader->next + length || !isfinite(value))
    fail("%s:%d: `%.*s` where %s should be", reader->path, reader->line, (int)length, reader->next, what);
  reader->next = end;
  return value;
}

int reader_integer(struct reader *reader, const char *what, int least, int most) {
  size_t length = item(reader, what);
  char *end;
  errno = 0;
  long value = strtol(reader->next, &end, 10);
  if (end != reader->next + length)
    fail("%s:%d: `%.*s` where %s should be", reader->path, reader->line, (int)length, reader->next, what);
  if (errno != 0 || value < least || value > most)
    fail("%s:%d: %s is %.*s, which is not between %d and %d", reader->path, reader->line, what, (int)length, reader->next, least,
         most);
  reader->next = end;
  return (int)value;
}

const char *reader_word(struct reader *reader, const char *what) {
  size_t length = item(reader, what);
  char *word = allocate(length + 1, 1);
  memcpy(word, reader->next, length);
  reader->next += length;
  return word;
}

double *reader_numbers(struct reader *reader, int count, const char *what) {
  double *numbers = allocate((size_t)count, sizeof *numbers);
  for (int i = 0; i < count; i++)
    numbers[i] = reader_number(reader, what);
  return numbers;
}

int reader_at_end(struct reader *reader) {
  skip_separators(reader);
  return *reader->next == '\0';
}

void reader_close(struct reader *reader) {
  if (!reader_at_end(reader))
    fail("%s:%d: more numbers than the sizes at its beginning say", reader->path, reader->line);
}
