#include "words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void unescape(char *word)
{
    char *to = word;

    for (; *word; word++) {
        if (word[0] == '%' && isxdigit((unsigned char)word[1]) &&
            isxdigit((unsigned char)word[2])) {
            char hex[3] = {word[1], word[2], '\0'};
            *to++ = (char)strtol(hex, NULL, 16);
            word += 2;
        } else {
            *to++ = *word;
        }
    }
    *to = '\0';
}

/* One blank between words, so that a word may be empty. */
int words_split(char *line, char **words, int most)
{
    int count = 0;
    char *word;

    line[strcspn(line, "\n")] = '\0';
    while ((word = strsep(&line, " "))) {
        if (count == most)
            return -1;
        words[count] = word;
        unescape(words[count++]);
    }
    return count;
}

void words_put(FILE *out, const char *word)
{
    for (; *word; word++)
        if ((unsigned char)*word <= ' ' || *word == '%' || (unsigned char)*word >= 127)
            fprintf(out, "%%%02X", (unsigned char)*word);
        else
            fputc(*word, out);
}
