import unittest

import header_examples

HEADER = """// What it is for.
//
//   int a = 1;
//
//     a += 1;
//
// In another way:
//
//   int b = 2;
// Rules:
//   - A rule that has
//     two lines.
//
//   - Another rule.
//
//  This is indented by two spaces.

// Not of the opening comment:
//
//   int c = 3;
"""

DEFINITION = """// A base class.
//
//   class Mine final : public Base {
//    public:
//     int Call() override { return 0; }
//   };
"""


class ExamplesOf(unittest.TestCase):
    def test_text_ends_an_example_and_an_empty_line_does_not(self):
        self.assertEqual(
            header_examples.examples_of(HEADER),
            [(3, "int a = 1;\n\n  a += 1;\n"), (9, "int b = 2;\n")],
        )

    def test_none(self):
        for text in ("", "#include <string>\n", "// Prose.\n", "/* Other. */\n//   int c = 3;\n"):
            self.assertEqual(header_examples.examples_of(text), [], text)

    def test_code_in_the_first_line(self):
        self.assertEqual(header_examples.examples_of("//   f();\nint a;\n"), [(1, "f();\n")])


class SourceOf(unittest.TestCase):
    def test_statements_become_a_function(self):
        source = header_examples.source_of([("core/a.h", HEADER)], ['"mortise/core/a.h"'])
        self.assertIn('#include "mortise/core/a.h"\n', source)
        self.assertIn(
            "namespace mortise::core_a_h_9 {\n%s {\n{\n"
            '#line 9 "core/a.h"\nint b = 2;\n}\nreturn absl::OkStatus();\n}\n}\n'
            % header_examples.FUNCTION,
            source,
        )

    def test_a_definition_stays_outside_of_a_function(self):
        source = header_examples.source_of([("b.h", DEFINITION)], [])
        self.assertIn(
            'namespace mortise::b_h_3 {\n#line 3 "b.h"\nclass Mine final : public Base {\n', source
        )
        self.assertNotIn("OkStatus", source)

    def test_as_many_as_there_are(self):
        source = header_examples.source_of([("a.h", HEADER), ("b.h", DEFINITION)], [])
        self.assertEqual(source.count("#line"), 3)


if __name__ == "__main__":
    unittest.main()
