#![no_main]
//! Any bytes as the program of a CDK application, in both languages at once: the parsers and what follows them.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    palisade_fuzz::application(&[
        ("script/cdk.json", br#"{"app": "npx ts-node app.tsx", "context": {"a": "b"}}"#.as_slice()),
        ("script/app.tsx", bytes),
        ("python/cdk.json", br#"{"app": "python3 app.py"}"#.as_slice()),
        ("python/app.py", bytes),
    ]);
});
