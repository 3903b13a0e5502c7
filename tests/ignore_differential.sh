#!/bin/sh
# Compares what src/input/ignore.c ignores, and by which line, with git itself: once for patterns
# written by hand, then for generated ones.
#
#     tests/ignore_differential.sh DRIVER    (DRIVER is tests/tools/ignore_driver.c, built)
set -eu

driver=$1
rounds=20
if ! command -v git >/dev/null; then
    echo "1..0 # SKIP git is not installed"
    exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
LC_ALL=C HOME=$scratch XDG_CONFIG_HOME=$scratch GIT_CONFIG_NOSYSTEM=1
export LC_ALL HOME XDG_CONFIG_HOME GIT_CONFIG_NOSYSTEM
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_CONFIG_GLOBAL 2>/dev/null || :
tab=$(printf '\t')

# The repository's files and directories; those with odd names are there for the patterns by hand.
make_tree() {
    rm -rf "$repository"
    mkdir -p "$repository"
    cd "$repository"
    git init -q
    git config core.quotePath false
    mkdir -p .git/info # not made by every template
    mkdir -p a/b/foo ab b/foo.d foo/a/b foo/bar build/x d.log 'sp ace'
    for top in . a b ab foo foo/a foo/bar foo/a/b a/b a/b/foo b/foo.d 'sp ace' build build/x d.log; do
        for name in x y a.log b.txt ab.md foo.md bar baz.tmp '#hash' '!bang' 'end ' 'end' 'a b' \
            '[c]' 'c' 'st*r' 'star' 'back\slash' 'é.md' 'A.LOG' '-dash' ']' 'a-z' '{a,b}' '7' \
            'tab	x' 'foobar'; do
            [ -e "$top/$name" ] || : >"$top/$name"
        done
    done
    ln -s foo link # to a directory: "link/" must not match
    ln -s x/nothing broken
}

list_paths() {
    find . -path ./.git -prune -o ! -name . ! -name .gitignore -print | sed 's|^\./||' | sort
}

# FILE:LINE:PATTERN<tab>PATH, "no" for what is not ignored, from git's and from the driver's output.
by_git() {
    git check-ignore --no-index --verbose --non-matching --stdin <"$scratch/paths" |
        awk -F "$tab" '{
            path = substr($0, length($1) + 2)
            if ($1 ~ /^[^:]*:[0-9]+:!/ || $1 == "::") $1 = "no"
            if (path ~ /^"/) next # quoted for its tab or backslash: see list_plain
            print $1 "\t" path
        }'
}
by_driver() {
    "$driver" "$repository" <"$scratch/paths" | sed 's/^\([^:	]*:[0-9]*:\) /\1/'
}

compared=0 ignored=0 number=0 failed=0
compare() {
    number=$((number + 1))
    # Tabs and quotes are quoted by git, patterns with a tab would hide the separator.
    list_paths | grep -v "[$tab\\\\]" >"$scratch/paths"
    by_git >"$scratch/git"
    by_driver >"$scratch/tokgate"
    compared=$((compared + $(wc -l <"$scratch/git")))
    ignored=$((ignored + $(grep -cv "^no$tab" "$scratch/git" || :)))
    if cmp -s "$scratch/git" "$scratch/tokgate" && [ -s "$scratch/git" ]; then
        printf "%s\n" "ok $number - $1"
    else
        failed=1
        printf "%s\n" "not ok $number - $1"
        diff "$scratch/git" "$scratch/tokgate" | sed 's/^/# /' | head -n 20
        # the rules, to repeat it by hand
        find . -name .gitignore -exec sh -c 'sed "s|^|# $1: |" "$1"' sh {} \;
    fi
}

# --- by hand: one small file after the other, so that no line hides another -----------------------
hand() {
    repository=$scratch/hand
    [ -d "$repository" ] || make_tree
    cd "$repository"
    # shellcheck disable=SC2059 # the cases are formats, for their \n and \r
    printf -- "$1" >.gitignore
    compare "by hand: $1"
}

make_hand_cases() {
    cat <<'CASES'
x
/x
foo
foo/
/foo/
foo/bar
/foo/bar
foo/*
foo/**
**/foo
**/foo/**
**/a.log
**
*
/*
/**
*/
**/
/*/
a/**/b
a/**/foo
**/b/**
foo/**/bar
foo/**/x
***
foo/***/x
a***
*.log
*.LOG
*.log\n!a.log
*\n!*/
*\n!*.md
foo/\n!foo/x
foo/*\n!foo/x
foo/**\n!foo/a/\n!foo/a/x
/*\n!/foo\n/foo/*\n!/foo/bar
#hash
\\#hash
!bang
\\!bang
!!bang
end 
end\\ 
end\\  
end \\ 
end   
   end
a b
a\\ b
*\\ b
[c]
\\[c]
\\[c\\]
[[]c]
[[]c[]]
[]]
[!]]
[^]]
[a-c]
[!a-c]
[^a-c]
[c-a]
[a-]-z
[-a]-z
a[-]z
a[!-]z
[[:digit:]]
[[:alpha:]]
[^[:alnum:]]
[[:upper:]].[[:upper:]]*
[[:nope:]]
[[:alpha:]
[[:alpha]
[:alpha:]
[a
a[
*[
\\
x\\
\\x
\\**
st\\*r
st*r
st?r
?
??
???
????.md
[é].md
*.m[!x]
foo?bar
foo/?
foo[/]bar
foo[!a]bar
foo/[a-c]
foo/[!a-c]
{a,b}
*.{log,txt}
.
..
./x
/./x
//x
/
//
foo//
foo//bar
-dash
link
link/
broken
broken/
build/\n!build/x
build\n!build/x/x
*.tmp\r\n!baz.tmp\r\n
x\r
x\r\r
\357\273\277x\ny
y\n\357\273\277x
x\\/y
foo\\/bar
foo/**\\/x
*/x
*/*/x
*/a/*
a/b/foo/
**/a/b
a/*/foo
*a*b*
*a*/*b*
f*o/*a*/b
d.log/
*.log/
sp*/x
sp ace/
CASES
}

make_hand_cases >"$scratch/cases"
while IFS= read -r case; do
    hand "$case"
done <"$scratch/cases"

# --- generated: nested files with many lines -----------------------------------------------------
# Not generated: "**" right after a name that starts the pattern ("foo**/x"). git up to at least 2.51
# takes it for a whole component, since its prefix comparison cuts the name off; gitignore(5) does not.
generate() { # SEED LINES
    awk -v seed="$1" -v lines="$2" 'BEGIN {
        srand(seed)
        n = split("a b ab foo bar x y log txt md * * ** ? [ab] [!a] [^b] [[:alpha:]] [a-f] [x \\a \\* é .", part, " ")
        for (i = 0; i < lines; i++) {
            line = rand() < 0.25 ? "!" : ""
            line = line (rand() < 0.2 ? "/" : "") (rand() < 0.15 ? "**/" : "")
            pattern = ""
            for (k = 1 + int(rand() * 4); k; k--) {
                pattern = pattern part[1 + int(rand() * n)]
                if (k > 1)
                    pattern = pattern (rand() < 0.35 ? "/" : rand() < 0.15 ? "/**/" : "")
            }
            line = line pattern (rand() < 0.15 ? "/" : "") (rand() < 0.05 ? " " : "")
            if (rand() < 0.05) line = line "\r"
            if (line ~ /^!?\/?[^*?[\\]*[^\/*?[\\!]\*\*/) continue
            print line
        }
    }'
}

round=1
while [ $round -le $rounds ]; do
    repository=$scratch/generated
    [ -d "$repository" ] || make_tree
    cd "$repository"
    generate $((round * 10)) 6 >.gitignore
    generate $((round * 10 + 1)) 3 >foo/.gitignore
    generate $((round * 10 + 2)) 3 >foo/a/.gitignore
    generate $((round * 10 + 3)) 3 >a/b/.gitignore
    generate $((round * 10 + 4)) 3 >.git/info/exclude
    compare "generated rules, round $round"
    round=$((round + 1))
done

# --- one generated line at a time ----------------------------------------------------------------
rm -rf "$scratch/generated"
make_tree
generate 4711 150 >"$scratch/cases"
while IFS= read -r case; do
    printf '%s\n' "$case" >.gitignore
    compare "generated: $case"
done <"$scratch/cases"

echo "# compared $compared verdicts ($ignored of them: ignored) of $number sets of rules"
number=$((number + 1))
if [ $compared -ge 500 ] && [ $ignored -ge 100 ]; then
    echo "ok $number - enough was compared"
else
    failed=1
    echo "not ok $number - enough was compared"
fi
echo "1..$number"
exit $failed
