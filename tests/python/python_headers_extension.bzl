"""python_headers.bzl for MODULE.bazel. Older Bazels do not know such a thing."""

load(":python_headers.bzl", "python_headers")

def _python_headers_extension_impl(_context):
    python_headers(name = "mortise_python_headers")

python_headers_extension = module_extension(
    implementation = _python_headers_extension_impl,
)
