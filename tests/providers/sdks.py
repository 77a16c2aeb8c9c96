"""The vendors' own SDKs as judges: they read what the fakes send, and know all that our encoders write.

    sdks.py FAKE_PROVIDER_BINARY FIXTURES_FOLDER

Prints a line for each check that fails, and the sum: `N passed, N failed`.
"""

import functools
import json
import subprocess
import sys
import traceback
import urllib.request
from pathlib import Path

import anthropic
import openai
from anthropic.types import MessageCreateParams
from google import genai
from google.genai import errors as google_errors
from google.genai import types as google
from openai.types.chat.completion_create_params import CompletionCreateParams
from openai.types.responses.response_create_params import ResponseCreateParams

from shapes import problem

KEY = "sk-test"
TOOL_INPUT = {"city": "Köln"}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}

# What the fakes are asked to say, and what every SDK must have understood of it.
SCRIPT = {
    "steps": [
        {"thinking": "Let me see. "},
        {"text": ["Zwölf ", "😀"]},
        {"tool": {"name": "get-weather", "input": TOOL_INPUT}},
    ],
    "usage": {"input": 10, "cacheRead": 20, "cacheWrite": 0, "output": 9, "reasoning": 4},
}
FAILURE = {"fail": {"status": 429, "type": "rate_limit_error", "message": "Slow down"}}

passed = 0
failed = 0


def check(name: str, found, expected=True) -> None:
    global passed, failed
    if found == expected:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {name}: {found!r} is not {expected!r}")


def post(url: str, path: str, body) -> None:
    data = json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(url + path, data, headers)).close()


def violations(url: str) -> list[str]:
    with urllib.request.urlopen(f"{url}/_violations") as answer:
        return json.load(answer)


def read_anthropic(url: str) -> None:
    client = anthropic.Anthropic(api_key=KEY, base_url=url, max_retries=0)
    request = {
        "model": "claude-sonnet-4-5",
        "max_tokens": 4000,
        "messages": [{"role": "user", "content": "Hello"}],
        "tools": [{"name": "get-weather", "input_schema": SCHEMA}],
    }
    with client.messages.stream(**request) as stream:
        message = stream.get_final_message()
    thinking, text, call = message.content
    check("anthropic: thinking", (thinking.type, thinking.thinking), ("thinking", "Let me see. "))
    check("anthropic: signature", bool(thinking.signature))
    check("anthropic: text", (text.type, text.text), ("text", "Zwölf 😀"))
    check("anthropic: call", (call.type, call.name, call.input), ("tool_use", "get-weather", TOOL_INPUT))
    check("anthropic: stop reason", message.stop_reason, "tool_use")
    usage = message.usage
    check("anthropic: usage", (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens), (10, 20, 9))
    turns = [{"role": "assistant", "content": [each.model_dump(exclude_none=True) for each in message.content]}]
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "rain"}
    turns.append({"role": "user", "content": [result]})
    with client.messages.stream(**request | {"messages": request["messages"] + turns}) as stream:
        check("anthropic: next step", stream.get_final_text(), "Done.")
    try:
        client.messages.create(stream=True, **request)
        check("anthropic: failure", "none")
    except anthropic.RateLimitError as error:
        check("anthropic: failure", error.body["error"]["message"], "Slow down")


def read_openai(url: str) -> None:
    client = openai.OpenAI(api_key=KEY, base_url=f"{url}/v1", max_retries=0)
    function = {"type": "function", "name": "get-weather", "parameters": SCHEMA, "strict": False}
    request = {"model": "gpt-5.1", "store": False, "tools": [function]}
    said = [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}]
    kinds = set()
    with client.responses.stream(input=said, **request) as stream:
        kinds = {event.type for event in stream}
        response = stream.get_final_response()
    reasoning, message, call = response.output
    check("openai: reasoning", reasoning.summary[0].text, "Let me see. ")
    check("openai: text", response.output_text, "Zwölf 😀")
    check("openai: call", (call.name, json.loads(call.arguments)), ("get-weather", TOOL_INPUT))
    check("openai: status", response.status, "completed")
    usage = response.usage
    found = (usage.input_tokens, usage.input_tokens_details.cached_tokens, usage.output_tokens)
    check("openai: usage", found, (30, 20, 9))
    check("openai: events", {"response.output_text.delta", "response.completed"} <= kinds)
    dumped = [each.model_dump(exclude_none=True) for each in response.output]
    for each in dumped:
        each.pop("status", None)
        for part in each.get("content") or []:
            part.pop("annotations", None), part.pop("logprobs", None)
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "rain"}
    with client.responses.stream(input=[*said, *dumped, output], **request) as stream:
        check("openai: next step", stream.get_final_response().output_text, "Done.")
    try:
        client.responses.create(stream=True, input=said, **request)
        check("openai: failure", "none")
    except openai.RateLimitError as error:
        check("openai: failure", error.message.endswith("Slow down'}") or "Slow down" in error.message)


def read_chat(url: str) -> None:
    function = {"name": "get-weather", "parameters": SCHEMA}
    said = [{"role": "user", "content": "Hello"}]
    request = {"model": "m", "tools": [{"type": "function", "function": function}]}
    for vendor, path in [("", "/v1"), ("x-ai", "/v1"), ("groq", "/openai/v1"), ("ollama", "/v1")]:
        name = f"chat {vendor or 'standard'}"
        base = f"{url}/{vendor}{path}" if vendor else f"{url}{path}"
        client = openai.OpenAI(api_key=KEY, base_url=base, max_retries=0)
        post(url, "/_reset", None)
        post(url, "/_script", [SCRIPT, {"steps": [{"text": "Done."}]}, FAILURE])
        options = {"include_usage": True}
        with client.chat.completions.stream(messages=said, stream_options=options, **request) as stream:
            completion = stream.get_final_completion()
        choice = completion.choices[0]
        call = choice.message.tool_calls[0]
        check(f"{name}: text", choice.message.content, "Zwölf 😀")
        found = (call.function.name, json.loads(call.function.arguments))
        check(f"{name}: call", found, ("get-weather", TOOL_INPUT))
        check(f"{name}: reason", choice.finish_reason, "tool_calls")
        usage = completion.usage
        found = (usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens, usage.completion_tokens)
        check(f"{name}: usage", found, (30, 20, 9))
        called = {"id": call.id, "type": "function", "function": call.function.model_dump(include={"name", "arguments"})}
        turns = [
            *said,
            {"role": "assistant", "content": choice.message.content, "tool_calls": [called]},
            {"role": "tool", "tool_call_id": call.id, "content": "rain"},
        ]
        with client.chat.completions.stream(messages=turns, **request) as stream:
            check(f"{name}: next step", stream.get_final_completion().choices[0].message.content, "Done.")
        try:
            client.chat.completions.create(stream=True, messages=said, **request)
            check(f"{name}: failure", "none")
        except openai.RateLimitError as error:
            check(f"{name}: failure", "Slow down" in error.message)
        check(f"{name}: no rule is broken", violations(url), [])


def read_google(url: str) -> None:
    client = genai.Client(api_key=KEY, http_options={"base_url": url, "api_version": "v1beta"})
    declaration = {"name": "get-weather", "parameters_json_schema": SCHEMA}
    config = google.GenerateContentConfig(
        tools=[google.Tool(function_declarations=[declaration])],
        automatic_function_calling={"disable": True},
        thinking_config={"include_thoughts": True, "thinking_level": "low"},
    )
    model = "gemini-3-flash-preview"
    said = [google.Content(role="user", parts=[google.Part(text="Hello")])]
    stream = client.models.generate_content_stream(model=model, contents=said, config=config)
    chunks = list(stream)
    parts = [part for chunk in chunks for part in chunk.candidates[0].content.parts]
    thoughts = "".join(part.text for part in parts if part.thought)
    text = "".join(part.text or "" for part in parts if not part.thought)
    calls = [part for part in parts if part.function_call]
    check("google: thinking", thoughts, "Let me see. ")
    check("google: text", text, "Zwölf 😀")
    found = [(part.function_call.name, part.function_call.args) for part in calls]
    check("google: call", found, [("get-weather", TOOL_INPUT)])
    check("google: signature", bool(calls[0].thought_signature))
    check("google: reason", chunks[-1].candidates[0].finish_reason, google.FinishReason.STOP)
    usage = chunks[-1].usage_metadata
    found = (usage.prompt_token_count, usage.cached_content_token_count, usage.candidates_token_count)
    check("google: usage", found, (30, 20, 5))
    check("google: thoughts", usage.thoughts_token_count, 4)
    try:
        post(url, "/_reset", None)
        post(url, "/_script", [{"fail": {"status": 429, "type": "RESOURCE_EXHAUSTED", "message": "Slow down"}}])
        list(client.models.generate_content_stream(model=model, contents=said, config=config))
        check("google: failure", "none")
    except google_errors.APIError as error:
        check("google: failure", (error.code, error.status, error.message), (429, "RESOURCE_EXHAUSTED", "Slow down"))


def reads(url: str) -> None:
    for read in (read_anthropic, read_openai, read_chat, read_google):
        post(url, "/_reset", None)
        post(url, "/_script", [SCRIPT, {"steps": [{"text": "Done."}]}, FAILURE])
        try:
            read(url)
        except Exception:
            traceback.print_exc()
            check(f"{read.__name__}: no exception", False)
        check(f"{read.__name__}: no rule is broken", violations(url), [])


def of_anthropic(body: dict) -> str | None:
    # The SDK writes for version 2026-10-21 of the API, which has no temperature; ours is the one before.
    return problem({key: value for key, value in body.items() if key != "temperature"}, MessageCreateParams)


def of_google(body: dict) -> str | None:
    kinds = {
        "contents": lambda value: [google.Content.model_validate(each) for each in value],
        "systemInstruction": google.Content.model_validate,
        "tools": lambda value: [google.Tool.model_validate(each) for each in value],
        "toolConfig": google.ToolConfig.model_validate,
        "generationConfig": google.GenerationConfig.model_validate,
    }
    for field, value in body.items():
        if field not in kinds:
            return f"body.{field}: no such field"
        try:
            kinds[field](with_bytes(value))
        except ValueError as error:
            return f"body.{field}: {error}"
    return None


def with_bytes(value):
    """The SDK holds signatures as bytes, and refuses those that are not base64, as ours of the fixtures are."""
    if isinstance(value, list):
        return [with_bytes(each) for each in value]
    if isinstance(value, dict):
        return {
            key: b"signature" if key == "thoughtSignature" else with_bytes(each) for key, each in value.items()
        }
    return value


# What those who serve Chat Completions take beside what OpenAI's SDK knows: fields of the body, fields of a
# message, and parts of one.
OF_VENDORS = {
    "openai_chat": ([], [], []),
    "azure": ([], [], []),
    "x_ai": ([], [], []),
    "openrouter": (["reasoning", "cache_control"], ["reasoning_details"], ["video_url"]),
    "vercel": (["reasoning", "providerOptions"], ["reasoning_details"], ["file"]),
    "groq": (["reasoning_format", "reasoning_effort"], [], []),
    "mistral": ([], [], ["document_url", "input_audio"]),
    "deepseek": (["thinking"], ["reasoning_content"], []),
    "together": (["reasoning"], [], ["video_url"]),
    "fireworks": ([], ["reasoning_content"], []),
    "ollama": ([], [], []),
    "vllm": (["chat_template_kwargs"], [], ["video_url"]),
    "llamacpp": (["chat_template_kwargs"], [], []),
    "lmstudio": ([], [], []),
}


def of_chat(vendor: str, body: dict) -> str | None:
    fields, of_message, parts = OF_VENDORS[vendor]
    body = {key: value for key, value in body.items() if key not in fields}
    messages = []
    for message in body["messages"]:
        message = {key: value for key, value in message.items() if key not in of_message}
        if isinstance(message["content"], list):
            message["content"] = [each for each in message["content"] if each["type"] not in parts]
        messages.append(message)
    return problem(body | {"messages": messages}, CompletionCreateParams)


def writes(fixtures: Path) -> None:
    """The golden bodies of our encoders. What vendors have of their own is none of OpenAI's SDK's."""
    judges = {
        "anthropic": of_anthropic,
        "openai": lambda body: problem(body, ResponseCreateParams),
        "google": of_google,
    }
    judges |= {vendor: functools.partial(of_chat, vendor) for vendor in OF_VENDORS}
    folders = {folder.name for folder in fixtures.iterdir()}
    check("every vendor with bodies has a judge", folders, set(judges))
    for folder, judge in judges.items():
        files = sorted((fixtures / folder).glob("*.request.snap"))
        check(f"{folder}: there are bodies", len(files) > 0)
        for file in files:
            text = file.read_text()
            body = json.loads(text[text.index("\n{") :])
            check(f"{folder}/{file.stem}", judge(body), None)


def main() -> int:
    binary, fixtures = sys.argv[1:]
    fake = subprocess.Popen([binary], stdout=subprocess.PIPE, text=True)
    try:
        url = json.loads(fake.stdout.readline())["url"]
        reads(url)
    finally:
        fake.terminate()
        fake.wait()
    writes(Path(fixtures))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
