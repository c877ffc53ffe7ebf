#![no_main]
//! Any bytes as `serverless.yml`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| palisade_fuzz::application(&[("serverless.yml", bytes)]));
