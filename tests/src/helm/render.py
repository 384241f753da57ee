"""Lints a chart and renders it with given values, by Helm's own code (the library in helm-sdkpy), against an API server that
only takes note: python3 render.py LIBRARY CHART VALUES.json. Prints {"lint": [...], "objects": [...]} or {"error": "..."}."""

import ctypes
import json
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What the chart may make: path of the group, resource, kind.
KINDS = [
    ("/api/v1", "configmaps", "ConfigMap"),
    ("/api/v1", "secrets", "Secret"),
    ("/api/v1", "services", "Service"),
    ("/api/v1", "serviceaccounts", "ServiceAccount"),
    ("/apis/apps/v1", "statefulsets", "StatefulSet"),
    ("/apis/networking.k8s.io/v1", "ingresses", "Ingress"),
    ("/apis/networking.k8s.io/v1", "networkpolicies", "NetworkPolicy"),
    ("/apis/monitoring.coreos.com/v1", "servicemonitors", "ServiceMonitor"),
]
VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]
objects = []


def listing(path):
    """What an API server answers about itself; None for anything else."""
    if path == "/version":
        return {"major": "1", "minor": "30", "gitVersion": "v1.30.0"}
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        names = sorted({group.split("/")[2] for group, _, _ in KINDS if group.startswith("/apis/")})
        versions = lambda name: {"groupVersion": f"{name}/v1", "version": "v1"}
        groups = [{"name": n, "versions": [versions(n)], "preferredVersion": versions(n)} for n in names]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
    found = [(resource, kind) for group, resource, kind in KINDS if group == path]
    if found:
        version = path.removeprefix("/apis/").removeprefix("/api/")
        resources = [
            {"name": r, "singularName": r.rstrip("s"), "namespaced": True, "kind": k, "verbs": VERBS} for r, k in found
        ]
        return {"kind": "APIResourceList", "groupVersion": version, "resources": resources}
    return None


class Api(BaseHTTPRequestHandler):
    def answer(self, code, body):
        self.send(code, json.dumps(body).encode(), "application/json")

    def send(self, code, data, form):
        self.send_response(code)
        self.send_header("Content-Type", form)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        path = self.path.split("?")[0]
        if (about := listing(path)) is not None:
            self.answer(200, about)
        elif path.endswith("/secrets"):
            self.answer(200, {"kind": "SecretList", "apiVersion": "v1", "metadata": {}, "items": []})
        else:
            self.answer(404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404})

    def take(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        form = self.headers["Content-Type"]
        # Helm's own record of the release comes in protobuf, the chart's objects in JSON.
        if "json" in form:
            objects.append(json.loads(data))
        self.send(201 if self.command == "POST" else 200, data, form)

    do_POST = do_PUT = do_PATCH = take

    def log_message(self, *_):
        pass


def main(library, chart, values):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    helm = ctypes.CDLL(library)
    helm.helm_sdkpy_last_error.restype = ctypes.c_char_p

    def call(function, *arguments):
        """A function of the library; what went wrong is its last error."""
        if function(*arguments) != 0:
            raise RuntimeError((helm.helm_sdkpy_last_error() or b"no reason given").decode())

    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": "post"}}],
        "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}],
        "users": [{"name": "u", "user": {}}],
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(kubeconfig, file)
        file.flush()
        return render(helm, call, file.name, chart, values)


def render(helm, call, kubeconfig, chart, values):
    handle, said = ctypes.c_ulonglong(), ctypes.c_char_p()
    text = lambda value: json.dumps(value).encode()
    call(helm.helm_sdkpy_config_create, b"post", kubeconfig.encode(), None, b"{}", ctypes.byref(handle))
    call(helm.helm_sdkpy_lint, handle, chart.encode(), ctypes.byref(said))
    lint = json.loads(said.value or b"null")
    options = {"wait": False, "disable_openapi_validation": True, "server_side_apply": "false"}
    arguments = (b"langhals", chart.encode(), json.dumps(values).encode(), None, text(options))
    call(helm.helm_sdkpy_install, handle, *arguments, ctypes.byref(said))
    return {"lint": lint, "objects": objects, "release": json.loads(said.value or b"null")}


if __name__ == "__main__":
    try:
        with open(sys.argv[3], encoding="utf-8") as file:
            print(json.dumps(main(sys.argv[1], sys.argv[2], json.load(file))))
    except RuntimeError as error:
        print(json.dumps({"error": str(error)}))
