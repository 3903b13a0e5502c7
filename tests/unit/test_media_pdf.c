/* PDFs: pages and encryption by what is in plain sight, and nothing where it is not. */
#include "input/media_pdf.h"

#include <inttypes.h>

#include "base64_encode.h"
#include "tap.h"

static struct arena arena;

#define HEADER  "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"
#define ROOT(n) "1 0 obj<</Type/Pages/Kids[3 0 R]/Count " n ">>endobj\n"
#define PAGE    "3 0 obj <</Type /Page /Parent 1 0 R /Resources <</Font <<>>>>>> endobj\n"
#define END     "trailer\n<</Root 2 0 R/Size 4>>\nstartxref\n9\n%%EOF\n"
#define HIDDEN  "7 0 obj<</Type/ObjStm/N 9/Length 3>>stream\nxyz\nendstream endobj\n"

static const struct {
    const char *what;
    struct str bytes;
    int64_t pages, seen;
    bool is_encrypted;
} cases[] = {
    { "nothing", STR_INIT(""), 0, 0, false },
    { "no PDF", STR_INIT("\x89PNG\r\n\x1A\n"), 0, 0, false },
    { "a header alone", STR_INIT(HEADER), 0, 0, false },
    { "one page", STR_INIT(HEADER ROOT("1") PAGE END), 1, 1, false },
    { "two pages", STR_INIT(HEADER ROOT("2") PAGE PAGE END), 2, 2, false },
    { "pages without a root in sight", STR_INIT(HEADER PAGE PAGE END), 2, 2, false },
    { "a root without pages in sight", STR_INIT(HEADER ROOT("12") END), 12, 0, false },
    { "pages that are hidden", STR_INIT(HEADER ROOT("12") PAGE HIDDEN END), 12, 1, false },
    { "all are hidden", STR_INIT(HEADER HIDDEN END), 0, 0, false },
    { "a root that says more than there are", STR_INIT(HEADER ROOT("12") PAGE END), 1, 1, false },
    { "a root that says less", STR_INIT(HEADER ROOT("1") PAGE PAGE END), 1, 2, false },
    { "two roots", STR_INIT(HEADER ROOT("1") ROOT("2") PAGE END), 0, 1, false },
    { "a count that stands elsewhere", STR_INIT(HEADER ROOT("9 0 R") PAGE END), 1, 1, false },
    { "a count that is none", STR_INIT(HEADER ROOT("-5") PAGE END), 1, 1, false },
    { "a huge count", STR_INIT(HEADER ROOT("99999999999999999999") PAGE END), 1, 1, false },
    { "an inner node is no root",
      STR_INIT(HEADER "5 0 obj<</Type/Pages/Parent 1 0 R/Count 7>>endobj " ROOT("2") PAGE PAGE END),
      2, 2, false },
    { "members in another order, spread over lines",
      STR_INIT(HEADER "3 0 obj\r\n<<\r\n/Parent\r1 0 R\r/Type\r\n/Page\r\n>>\r\nendobj" END), 1, 1,
      false },
    { "a comment between", STR_INIT(HEADER "3 0 obj<</Type%/Pages\n/Page>>endobj" END), 1, 1,
      false },
    { "a page as a value of something else",
      STR_INIT(HEADER "3 0 obj<</A<</Type/Page>>/B[<</Type/Page>>]/Type/X>>endobj" END), 0, 0,
      false },
    { "a page in a list", STR_INIT(HEADER "3 0 obj[<</Type/Page>>]endobj" END), 0, 0, false },
    { "a page in a string",
      STR_INIT(HEADER "3 0 obj<</A(<</Type/Page>> \\) ())/B<3E3E>>>endobj" END), 0, 0, false },
    { "a page in a stream",
      STR_INIT(HEADER "4 0 obj<</Length 9 0 R>>stream\n3 0 obj<</Type/Page>>endobj\nendstream "
                      "endobj" PAGE END),
      1, 1, false },
    { "an end in a stream of known length",
      STR_INIT(HEADER "4 0 obj<</Length 38>>stream\r\nendstream 3 0 obj<</Type/Page>>endobj\n\n"
                      "endstream endobj" PAGE END),
      1, 1, false },
    { "an end that begins twice",
      STR_INIT(HEADER "4 0 obj<<>>stream\nendstrendstream endobj" PAGE END), 1, 1, false },
    { "a stream without an end", STR_INIT(HEADER "4 0 obj<<>>stream\n" PAGE END), 0, 0, false },
    { "a length beyond the end", STR_INIT(HEADER "4 0 obj<</Length 999999999>>stream\n" PAGE END),
      0, 0, false },
    { "another type",
      STR_INIT(HEADER "3 0 obj<</Type/Pagex>>endobj 4 0 obj<</Type/Pag>>endobj" END), 0, 0, false },
    { "a name that is too long",
      STR_INIT(HEADER
               "3 0 obj<</Type/PageOfAVeryLongNameIndeed/Typeeeeeeeeeeeeeeeee/Page>>endobj" END),
      0, 0, false },
    { "changes that were appended", STR_INIT(HEADER ROOT("1") PAGE END PAGE END), 0, 2, false },
    { "a PDF in a PDF", STR_INIT(HEADER PAGE END HEADER PAGE), 0, 2, false },
    { "linearized",
      STR_INIT(HEADER "8 0 obj<</Linearized 1/N 2>>endobj " PAGE END PAGE ROOT("2") END), 2, 2,
      false },
    { "linearized and changed",
      STR_INIT(HEADER "8 0 obj<</Linearized 1/N 2>>endobj " PAGE END PAGE END END), 0, 2, false },
    { "not closed", STR_INIT(HEADER "3 0 obj<</A<<endobj " PAGE END), 1, 1, false },
    { "closed too often", STR_INIT(HEADER "3 0 obj>>>>]]<</A 1>>>>endobj " PAGE END), 1, 1, false },
    { "names that are escaped",
      STR_INIT(HEADER "3 0 obj<</#54y#70#65/#50ag#65>>endobj trailer<</#45ncrypt 5 0 R>>startxref"),
      1, 1, true },
    { "numbers that are no escapes",
      STR_INIT(HEADER "3 0 obj<</Type/Page#4/A#/B#4g/C/D>>endobj" PAGE END), 1, 1, false },
    { "encrypted", STR_INIT(HEADER PAGE "trailer<</Encrypt 5 0 R/Root 2 0 R>>startxref\n"), 1, 1,
      true },
    { "encrypted, without the detour",
      STR_INIT(HEADER PAGE "trailer<</Encrypt<</Filter/Standard>>>>startxref\n"), 1, 1, true },
    { "encrypted, by a cross-reference stream",
      STR_INIT(HEADER "6 0 obj<</Type/XRef/Encrypt 5 0 R/Length 2>>stream\nab\nendstream endobj"),
      0, 0, true },
    { "not encrypted: null", STR_INIT(HEADER PAGE "trailer<</Encrypt null>>startxref\n"), 1, 1,
      false },
    { "not in a trailer", STR_INIT(HEADER "6 0 obj<</Encrypt 5 0 R>>endobj" PAGE END), 1, 1,
      false },
    { "nor its own", STR_INIT(HEADER PAGE "trailer<</A<</Encrypt 5 0 R>>>>startxref\n"), 1, 1,
      false },
    { "nor a name of a value", STR_INIT(HEADER PAGE "trailer<</A/Encrypt/B 5 0 R>>startxref\n"), 1,
      1, false },
    { "nor in a text", STR_INIT(HEADER PAGE "trailer<</A(/Encrypt 5 0 R)>>startxref\n"), 1, 1,
      false },
    { "an encrypted one in another",
      STR_INIT(HEADER PAGE HEADER "trailer<</Encrypt 5 0 R>>startxref\n"), 0, 1, false },
};

static struct media_pdf read_it(struct str bytes, size_t line_len)
{
    struct base64 base64;
    struct error err = { 0 };
    struct media_pdf pdf = { -1, -1, true };
    if (base64_open(&base64, base64_encode(&arena, bytes, line_len), &err))
        media_pdf_read(&base64, &pdf);
    return pdf;
}

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct media_pdf pdf = read_it(cases[i].bytes, 0), lines = read_it(cases[i].bytes, 3);
        if (!ok(pdf.pages == cases[i].pages && pdf.pages_seen == cases[i].seen &&
                    pdf.is_encrypted == cases[i].is_encrypted,
                cases[i].what))
            printf("# %" PRId64 " pages, %" PRId64 " seen, encrypted: %d\n", pdf.pages,
                   pdf.pages_seen, pdf.is_encrypted);
        ok(lines.pages == pdf.pages && lines.pages_seen == pdf.pages_seen &&
               lines.is_encrypted == pdf.is_encrypted,
           "in lines too");
    }
}

/* What it stands in, as a zlib stream whose blocks are stored (RFC 1950, 1951). */
static void add_stored(struct buf *out, struct str bytes)
{
    unsigned low = 1, high = 0;
    buf_add(out, STR("\x78\x01"));
    for (size_t at = 0, len; at < bytes.len || !at; at += len) {
        len = bytes.len - at < 1000 ? bytes.len - at : 1000;
        buf_add_char(out, (char)(at + len == bytes.len));
        for (int i = 0; i < 2; i++) {
            buf_add_char(out, (char)((i ? ~len : len) & 0xFF));
            buf_add_char(out, (char)((i ? ~len : len) >> 8 & 0xFF));
        }
        buf_add(out, str_slice(bytes, at, at + len));
        if (!len)
            break;
    }
    for (size_t i = 0; i < bytes.len; i++) {
        low = (low + (unsigned char)bytes.ptr[i]) % 65521;
        high = (high + low) % 65521;
    }
    const unsigned sums[] = { high >> 8, high & 0xFF, low >> 8, low & 0xFF };
    for (int i = 0; i < 4; i++)
        buf_add_char(out, (char)sums[i]);
}

#define PAIRS  "1 0 3 9 "
#define OBJECT "<</Type/Pages/Kids[3 0 R]/Count 1>> <</Type/Page/Parent 1 0 R>>"
#define FLATE  "/Type/ObjStm/N 2/First 8/Filter/FlateDecode"

/* Object streams: what their dictionary says, what is in them, and what is done to the data. */
static const struct {
    const char *what;
    struct str dictionary, objects;
    bool is_stored, is_cut, is_damaged, has_length;
    int64_t pages, seen;
    bool is_encrypted;
} streams[] = {
    { "compressed", STR_INIT(FLATE), STR_INIT(PAIRS OBJECT), true, false, false, true, 1, 1, 0 },
    { "of a length that stands elsewhere", STR_INIT(FLATE "/Length 9 0 R"), STR_INIT(PAIRS OBJECT),
      true, false, false, false, 1, 1, 0 },
    { "by a list of one filter", STR_INIT("/Type/ObjStm/N 2/First 8/Filter [ /FlateDecode ]"),
      STR_INIT(PAIRS OBJECT), true, false, false, true, 1, 1, 0 },
    { "with names that are escaped",
      STR_INIT("/#54ype/Obj#53tm/#4E 2/First 8/Filter/Flate#44ecode"),
      STR_INIT("1 0 3 9 <</Typ#65/Pag#65s/Count 1>> <</Type/#50age>>"), true, false, false, true, 1,
      1, 0 },
    { "parameters that are null", STR_INIT(FLATE "/DecodeParms null"), STR_INIT(PAIRS OBJECT), true,
      false, false, true, 1, 1, 0 },
    { "not compressed", STR_INIT("/Type/ObjStm/N 2/First 8"), STR_INIT(PAIRS OBJECT), false, false,
      false, true, 1, 1, 0 },
    { "not compressed, of a length that stands elsewhere",
      STR_INIT("/Type/ObjStm/N 2/First 8/Length 9 0 R"), STR_INIT(PAIRS OBJECT), false, false,
      false, false, 0, 0, 0 },
    { "objects of all kinds", STR_INIT("/Type/ObjStm/N 6/First 0/Filter/FlateDecode"),
      STR_INIT("12 (a) [<</Type/Page>>] /Page <AB> <</Type/Page/A<</Type/Page>>>>"), true, false,
      false, true, 1, 1, 0 },
    { "two filters", STR_INIT("/Type/ObjStm/N 2/First 8/Filter[/FlateDecode/FlateDecode]"),
      STR_INIT(PAIRS OBJECT), true, false, false, true, 0, 0, 0 },
    { "another filter", STR_INIT("/Type/ObjStm/N 2/First 8/Filter/LZWDecode"),
      STR_INIT(PAIRS OBJECT), true, false, false, true, 0, 0, 0 },
    { "a filter that stands elsewhere", STR_INIT("/Type/ObjStm/N 2/First 8/Filter 9 0 R"),
      STR_INIT(PAIRS OBJECT), true, false, false, true, 0, 0, 0 },
    { "parameters", STR_INIT(FLATE "/DecodeParms<</Predictor 12>>"), STR_INIT(PAIRS OBJECT), true,
      false, false, true, 0, 0, 0 },
    { "in another file", STR_INIT(FLATE "/F(x)"), STR_INIT(PAIRS OBJECT), true, false, false, true,
      0, 0, 0 },
    { "cut off", STR_INIT(FLATE), STR_INIT(PAIRS OBJECT), true, true, false, true, 0, 0, 0 },
    { "of a wrong checksum", STR_INIT(FLATE), STR_INIT(PAIRS OBJECT), true, false, true, true, 0, 0,
      0 },
    { "that is not compressed as it says", STR_INIT(FLATE), STR_INIT(PAIRS OBJECT), false, false,
      false, true, 0, 0, 0 },
    { "of more objects than it says", STR_INIT(FLATE), STR_INIT(PAIRS OBJECT " 7"), true, false,
      false, true, 0, 0, 0 },
    { "of fewer", STR_INIT("/Type/ObjStm/N 3/First 8/Filter/FlateDecode"), STR_INIT(PAIRS OBJECT),
      true, false, false, true, 0, 0, 0 },
    { "with an object that is not closed", STR_INIT(FLATE),
      STR_INIT(PAIRS "<</Type/Page>> <</Type/Page"), true, false, false, true, 0, 0, 0 },
    { "that begins behind its end", STR_INIT("/Type/ObjStm/N 2/First 800/Filter/FlateDecode"),
      STR_INIT(PAIRS OBJECT), true, false, false, true, 0, 0, 0 },
    { "without a beginning", STR_INIT("/Type/ObjStm/N 2/Filter/FlateDecode"),
      STR_INIT(PAIRS OBJECT), true, false, false, true, 0, 0, 0 },
    { "nothing, as it says", STR_INIT("/Type/ObjStm/N 0/First 0/Filter/FlateDecode"), STR_INIT(""),
      true, false, false, true, 0, 0, 0 },
    { "no stream of objects", STR_INIT("/Type/X/N 2/First 8/Filter/FlateDecode"),
      STR_INIT(PAIRS OBJECT), true, false, false, true, 0, 0, 0 },
    { "what a trailer says has no place in it", STR_INIT(FLATE),
      STR_INIT(PAIRS "<</Type/XRef/Encrypt 5 0 R/Linearized 1/N 7>> <</Type/Page>>"), true, false,
      false, true, 1, 1, 0 },
};

static struct str pdf_with(size_t number)
{
    struct buf data = { .arena = &arena }, text = { .arena = &arena };
    if (streams[number].is_stored)
        add_stored(&data, streams[number].objects);
    else
        buf_add(&data, streams[number].objects);
    if (streams[number].is_damaged)
        data.ptr[data.len - 1]++;
    data.len -= streams[number].is_cut ? 5 : 0;
    buf_add(&text, STR(HEADER "7 0 obj<<"));
    buf_add(&text, streams[number].dictionary);
    if (streams[number].has_length)
        buf_format(&text, "/Length %zu", data.len);
    buf_add(&text, STR(">>stream\r\n"));
    buf_add(&text, buf_str(&data));
    buf_add(&text, STR("\nendstream endobj\n" END));
    return buf_str(&text);
}

static void test_streams(void)
{
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        const struct media_pdf pdf = read_it(pdf_with(i), 0), lines = read_it(pdf_with(i), 3);
        if (!ok(pdf.pages == streams[i].pages && pdf.pages_seen == streams[i].seen &&
                    pdf.is_encrypted == streams[i].is_encrypted,
                streams[i].what))
            printf("# %" PRId64 " pages, %" PRId64 " seen, encrypted: %d\n", pdf.pages,
                   pdf.pages_seen, pdf.is_encrypted);
        ok(lines.pages == pdf.pages && lines.pages_seen == pdf.pages_seen, "in lines too");
    }
}

/* 800 pages in some hundred KB of object streams, of which one is damaged or none; and streams that
 * are as long as they like, one by one or together. */
static void test_large_streams(void)
{
    for (int damaged = -1; damaged < 8; damaged += 4) { /* none, 3, 7 */
        struct buf text = { .arena = &arena };
        buf_add(&text, STR(HEADER));
        for (int i = 0; i < 8; i++) {
            struct buf objects = { .arena = &arena }, data = { .arena = &arena };
            for (int page = 0; page < 100; page++)
                buf_format(&objects, "<</Type/Page/Contents[%090d 0 R]>>\n", page);
            if (!i)
                buf_add(&objects, STR("<</Type/Pages/Count 800>>"));
            add_stored(&data, buf_str(&objects));
            if (i == damaged)
                data.ptr[1000]++;
            buf_format(&text, "%d 0 obj<</Type/ObjStm/N %d/First 0/Filter/FlateDecode/Length %zu>>",
                       7 + i, 100 + !i, data.len);
            buf_add(&text, STR("stream\n"));
            buf_add(&text, buf_str(&data));
            buf_add(&text, STR("\nendstream endobj\n"));
        }
        buf_add(&text, STR(END));
        const struct media_pdf pdf = read_it(buf_str(&text), 0);
        ok(pdf.pages == 800 && pdf.pages_seen == (damaged < 0 ? 800 : 700),
           damaged < 0 ? "all of them are read" : "one is damaged, and the root is not in it");
    }
}

/* Pieces are read 4096 bytes at a time: each place of a border once. */
static void test_borders(void)
{
    bool same = true;
    for (size_t pad = 3900; pad < 4110; pad++) {
        struct buf text = { .arena = &arena };
        buf_add(&text, STR(HEADER "%"));
        for (size_t i = 0; i < pad; i++)
            buf_add_char(&text, 'x');
        buf_add(&text,
                STR("\n" ROOT("2") PAGE "4 0 obj<</Length 2>>stream\nab\nendstream endobj\n" PAGE
                                        "trailer<</Encrypt 5 0 R>>"));
        const struct media_pdf pdf = read_it(buf_str(&text), 0);
        same &= pdf.pages == 2 && pdf.is_encrypted;
    }
    ok(same, "wherever a piece ends");
}

static void test_many(void)
{
    struct buf text = { .arena = &arena };
    buf_add(&text, STR(HEADER ROOT("100000")));
    for (int i = 0; i < 100000; i++)
        buf_add(&text, STR(PAGE));
    buf_add(&text, STR(END));
    ok(read_it(buf_str(&text), 0).pages == 100000, "many pages");
    text.len = 0;
    buf_add(&text, STR(HEADER));
    for (int i = 0; i < 1000000; i++)
        buf_add(&text, STR("<<[("));
    const struct media_pdf pdf = read_it(buf_str(&text), 0);
    ok(!pdf.pages && !pdf.is_encrypted, "open without end");
}

int main(void)
{
    test_cases();
    test_streams();
    test_large_streams();
    test_borders();
    test_many();
    arena_free(&arena);
    return tap_done();
}
