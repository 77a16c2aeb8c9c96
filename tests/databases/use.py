"""Uses a server as a client does: one turn that ends, one that waits for a tool, and a file.

Prints the ids that a test needs, as comments of SQL.
"""

import json
import sys
import urllib.request

base, key = sys.argv[1:]


def post(path, body):
    request = urllib.request.Request(
        base + path,
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return answer.headers, answer.read().decode()


def events(stream):
    frames = [line[6:] for line in stream.splitlines() if line.startswith("data: {")]
    return [json.loads(frame) for frame in frames]


def trigger(text):
    return {"triggerName": "user-message", "input": {"USER_MESSAGE": text}}


start = {"agentId": "assistant", "trigger": trigger("Hello"), "idempotencyKey": "fixture"}
headers, stream = post("/api/agent-sessions/start", start)
session = headers["X-Octavus-Session-Id"]
assert events(stream)[-1]["finishReason"] == "stop", stream
_, stream = post(f"/api/agent-sessions/{session}/trigger", trigger("What time is it?"))
paused = events(stream)
assert any(event["type"] == "tool-request" for event in paused), stream
file = {"filename": "a.txt", "mediaType": "text/plain", "size": 3}
post("/api/files/upload-urls", {"sessionId": session, "files": [file]})
print(f"-- session: {session}")
print(f"-- paused: {paused[0]['executionId']}")
