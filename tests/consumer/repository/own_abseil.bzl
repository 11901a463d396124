"""Checks that this workspace is built with its own Abseil."""

def check_own_abseil():
    urls = native.existing_rule("com_google_absl")["urls"]
    if "20220623.1" not in urls[0]:
        fail("mortise_deps() put its own Abseil in place of this workspace's: %s" % urls)
