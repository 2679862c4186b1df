"""A headless Chromium driven by its DevTools protocol, and a JupyterLab for it to open."""

import base64
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

from csqa.show.fonts import font_path

CHROMIUM = shutil.which("chromium")
SECONDS = 90
"""Until a page has become what it was waited for; a loaded machine takes long to start a kernel."""

SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
"""Of JupyterLab: ask nobody for news, and draw cells that are out of sight too."""

FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir></fontconfig>"""


def wait_until(found: Callable[[], Any], what: str, seconds: float = SECONDS) -> Any:
    """Ask again and again until the answer is not empty."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = found()
        if answer:
            return answer
        time.sleep(0.1)
    message = f"waited {seconds} s for {what}"
    raise TimeoutError(message)


class Page:
    """One page of the browser."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, suppress_origin=True, timeout=SECONDS)
        self._number = 0

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command of the protocol; what the browser answers."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": parameters}
        self._socket.send(json.dumps(command))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def run(self, expression: str) -> Any:
        """Value of a JavaScript expression, after its promise."""
        told = self.ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def wait(self, expression: str) -> Any:
        """Wait until an expression is true; its value."""
        return wait_until(lambda: self.run(expression), expression)

    def photograph(self, path: Path) -> None:
        """Store what the window shows as PNG."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))

    def close(self) -> None:
        self._socket.close()


@contextmanager
def started(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """Run a program of ours, and end it with all that it started."""
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, env=environment, stdout=written, stderr=written, start_new_session=True
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def open_page(address: str, home: Path, *, width: int = 1400, height: int = 1500) -> Iterator[Page]:
    """Open an address in a Chromium of its own, with a Chinese font."""
    home.mkdir()
    conf = home / "fonts.conf"
    conf.write_text(FONTS.format(folder=font_path().parent, cache=home / "fontcache"), "utf-8")
    command = [str(CHROMIUM), "--headless=new", "--no-sandbox", "--disable-gpu"]
    command += ["--remote-debugging-port=0", f"--user-data-dir={home / 'profile'}"]
    command += [f"--window-size={width},{height}", "about:blank"]
    told = home / "profile" / "DevToolsActivePort"
    environment = {**os.environ, "FONTCONFIG_FILE": str(conf)}
    with started(command, environment, home / "chromium.log"):
        lines = wait_until(lambda: told.exists() and told.read_text().split(), "chromium")
        site = f"http://127.0.0.1:{lines[0]}/json/new?about:blank"
        with urllib.request.urlopen(urllib.request.Request(site, method="PUT")) as answer:
            page = Page(json.load(answer)["webSocketDebuggerUrl"])
        try:
            page.ask("Page.enable")
            page.ask("Emulation.setFocusEmulationEnabled", enabled=True)
            page.ask("Page.navigate", url=address)
            yield page
        finally:
            page.close()


@contextmanager
def open_lab(folder: Path, home: Path) -> Iterator[str]:
    """Start JupyterLab on this machine only, with nothing of the user's; its address and token."""
    token = secrets.token_hex(16)
    names = ("config", "data", "runtime", "settings", "workspaces", "ipython")
    places = {name: home / name for name in names}
    for place in places.values():
        place.mkdir(parents=True)
    for name, content in SETTINGS.items():
        stored = places["settings"] / "@jupyterlab" / f"{name}.jupyterlab-settings"
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_text(json.dumps(content), "utf-8")
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(places["config"]),
        "JUPYTER_DATA_DIR": str(places["data"]),
        "JUPYTER_RUNTIME_DIR": str(places["runtime"]),
        "JUPYTERLAB_SETTINGS_DIR": str(places["settings"]),
        "JUPYTERLAB_WORKSPACES_DIR": str(places["workspaces"]),
        "IPYTHONDIR": str(places["ipython"]),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--expose-app-in-browser", f"--ServerApp.root_dir={folder}"]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    command += [f"--IdentityProvider.token={token}"]
    with started(command, environment, home / "lab.log"):
        told = wait_until(lambda: list(places["runtime"].glob("jpserver-*.json")), "JupyterLab")
        server = wait_until(lambda: _read(told[0]), "the server's address")
        yield f"http://127.0.0.1:{server['port']}/lab/tree/{{}}?token={token}"


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
