import os
import unittest

import readme_commands

README = """# Title

```sh
too early
```

## Try it

Text, and `inline code`.

```sh
# Only a comment.
first --flag   # a comment that the shell sees

second \\
  --continued
```

```sh
the second block
```

## Use it

```sh
another part
```
"""


class Commands(unittest.TestCase):
    def commands(self, text, heading="Try it"):
        return readme_commands.commands(text, heading)

    def test_first_block_under_the_heading(self):
        self.assertEqual(
            self.commands(README),
            ["first --flag   # a comment that the shell sees", "second   --continued"],
        )

    def test_subheading_belongs_to_it(self):
        text = "## Try it\n### On Debian\n```\na\n```\n"
        self.assertEqual(self.commands(text), ["a"])

    def test_no_block_before_the_next_heading(self):
        text = "## Try it\n## Use it\n```\na\n```\n"
        self.assertEqual(self.commands(text), [])

    def test_heading_inside_a_block_is_none(self):
        text = "```sh\n## Try it\n```\n```\na\n```\n## Try it\n```\nb\n```\n"
        self.assertEqual(self.commands(text), ["b"])

    def test_comment_in_the_block_is_no_heading(self):
        self.assertEqual(self.commands("# Try it\n```\n# Use it\na\n```\n"), ["a"])

    def test_other_fence_inside(self):
        self.assertEqual(self.commands("# Try it\n~~~\na\n```\nb\n~~~\n"), ["a", "```", "b"])

    def test_block_without_end(self):
        self.assertEqual(self.commands("# Try it\n```\na\n"), [])

    def test_no_such_heading(self):
        self.assertEqual(self.commands(README, "Try"), [])


class OurReadme(unittest.TestCase):
    def test_demo_and_all_tests(self):
        folder = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(folder, "..", "..", "README.md"), encoding="utf-8") as file:
            found = readme_commands.commands(file.read(), "Try it")
        self.assertEqual(len(found), 2, found)
        self.assertIn(" run ", found[0])
        self.assertIn(" test //...", found[1])


if __name__ == "__main__":
    unittest.main()
