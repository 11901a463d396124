// The part of macOS's CoreFoundation that Abseil uses, so that it compiles and
// links without Apple's SDK. It is only for checking. See
// //tools/toolchains/README.md.

#ifndef MORTISE_TOOLS_TOOLCHAINS_ZIG_CFTIMEZONE_H_
#define MORTISE_TOOLS_TOOLCHAINS_ZIG_CFTIMEZONE_H_

#ifdef __cplusplus
extern "C" {
#endif

typedef const void* CFTypeRef;
typedef const struct __CFString* CFStringRef;
typedef const struct __CFTimeZone* CFTimeZoneRef;
typedef signed long CFIndex;
typedef unsigned int CFStringEncoding;
typedef unsigned char Boolean;

enum { kCFStringEncodingUTF8 = 0x08000100 };

void CFRelease(CFTypeRef object);
Boolean CFStringGetCString(CFStringRef string, char* buffer, CFIndex size,
                           CFStringEncoding encoding);
CFIndex CFStringGetLength(CFStringRef string);
CFIndex CFStringGetMaximumSizeForEncoding(CFIndex length,
                                          CFStringEncoding encoding);
CFTimeZoneRef CFTimeZoneCopyDefault(void);
CFStringRef CFTimeZoneGetName(CFTimeZoneRef zone);

#ifdef __cplusplus
}
#endif

#endif  // MORTISE_TOOLS_TOOLCHAINS_ZIG_CFTIMEZONE_H_
