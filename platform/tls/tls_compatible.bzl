"""Where there is TLS."""

# As `target_compatible_with`. BoringSSL knows no big-endian machine. What depends
# on such a target is left out there too.
TLS_COMPATIBLE = select({
    "//platform/tls:big_endian": ["@platforms//:incompatible"],
    "//conditions:default": [],
})
