"""The smallest test runner: functions whose names begin with test_, counted on a plain closing line."""

import sys
import traceback


def run(module):
    """Run every test_ function of a module's dictionary, in the order they stand."""
    passed = failed = 0
    for name, function in list(module.items()):
        if not name.startswith("test_") or not callable(function):
            continue
        try:
            function()
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"FAILED {name}")
            traceback.print_exc(file=sys.stdout)
        else:
            passed += 1
            print(f"ok {name}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


def equal(actual, expected, what=""):
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r}, got {actual!r}")
