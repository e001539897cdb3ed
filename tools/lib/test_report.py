#!/usr/bin/python3
"""Sums up the test cases of Bazel runs, from their build event files (--build_event_json_file), and of JUnit files.

Usage: test_report.py EVENTS.json|JUNIT.xml...

Prints each failure and, last, the line "N passed, N failed". Exits with 1 when anything failed or nothing passed.
A target that does not build, a crash and a time-out count as one failure each, besides the cases that did report.
"""

import json
import os.path
import sys
import urllib.parse
import xml.etree.ElementTree


class Report:
    """What a number of Bazel runs came to."""

    def __init__(self):
        self.passed = 0
        self.skipped = 0
        self.failures = []

    def add_run(self, events_path):
        """Adds one run of `bazel test`, from the file of its build events."""
        failures_before = len(self.failures)
        results = {}
        exit_code = None
        for event in _read_events(events_path):
            event_id = event["id"]
            if "testResult" in event_id:
                # The last attempt of a run is what counts.
                key = event_id["testResult"]
                results[(key["label"], key.get("run"), key.get("shard"))] = event["testResult"]
            elif "targetCompleted" in event_id and not _is_complete(event):
                self.failures.append(event_id["targetCompleted"]["label"] + " (does not build)")
            elif "buildFinished" in event_id:
                exit_code = event["finished"].get("exitCode", {})
        for (label, _, _), result in sorted(results.items()):
            self._add_result(label, result)
        if len(self.failures) == failures_before:
            self._check_exit(exit_code)

    def add_junit(self, path):
        """Adds the cases of a JUnit file; one that is missing or broken is a failure."""
        label = os.path.basename(path)
        try:
            cases = list(xml.etree.ElementTree.parse(path).iter("testcase"))
        except (OSError, xml.etree.ElementTree.ParseError):
            cases = []
        if not cases:
            self.failures.append("%s (did not run)" % label)
        for case in cases:
            self._add_case(label, case)

    def _add_case(self, label, case):
        name = ".".join(filter(None, [case.get("classname"), case.get("name")]))
        if case.find("failure") is not None or case.find("error") is not None:
            self.failures.append("%s %s" % (label, name))
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            self.skipped += 1
        else:
            self.passed += 1

    def _add_result(self, label, result):
        failed_before = len(self.failures)
        for case in _test_cases(result):
            self._add_case(label, case)
        if result["status"] not in ("PASSED", "FLAKY") and len(self.failures) == failed_before:
            self.failures.append("%s (%s)" % (label, result["status"].lower()))

    def _check_exit(self, exit_code):
        if exit_code is None:
            self.failures.append("bazel (ended early)")
        elif exit_code.get("name") not in ("SUCCESS", "NO_TESTS_FOUND"):
            self.failures.append("bazel (%s)" % exit_code.get("name", "unknown exit code"))


def _read_events(path):
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.readlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            return  # Bazel was killed while it wrote; the missing end makes the run a failure.


def _is_complete(event):
    if "aborted" in event:
        return event["aborted"].get("reason") == "SKIPPED"
    return event["completed"].get("success", False)


def _test_cases(result):
    for output in result.get("testActionOutput", []):
        if output["name"] != "test.xml":
            continue
        path = urllib.parse.unquote(urllib.parse.urlparse(output["uri"]).path)
        try:
            return list(xml.etree.ElementTree.parse(path).iter("testcase"))
        except (OSError, xml.etree.ElementTree.ParseError):
            return []
    return []


def main(paths):
    report = Report()
    for path in paths:
        if path.endswith(".xml"):
            report.add_junit(path)
        else:
            report.add_run(path)
    for failure in report.failures:
        print("FAILED " + failure)
    if report.skipped:
        print("Skipped test cases: %d" % report.skipped)
    print("%d passed, %d failed" % (report.passed, len(report.failures)))
    return 0 if report.passed and not report.failures else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
