use std::collections::BTreeSet;

use proptest::prelude::*;

use super::known::{matching, resolve};
use super::*;
use crate::catalogue::{self, Level};

fn read(json: &str) -> Sheet {
    Sheet::read(json).unwrap()
}

fn characters(sheet: &Sheet) -> usize {
    sheet.json().chars().count()
}

/// All actions of some levels, spelled out.
fn of_levels(levels: &[Level]) -> Vec<String> {
    let mut all = Vec::new();
    for service in catalogue::services() {
        catalogue::names(service, |id, name| {
            if levels.contains(&id.level()) {
                all.push(format!("{}:{name}", service.prefix()));
            }
        });
    }
    all
}

fn allow(actions: &[String]) -> Sheet {
    let list = serde_json::to_string(actions).unwrap();
    read(&format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{list},"Resource":"*"}}]}}"#
    ))
}

#[test]
fn measure() {
    for levels in [&[Level::Read, Level::List][..]] {
        let sheet = allow(&of_levels(levels));
        eprintln!("explicit {} actions {}", characters(&sheet), of_levels(levels).len());
        let start = std::time::Instant::now();
        let mut plan = plan::Plan::new(&sheet, true);
        let n = plan.moves();
        plan.apply(n);
        eprintln!("trie {} {:?}", plan.blocks[0].size(), start.elapsed());
        plan.offer_middles();
        let n = plan.moves();
        plan.apply(n);
        eprintln!("middle {} {:?}", plan.blocks[0].size(), start.elapsed());
        let start = std::time::Instant::now();
        let s = shrink(&sheet, Some(Limits::MANAGED)).unwrap();
        eprintln!("docs {} {:?}", s.documents.len(), start.elapsed());
    }
    let start = std::time::Instant::now();
    let mut all = Vec::new();
    catalogue::managed::all(|name, _, json| all.push((name.to_owned(), json.to_owned())));
    let mut hist = std::collections::BTreeMap::new();
    let mut worst = Vec::new();
    for (name, json) in &all {
        let t = std::time::Instant::now();
        let sheet = read(json);
        let s = shrink(&sheet, Some(Limits::MANAGED));
        let key = match &s {
            Ok(s) => format!("{} docs, wild {}", s.documents.len(), !s.wildcards.is_empty()),
            Err(e) => e.to_string().chars().take(30).collect(),
        };
        *hist.entry(key.clone()).or_insert(0) += 1;
        worst.push((t.elapsed(), name.clone(), key, characters(&sheet)));
    }
    worst.sort();
    eprintln!("{hist:?} {:?}", start.elapsed());
    for w in worst.iter().rev().take(12) {
        eprintln!("{w:?}");
    }
}
