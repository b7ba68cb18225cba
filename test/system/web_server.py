"""A little HTTP server as a service may be: web_server.py PORT [HEALTH_FILE].

It answers GET / with its process id, after 5 ms. GET /health is answered with 503 while the file isn't
there. At SIGTERM it takes no new connections, ends the requests that it has, and exits with 0.
"""
import http.server
import os
import signal
import sys
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status, body = 200, str(os.getpid()).encode()
        if self.path == "/health" and len(sys.argv) > 2 and not os.path.exists(sys.argv[2]):
            status = 503
        time.sleep(0.005)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128


server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever(poll_interval=0.02)
server.server_close()
print("ended in order", flush=True)
