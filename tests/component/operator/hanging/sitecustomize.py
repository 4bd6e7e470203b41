"""On PYTHONPATH it takes the trainer's place as the interpreter starts: it says one thing, and hangs, answering."""

import http.server
import json
import os

from transferjob_trainer.contract.environment import POD_IP, POD_UID
from transferjob_trainer.contract.progress import ENDPOINT_PORT

DOCUMENT = {"podUID": os.environ.get(POD_UID, ""), "stage": "Training", "updatedTime": 1.0, "epoch": 1}
BODY = json.dumps(DOCUMENT).encode()


class Same(http.server.BaseHTTPRequestHandler):
    """Progress that stands still."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:
        return


if POD_IP in os.environ:
    print("epoch 1: waits for shard 7, token=hunter2", flush=True)
    http.server.ThreadingHTTPServer((os.environ[POD_IP], ENDPOINT_PORT), Same).serve_forever()
