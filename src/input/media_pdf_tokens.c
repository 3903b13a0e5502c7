#include "input/media_pdf_tokens.h"

#include <string.h>

#include "input/media_pdf_stream.h"

int pdf_peek(struct pdf_reading *reading)
{
    if (reading->pos == reading->len) {
        reading->len = reading->stream
                           ? pdf_stream_read(reading->stream, reading->bytes, sizeof reading->bytes)
                           : base64_read(reading->base64, reading->bytes, sizeof reading->bytes);
        reading->pos = 0;
    }
    return reading->pos < reading->len ? reading->bytes[reading->pos] : PDF_AT_END;
}

int pdf_take(struct pdf_reading *reading)
{
    const int byte = pdf_peek(reading);
    reading->pos += byte != PDF_AT_END;
    return byte;
}

void pdf_skip(struct pdf_reading *reading, size_t size)
{
    const size_t here = reading->len - reading->pos;
    reading->pos += size < here ? size : here;
    if (size > here)
        base64_skip(reading->base64, size - here);
}

static bool is_space(int byte)
{
    return byte == 0 || byte == ' ' || byte == '\f' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_regular(int byte)
{
    return byte > 0 && !is_space(byte) && !strchr("()<>[]{}/%", byte);
}

static void skip_comment(struct pdf_reading *reading)
{
    static const char header[] = "PDF-";
    size_t same = 0;
    for (int byte = pdf_take(reading); byte != PDF_AT_END && byte != '\n' && byte != '\r';
         byte = pdf_take(reading)) {
        if (same < sizeof header - 1 && byte == header[same]) {
            same++;
            reading->headers += same == sizeof header - 1;
        } else if (same < sizeof header - 1) {
            same = sizeof header;
        }
    }
}

static void skip_string(struct pdf_reading *reading)
{
    size_t depth = 1;
    while (depth) {
        const int byte = pdf_take(reading);
        if (byte == PDF_AT_END)
            return;
        if (byte == '\\')
            pdf_take(reading);
        depth += byte == '(';
        depth -= byte == ')';
    }
}

static void skip_hexadecimal(struct pdf_reading *reading)
{
    for (int byte = pdf_take(reading); byte != PDF_AT_END && byte != '>';)
        byte = pdf_take(reading);
}

static void add_byte(struct pdf_token *token, int byte)
{
    if (token->len < PDF_WORD_LEN_MAX)
        token->text[token->len] = (char)byte;
    token->len += token->len <= PDF_WORD_LEN_MAX;
}

static void read_regular(struct pdf_reading *reading, struct pdf_token *token)
{
    while (is_regular(pdf_peek(reading)))
        add_byte(token, pdf_take(reading));
}

/* The value of a hexadecimal digit, or -1. */
static int digit_of(int byte)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *found = byte > 0 ? strchr(digits, byte) : NULL;
    const int value = found ? (int)(found - digits) : -1;
    return value > 15 ? value - 6 : value;
}

/* A byte of a name may be written as # and two digits (7.3.5). */
static void read_name(struct pdf_reading *reading, struct pdf_token *token)
{
    while (is_regular(pdf_peek(reading))) {
        const int byte = pdf_take(reading);
        const int first = byte == '#' ? pdf_peek(reading) : PDF_AT_END;
        if (digit_of(first) < 0) {
            add_byte(token, byte);
            continue;
        }
        pdf_take(reading);
        const int second = pdf_peek(reading);
        if (digit_of(second) < 0) { /* it stands for itself, as before PDF 1.2 */
            add_byte(token, byte);
            add_byte(token, first);
            continue;
        }
        pdf_take(reading);
        add_byte(token, digit_of(first) * 16 + digit_of(second));
    }
}

/* One that starts with a delimiter. */
static void read_delimited(struct pdf_reading *reading, int byte, struct pdf_token *token)
{
    token->kind = PDF_TOKEN_STRING;
    if (byte == '/') {
        token->kind = PDF_TOKEN_NAME;
        read_name(reading, token);
    } else if (byte == '[') {
        token->kind = PDF_TOKEN_OPEN_LIST;
    } else if (byte == '(') {
        skip_string(reading);
    } else if (byte == '<' && pdf_peek(reading) == '<') {
        token->kind = PDF_TOKEN_OPEN;
        pdf_take(reading);
    } else if (byte == '<') {
        skip_hexadecimal(reading);
    } else if (byte == ']' || (byte == '>' && pdf_peek(reading) == '>')) {
        token->kind = PDF_TOKEN_CLOSE;
        if (byte == '>')
            pdf_take(reading);
    }
}

bool pdf_token(struct pdf_reading *reading, struct pdf_token *token)
{
    int byte = pdf_peek(reading);
    for (; is_space(byte) || byte == '%'; byte = pdf_peek(reading)) {
        pdf_take(reading);
        if (byte == '%')
            skip_comment(reading);
    }
    *token = (struct pdf_token){ .kind = PDF_TOKEN_WORD };
    if (byte == PDF_AT_END)
        return false;
    if (is_regular(byte))
        read_regular(reading, token);
    else
        read_delimited(reading, pdf_take(reading), token);
    return true;
}

bool pdf_token_is(const struct pdf_token *token, const char *text)
{
    return token->len <= PDF_WORD_LEN_MAX &&
           str_equal_c((struct str){ token->text, token->len }, text);
}
