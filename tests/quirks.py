"""Ways in which servers answer that are not OpenAI's, one small entry each: what is sent, and what must come of it.

They are taken from the documentation of providers and from public reports, which are named where there is one. An entry
either works, or is asked again for a reason that is told, or fails with words that name the true cause.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from chat_script import Answer, Fault, Request, Scripted, Wire

Manner: TypeAlias = Callable[[str], Scripted]
"""How a server sends a text."""

SPEAK = "Which of the two essays?"
ASK = {"reason": "It is not said.", "action": "ask_user", "speak": SPEAK}
DECISION = json.dumps(ASK)
SAID = "Your week is planned: the essay is on Wed 25 Nov, 14:00-16:00."
READ = {"name": "get_task_info", "arguments": {"task_id": 3}}
READ_TOO = {"name": "query_range", "arguments": {"day": 2}}
WRITE = {"name": "draft_plan", "arguments": {}}
THOUGHT = 'Perhaps {"action": "abort"}? No.'
LOOK = {"action": "continue", "tool_call": READ}
PROPOSE = {"action": "confirm", "tool_call": WRITE}


@dataclass(frozen=True)
class Quirk:
    """One way of a server.

    `works` is what is read: a decision, or a text when `text` is what is asked for; `again` are words of the complaint
    with which the model is asked again, `fails` those of the error. `requests` is how many requests it takes to be
    read, or to fail, `waits` how often it is waited between them. `says_it_passes` tells that the server itself gives a
    reason to try the same three times.
    """

    name: str
    answer: Callable[[Request], Scripted]
    works: dict[str, Any] | str | None = None
    again: str = ""
    fails: tuple[str, ...] = ()
    text: bool = False
    says_it_passes: bool = False
    requests: int = 1
    waits: int = 0


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a chunk with one choice."""
    choice = {"index": 0, "finish_reason": finish, **({} if delta is None else {"delta": delta})}
    return {"id": "c1", "object": "chat.completion.chunk", "choices": [choice], **more}


def sse(*chunks: dict[str, Any] | bytes, done: bool = True) -> Wire:
    """Return a stream of these events."""
    events = [each if isinstance(each, bytes) else b"data: " + json.dumps(each).encode() + b"\n\n" for each in chunks]
    return Wire(b"".join(events) + (b"data: [DONE]\n\n" if done else b""))


def said(text: str, finish: str | None = "stop", *, done: bool = True) -> Wire:
    """Return a text as content, in two pieces."""
    half = len(text) // 2
    return sse(
        chunk({"role": "assistant", "content": text[:half]}),
        chunk({"content": text[half:]}),
        chunk({}, finish),
        done=done,
    )


def called(*calls: dict[str, Any], finish: str = "tool_calls", **delta: Any) -> Wire:
    """Return native tool calls, as they are given."""
    return sse(chunk({"role": "assistant", "tool_calls": list(calls), **delta}), chunk({}, finish))


def call(wanted: dict[str, Any], index: int | None = 0, *, as_object: bool = False, **more: Any) -> dict[str, Any]:
    """Return one native call."""
    arguments = wanted["arguments"] if as_object else json.dumps(wanted["arguments"])
    place = {} if index is None else {"index": index}
    return {**place, "type": "function", "function": {"name": wanted["name"], "arguments": arguments}, **more}


def whole(message: dict[str, Any], finish: str | None = "stop") -> Wire:
    """Return an answer of a server that does not stream."""
    body = {"object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": finish}]}
    return Wire(json.dumps(body).encode(), kind="application/json; charset=utf-8")


def refused(status: int, error: Any) -> Wire:
    """Return an error with a body of the provider's own."""
    return Wire(json.dumps(error).encode(), kind="application/json", status=status)


def by_shape(**answers: Scripted) -> Callable[[Request], Scripted]:
    """Answer each way of being asked differently."""
    return lambda request: answers[request.shape]


def without_force(request: Request) -> Scripted:
    """Answer as an API that knows tools, and lets nobody force a call."""
    if request.shape == "json_schema":
        return Fault("status", 400, message="response_format is unknown")
    if request.forced_tool:
        return Fault("status", 400, message="Only 'auto' is supported as tool_choice")
    offered = {tool["function"]["name"] for tool in request.body["tools"]}
    assert {"execute_decision", READ["name"], WRITE["name"]} <= offered
    return called(call(READ))


def works(name: str, answer: Scripted, wanted: dict[str, Any] | str = ASK, **more: Any) -> Quirk:
    """Return a quirk that is read at once."""
    return Quirk(name, lambda _: answer, works=wanted, **more)


def asks_again(name: str, answer: Scripted, words: str) -> Quirk:
    """Return a quirk that cannot be read without guessing."""
    return Quirk(name, lambda _: answer, again=words)


def fails(name: str, answer: Scripted, *words: str, **more: Any) -> Quirk:
    """Return a quirk that ends the call."""
    return Quirk(name, lambda _: answer, fails=words, **more)


def steps_down(name: str, refusal: Scripted, answer: Scripted = DECISION, **more: Any) -> Quirk:
    """Return a quirk of a server that knows no schemas, and says so in its own way."""
    return Quirk(name, by_shape(json_schema=refusal, tools=answer), works=ASK, requests=2, **more)


def without(name: str, refusal: Scripted, *parameters: str, requests: int = 2) -> Quirk:
    """Return a quirk of a server that takes no request with one of these parameters."""

    def answer(request: Request) -> Scripted:
        return refusal if any(parameter in request.body for parameter in parameters) else DECISION

    return Quirk(name, answer, works=ASK, requests=requests)


MANNERS: dict[str, Manner] = {
    "the thought is in tags": lambda text: said(f"<think>{THOUGHT}</think>\n{text}"),
    "the thought was opened in the prompt (DeepSeek R1)": lambda text: said(f"{THOUGHT}\n</think>\n\n{text}"),
    "the thought is in brackets (Magistral)": lambda text: said(f"[THINK]{THOUGHT}[/THINK]{text}"),
    "the thought is in triangles (Kimi)": lambda text: said(f"◁think▷{THOUGHT}◁/think▷{text}"),
    "the thought is called thinking": lambda text: said(f"<thinking>{THOUGHT}</thinking>{text}"),
    "harmony channels": lambda text: said(
        f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>{text}<|return|>"
    ),
    "a constrained harmony channel": lambda text: said(
        f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant"
        f"<|channel|>final <|constrain|>json<|message|>{text}"
    ),
    "harmony without its marks": lambda text: said(f"analysisWe think: {THOUGHT}assistantfinal{text}"),
    "the thought is a field (DeepSeek, vLLM)": lambda text: sse(
        chunk({"reasoning_content": THOUGHT, "content": None}), chunk({"content": text}), chunk({}, "stop")
    ),
    "the thought is another field (OpenRouter, Ollama)": lambda text: sse(
        chunk({"reasoning": THOUGHT, "reasoning_details": [{"type": "reasoning.text", "text": THOUGHT}]}),
        chunk({"content": text}, "stop"),
    ),
    "thoughts and text are parts (Mistral)": lambda text: sse(
        chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}]}),
        chunk({"content": [{"type": "text", "text": text}]}),
        chunk({}, "stop"),
    ),
    "text is parts, with references (laravel/ai 866)": lambda text: sse(
        chunk({"content": [{"type": "reference", "reference_ids": [1]}, {"type": "text", "text": text}]}, "stop")
    ),
    "stream is ignored": lambda text: whole({"role": "assistant", "content": text}),
    "stream is ignored, without a reason": lambda text: whole({"role": "assistant", "content": text}, None),
    "a whole message in a stream": lambda text: sse(
        {"choices": [{"index": 0, "message": {"content": text}, "finish_reason": "stop"}]}
    ),
    "all in one chunk": lambda text: sse(chunk({"content": text}, "stop")),
    "it ends with eos": lambda text: said(text, "eos"),
    "it ends with end_turn": lambda text: said(text, "end_turn"),
    "it ends with STOP (Gemini)": lambda text: said(text, "STOP"),
    "it ends with tool_call (mlx-lm 782)": lambda text: said(text, "tool_call"),
    "it ends with no reason": lambda text: said(text, None),
    "it ends with an empty reason (Ollama 4357)": lambda text: said(text, ""),
    "it ends without [DONE] (Gemini)": lambda text: said(text, done=False),
    "every chunk says stop (one-api 1408)": lambda text: sse(
        chunk({"content": text[:9]}, "stop"), chunk({"content": text[9:]}, "stop")
    ),
    "comments keep it alive (OpenRouter)": lambda text: sse(
        b": OPENROUTER PROCESSING\n\n", chunk({"content": text}), b": OPENROUTER PROCESSING\n\n", chunk({}, "stop")
    ),
    "pings come between": lambda text: sse(
        b'event: ping\ndata: {"type": "ping"}\n\n', chunk({"content": text}), chunk({}, "stop")
    ),
    "lines end as on Windows": lambda text: Wire(
        said(text).body.replace(b"\n", b"\r\n"), kind="text/event-stream; charset=utf-8"
    ),
    "no space after data": lambda text: Wire(said(text).body.replace(b"data: ", b"data:")),
    "no type of its own": lambda text: Wire(said(text).body, kind="text/plain"),
    "results of a filter come first (Azure)": lambda text: sse(
        {"id": "", "choices": [], "prompt_filter_results": [{"prompt_index": 0}]},
        chunk({"content": text}),
        chunk(None, None, usage=None),
        chunk({}, "stop"),
    ),
    "null everywhere": lambda text: sse(
        chunk({"role": None, "content": None, "tool_calls": None, "refusal": None, "function_call": None}),
        chunk({"content": text, "tool_calls": []}),
        {"choices": None, "usage": None},
        chunk({}, "stop"),
    ),
    "two answers at once": lambda text: sse(
        {"choices": [{"index": 1, "delta": {"content": "Something else"}, "finish_reason": None}]},
        chunk({"content": text}),
        {"choices": [{"index": 1, "delta": {}, "finish_reason": "length"}]},
        chunk({}, "stop"),
    ),
    "the mark of a template is left": lambda text: said(f"{text}<|im_end|>"),
    "usage is null": lambda text: sse(chunk({"content": text}, usage=None), chunk({}, "stop", usage=None)),
    "usage has words in it": lambda text: sse(chunk({"content": text}, "stop", usage={"prompt_tokens": "many"})),
}
"""Ways to send any text, a decision or the final message alike."""

IN_PIECES = DECISION.replace('"action"', '\n  "action"')

QUIRKS: list[Quirk] = [
    *(works(f"decision: {name}", manner(DECISION)) for name, manner in MANNERS.items()),
    *(works(f"text: {name}", manner(SAID), SAID, text=True) for name, manner in MANNERS.items()),
    # Where decisions are found
    works("all of it is a thought (vLLM 16182)", sse(chunk({"reasoning_content": DECISION}), chunk({}, "stop"))),
    works("all of it is another thought", sse(chunk({"reasoning": DECISION, "content": ""}), chunk({}, "stop"))),
    works("all of it is a thought, unstreamed", whole({"content": None, "reasoning_content": DECISION})),
    works("a native call of the decision", called({"function": {"name": "execute_decision", "arguments": DECISION}})),
    works(
        "a call of the decision as text",
        said(json.dumps({"name": "execute_decision", "arguments": ASK})),
    ),
    works("JSON in JSON", said(json.dumps(DECISION))),
    works("a list of one", said(f"[{DECISION}]")),
    # Calls instead of decisions
    works("a native call", called(call(READ, id="call_1")), LOOK),
    works("arguments as an object (llama.cpp 20198)", called(call(READ, as_object=True)), LOOK),
    works("a call that ends with stop (python-genai 2868)", called(call(READ), finish="stop"), LOOK),
    works("a call without an index (Gemini)", called(call(READ, None)), LOOK),
    works("a call that writes", called(call(WRITE, id="call_1")), PROPOSE),
    works(
        "no arguments at all (openai-python 3502)",
        called({"index": 0, "function": {"name": "draft_plan", "arguments": ""}}),
        PROPOSE,
    ),
    works(
        "two calls",
        called(call(READ, 0), call(READ_TOO, 1)),
        {"action": "continue", "tool_calls": [READ, READ_TOO]},
    ),
    works(
        "two calls with one index (Ollama)",
        called(call(READ, 0, id="a"), call(READ_TOO, 0, id="b")),
        {"action": "continue", "tool_calls": [READ, READ_TOO]},
    ),
    works(
        "two calls without an index",
        called(call(READ, None), call(READ_TOO, None)),
        {"action": "continue", "tool_calls": [READ, READ_TOO]},
    ),
    works("a call that reads and one that writes", called(call(READ, 0), call(WRITE, 1)), PROPOSE),
    works(
        "a call in pieces",
        sse(
            chunk({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "get_task_info", "arguments": ""}}]}),
            chunk({"tool_calls": [{"index": 0, "function": {"arguments": '{"task'}}]}),
            chunk({"tool_calls": [{"index": 0, "function": {"arguments": '_id": 3}'}}]}),
            chunk({}, "tool_calls"),
        ),
        LOOK,
    ),
    works("a call with words", called(call(READ), content="Let me look."), {**LOOK, "speak": "Let me look."}),
    works("a call with a thought", called(call(READ), content=f"<think>{THOUGHT}</think>"), {**LOOK, "speak": ""}),
    works(
        "a function call of old",
        sse(
            chunk({"function_call": {"name": "get_task_info", "arguments": '{"task_id": 3}'}}),
            chunk({}, "function_call"),
        ),
        LOOK,
    ),
    works(
        "a call told as of old and as of now (llama-cpp-python)",
        sse(
            *(
                chunk(
                    {
                        "function_call": {"name": "get_task_info", "arguments": piece},
                        "tool_calls": [
                            {"index": 0, "id": "a", "function": {"name": "get_task_info", "arguments": piece}}
                        ],
                    }
                )
                for piece in ('{"task', '_id": 3}')
            ),
            chunk({"function_call": None, "tool_calls": None}, "tool_calls"),
        ),
        LOOK,
    ),
    works("a call, unstreamed", whole({"content": None, "tool_calls": [call(READ, None)]}, "tool_calls"), LOOK),
    works("a call in tags (Hermes, Qwen)", said(f"<tool_call>\n{json.dumps(READ)}\n</tool_call>"), LOOK),
    works(
        "two calls in tags",
        said(f"<tool_call>{json.dumps(READ)}</tool_call>\n<tool_call>{json.dumps(READ_TOO)}</tool_call>"),
        {"action": "continue", "tool_calls": [READ, READ_TOO]},
    ),
    works("a call after a mark (Mistral)", said(f"[TOOL_CALLS][{json.dumps(READ)}]"), LOOK),
    works(
        "a call after another mark (Llama)",
        said('<|python_tag|>{"name": "get_task_info", "parameters": {"task_id": 3}}'),
        LOOK,
    ),
    works("a call in a named tag (Llama)", said('<function=get_task_info>{"task_id": 3}</function>'), LOOK),
    works(
        "a call in XML (Qwen Coder)",
        said("<tool_call>\n<function=get_task_info>\n<parameter=task_id>\n3\n</parameter>\n</function>\n</tool_call>"),
        LOOK,
    ),
    works("a call in Python (Llama 3.2)", said("[get_task_info(task_id=3)]"), LOOK),
    works("a call in Python that writes", said("[draft_plan()]"), PROPOSE),
    works(
        "calls in Python, with JSON's literals (Llama 4)",
        said("<|python_start|>[get_task_info(task_id=3), query_range(day=2, slot_end=null)]<|python_end|>"),
        {"action": "continue", "tool_calls": [READ, {**READ_TOO, "arguments": {"day": 2, "slot_end": None}}]},
    ),
    works(
        "a call in Python, between marks (LFM2)", said("<|tool_call_start|>[draft_plan()]<|tool_call_end|>"), PROPOSE
    ),
    works(
        "calls in Python, a line each (Olmo 3)",
        said("<function_calls>\nget_task_info(task_id=3)\nquery_range(day=2)\n</function_calls>"),
        {"action": "continue", "tool_calls": [READ, READ_TOO]},
    ),
    works("a call in a block of code (Gemma)", said("```tool_code\nget_task_info(task_id=3)\n```"), LOOK),
    works(
        "a call in a harmony channel (gpt-oss)",
        said(
            f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>commentary "
            'to=functions.get_task_info <|constrain|>json<|message|>{"task_id": 3}<|call|>'
        ),
        LOOK,
    ),
    works(
        "a call in a harmony channel, addressed before it",
        said("<|start|>assistant to=functions.draft_plan<|channel|>commentary json<|message|>{}"),
        PROPOSE,
    ),
    asks_again("a call in Python without names", said("[get_task_info(3)]"), "Invalid JSON"),
    asks_again("a call in Python of no tool", said("[delete_all()]"), "Invalid JSON"),
    asks_again("a call in Python that computes", said("[get_task_info(task_id=1 + open)]"), "Invalid JSON"),
    asks_again("a call in Python, given twice", said("[get_task_info(task_id=1, task_id=2)]"), "Invalid JSON"),
    asks_again("a call in Python with words", said("I would do this: [draft_plan()]"), "Invalid JSON"),
    asks_again("calls in Python that may go on", said("draft_plan()\n", None), "Invalid JSON"),
    asks_again(
        "a call in a channel, and a final message",
        said(
            "<|channel|>commentary to=functions.draft_plan<|message|>{}<|call|>"
            "<|start|>assistant<|channel|>final<|message|>I changed my mind."
        ),
        "Invalid JSON",
    ),
    asks_again(
        "a call in a channel that is cut",
        said("<|channel|>commentary to=functions.draft_plan<|message|>{}", None),
        "Invalid JSON",
    ),
    asks_again(
        "a call in a channel to something else",
        said('<|channel|>commentary to=browser.open<|message|>{"id": 1}<|call|>'),
        "Invalid JSON",
    ),
    works("the action is a tool", said('{"action": "draft_plan", "arguments": {}}'), PROPOSE),
    works("the action is a tool, with its arguments beside", said('{"action": "get_task_info", "task_id": 3}'), LOOK),
    works("arguments as text", said(json.dumps({**LOOK, "tool_call": {**READ, "arguments": '{"task_id": 3}'}})), LOOK),
    works("a call as OpenAI has it", said(json.dumps({**LOOK, "tool_call": {"function": READ}})), LOOK),
    # Damaged JSON
    works("a fence", said(f"```json\n{DECISION}\n```")),
    works("a trailing comma", said(DECISION[:-1] + ",}")),
    works("Python", said(repr(ASK))),
    works(
        "curly quotes", said("{“action”: “ask_user”, “speak”: “" + SPEAK + "”}"), {"action": "ask_user", "speak": SPEAK}
    ),
    works("an upper-case action", said(DECISION.replace("ask_user", "ASK_USER"))),
    works("a comment", said(IN_PIECES.replace("{", "{ // I ask", 1).replace('"reason"', '\n"reason"'))),
    works("a missing brace", said(DECISION[:-1])),
    asks_again("a missing brace, and no reason to end", said(DECISION[:-1], None), "Invalid JSON"),
    asks_again("a raw line break", said(DECISION.replace("of the", "of\nthe")), "Invalid JSON"),
    asks_again("quotes that are not escaped", said(DECISION.replace("two", '"two"')), "Invalid JSON"),
    asks_again("two decisions", said(f"{DECISION} or {DECISION}"), "Invalid JSON"),
    asks_again("an action given twice", said(DECISION[:-1] + ', "action": "abort"}'), "action"),
    asks_again("a thought that never ends", said(f"<think>{DECISION}"), "Invalid JSON"),
    asks_again("a channel that never ends", said(f"<|channel|>analysis<|message|>{DECISION}"), "Invalid JSON"),
    asks_again("only thoughts", sse(chunk({"reasoning_content": THOUGHT}), chunk({}, "stop")), "empty"),
    asks_again("only a thought in tags", said(f"<think>{THOUGHT}</think>"), "empty"),
    # Refusals, filters and errors
    fails("a refusal", sse(chunk({"refusal": "I can't help with that."}), chunk({}, "stop")), "refused", "can't help"),
    fails("a refusal, unstreamed", whole({"content": None, "refusal": "No."}), "refused", "No."),
    fails("a filter ends it", said("I beg", "content_filter"), "withheld", "other words"),
    fails("another filter ends it (Gemini)", said("", "SAFETY"), "withheld", "safety"),
    fails("a filter for quotes (Gemini)", said("", "RECITATION"), "withheld", "recitation"),
    fails("its provider refuses (Anthropic)", said("", "refusal"), "withheld"),
    fails("only thoughts as text", said(f"<think>{THOUGHT}"), "thought and said nothing", text=True),
    fails(
        "only thoughts beside no text",
        sse(chunk({"reasoning": THOUGHT}), chunk({}, "stop")),
        "thought and said nothing",
        text=True,
    ),
    fails("cut for length", said(DECISION[:20], "length"), "cut off for length", "more room", requests=2),
    fails("cut for length (Mistral)", said(DECISION[:20], "model_length"), "cut off for length", requests=2),
    fails("cut for length (Gemini)", said(DECISION[:20], "MAX_TOKENS"), "cut off for length", requests=2),
    Quirk(
        "cut for length, unless told to be short",
        lambda request: said(DECISION) if "in a few words" in request.text else said(DECISION[:20], "length"),
        works=ASK,
        requests=2,
    ),
    fails("it breaks off", said(DECISION, None, done=False), "broke off", requests=3),
    Quirk(
        "it breaks off whenever it streams (a proxy)",
        lambda request: (
            said(DECISION, None, done=False)
            if request.body["stream"]
            else whole({"role": "assistant", "content": DECISION})
        ),
        works=ASK,
        requests=3,
        waits=2,
    ),
    fails("a stream of nothing", Wire(b""), "broke off", requests=3),
    fails("chunks that are no JSON", Fault("malformed"), "not a chat completion", requests=3),
    fails("an empty answer", said(""), "empty", requests=3),
    fails("an end for a reason nobody knows", said(DECISION[:20], "tired"), "unknown reason (tired)", requests=3),
    fails("an error ends it (Mistral)", said(DECISION[:20], "error"), "ended with an error", requests=3),
    Quirk(
        "a schema makes it end with an error (Gemini)",
        by_shape(json_schema=said("", "MALFORMED_FUNCTION_CALL"), tools=Answer(ASK)),
        works=ASK,
        requests=2,
        waits=1,
    ),
    fails(
        "no resources left (DeepSeek)",
        said(DECISION[:20], "insufficient_system_resource"),
        "insufficient_system_resource",
        requests=3,
        says_it_passes=True,
    ),
    fails(
        "an error in the stream (OpenRouter)",
        sse(chunk({"content": DECISION[:9]}), chunk({}, "error", error={"code": 502, "message": "Provider gone"})),
        "Provider gone",
        requests=3,
        says_it_passes=True,
    ),
    fails(
        "a limit in the stream (Groq)",
        sse(chunk({"content": DECISION[:9]}), {"error": {"type": "rate_limit_exceeded", "message": "Slow down"}}),
        "too many requests: Slow down",
        requests=3,
        says_it_passes=True,
    ),
    fails(
        "a bad key in the stream",
        sse({"error": {"code": 401, "message": "User not found."}}),
        "refused the API key",
    ),
    fails(
        "an error in the stream, without a reason (llama.cpp)",
        sse(chunk({"content": DECISION[:9]}), {"error": {"message": "Compute error.", "type": "server_error"}}),
        "Compute error.",
        requests=3,
    ),
    fails(
        "an error instead of an answer (LM Studio)",
        Wire(b'{"error": "Model unloaded"}', kind="application/json"),
        "Model unloaded",
        requests=3,
    ),
    fails("a page to sign in", Fault("html"), "text/html", "a page to sign in", "OPENAI_BASE_URL"),
    fails("lines of another protocol", Wire(b"{}\n", kind="application/x-ndjson"), "x-ndjson", "another address"),
    fails("something else that answers", Wire(b"<a/>", kind="application/xml"), "application/xml"),
    fails("something else that answers in JSON", Wire(b'{"ok": true}', kind="application/json"), "other JSON"),
    fails(
        "a filter refuses the question (Azure)",
        refused(400, {"error": {"code": "content_filter", "param": "prompt", "message": "The response was filtered"}}),
        "The response was filtered",
    ),
    fails("an error as text (xAI)", refused(400, {"code": "invalid", "error": "Bad image"}), "Bad image"),
    fails(
        "no such model (Ollama)",
        refused(404, {"error": {"message": "model 'x' not found, try pulling it first"}}),
        "try pulling it first",
    ),
    fails("no balance (DeepSeek)", refused(402, {"error": {"message": "Insufficient Balance"}}), "Top up", "Balance"),
    fails(
        "no credits (OpenRouter)",
        refused(402, {"error": {"code": 402, "message": "This request requires more credits"}}),
        "Top up",
        "more credits",
    ),
    fails("no quota (OpenAI)", Fault("status", 429, code="insufficient_quota", message="Quota exceeded"), "Top up"),
    fails(
        "a filter with words only (Azure)",
        refused(400, {"error": {"message": "It triggered Azure OpenAI's content management policy."}}),
        "content management policy",
        "other words",
    ),
    fails(
        "no such model, with a list of others",
        refused(400, {"error": {"message": "openai/x is not a valid model ID", "code": 400}}),
        "not a valid model",
        "It serves scripted",
    ),
    fails(
        "a template that fails (llama.cpp)",
        refused(500, {"error": {"code": 500, "message": "Value is not callable: null at row 1, jinja template"}}),
        "jinja template",
        "--chat-template",
    ),
    fails("an error in a list (Gemini)", refused(400, [{"error": {"message": "User location"}}]), "User location"),
    fails("a detail (FastAPI)", refused(400, {"detail": [{"msg": "Input should be a list"}]}), "should be a list"),
    fails(
        "an error of the provider behind (OpenRouter)",
        refused(400, {"error": {"message": "Provider returned error", "metadata": {"raw": '{"e":"no images"}'}}}),
        "no images",
    ),
    fails(
        "not for this key", refused(403, {"error": {"message": "No access to model"}}), "OPENAI_API_KEY", "No access"
    ),
    fails(
        "not in this region (OpenAI)",
        refused(
            403,
            {
                "error": {
                    "code": "unsupported_country_region_territory",
                    "message": "Country, region, or territory not supported",
                }
            },
        ),
        "territory not supported",
        "does not serve the place",
    ),
    fails(
        "a moderator refuses the question (OpenRouter)",
        refused(
            403,
            {
                "error": {
                    "code": 403,
                    "message": "The input was flagged",
                    "metadata": {"reasons": ["violence"], "flagged_input": "my week"},
                }
            },
        ),
        "was flagged",
        "other words",
    ),
    fails(
        "a firewall refuses the question (Cloudflare)",
        Wire(b"<!DOCTYPE html><title>Attention Required!</title>", kind="text/html", status=403),
        "refused access",
        "a firewall or a proxy",
    ),
    # Servers that take less beside the messages
    without(
        "no stream_options", refused(400, {"error": {"message": "Unknown parameter: stream_options"}}), "stream_options"
    ),
    without(
        "no stream_options (Mistral)",
        refused(
            422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs"}]}
        ),
        "stream_options",
    ),
    without(
        "the older bound only (Mistral)",
        refused(422, {"detail": [{"loc": ["body", "max_completion_tokens"], "msg": "Extra inputs are not permitted"}]}),
        "max_completion_tokens",
    ),
    without(
        "a bound that is too large (Groq)",
        refused(400, {"error": {"message": "`max_tokens` must be less than or equal to `8192`"}}),
        "max_completion_tokens",
        "max_tokens",
        requests=3,
    ),
    without(
        "a bound without room (vLLM)",
        refused(
            400,
            {
                "object": "error",
                "message": "This model's maximum context length is 8192 tokens. However, you requested 19684 tokens "
                "(3300 in the messages, 16384 in the completion). Please reduce the length of the messages.",
            },
        ),
        "max_completion_tokens",
        "max_tokens",
        requests=3,
    ),
    # Servers that know less of shapes
    steps_down(
        "a grammar that cannot be built (llama.cpp)",
        refused(500, {"error": {"code": 500, "message": "Failed to initialize samplers: failed to parse grammar"}}),
    ),
    steps_down("a schema that fails (vLLM)", refused(500, {"message": "xgrammar: unsupported JSON schema feature"})),
    steps_down("no schemas (OpenAI's words)", Fault("status", 400, param="response_format", message="Not supported")),
    steps_down("no schemas (vLLM's words)", Fault("status", 422, message="response_format: Extra inputs")),
    steps_down(
        "a model that fails the schema (Groq)",
        refused(400, {"error": {"message": "Failed to generate JSON.", "code": "json_validate_failed"}}),
    ),
    Quirk("no call can be forced", without_force, works=LOOK, requests=3),
    steps_down(
        "a named tool is ignored (llama.cpp 26535)",
        Fault("status", 400, message="response_format is unknown"),
        Answer(ASK, as_content=True),
    ),
]
