"""The page of tokgate plan --html in headless Chromium, with scripts switched off: what is seen, asked for and complained
about. CHROMIUM names the program; PAGE_PICTURES=DIR keeps the pictures."""
import base64
import json
import os
import select
import shutil
import struct
import subprocess
import sys
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
import plan_page

FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync', '--disable-extensions', '--remote-debugging-pipe']
WIDTHS = {'wide': 1100, 'narrow': 400}
CHARTS = 4
WAIT_S = 60


class Browser:
    """Chromium, spoken to over two pipes: messages in JSON that end with NUL."""

    def __init__(self, program, work):
        self.number, self.events, self.rest, self.session = 0, [], b'', None
        to_read, self.to_write = os.pipe()
        self.from_read, from_write = os.pipe()

        def place():  # it reads from 3 and writes to 4
            high_read, high_write = os.dup2(to_read, 63), os.dup2(from_write, 64)
            os.dup2(high_read, 3)
            os.dup2(high_write, 4)

        with open(os.path.join(work, 'chromium.log'), 'wb') as log:
            self.process = subprocess.Popen(
                [program, *FLAGS, f"--user-data-dir={os.path.join(work, 'profile')}", 'about:blank'], preexec_fn=place,
                close_fds=False, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        os.close(to_read)
        os.close(from_write)

    def receive(self, until):
        while b'\0' not in self.rest:
            if not select.select([self.from_read], [], [], max(0, until - time.monotonic()))[0]:
                raise TimeoutError('Chromium does not answer')
            part = os.read(self.from_read, 1 << 20)
            if not part:
                raise ConnectionError('Chromium has ended')
            self.rest += part
        message, _, self.rest = self.rest.partition(b'\0')
        return json.loads(message)

    def ask(self, method, **params):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.to_write, json.dumps(message).encode() + b'\0')
        until = time.monotonic() + WAIT_S
        while True:
            answer = self.receive(until)
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer['result']
            self.events.append(answer)

    def wait_for(self, method):
        until = time.monotonic() + WAIT_S
        while not any(event.get('method') == method for event in self.events):
            self.events.append(self.receive(until))

    def open(self):
        target = self.ask('Target.createTarget', url='about:blank')['targetId']
        self.session = self.ask('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Network', 'Log', 'Runtime', 'DOM'):
            self.ask(domain + '.enable')
        self.ask('Emulation.setScriptExecutionDisabled', value=True)

    def show(self, path, width, scheme):
        self.ask('Emulation.setDeviceMetricsOverride', width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.ask('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': scheme}])
        self.events.clear()
        self.ask('Page.navigate', url='file://' + path)
        self.wait_for('Page.loadEventFired')

    def picture(self, scale):
        size = self.ask('Page.getLayoutMetrics')['cssContentSize']
        shot = self.ask('Page.captureScreenshot', format='png', captureBeyondViewport=True,
                        clip={'x': 0, 'y': 0, 'width': size['width'], 'height': size['height'], 'scale': scale})
        return base64.b64decode(shot['data'])

    def boxes(self, selector):
        """Left, top, right, bottom of what is drawn of each element; none where nothing is."""
        root = self.ask('DOM.getDocument')['root']['nodeId']
        found = []
        for node in self.ask('DOM.querySelectorAll', nodeId=root, selector=selector)['nodeIds']:
            try:
                quad = self.ask('DOM.getBoxModel', nodeId=node)['model']['border']
            except RuntimeError:
                found.append((0, 0, 0, 0))
                continue
            found.append((min(quad[::2]), min(quad[1::2]), max(quad[::2]), max(quad[1::2])))
        return found

    def close(self):
        try:
            self.session = None
            self.ask('Browser.close')
        except (OSError, RuntimeError, TimeoutError):
            self.process.kill()
        self.process.wait(WAIT_S)
        os.close(self.to_write)
        os.close(self.from_read)


def unfilter(kind, line, above, step):
    for i, byte in enumerate(line):
        left, up, corner = (line[i - step], above[i], above[i - step]) if i >= step else (0, above[i], 0)
        if kind == 1:
            byte += left
        elif kind == 2:
            byte += up
        elif kind == 3:
            byte += (left + up) // 2
        elif kind == 4:
            near = [abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)]
            byte += (left, up, corner)[near.index(min(near))]
        line[i] = byte & 255
    return line


def colours(png):
    """How many pixels there are of each colour."""
    at, data, counts = 8, b'', {}
    while at < len(png):
        size, kind = struct.unpack('>I4s', png[at:at + 8])
        body = png[at + 8:at + 8 + size]
        if kind == b'IHDR':
            width, _, _, colour = struct.unpack('>IIBB', body[:10])
            step = {2: 3, 6: 4}[colour]
        data += body if kind == b'IDAT' else b''
        at += size + 12
    raw, above = zlib.decompress(data), bytearray(width * step)
    for start in range(0, len(raw), width * step + 1):
        above = unfilter(raw[start], bytearray(raw[start + 1:start + 1 + width * step]), above, step)
        for x in range(0, len(above), step):
            pixel = bytes(above[x:x + 3])
            counts[pixel] = counts.get(pixel, 0) + 1
    return counts


def overlap(boxes):
    """Two that lie on each other by more than a pixel or two."""
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            if min(a[2], b[2]) - max(a[0], b[0]) > 2 and min(a[3], b[3]) - max(a[1], b[1]) > 3:
                return a, b
    return None


def check_view(tap, browser, path, name, scheme):
    browser.show(path, WIDTHS[name], scheme)
    what = f'the page, {name} and {scheme}'
    charts = browser.boxes('svg')
    tap.ok(len(charts) >= CHARTS and all(right - left > 300 and bottom - top > 60 for left, top, right, bottom in charts),
           f'{what}: every chart has its place', charts)
    tap.ok(not overlap(charts), f'{what}: charts do not overlap')
    texts = browser.boxes('svg text')
    tap.ok(len(texts) > 50 and not overlap(texts), f'{what}: no text lies on another', overlap(texts))
    body = browser.boxes('body')[0]
    tap.ok(body[2] - body[0] <= WIDTHS[name], f'{what}: nothing makes it wider than the window', body)
    counts = colours(browser.picture(0.25))
    most = max(counts.values()) / sum(counts.values())
    tap.ok(len(counts) > 100 and most < 0.97, f'{what}: it is not blank', len(counts), most)
    page = max(counts, key=counts.get)
    tap.ok((sum(page) < 200) == (scheme == 'dark'), f'{what}: it has the colours of the scheme', page)
    asked = {event['params']['request']['url'] for event in browser.events if event.get('method') == 'Network.requestWillBeSent'}
    tap.ok(asked <= {'file://' + path, 'data:,'} and 'file://' + path in asked, f'{what}: it asks for nothing', asked)
    said = [event for event in browser.events if event.get('method') in
            ('Log.entryAdded', 'Runtime.consoleAPICalled', 'Runtime.exceptionThrown')]
    tap.ok(not said, f'{what}: nothing is complained about', said)
    pictures = os.environ.get('PAGE_PICTURES')
    if pictures:
        with open(os.path.join(pictures, f'plan-{name}-{scheme}.png'), 'wb') as file:
            file.write(browser.picture(1))


def check(tap, program, work):
    chromium = os.environ.get('CHROMIUM') or shutil.which('chromium') or shutil.which('google-chrome')
    if not chromium:
        tap.skip('the page of a plan in Chromium', 'there is no chromium here')
        return
    work = os.path.join(work, 'page')
    os.mkdir(work)
    plan_page.write_manifest(os.path.join(work, 'batch.jsonl'), 600)
    status, said = plan_page.plan(os.path.abspath(program.path), work, '--html', 'plan.html')
    tap.ok(status == 0, 'a page is written', status, said)
    browser = Browser(chromium, work)
    try:
        browser.open()
        for name, scheme in (('wide', 'light'), ('wide', 'dark'), ('narrow', 'light')):
            check_view(tap, browser, os.path.realpath(os.path.join(work, 'plan.html')), name, scheme)
    except (OSError, RuntimeError, TimeoutError) as err:
        with open(os.path.join(work, 'chromium.log'), 'rb') as log:
            tap.ok(False, 'Chromium shows the page', err, log.read()[-2000:].decode(errors='replace'))
    finally:
        browser.close()
