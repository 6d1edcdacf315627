// Reads numbers and names from text files, with errors that say what was expected where.
#ifndef ADBENCH_READER_H
#define ADBENCH_READER_H

struct reader {
  const char *path;
  char *text;            // the whole file
  char *next;            // where reading goes on
  const char *separators; // what stands between items beside white space
  int line;              // of `next`, from 1
};

// All of these end the process with a message if the file is not as expected.
void reader_open(struct reader *reader, const char *path, const char *separators);
double reader_number(struct reader *reader, const char *what);
int reader_integer(struct reader *reader, const char *what, int least, int most);
// The item itself, up to the next separator; it stays valid.
const char *reader_word(struct reader *reader, const char *what);
// `count` numbers in memory that lives as long as the process.
double *reader_numbers(struct reader *reader, int count, const char *what);
// Whether there is nothing more but separators.
int reader_at_end(struct reader *reader);
// Ends the process if there is more.
void reader_close(struct reader *reader);

#endif
