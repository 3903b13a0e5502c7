# tokgate: make demo | test | lint | conformance | bench | fuzz-NAME | install | uninstall | dist
# build/release and build/san live side by side; SAN=1 chooses the second, CC=clang the compiler,
# VOCAB=none a build without the vocabulary, which has all objects but one in common with the other.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell getconf _NPROCESSORS_ONLN)
endif
VERSION := 0.1.0
PREFIX  ?= /usr/local
CC      ?= cc
SAN     ?=
VOCAB   ?=
PKGS    := libcurl libpcre2-8 libutf8proc libcrypto sqlite3 zlib

ifneq ($(SAN),)
BUILD   := build/san
CFLAGS  ?= -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS ?= -fsanitize=address,undefined
else
BUILD   := build/release
CFLAGS  ?= -O2 -g
endif
ifneq ($(filter clang%,$(notdir $(CC))),)
BUILD   := $(BUILD)-clang
endif
ifeq ($(VOCAB),none)
BUILD   := $(BUILD)-novocab
TABLE   :=
else ifneq ($(VOCAB),)
$(error VOCAB is "none" or not set)
else
TABLE   := build/vocab/vocab.bin
endif
COMMON  := $(BUILD:-novocab=)

WARN    := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
           -Wpointer-arith -Wwrite-strings -Wundef -Wvla -Werror
override CPPFLAGS += -D_XOPEN_SOURCE=700 -DTOKGATE_VERSION='"$(VERSION)"' -iquote src
override CPPFLAGS += $(if $(CRYPTO),-DTOKGATE_CRYPTO_LINKED)
override CFLAGS   += -std=c17 $(WARN) -pthread
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS))
# libcurl, PCRE2, libcrypto and SQLite are not linked but loaded when they are needed (src/base/library.h); dlopen is in libdl
# where glibc is older than 2.34. A library that is linked costs every start 70 us: none without use.
UTF8PROC  := $(wildcard $(shell pkg-config --variable=libdir libutf8proc)/libutf8proc.a)
# Loading libcrypto takes as long as all of a small run; of its static library SHA-256 is 22 KB, and nothing to start.
CRYPTO    := $(wildcard $(shell pkg-config --variable=libdir libcrypto)/libcrypto.a)
ZLIB      := $(wildcard $(shell pkg-config --variable=libdir zlib)/libz.a)
PKG_LIBS   = -Wl,--as-needed $(or $(UTF8PROC),$(shell pkg-config --libs libutf8proc)) \
             $(or $(ZLIB),$(shell pkg-config --libs zlib)) $(CRYPTO) -ldl

SRC     := $(sort $(shell find src -name '*.c'))
OBJ     := $(SRC:%.c=$(COMMON)/%.o) $(COMMON)/embedded.o $(BUILD)/vocab.o
# UNITS="test_a test_b": no unit tests but these.
UNITS   ?=
UNIT    := $(addprefix $(BUILD)/tests/,$(or $(UNITS),$(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))))
# What tests are linked with: of all objects, only those that one needs.
LIB     := $(BUILD)/objects.a
NAIVE   := $(patsubst %.c,$(COMMON)/%.o,$(wildcard tests/naive/*.c))
FUZZ    := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
NOTICES := LICENSE THIRD_PARTY_NOTICES
DATA    := $(sort $(wildcard rules/catalog/*.json rules/packs/*.json rules/schema/*.json)) $(NOTICES)

# V=1 shows whole commands.
ifeq ($(V),)
Q := @
say = @echo '  $(1)'
endif

all: $(BUILD)/tokgate

$(BUILD)/tokgate: $(COMMON)/cmd/tokgate/main.o $(OBJ)
	@mkdir -p $(@D)
	$(call say,LINK $@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

$(COMMON)/%.o: %.c $(COMMON)/toolchain
	@mkdir -p $(@D)
	$(call say,CC $@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

# Chosen at run time, where the processor has it (src/base/wide.h).
ifneq ($(filter x86_64%,$(shell $(CC) -dumpmachine)),)
WIDE    := -mavx2 -mbmi -mbmi2 -mpopcnt
endif
WIDE_OBJ := $(patsubst %.c,%.o,$(wildcard $(addsuffix /*_wide.c,src/base src/json src/count/offline)))
$(WIDE_OBJ:%=$(COMMON)/%) $(BUILD)/tests/test_lanes_wide $(BUILD)/tests/test_stops_wide: private override CFLAGS += $(WIDE)
$(WIDE_OBJ:%=build/fuzz/obj/%): private FUZZ_FLAGS += $(WIDE)

# The counter without SIMD, for the tests that are linked with it in place of the other.
PORTABLE := $(patsubst %.c,$(COMMON)/portable/%.o,$(wildcard src/count/offline/*.c))
$(COMMON)/portable/%.o: %.c $(COMMON)/toolchain
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -DTOKGATE_PORTABLE $(CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/tests/%_portable: private LIB := $(PORTABLE) $(LIB)
$(BUILD)/tests/test_tokenizer_portable $(BUILD)/tests/test_passages_portable $(BUILD)/tests/count_texts_portable: $(PORTABLE)

# Objects of one compiler are not mixed with those of another: it is newer than they are when something was changed.
$(COMMON)/toolchain: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CPPFLAGS) $(CFLAGS)' | cmp -s - $@ || echo '$(CC) $(CPPFLAGS) $(CFLAGS)' >$@

EMBED_SRC := $(wildcard src/json/*.c) $(patsubst %,src/base/%.c,arena error list locate pages str stream utf8 utf8_wide)
build/mkembed: cmd/mkembed/main.c $(EMBED_SRC)
build/mkembed_facts: cmd/mkembed/facts.c $(EMBED_SRC) src/catalog/facts.h
build/mkembed build/mkembed_facts:
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -std=c17 $(WARN) -O1 -o $@ $(filter %.c,$^) -lm

$(COMMON)/embedded.c: build/mkembed build/mkembed_facts $(DATA)
	@mkdir -p $(@D)
	$(Q)build/mkembed_facts $(sort $(wildcard rules/catalog/*.json)) >$@.tmp
	$(Q)build/mkembed embedded_packs rules/packs/*.json | sed 's/bytes_/pack_/g' >>$@.tmp
	$(Q)build/mkembed embedded_schemas rules/schema/*.json | sed 's/bytes_/schema_/g; /^#include/d' >>$@.tmp
	$(Q)build/mkembed embedded_notices $(NOTICES) | sed 's/bytes_/notice_/g; /^#include/d' >>$@.tmp
	$(Q)mv $@.tmp $@

# One table for all builds, fetched once. Where that fails it is empty, and the next make tries again.
build/vocab/vocab.bin: build/mkautomaton FORCE
	@cmd/mkvocab/fetch.sh $(@D) $<

build/mkvocab_embed: cmd/mkvocab/embed.c src/count/offline/vocab.h
build/mkautomaton: $(addprefix cmd/mkvocab/,automaton.c states.c rows.c slots.c states.h rows.h slots.h memory.h) src/count/offline/vocab.h
build/mkvocab_embed build/mkautomaton:
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -std=c17 $(WARN) -O2 -iquote src -o $@ $(filter %.c,$^)

$(BUILD)/vocab.c: build/mkvocab_embed $(TABLE)
	@mkdir -p $(@D)
	$(Q)build/mkvocab_embed $(TABLE) >$@.tmp
	$(Q)mv $@.tmp $@

$(COMMON)/embedded.o $(BUILD)/vocab.o: %.o: %.c $(COMMON)/toolchain
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(NAIVE) $(OBJ)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/tests/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(call say,LINK $@)
	$(Q)$(CC) $(CPPFLAGS) -iquote tests $(CFLAGS) $(LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(LIB) $(PKG_LIBS) -lm

# What a fresh machine lacks is installed first; the build starts anew to see it.
deps:
	@tests/deps.sh build
demo: deps
	@$(MAKE) --no-print-directory all
	@tests/demo.sh $(BUILD)/tokgate
# Tests wait for clocks and servers: the other build takes that time. What was wrong with it comes again when it is checked.
test: deps
	@tests/deps.sh test
	@$(MAKE) --no-print-directory built
	@nice $(MAKE) --no-print-directory SAN=1 built >build/san.log 2>&1 & \
	    $(MAKE) --no-print-directory check; status=$$?; wait; exit $$status
	@$(MAKE) --no-print-directory SAN=1 check

# All tests of one build, as TAP. update rewrites what is expected and what is made from tables: review the diff.
built: $(BUILD)/tokgate $(UNIT) $(BUILD)/tests/ignore_driver
check: built
	@TOKGATE=$(abspath $(BUILD)/tokgate) tests/run.sh $(BUILD) $(UNIT)
update: $(BUILD)/tokgate
	@TOKGATE=$(abspath $(BUILD)/tokgate) UPDATE=1 tests/golden.sh
	@UPDATE=1 tests/explain.sh $(BUILD)/tokgate
	@UPDATE=1 tests/readme.sh $(abspath $(BUILD)/tokgate)
unit: $(UNIT)

lint:
	@tests/deps.sh lint
	@$(MAKE) --no-print-directory all
	@mkdir -p build/tap
	@{ tests/lint.sh $(BUILD)/tokgate; echo "exit $$?"; } | tee build/tap/lint.tap
	@tests/tally.sh lint build/tap/lint.tap
conformance:
	@tests/deps.sh conformance
	@$(MAKE) --no-print-directory all $(BUILD)/tests/count_texts $(BUILD)/tests/count_texts_portable \
	    $(BUILD)/tests/fast_api $(BUILD)/tests/records_driver $(BUILD)/tests/test_asker
	@mkdir -p build/tap
	@{ tests/conformance.sh $(BUILD); echo "exit $$?"; } | tee build/tap/conformance.tap
	@{ tests/precommit.sh $(BUILD)/tokgate; echo "exit $$?"; } >build/tap/precommit.tap & \
	    { tests/dist.sh $(BUILD)/tokgate; echo "exit $$?"; } >build/tap/dist.tap; wait
	@cat build/tap/precommit.tap build/tap/dist.tap
	@tests/tally.sh conformance build/tap/conformance.tap build/tap/precommit.tap build/tap/dist.tap
# Beside it a build without the vocabulary, to compare with. BENCH_QUICK=1 takes under 40 seconds.
bench: all $(BUILD)/tests/count_driver $(BUILD)/tests/fast_api $(BUILD)/tests/simulate_driver
	@$(MAKE) --no-print-directory VOCAB=none BUILD=$(BUILD:-novocab=)-novocab all
	@tests/bench.sh $(BUILD)/tokgate $(BUILD:-novocab=)-novocab/tokgate $(BUILD)/tests/count_driver $(BUILD)/tests/fast_api

$(BUILD)/tests/%_driver: tests/bench/%_driver.c $(LIB)
	@mkdir -p $(@D)
	$(call say,LINK $@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(PKG_LIBS) -lm

$(BUILD)/tests/ignore_driver: tests/tools/ignore_driver.c $(LIB)
	@mkdir -p $(@D)
	$(call say,LINK $@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(PKG_LIBS) -lm

$(BUILD)/tests/count_texts $(BUILD)/tests/count_texts_portable: tests/conformance/count_texts.c $(LIB)
	@mkdir -p $(@D)
	$(call say,LINK $@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(PKG_LIBS) -lm

$(BUILD)/tests/fast_api: tests/conformance/fast_api.c
	@mkdir -p $(@D)
	$(call say,LINK $@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $<

# FUZZ_SECONDS a target; the corpus starts from fixtures/. A unit over a second is shown as slow.
FUZZ_SECONDS ?= 60
FUZZ_LEN     := 65536
fuzz-text: FUZZ_LEN := 2048
FUZZ_FLAGS   := -std=c17 -g -O1 -fsanitize=fuzzer-no-link,address,undefined \
                -fno-sanitize-recover=all -pthread
build/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC $@)
	$(Q)clang $(CPPFLAGS) -iquote tests $(FUZZ_FLAGS) $(WARN) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<
# Not what is looked for faults in: no coverage of it guides the fuzzer.
build/fuzz/obj/tests/naive/%.o: tests/naive/%.c
	@mkdir -p $(@D)
	$(Q)clang $(CPPFLAGS) -std=c17 -O2 $(WARN) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<
build/fuzz/obj/embedded.o build/fuzz/obj/vocab.o: build/fuzz/obj/%.o: build/release/%.c
	@mkdir -p $(@D)
	$(Q)clang $(CPPFLAGS) $(FUZZ_FLAGS) -c -o $@ $<
$(FUZZ:%=build/fuzz/fuzz_%): build/fuzz/%: build/fuzz/obj/tests/fuzz/%.o $(SRC:%.c=build/fuzz/obj/%.o) \
        $(NAIVE:$(COMMON)/%=build/fuzz/obj/%) build/fuzz/obj/embedded.o build/fuzz/obj/vocab.o
	$(Q)clang $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS) -lm
$(FUZZ:%=fuzz-%): fuzz-%:
	@tests/deps.sh fuzz
	@$(MAKE) --no-print-directory build/fuzz/fuzz_$*
	tests/fuzz/corpus.sh $* build/fuzz/$*
	build/fuzz/fuzz_$* -max_total_time=$(FUZZ_SECONDS) -max_len=$(FUZZ_LEN) -timeout=25 \
	    -report_slow_units=1 -print_final_stats=1 -dict=tests/fuzz/json.dict \
	    -artifact_prefix=build/fuzz/ build/fuzz/$*
-include $(SRC:%.c=build/fuzz/obj/%.d) $(FUZZ:%=build/fuzz/obj/tests/fuzz/fuzz_%.d)

# The same inputs in this build, without libFuzzer.
$(FUZZ:%=$(BUILD)/fuzz/%): $(BUILD)/fuzz/%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(NAIVE) $(OBJ)
	@mkdir -p $(@D)
	$(call say,LINK $@)
	$(Q)$(CC) $(CPPFLAGS) -iquote tests $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm
$(FUZZ:%=replay-%): replay-%: $(BUILD)/fuzz/%
	@tests/fuzz/corpus.sh $* build/fuzz/$*
	@find build/fuzz/$* -type f -exec $< {} +

# Of the last commit, with the vocabulary: whoever builds from it needs neither Python nor network.
DIST    := build/tokgate-$(VERSION).tar.gz
dist: $(TABLE)
	@test -s build/vocab/vocab.bin || { echo 'make dist: there is no vocabulary to put in' >&2; exit 1; }
	$(Q)git archive --prefix=tokgate-$(VERSION)/cmd/mkvocab/ --add-file=build/vocab/vocab.bin \
	    --prefix=tokgate-$(VERSION)/ --format=tar -o $(DIST:.gz=) HEAD
	$(Q)gzip -9nf $(DIST:.gz=)
	$(call say,DIST $(DIST) of the commit $(shell git rev-parse --short HEAD 2>/dev/null))

install: all
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(BUILD)/tokgate $(DESTDIR)$(PREFIX)/bin/tokgate
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/tokgate
clean:
	rm -rf build

FORCE:
.DELETE_ON_ERROR:
.SECONDARY: $(NAIVE)
.PHONY: all deps demo test built check update unit lint conformance bench dist install uninstall clean FORCE \
        $(FUZZ:%=fuzz-%) $(FUZZ:%=replay-%)
-include $(OBJ:.o=.d) $(NAIVE:.o=.d) $(PORTABLE:.o=.d) $(COMMON)/cmd/tokgate/main.d $(UNIT:=.d)
