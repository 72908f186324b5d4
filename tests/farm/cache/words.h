/* Lines of %XX-escaped words, as protocol.h says. */
#ifndef LUSTRE_SIM_WORDS_H
#define LUSTRE_SIM_WORDS_H

#include <stdio.h>

/* Splits a line in place; returns the number of words, -1 for too many. */
int words_split(char *line, char **words, int most);
void words_put(FILE *out, const char *word);

#endif
