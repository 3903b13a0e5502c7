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
    test_borders();
    test_many();
    arena_free(&arena);
    return tap_done();
}
