#![no_main]
//! Any bytes as `template.yaml`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| palisade_fuzz::application(&[("template.yaml", bytes)]));
