"""Requests of many shapes, for comparing the program with frame_model.py: the same seed gives the same
requests."""
import base64
import random
import struct

import hostile_text
from frame_model import API_TOOLS
from mixed_text import FRAGMENTS

MODELS = ("claude-opus-4-8", "claude-sonnet-4-5", "claude-opus-5", "claude-opus-4-7", "claude-sonnet-4-6",
          "claude-3-haiku-20240307", "claude-sonnet-4-0", "claude-sonnet-5", "claude-opus-5-5", "claude-fable-5-1",
          "claude-3-5-haiku-20241022", "claude-opus-4-6", "claude-haiku-4-5", "claude-opus-4-1", "claude-2.1")
NUMBERS = (0, 1, -1, 1.5, 1e22, 1e-7, -0.0, 12345678901234567890, True, False, None)
EDGES = (1, 27, 28, 29, 200, 1000, 1092, 1568, 1569, 1920, 2576, 2577, 4000, 8000)


class Generator:
    def __init__(self, seed):
        self.rnd = random.Random(f"requests {seed}")

    def text(self, fragments=5):
        if self.rnd.random() < .1:
            return hostile_text.mixture(self.rnd, fragments).decode(errors="replace") + "x"
        text = "".join(self.rnd.choice(FRAGMENTS) + self.rnd.choice(("", " "))
                       for _ in range(self.rnd.randrange(1, fragments + 1)))
        return text if text.strip() else text + "x"

    def value(self, depth=0):
        kind = self.rnd.random()
        if kind < .4 or depth > 2:
            return self.text(3)
        if kind < .6:
            return self.rnd.choice(NUMBERS)
        if kind < .8:
            return [self.value(depth + 1) for _ in range(self.rnd.randrange(3))]
        return {self.text(2): self.value(depth + 1) for _ in range(self.rnd.randrange(3))}

    def text_block(self):
        return {"type": "text", "text": self.text()}

    def image(self):
        width, height = self.rnd.choice(EDGES), self.rnd.choice(EDGES)
        kind, data = self.rnd.choice((
            ("gif", b"GIF89a" + struct.pack("<HH", width, height) + bytes(3)),
            ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + bytes(9)),
            ("webp", b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0/" + struct.pack("<I", (width - 1) | (height - 1) << 14)),
            ("jpeg", b"\xff\xd8\xff\xe1\0\4ab\xff\xc2\0\x0b\x08" + struct.pack(">HH", height, width) + bytes(4))))
        return {"type": "image", "source": {"type": "base64", "media_type": "image/" + kind,
                                            "data": base64.b64encode(data).decode()}}

    def document(self):
        source = {"type": "text", "media_type": "text/plain", "data": self.text()}
        more = {name: self.text(2) for name in ("title", "context") if self.rnd.random() < .3}
        if self.rnd.random() < .2:
            more["citations"] = {"enabled": True}
        return {"type": "document", "source": source, **more}

    def user_block(self):
        kind = self.rnd.random()
        return self.text_block() if kind < .75 else self.image() if kind < .9 else self.document()

    def call(self, number):
        return {"type": "tool_use", "id": f"t{number}", "name": self.rnd.choice(("f", "get_it")),
                "input": {self.text(1).strip() or "k": self.value() for _ in range(self.rnd.randrange(3))}}

    def result(self, call):
        content = self.rnd.choice((self.text(), [self.text_block()], [self.text_block(), self.text_block()],
                                   [self.text_block(), self.image()], [self.image(), self.text_block()], [self.document()],
                                   [{"type": "tool_reference", "tool_name": "later"}]))
        return {"type": "tool_result", "tool_use_id": call["id"], "content": content,
                **({"is_error": True} if self.rnd.random() < .1 else {})}

    def messages(self):
        messages, role, calls = [], "user", []
        for number in range(self.rnd.randrange(1, 6)):
            content = [self.result(call) for call in calls]
            is_answer, calls = bool(calls), []
            if role == "assistant" and self.rnd.random() < .4:
                calls = [self.call(10 * number + i) for i in range(self.rnd.randrange(1, 4))]
                content = [self.text_block()] * self.rnd.randrange(2) + calls
                if self.rnd.random() < .2:
                    content = [{"type": "thinking", "thinking": self.text(), "signature": "s"}] + content
            elif not is_answer and self.rnd.random() < .4:
                content = self.text()
            elif not is_answer or self.rnd.random() < .3:
                block = self.user_block if role == "user" else self.text_block
                content += [block() for _ in range(self.rnd.randrange(1, 4))]
            messages.append({"role": role, "content": content})
            if calls or self.rnd.random() > .1:  # else another message of the same role
                role = "assistant" if role == "user" else "user"
        if calls:
            messages.append({"role": "user", "content": [self.result(call) for call in calls]})
        return messages

    def tool(self, name):
        properties = {self.text(1): {"type": "string", "default": self.value()} for _ in range(2)}
        return {"name": name, "description": self.text(),
                "input_schema": {"type": "object", "properties": properties},
                **({"input_examples": [{"a": self.text()}, {}]} if self.rnd.random() < .1 else {})}

    def request(self):
        request = {"model": self.rnd.choice(MODELS), "max_tokens": 16, "messages": self.messages()}
        if self.rnd.random() < .4:
            request["system"] = self.rnd.choice((self.text(), [self.text_block(), self.text_block()]))
        if self.rnd.random() < .4 or "tool_use" in str(request["messages"]):
            request["tools"] = [self.tool("f"), self.tool("get_it"), {**self.tool("later"), "defer_loading": True}][
                :self.rnd.randrange(1, 4)]
            if self.rnd.random() < .2:
                request["tools"].append({"type": self.rnd.choice(sorted(API_TOOLS)), "name": "of_the_api"})
            if self.rnd.random() < .3:
                request["tool_choice"] = self.rnd.choice((
                    {"type": "any"}, {"type": "tool", "name": "f"},
                    {"type": "auto", "disable_parallel_tool_use": True}))
        if self.rnd.random() < .2:
            request["thinking"] = self.rnd.choice((
                {"type": "adaptive"}, {"type": "disabled"}, {"type": "enabled", "budget_tokens": 1024}))
        if self.rnd.random() < .1:
            request["output_config"] = {"format": {"type": "json_schema", "schema": self.tool("f")["input_schema"]}}
        return request


def requests(seed, number):
    generator = Generator(seed)
    return [generator.request() for _ in range(number)]
