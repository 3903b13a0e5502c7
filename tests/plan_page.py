"""The page of tokgate plan --html as a parser sees it, from a manifest with names that would do harm, and the
schedule of the same plan. usage: plan_page.py TOKGATE. Speaks TAP; write_manifest is for tests/conformance/page.py
too."""
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

XHTML, SVG = '{http://www.w3.org/1999/xhtml}', '{http://www.w3.org/2000/svg}'
NAME_LEN = 28  # characters of a name in a chart
MODELS = ['claude-sonnet-5-5', 'claude-opus-5-5', 'claude-haiku-5-5', 'claude-fable-5-1', 'claude-3-5-haiku-20241022',
          '"><script>alert(2)</script>', '<img src=x onerror=alert(3)>']
NAMES = ['<script>alert(1)</script>', '</text></svg><script>alert(1)</script>', '"\'&<>', ']]>', 'a\u202eb\u0000c\u0007d',
         'x' * 500, '日本語' * 30, '\ud83d\ude00' * 40, '', ' ', 'javascript:alert(1)', '&amp;']
FAST = [15, 22]  # of MODELS[1], which has a fast mode
WORDS = 'the quick brown fox jumps over lazy dogs while seventeen engineers measure every token'.split()


def write_manifest(path, requests, seed=1):
    """Requests of all MODELS and, as the costliest ones, with all NAMES."""
    chance = random.Random(seed)
    with open(path, 'w', encoding='utf-8', errors='surrogatepass') as file:
        for i in range(requests):
            params = {'model': MODELS[i % len(MODELS)], 'max_tokens': chance.choice([64, 512, 2048]),
                      'system': [{'type': 'text', 'text': 'You are kind. ' * 400, 'cache_control': {'type': 'ephemeral'}}],
                      'messages': [{'role': 'user', 'content': ' '.join(chance.choices(WORDS, k=chance.randrange(1, 900)))}]}
            name = f'r{i}'
            if i in FAST:
                params['speed'] = 'fast'
            if i < len(NAMES):
                name, params['model'], params['max_tokens'] = NAMES[i], MODELS[3], 20000 + i
            file.write(json.dumps({'custom_id': name, 'params': params}) + '\n')


class Checks:
    def __init__(self):
        self.ran = self.failed = 0

    def ok(self, passed, what, *why):
        self.ran += 1
        print(f"{'ok' if passed else 'not ok'} {self.ran} - {what}")
        if not passed:
            self.failed += 1
            print('\n'.join('# ' + str(line)[:300] for line in why))


def plan(tokgate, work, *more):
    done = subprocess.run([tokgate, 'plan', '--no-config', '--count', 'offline', '--exit-zero', *more, 'batch.jsonl'],
                          cwd=work, capture_output=True, env={'PATH': os.environ['PATH'], 'LC_ALL': 'C'}, check=False)
    return done.returncode, done.stderr.decode()


def text_of(node):
    return ''.join(node.itertext())


def check_harmless(checks, page, root):
    kinds = {node.tag for node in root.iter()}
    allowed = {XHTML + name for name in (
        'html head meta link title style body header main section h1 h2 h3 p dl div dt dd small figure table caption thead tbody '
        'tr th td details summary').split()} | {SVG + name for name in 'svg title desc text rect line path'.split()}
    checks.ok(kinds <= allowed, 'nothing is in it but text, tables and charts', kinds - allowed)
    attributes = {name for node in root.iter() for name in node.attrib}
    known = set('lang charset http-equiv content name rel href class scope viewBox role aria-labelledby id x y x1 x2 y1 y2 '
                'width height rx d'.split())
    checks.ok(attributes <= known, 'no attribute runs or loads anything', attributes - known)
    hrefs = [node.attrib['href'] for node in root.iter() if 'href' in node.attrib]
    urls = set(re.findall(r'[a-z]+://[^"\s<]*', page)) - {XHTML[1:-1], SVG[1:-1]}
    checks.ok(hrefs == ['data:,'] and not urls and 'url(' not in page and '@import' not in page,
              'it names nothing outside', hrefs, urls)


def check_accessible(checks, root):
    ids = [node.attrib['id'] for node in root.iter() if 'id' in node.attrib]
    checks.ok(len(ids) == len(set(ids)), 'ids are unique', ids)
    charts = list(root.iter(SVG + 'svg'))
    named = all(chart.attrib['role'] == 'img' and set(chart.attrib['aria-labelledby'].split()) ==
                {chart.find(SVG + kind).attrib['id'] for kind in ('title', 'desc')} for chart in charts)
    checks.ok(len(charts) >= 4 + 3 and named, 'every chart has a title and a description', len(charts))
    sections = [text_of(node) for node in root.iter(XHTML + 'h2')]
    checks.ok(sections == ['Online calls: bucket levels over time', 'Cost by model', 'Size distribution', 'Costliest requests'],
              'the sections are there', sections)
    tables = all(section.find('.//' + XHTML + 'table') is not None for section in root.iter(XHTML + 'section'))
    checks.ok(tables, 'each with a table')


def check_drawing(checks, root):
    outside, long = [], []
    for chart in root.iter(SVG + 'svg'):
        _, _, width, height = (float(number) for number in chart.attrib['viewBox'].split())
        for node in chart.iter():
            for name, value in node.attrib.items():
                most = width if name in ('x', 'x1', 'x2', 'width') else height
                if name in ('x', 'x1', 'x2', 'y', 'y1', 'y2', 'width', 'height') and not 0 <= float(value) <= most:
                    outside.append((name, value))
            if node.attrib.get('class', '').startswith('name') and len(node.text) > NAME_LEN:
                long.append(node.text)
            numbers = re.findall(r'[0-9.]+', node.attrib.get('d', ''))
            outside += [number for number in numbers if not 0 <= float(number) <= width]
    checks.ok(not outside, 'all that is drawn is inside its chart', outside[:5])
    checks.ok(not long, 'long names are cut', long)


def check_numbers(checks, root, work):
    with open(os.path.join(work, 'batch.jsonl'), encoding='utf-8') as file:
        requests = sum(1 for _ in file)
    with open(os.path.join(work, 'times.jsonl'), encoding='utf-8') as file:
        times = [json.loads(line) for line in file]
    rows = [[text_of(cell) for cell in row] for row in root.iter(XHTML + 'tr')]
    sent = sum(int(row[3].replace(',', '')) for row in rows if len(row) == 5 and row[0][:1].isdigit())
    checks.ok(sent == len(times) > requests / 2, 'the curves send as many requests as the schedule', sent, len(times))
    in_order, last = True, {}
    for line in times:
        in_order &= line['send_ms'] >= last.get(line['pool'], 0)
        last[line['pool']] = line['send_ms']
    checks.ok(in_order and len(last) >= 4, 'the times of each pool grow', last)
    sizes = sum(int(row[2].replace(',', '')) for row in rows if len(row) == 3 and row[0][:1].isdigit())
    checks.ok(sizes == requests, 'every request has a size', sizes, requests)
    shown = {cell for row in rows for cell in row}
    checks.ok({'<script>alert(1)</script>', '"\'&<>', ']]>', '"><script>alert(2)</script>'} <= shown,
              'names are there as they are', sorted(shown)[:40])
    fast = [row for row in rows if row[0] == 'claude-opus-5-5 fast']
    checks.ok(len(fast) == 1 and fast[0][1] == '2' and any(
        'requests are in fast mode, which no batch takes' in text_of(p) for p in root.iter(XHTML + 'p')),
              'fast mode has a row, and is spoken of', fast)
    checks.ok('a\\u{202E}b\\x00c\\x07d' in shown, 'what would hide text is spelt out')


def main(tokgate):
    checks, tokgate = Checks(), os.path.abspath(tokgate)
    with tempfile.TemporaryDirectory() as work:
        write_manifest(os.path.join(work, 'batch.jsonl'), 300)
        status, said = plan(tokgate, work, '--html', 'page.html', '--schedule', 'times.jsonl', '-j', '1')
        checks.ok(status == 0, 'a page and a schedule are written', status, said)
        with open(os.path.join(work, 'page.html'), encoding='utf-8') as file:
            page = file.read()
        root = ET.fromstring(page.replace('<!DOCTYPE html>', '', 1))
        checks.ok(page.startswith('<!DOCTYPE html>\n<html lang="en"'), 'the page is well-formed XML and HTML')
        check_harmless(checks, page, root)
        check_accessible(checks, root)
        check_drawing(checks, root)
        check_numbers(checks, root, work)
        plan(tokgate, work, '--html', 'again.html', '--schedule', 'again.jsonl', '-j', '2')
        for one, other in (('page.html', 'again.html'), ('times.jsonl', 'again.jsonl')):
            with open(os.path.join(work, one), 'rb') as left, open(os.path.join(work, other), 'rb') as right:
                checks.ok(left.read() == right.read(), f'{one} is the same once more, with two threads')
        left = sorted(os.listdir(work))
        checks.ok(left == ['again.html', 'again.jsonl', 'batch.jsonl', 'page.html', 'times.jsonl'], 'nothing else is left', left)
    print(f'1..{checks.ran}')
    return 1 if checks.failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
