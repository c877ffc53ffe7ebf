//! Colour, width, closed pipes, progress.

use std::io::Read;
use std::process::Stdio;

use crate::formats::many;
use crate::run::{CALM, HIGH, TODAY, done, example, tree};

#[test]
fn colour_follows_the_conventions() {
    let tree = tree(&[("serverless.yml", HIGH)]);
    let colored = |pairs: &[(&str, &str)], arguments: &[&str]| {
        let run = done(
            tree.command(&[&["scan", "--today", TODAY], arguments].concat()).envs(pairs.iter().copied()),
        );
        assert_eq!(run.code, 1);
        run.out.contains('\u{1b}')
    };
    // Not a terminal.
    assert!(!colored(&[], &[]));
    assert!(colored(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "0")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(!colored(&[("NO_COLOR", "1")], &[]));
    assert!(!colored(&[("TERM", "dumb")], &[]));
    // Formats for programs are never coloured.
    for format in ["json", "sarif", "github", "markdown"] {
        assert!(!colored(&[("CLICOLOR_FORCE", "1")], &["--format", format]), "{format}");
    }
}

#[test]
fn help_and_errors_follow_them_too() {
    let tree = tree(&[("palisade.toml", "persna = 1\n")]);
    for arguments in [&["scan", "-h"][..], &["scan", "--no-such-flag"], &["scan"]] {
        let colored = |pairs: &[(&str, &str)]| {
            let run = done(tree.command(arguments).envs(pairs.iter().copied()));
            run.out.contains('\u{1b}') || run.err.contains('\u{1b}')
        };
        assert!(!colored(&[]), "{arguments:?}");
        assert!(colored(&[("CLICOLOR_FORCE", "1")]), "{arguments:?}");
        assert!(!colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), "{arguments:?}");
    }
}

#[test]
fn colour_adds_nothing_but_escape_sequences() {
    let tree = tree(&[("serverless.yml", HIGH)]);
    let plain = tree.scan(&[]).out;
    let colored = done(tree.command(&["scan", "--today", TODAY]).env("CLICOLOR_FORCE", "1")).out;
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        stripped.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
}

#[test]
fn files_are_never_coloured() {
    let tree = tree(&[("serverless.yml", HIGH)]);
    let mut command = tree.command(&["scan", "--output", "text=out.txt"]);
    done(command.env("CLICOLOR_FORCE", "1"));
    assert!(!tree.read("out.txt").contains('\u{1b}'));
}

#[test]
fn help_of_a_narrow_terminal_is_narrow() {
    for arguments in [&["scan", "-h"][..], &["-h"]] {
        let run = done(tree(&[]).command(arguments).env("COLUMNS", "40"));
        assert_eq!(run.code, 0);
        // Flags cannot be broken; the words about them can.
        let prose: Vec<&str> = run.out.lines().filter(|l| l.starts_with("          ")).collect();
        assert!(prose.len() > 5, "{}", run.out);
        for line in prose {
            assert!(line.trim_end().chars().count() <= 40, "{line:?}");
        }
    }
}

#[test]
fn a_narrow_terminal_gets_narrow_lines() {
    let narrow = |columns: &str| {
        let path = example("serverless");
        done(tree(&[]).command(&["scan", "--today", TODAY]).arg(path).env("COLUMNS", columns)).out
    };
    let wide = narrow("120");
    let small = narrow("40");
    // Advice is wrapped; places, messages and source stand as they are.
    let advice = |out: &str| {
        let mut inside = false;
        let mut lines = Vec::new();
        for line in out.lines() {
            inside = line.trim_start().starts_with("= help: ") || (inside && line.starts_with("         "));
            if inside {
                lines.push(line.to_owned());
            }
        }
        lines
    };
    assert!(advice(&small).len() > advice(&wide).len());
    for line in advice(&small) {
        // A single word may be longer than the line.
        let one_word = line.trim_start().trim_start_matches("= help: ").split_whitespace().count() == 1;
        assert!(line.chars().count() <= 40 || one_word, "{line:?}");
    }
    // Never narrower than what pictures need.
    assert_eq!(narrow("3"), small);
    let rules = done(tree(&[]).command(&["rules"]).env("COLUMNS", "40")).out;
    for line in rules.lines().filter(|l| l.starts_with("    ")) {
        assert!(line.chars().count() <= 40, "{line:?}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let tree = tree(&[("serverless.yml", &many())]);
    for arguments in [&["scan", "--format", "json"][..], &["scan"], &["graph"]] {
        let whole = tree.run(arguments).out;
        // More than a pipe holds, so that the reader is gone before all is written.
        assert!(whole.len() > 128 << 10, "{arguments:?}: {}", whole.len());
        let mut child =
            tree.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        let mut some = [0; 16];
        out.read_exact(&mut some).unwrap();
        drop(out);
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}: {err}");
        assert_eq!(err, "", "{arguments:?}");
    }
}

#[test]
fn nobody_need_listen_to_standard_error() {
    let tree = tree(&[("serverless.yml", CALM)]);
    for (arguments, code) in
        [(&["scan", "no-such"][..], 2), (&["scan", "--format", "x"], 2), (&["explain", "x"], 2)]
    {
        let mut child = tree.command(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let tree = tree(&[("serverless.yml", CALM)]);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let run = tree.command(&["scan", "--today", TODAY]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    let err = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2), "{err}");
    assert!(err.starts_with("error: cannot write: "), "{err}");
}

#[test]
fn a_quick_scan_on_a_terminal_is_coloured_and_draws_no_progress() {
    let tree = tree(&[("serverless.yml", CALM)]);
    let on_terminal = |term: &str| {
        let line = format!("{} scan --today {TODAY}", env!("CARGO_BIN_EXE_palisade"));
        let mut command = std::process::Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).current_dir(tree.path()).env("TERM", term);
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).output().map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
    };
    let Ok(out) = on_terminal("xterm") else {
        eprintln!("skipped: no `script` here to make a terminal");
        return;
    };
    assert!(out.contains("\u{1b}[") && out.contains("no findings in 1 application (1 function)"), "{out:?}");
    let dumb = on_terminal("dumb").unwrap();
    assert_eq!(dumb.replace("\r\n", "\n"), "no findings in 1 application (1 function)\n");
}
