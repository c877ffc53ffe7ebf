//! Help, version, completions.

use crate::run::tree;

/// Commands and, for the top, the empty list.
fn all() -> Vec<Vec<String>> {
    fn below(command: &clap::Command, path: &[String], out: &mut Vec<Vec<String>>) {
        out.push(path.to_vec());
        for sub in command.get_subcommands() {
            below(sub, &[path, &[sub.get_name().to_owned()]].concat(), out);
        }
    }
    let mut out = Vec::new();
    below(&palisade::command(), &[], &mut out);
    out
}

fn help(path: &[String], flag: &str) -> String {
    let arguments = [path, &[flag.to_owned()]].concat();
    tree(&[]).run(&arguments).quiet(0).out
}

#[test]
fn short_help_fits_a_screen() {
    let commands = all();
    assert!(commands.len() >= 6, "{commands:?}");
    for path in commands {
        let short = help(&path, "-h");
        assert!(short.lines().count() <= 40, "{path:?}: {} lines", short.lines().count());
        for line in short.lines().chain(help(&path, "--help").lines()) {
            assert!(line.chars().count() <= 100, "{path:?}: {line}");
        }
        assert!(short.contains("Usage: palisade"), "{short}");
    }
}

#[test]
fn help_is_as_it_was_read() {
    for (path, expected) in [
        (vec![], include_str!("expected/palisade.txt")),
        (vec!["scan".to_owned()], include_str!("expected/scan.txt")),
        (vec!["baseline".to_owned()], include_str!("expected/baseline.txt")),
        (vec!["fix".to_owned()], include_str!("expected/fix.txt")),
        (vec!["graph".to_owned()], include_str!("expected/graph.txt")),
        (vec!["can".to_owned()], include_str!("expected/can.txt")),
    ] {
        assert_eq!(help(&path, "-h"), expected);
    }
}

#[test]
fn everything_that_can_be_said_is_explained() {
    fn check(command: &clap::Command) {
        assert!(command.get_about().is_some(), "{}", command.get_name());
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
        }
        command.get_subcommands().for_each(check);
    }
    check(&palisade::command());
}

#[test]
fn long_help_says_what_the_words_mean() {
    let text = help(&["scan".to_owned()], "--help").split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "in each stage, with each value of a parameter, with each outcome of a condition",
        "`pedantic` also hardening",
        "One of critical, high, medium, low, info, never.",
        "Without it the Serverless Framework's default stage",
        "Nothing of the environment is read without this flag",
        "Exit codes: 0 clean, 1 findings",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn the_version_is_that_of_the_crate() {
    let expected = format!("palisade {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(help(&[], "--version"), expected);
    assert_eq!(help(&[], "-V"), expected);
}

#[test]
fn completions_name_every_command_and_flag() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = tree(&[]).run(&["completions", shell]).quiet(0).out;
        for word in
            ["scan", "baseline", "graph", "explain", "rules", "completions", "fail-on", "no-inline-ignores"]
        {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn the_bash_completion_is_bash() {
    let script = tree(&[]).run(&["completions", "bash"]).quiet(0).out;
    let tree = tree(&[("palisade.bash", &script)]);
    let Ok(status) =
        std::process::Command::new("bash").arg("-n").arg(tree.path().join("palisade.bash")).status()
    else {
        eprintln!("skipped: no bash here");
        return;
    };
    assert!(status.success());
}
