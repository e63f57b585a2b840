#!/usr/bin/env python3
"""A small API behind nginx: answers with what reached it. app.py [PORT]

Who calls stands in the X-Authz-* headers. It believes them because nobody but nginx reaches its port.
"""

import http.server
import json
import sys


class Api(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        text = b""
        while size := int(self.rfile.readline(), 16):
            text += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return text

    def answer(self):
        shown = {"method": self.command, "path": self.path, "body": self.body().decode("utf-8", "replace"),
                 "headers": {name.lower(): ", ".join(self.headers.get_all(name)) for name in self.headers}}
        text = json.dumps(shown, indent=1).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Api).serve_forever()
