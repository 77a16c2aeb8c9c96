"""The proxy of litellm, which answers by itself, as a peer that nobody of ours has written.

    litellm_proxy.py CONVERSE_BINARY LITELLM_BINARY

It takes the requests of all four formats and answers each in its own words. Prints a line for each check that
fails, and the sum: `N passed, M failed`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from peer import Checks, converse, free_port, wait_for

ANSWER = "Zwölf Boxkämpfer jagen Viktor."
# The mock answers Chat Completions and Gemini as streams, the other two formats only whole. They are asked for a
# model that the proxy fetches from itself, so that it translates a stream into them.
CONFIG = """
model_list:
  - model_name: mocked
    litellm_params: {{ model: openai/gpt-4o, api_key: none, mock_response: "{answer}" }}
  - model_name: translated
    litellm_params: {{ model: together_ai/mocked, api_key: sk-peer, api_base: "http://127.0.0.1:{port}/v1" }}
general_settings: {{ master_key: sk-peer }}
litellm_settings: {{ telemetry: false }}
"""
FORMATS = [
    ("openai_chat", "/v1", "mocked"),
    ("google", "", "mocked"),
    ("openai", "/v1", "translated"),
    ("anthropic", "", "translated"),
]


def main() -> int:
    binary, litellm = sys.argv[1:]
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        port = free_port()
        config.write_text(CONFIG.format(answer=ANSWER, port=port))
        command = [litellm, "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
        with open(Path(folder) / "log", "w") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/health/liveliness", server, 120)
            for format, base, model in FORMATS:
                answers = converse(binary, f"{format}:sk-peer", url + base, model)
                for turn, answer in enumerate(answers):
                    name = f"{format}: turn {turn}"
                    checks.check(f"{name} has no failure", answer["failure"] is None, answer["failure"])
                    checks.check(f"{name} says it all", answer["text"] == ANSWER, answer["text"])
                    checks.check(f"{name} ends well", answer["finish"] == "stop", answer["finish"])
                checks.check(f"{format}: both turns", len(answers) == 2, answers)
            refused = converse(binary, "openai_chat:sk-wrong", f"{url}/v1", "mocked")[0]["failure"] or {}
            kind = refused.get("errorType")
            checks.check("a wrong key is told", kind in ("authentication_error", "validation_error"), refused)
        finally:
            server.terminate()
            server.wait()
            if checks.failed:
                print((Path(folder) / "log").read_text()[-4000:])
    return checks.end()


sys.exit(main())
