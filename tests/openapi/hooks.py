"""Takes schemathesis to where no random text leads: half of its agents have a protocol that compiles, and
half of its sessions are some that were created before and get a trigger that they know."""

import json
import os
import random

import schemathesis

EXAMPLE = json.loads(os.environ["EXAMPLE_AGENT"])
TEXTS = ["Hello", "What time is it?", "\u0000\ud7ff\U0001f600", ""]

# What other requests can name. The server has loaded the first two.
agents = ["assistant", "support"]
sessions = []


def example_agent(body, choice):
    settings = {**EXAMPLE["settings"], "slug": f"agent-{choice.randrange(1000)}"}
    return {**body, **EXAMPLE, "settings": settings}


def example_change(body, choice):
    return {**body, "settings": {}, "protocol": EXAMPLE["protocol"], "prompts": EXAMPLE["prompts"]}


def example_session(body, choice):
    return {"agentId": choice.choice(agents)}


def example_trigger(body, choice):
    rest = {key: value for key, value in body.items() if key not in ("executionId", "toolResults")}
    return {**rest, "triggerName": "user-message", "input": {"USER_MESSAGE": choice.choice(TEXTS)}}


def example_start(body, choice):
    rest = {key: value for key, value in body.items() if key != "input"}
    return {**rest, "agentId": choice.choice(agents), "trigger": example_trigger({}, choice)}


EXAMPLES = {
    "createAgent": example_agent,
    "validateAgent": example_agent,
    "updateAgent": example_change,
    "createSession": example_session,
    "startSession": example_start,
    "triggerSession": example_trigger,
}


def choice_of(value):
    """A choice that depends on the value alone, so that a run can be repeated."""
    return random.Random(json.dumps(value, sort_keys=True, default=str))


@schemathesis.hook
def map_body(context, body):
    change = EXAMPLES.get(context.operation.definition.raw.get("operationId"))
    if change is None or not isinstance(body, dict):
        return body
    choice = choice_of(body)
    return change(body, choice) if choice.random() < 0.5 else body


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    choice = choice_of(path_parameters)
    if sessions and path_parameters and "session" in path_parameters and choice.random() < 0.5:
        return {**path_parameters, "session": choice.choice(sessions[-3:])}
    return path_parameters


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code not in (200, 201) or case.method != "POST":
        return
    if case.operation.path == "/api/agents":
        agents.append(response.json()["agentId"])
    if case.operation.path == "/api/agent-sessions":
        sessions.append(response.json()["sessionId"])
