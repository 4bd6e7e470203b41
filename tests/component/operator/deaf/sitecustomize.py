"""On PYTHONPATH this makes of the trainer one that hangs before its first line, and that SIGTERM does not end."""

import signal
import threading

signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
threading.Event().wait()
