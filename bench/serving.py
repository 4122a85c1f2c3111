# SPDX-License-Identifier: Apache-2.0
"""What benchmarks of servers share: starting them, loading them with wrk, looking at them."""
import base64
import gzip
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PASSWORD = "benchmark password, nobody's"


def event(number, padding=0):
    return {
        "userId": f"user-{number}",
        "event": "Order Completed",
        "type": "track",
        "messageId": f"00000000-0000-4000-8000-{number:012d}",
        "originalTimestamp": "2026-01-02T03:04:05.678Z",
        "sentAt": "2026-01-02T03:04:05.900Z",
        "context": {
            "library": {"name": "bench", "version": "1.0.0"},
            "locale": "en-GB",
            "page": {"path": "/cart", "title": "Cart", "url": "https://shop.example/cart"},
            "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 "
                         "Safari/537.36",
        },
        "properties": {
            "order_id": f"order-{number}",
            "revenue": 25.5,
            "currency": "EUR",
            "products": [{"product_id": "p1", "sku": "S-1", "price": 19, "quantity": 1}] * 3,
            **({"text": "x" * padding} if padding else {}),
        },
    }


def wrk_script(directory, write_key, batch, is_packed, padding=0):
    """A Lua script that posts bodies of `batch` events with 512 different users."""
    directory = pathlib.Path(tempfile.mkdtemp(dir=directory))
    (directory / "bodies").mkdir()
    for i in range(512):
        events = [event(i * batch + n, padding) for n in range(batch)]
        body = json.dumps(events[0] if batch == 1 else {"batch": events}).encode()
        (directory / "bodies" / str(i)).write_bytes(gzip.compress(body) if is_packed else body)
    path = "/v1/track" if batch == 1 else "/v1/batch"
    encoding = '["Content-Encoding"] = "gzip",' if is_packed else ""
    script = directory / "post.lua"
    script.write_text(
        f"""
local requests = {{}}
local headers = {{
  {encoding} ["Authorization"] = "Basic {write_key}", ["Content-Type"] = "application/json"
}}
for i = 0, 511 do
  local file = io.open("{directory}/bodies/" .. i, "rb")
  local body = file:read("*a")
  file:close()
  requests[#requests + 1] = {{ body }}
end
init = function()
  for _, request in ipairs(requests) do
    request[2] = wrk.format("POST", "{path}", headers, request[1])
  end
end
local n = 0
request = function()
  n = n % #requests + 1
  return requests[n][2]
end
"""
    )
    return script, len(body)


def stat_of(pid):
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


class Server:
    """Processes that serve `url` together; the first one is the one that is started here."""

    def __init__(self, command, environment=None, url=None):
        self.url = url
        self.sync_count = (environment or {}).get("SYNC_COUNT")
        self.processes = [subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **(environment or {})})]
        for line in [] if url else self.processes[0].stdout:
            found = re.search(r"listening on (http://\S+)", line)
            if found:
                self.url = found.group(1)
                return
        if not url:
            sys.exit(f"{command[0]} did not start")

    def pids(self):
        """With all children: nginx has workers."""
        pids = [process.pid for process in self.processes]
        return pids + [
            int(child) for pid in pids
            for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def cpu_seconds(self):
        ticks = sum(int(stat_of(pid)[11]) + int(stat_of(pid)[12]) for pid in self.pids())
        return ticks / os.sysconf("SC_CLK_TCK")

    def written_bytes(self):
        texts = [pathlib.Path(f"/proc/{pid}/io").read_text() for pid in self.pids()]
        return sum(int(re.search(r"write_bytes: (\d+)", text).group(1)) for text in texts)

    def syncs(self):
        if not self.sync_count:
            return 0
        return int.from_bytes(pathlib.Path(self.sync_count).read_bytes(), sys.byteorder)

    def rss_mb(self):
        return sum(int(stat_of(pid)[21]) for pid in self.pids()) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)


def measure(server, script, connections, seconds):
    cpu, written, syncs = server.cpu_seconds(), server.written_bytes(), server.syncs()
    out = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script, server.url],
        capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        sys.exit(f"errors during the run:\n{out}")
    requests = int(re.search(r"(\d+) requests in", out).group(1))
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", out)
    scale = {"us": 0.001, "ms": 1, "s": 1000}[p99.group(2)]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    return {"rate": rate, "p99_ms": float(p99.group(1)) * scale,
            "cpu_us": (server.cpu_seconds() - cpu) * 1e6 / requests,
            "bytes": (server.written_bytes() - written) / requests,
            "syncs": (server.syncs() - syncs) / requests, "rss_mb": server.rss_mb()}


def watched(directory, delay_ms=0):
    """The environment of a server whose fdatasyncs are counted, and take delay_ms longer."""
    directory = pathlib.Path(tempfile.mkdtemp(dir=directory))
    library, count = directory / "watch_sync.so", directory / "count"
    subprocess.run(["cc", "-D_GNU_SOURCE", "-shared", "-fPIC", "-O2", "-o", library,
                    ROOT / "bench/watch_sync.c"], check=True)
    count.write_bytes(bytes(8))
    return {"LD_PRELOAD": str(library), "SYNC_COUNT": str(count), "SYNC_DELAY_MS": str(delay_ms)}


class Pintle:
    """A data directory of its own with one source; start() serves it."""

    def __init__(self, directory):
        self.binary = str(ROOT / "build" / "pintle")
        self.data = pathlib.Path(directory) / "data"
        subprocess.run([self.binary, "setup", "--data", self.data, "--organization", "Bench",
                        "--workspace", "Bench", "--email", "bench@example.com", "--password-stdin"],
                       input=PASSWORD, text=True, check=True, stdout=subprocess.DEVNULL)
        self.token = subprocess.run(
            [self.binary, "token", "create", "--data", self.data, "--email", "bench@example.com",
             "--workspace", "Bench", "--name", "bench", "--scope", "read-write"],
            capture_output=True, text=True, check=True).stdout.strip()
        self.source = None

    def start(self, environment=None):
        return Server([self.binary, "serve", "--data", str(self.data), "--listen", "127.0.0.1:0"],
                      {"PINTLE_JOURNAL_RESERVE_BYTES": "0", **(environment or {})})

    def post(self, server, path, body, method="POST"):
        request = urllib.request.Request(
            server.url + path, method=method, data=json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + self.token, "Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def make_source(self, server):
        self.source = self.post(server, "/v2/sources", {
            "name": "bench", "type": "HTTP", "enabled": True, "config": {}})["source"]
        return self.source["writeKey"]


def basic(write_key):
    return base64.b64encode((write_key + ":").encode()).decode()


def start_pintle(directory, environment):
    """A new installation, and its source's write key."""
    pintle = Pintle(directory)
    server = pintle.start(environment)
    return server, pintle.make_source(server)


def load(url, write_key, **options):
    """The account of `pintle bench`; option names with underscores."""
    words = [word for name, value in options.items()
             for word in ("--" + name.replace("_", "-"), str(value))]
    done = subprocess.run([str(ROOT / "build/pintle"), "bench", "--url", url, "--write-key",
                           write_key, "--json", *words], capture_output=True, text=True)
    if not done.stdout:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


NGINX = """
load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
daemon off; error_log stderr; master_process on; worker_processes {threads};
pid {directory}/nginx.pid; 
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {directory}/body;
  client_body_buffer_size 4m; client_max_body_size 4m;
  proxy_temp_path {directory}/p; fastcgi_temp_path {directory}/f;
  uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;
  keepalive_requests 100000000; lua_package_path "/usr/share/lua/5.1/?.lua;;";
  server {{
    listen 127.0.0.1:{port} reuseport;
    location / {{
      content_by_lua_block {{
        ngx.req.read_body()
        local redis = require("nginx.redis"):new()
        assert(redis:connect("unix:{directory}/redis.sock"))
        assert(redis:rpush("events", ngx.req.get_body_data()))
        redis:set_keepalive(10000, 256)
        ngx.print("ok")
      }}
    }}
  }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_peer(directory, environment, threads):
    """Redis syncs each command that came in together; nginx has as many workers as Pintle loops."""
    port = free_port()
    redis = Server(["redis-server", "--port", "0", "--unixsocket", f"{directory}/redis.sock",
                    "--unixsocketperm", "777", "--dir", str(directory),
                    "--appendonly", "yes", "--appendfsync", "always", "--save", "",
                    "--auto-aof-rewrite-percentage", "0"],
                   environment, url="redis")
    config = directory / "nginx.conf"
    config.write_text(NGINX.format(directory=directory, port=port, threads=threads))
    nginx = Server(["nginx", "-c", str(config), "-p", str(directory)],
                   url=f"http://127.0.0.1:{port}")
    nginx.processes += redis.processes
    nginx.sync_count = redis.sync_count
    for _ in range(100):
        try:
            request = urllib.request.Request(nginx.url, data=b"{}", method="POST")
            urllib.request.urlopen(request).read()
            return nginx
        except OSError:
            time.sleep(0.1)
    nginx.stop()
    sys.exit("nginx with Redis did not start")
