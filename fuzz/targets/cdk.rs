#![no_main]
//! Any bytes as a synthesised app: the manifest, a NUL byte, and the template.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let manifest = parts.next().unwrap_or_default();
    let template = parts.next().unwrap_or_default();
    palisade_fuzz::application(&[
        ("cdk.out/manifest.json", manifest),
        ("cdk.out/Stack.template.json", template),
    ]);
});
