"""Bodies of one request that are made of a great many small things: members, blocks, messages, tools, arguments.
Run by memory.sh; prints TAP."""
import itertools
import subprocess
import sys

SIZE = 2 << 20
TIMES, BASE_KB = 14, 8 << 10  # the program itself, its file and the vocabulary

HEAD = '"model":"claude-sonnet-5-5","max_tokens":9'
HI = HEAD + ',"messages":[{"role":"user","content":"hi"}]'
USER = HEAD + ',"messages":[{"role":"user","content":['

# name: what is before them, one by its number, what is after them
BODIES = {
    "unknown members": ("{" + HI + ",", '"a%d":0', "}"),
    "members that are escaped": ("{" + HI + ",", '"\\u0061%d":0', "}"),
    "texts": ("{" + USER, '{"type":"text","text":"a"}', "]}]}"),
    "numbers for blocks": ("{" + USER, "0", "]}]}"),
    "empty objects for blocks": ("{" + USER, "{}", "]}]}"),
    "unknown blocks": ("{" + USER, '{"type":"zz"}', "]}]}"),
    "results": ("{" + USER, '{"type":"tool_result","tool_use_id":"%d","content":"a"}', "]}]}"),
    "messages": ("{" + HEAD + ',"messages":[', '{"role":"user","content":"a"}', "]}"),
    "empty objects for messages": ("{" + HEAD + ',"messages":[', "{}", "]}"),
    "tools": ("{" + HI + ',"tools":[', '{"name":"t%d","input_schema":{}}', "]}"),
    "empty objects for tools": ("{" + HI + ',"tools":[', "{}", "]}"),
    "members of a schema": ("{" + HI + ',"tools":[{"name":"t","input_schema":{', '"a%d":0', "}}]}"),
    "elements in a schema": ("{" + HI + ',"tools":[{"name":"t","input_schema":{"a":[', "0", "]}}]}"),
    "arguments": ("{" + HEAD + ',"messages":[{"role":"user","content":"a"},{"role":"assistant","content":['
                  '{"type":"tool_use","id":"a","name":"a","input":{', '"a%d":0', '}}]}]}'),
    "Chat Completions": ('{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"claude-'
                         'sonnet-5-5","max_tokens":9,"messages":[', '{"role":"user","content":"a"}', "]}}"),
}

# Starts a program and measures it: a process takes over the peak of the one that started it, and this one is small.
MEASURE = """
import os, sys
pid = os.fork()
if not pid:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


def write(path, head, item, tail):
    with open(path, "w", encoding="utf-8") as out:
        written = out.write(head + (item % 0 if "%d" in item else item))
        for number in itertools.count(1):
            if written >= SIZE:
                break
            written += out.write("," + (item % number if "%d" in item else item))
        out.write(tail)


def main(program):
    with open(program, "rb") as binary:
        is_sanitized = b"__asan_init" in binary.read()
    number = 0
    for number, (name, (head, item, tail)) in enumerate(BODIES.items(), 1):
        path = "body.jsonl" if "custom_id" in head else "body.json"
        write(path, head, item, tail)
        command = [program, "check", "--count", "offline", "--quiet", path]
        done = subprocess.run([sys.executable, "-S", "-E", "-c", MEASURE, *command], check=True, text=True,
                              stdout=subprocess.PIPE)
        peak_kb, status = (int(word) for word in done.stdout.split())
        bar_kb = BASE_KB + TIMES * (SIZE >> 10)
        is_small = is_sanitized or peak_kb <= bar_kb
        print("ok" if is_small and status in (0, 1) else "not ok", number, f"- 2 MB of {name}")
        print(f"# {peak_kb} KB, exit {status}")
    print(f"1..{number}")


main(sys.argv[1])
