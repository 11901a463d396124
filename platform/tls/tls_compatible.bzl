"""Where there is TLS."""

# As `target_compatible_with`. BoringSSL knows no big-endian machine, and who
# needs no TLS can do without (--define=mortise_tls=off). What depends on such a
# target is left out then too.
TLS_COMPATIBLE = select({
    "//platform/tls:no_tls": ["@platforms//:incompatible"],
    "//conditions:default": [],
})
