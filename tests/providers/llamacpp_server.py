"""The server of llama-cpp-python with a model of random weights, through the `llamacpp` preset.

    llamacpp_server.py CONVERSE_BINARY MODEL_FILE

Prints a line for each check that fails, and the sum: `N passed, M failed`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from peer import Checks, converse, free_port, wait_for


def main() -> int:
    binary, model = sys.argv[1:]
    checks = Checks()
    port = free_port()
    command = [sys.executable, "-m", "llama_cpp.server", "--model", model, "--n_ctx", "2048"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        with open(Path(folder) / "log", "w") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/v1/models", server, 60)
            answers = converse(binary, "llamacpp", f"{url}/v1", "tiny")
            for turn, answer in enumerate(answers):
                checks.check(f"turn {turn} has no failure", answer["failure"] is None, answer["failure"])
                checks.check(f"turn {turn} says something", answer["text"] != "", answer)
                checks.check(f"turn {turn} ends", answer["finish"] in ("stop", "length"), answer["finish"])
            checks.check("both turns", len(answers) == 2, answers)
        finally:
            server.terminate()
            server.wait()
            if checks.failed:
                print((Path(folder) / "log").read_text()[-4000:])
    return checks.end()


sys.exit(main())
