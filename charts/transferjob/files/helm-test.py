"""`helm test`: the operator answers through its Service, and is ready."""

import sys
import time
import urllib.error
import urllib.request


def page(url: str) -> str:
    """The text behind a URL; raises OSError."""
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  the chart wrote the URL
        return answer.read().decode()


def check(base: str) -> str:
    """What is wrong, empty when nothing is."""
    try:
        page(f"{base}/readyz")
        metrics = page(f"{base}/metrics")
    except urllib.error.HTTPError as error:
        return f"not ready: {error.read().decode().strip()}"
    except OSError as error:
        return f"{base} does not answer: {error}"
    return "" if "transferjob_build_info{" in metrics else f"{base}/metrics is not the operator's"


def main() -> int:
    """Asks until nothing is wrong or the time is over: URL and seconds are the arguments."""
    base, seconds = sys.argv[1], float(sys.argv[2])
    end = time.monotonic() + seconds
    while wrong := check(base):
        if time.monotonic() >= end:
            print(f"not within {seconds:g} s: {wrong}")
            return 1
        time.sleep(0.5)
    print("the operator is ready")
    return 0


sys.exit(main())
