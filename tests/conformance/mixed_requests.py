"""Requests of many shapes, for comparing the program with frame_model.py: the same seed gives the same
requests."""
import random

from mixed_text import FRAGMENTS

MODELS = ("claude-opus-4-8", "claude-sonnet-4-5", "claude-opus-5", "claude-opus-4-7", "claude-sonnet-4-6",
          "claude-3-haiku-20240307", "claude-sonnet-4-0", "claude-sonnet-5")
NUMBERS = (0, 1, -1, 1.5, 1e22, 1e-7, -0.0, 12345678901234567890, True, False, None)
GIF = "R0lGODlhBQADAIAAAA=="


class Generator:
    def __init__(self, seed):
        self.rnd = random.Random(f"requests {seed}")

    def text(self, fragments=5):
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

    def user_block(self):
        kind = self.rnd.random()
        if kind < .8:
            return self.text_block()
        if kind < .9:
            return {"type": "image", "source": {"type": "base64", "media_type": "image/gif", "data": GIF}}
        return {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": self.text()}}

    def call(self, number):
        return {"type": "tool_use", "id": f"t{number}", "name": self.rnd.choice(("f", "get_it")),
                "input": {self.text(1).strip() or "k": self.value() for _ in range(self.rnd.randrange(3))}}

    def result(self, call):
        content = self.rnd.choice((self.text(), [self.text_block()], [self.text_block(), self.text_block()]))
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
                "input_schema": {"type": "object", "properties": properties}}

    def request(self):
        request = {"model": self.rnd.choice(MODELS), "max_tokens": 16, "messages": self.messages()}
        if self.rnd.random() < .4:
            request["system"] = self.rnd.choice((self.text(), [self.text_block(), self.text_block()]))
        if self.rnd.random() < .4 or "tool_use" in str(request["messages"]):
            request["tools"] = [self.tool("f"), self.tool("get_it")]
            if self.rnd.random() < .3:
                request["tool_choice"] = self.rnd.choice((
                    {"type": "any"}, {"type": "tool", "name": "f"},
                    {"type": "auto", "disable_parallel_tool_use": True}))
        return request


def requests(seed, number):
    generator = Generator(seed)
    return [generator.request() for _ in range(number)]
