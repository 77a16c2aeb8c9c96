"""A server of others', started and asked by `converse`, which speaks for our models."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request


class Checks:
    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def check(self, name: str, fits: bool, found: object) -> None:
        if fits:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {name}: {found!r}")

    def end(self) -> int:
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, server: subprocess.Popen, seconds: int) -> None:
    """Until the server answers at all, be it with an error."""
    for _ in range(seconds * 10):
        if server.poll() is not None:
            raise SystemExit(f"the server ended with {server.returncode}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"nothing answers at {url}")


def converse(binary: str, who: str, base_url: str, model: str) -> list[dict]:
    """What came of each turn."""
    done = subprocess.run([binary, who, base_url, model], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        return [{"text": "", "finish": None, "usage": None, "failure": done.stderr}]
    return [json.loads(line) for line in done.stdout.splitlines()]
