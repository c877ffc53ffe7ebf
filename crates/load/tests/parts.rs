//! Files that are parts of a service.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use palisade_load::{Inputs, WalkOptions, read};
use palisade_source::{Limits, write_atomic};

/// Roots of the applications of some files.
fn roots(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        write_atomic(&path, text).unwrap();
    }
    let all = read(folder.path(), &WalkOptions::default(), &Inputs::default(), &Limits::default()).unwrap();
    all.applications.iter().map(|a| a.root.to_string()).collect()
}

#[test]
fn what_services_take_values_from_is_no_service() {
    let service = "service: s\nprovider: {name: aws}\ncustom: ${file(../serverless.common.yml):custom}\nfunctions: {a: {handler: a.b}}\n";
    let common = "provider: {name: aws}\ncustom: {customDomain: {domainName: x}}\nplugins: [x]\n";
    assert_eq!(roots(&[("a/serverless.yml", service), ("serverless.common.yml", common)]), ["a"]);
    // Nobody takes anything from it, or it has the name that the framework reads by itself.
    assert_eq!(roots(&[("serverless.common.yml", common)]), ["."]);
    let other = service.replace("serverless.common.yml", "b/serverless.yml");
    assert_eq!(roots(&[("a/serverless.yml", &other), ("b/serverless.yml", common)]), ["a", "b"]);
}
