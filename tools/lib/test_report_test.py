#!/usr/bin/python3 -B
"""Tests of test_report.py on build events and test.xml files as Bazel writes them."""

import json
import os
import tempfile
import unittest

import test_report

PASSING = '<testsuites><testsuite><testcase name="Adds" classname="Sum" status="run"/></testsuite></testsuites>'
FAILING = ('<testsuites><testsuite><testcase name="Adds" classname="Sum" status="run"><failure/><failure/></testcase>'
           '<testcase name="Off" classname="Sum" status="notrun"/></testsuite></testsuites>')


class TestReportTest(unittest.TestCase):

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.report = test_report.Report()

    def write(self, name, text):
        path = os.path.join(self.directory.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def add_run(self, events, exit_name="SUCCESS"):
        if exit_name:
            events = events + [{"id": {"buildFinished": {}}, "finished": {"exitCode": {"name": exit_name}}}]
        self.report.add_run(self.write("events", "\n".join(map(json.dumps, events))))

    def result(self, label, status, xml_text, attempt=1):
        outputs = []
        if xml_text is not None:
            path = self.write("%s test %d.xml" % (label.strip("/:"), attempt), xml_text)
            outputs.append({"name": "test.xml", "uri": "file://" + path.replace(" ", "%20")})
        return {
            "id": {"testResult": {"label": label, "run": 1, "shard": 1, "attempt": attempt}},
            "testResult": {"status": status, "testActionOutput": outputs},
        }

    def test_counts_cases_rather_than_targets(self):
        self.add_run([self.result("//:a", "PASSED", PASSING.replace("</testsuite>", '<testcase name="B"/></testsuite>'))])
        self.assertEqual((self.report.passed, self.report.failures), (2, []))

    def test_counts_a_case_with_two_failures_once_and_a_disabled_one_as_skipped(self):
        self.add_run([self.result("//:a", "FAILED", FAILING)], "TESTS_FAILED")
        self.assertEqual((self.report.passed, self.report.skipped), (0, 1))
        self.assertEqual(self.report.failures, ["//:a Sum.Adds"])

    def test_counts_a_timeout_whose_report_names_no_failure(self):
        self.add_run([self.result("//:a", "TIMEOUT", PASSING)], "TESTS_FAILED")
        self.assertEqual((self.report.passed, self.report.failures), (1, ["//:a (timeout)"]))

    def test_counts_a_failed_test_that_left_no_report(self):
        self.add_run([self.result("//:a", "FAILED", None), self.result("//:b", "FAILED", "<torn")], "TESTS_FAILED")
        self.assertEqual(self.report.failures, ["//:a (failed)", "//:b (failed)"])

    def test_counts_only_the_last_attempt(self):
        self.add_run([self.result("//:a", "FAILED", FAILING, 1), self.result("//:a", "PASSED", PASSING, 2)])
        self.assertEqual((self.report.passed, self.report.failures), (1, []))

    def test_counts_what_does_not_build(self):
        self.add_run([
            {"id": {"targetCompleted": {"label": "//:broken"}}, "completed": {"failureDetail": {}}},
            {"id": {"targetCompleted": {"label": "//:odd"}}, "aborted": {"reason": "ANALYSIS_FAILURE"}},
            {"id": {"targetCompleted": {"label": "//:good"}}, "completed": {"success": True}},
        ], "BUILD_FAILURE")
        self.assertEqual(self.report.failures, ["//:broken (does not build)", "//:odd (does not build)"])

    def test_a_bad_exit_without_a_failure_is_a_failure(self):
        self.add_run([self.result("//:a", "PASSED", PASSING)], "PARSING_FAILURE")
        self.assertEqual(self.report.failures, ["bazel (PARSING_FAILURE)"])

    def test_a_run_that_ended_early_is_a_failure(self):
        self.add_run([self.result("//:a", "PASSED", PASSING)], exit_name=None)
        self.assertEqual(self.report.failures, ["bazel (ended early)"])

    def test_a_run_that_never_began_is_a_failure(self):
        self.report.add_run(os.path.join(self.directory.name, "missing"))
        self.assertEqual(self.report.failures, ["bazel (ended early)"])

    def test_a_run_whose_filters_match_no_test_is_no_failure(self):
        self.add_run([], "NO_TESTS_FOUND")
        self.assertEqual((self.report.passed, self.report.failures), (0, []))

    def test_counts_the_cases_of_a_junit_file(self):
        self.report.add_junit(self.write("website.xml", "<testsuites>%s%s</testsuites>" % (PASSING, FAILING)))
        self.assertEqual((self.report.passed, self.report.failures), (1, ["website.xml Sum.Adds"]))

    def test_a_junit_file_that_is_missing_or_broken_is_a_failure(self):
        self.report.add_junit(os.path.join(self.directory.name, "missing.xml"))
        self.report.add_junit(self.write("torn.xml", "<torn"))
        self.assertEqual(self.report.failures, ["missing.xml (did not run)", "torn.xml (did not run)"])

    def test_nothing_passed_means_a_bad_exit_code(self):
        path = self.write("empty", json.dumps(
            {"id": {"buildFinished": {}}, "finished": {"exitCode": {"name": "NO_TESTS_FOUND"}}}))
        self.assertEqual(test_report.main([path]), 1)


if __name__ == "__main__":
    unittest.main()
