//! Trees that are not as one would wish: names, permissions, links, special files.

use crate::run::{CALM, HIGH, TODAY, tree};

#[cfg(unix)]
mod unix {
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::{Command, Stdio};

    use super::{CALM, HIGH, TODAY, tree};
    use crate::run::{Tree, done};

    fn strange(after: &str) -> OsString {
        let mut name = OsString::from(OsStr::from_bytes(b"caf\xe9"));
        name.push(after);
        name
    }

    /// A tree with a folder whose name is not UTF-8, if the file system has such names.
    fn strange_tree(text: &str) -> Option<Tree> {
        let tree = tree(&[("app/serverless.yml", CALM)]);
        if std::fs::create_dir(tree.path().join(strange(""))).is_err() {
            eprintln!("skipped: this file system holds UTF-8 names only");
            return None;
        }
        tree.write(strange("/serverless.yml"), text);
        Some(tree)
    }

    #[test]
    fn what_has_no_utf8_name_is_unread_not_missed() {
        let Some(tree) = strange_tree(HIGH) else { return };
        let report = tree.report(&[]);
        assert_eq!(report["complete"], false);
        assert_eq!(report["unread"][0]["path"], "caf\u{fffd}/serverless.yml");
        assert_eq!(report["unread"][0]["kind"], "failed");
        tree.scan(&[]).quiet(3);
    }

    #[test]
    fn a_folder_without_utf8_name_can_be_scanned_itself() {
        let Some(tree) = strange_tree(HIGH) else { return };
        let scan = |paths: &[&OsStr]| {
            let mut command = tree.command(&["scan", "--today", TODAY]);
            done(command.args(paths))
        };
        let name = strange("");
        let alone = scan(&[&name]).quiet(1);
        assert!(alone.out.contains("high[iam-wildcard-action]"), "{}", alone.out);
        let err = scan(&[&name, OsStr::new("app")]).usage();
        assert!(err.contains("is not UTF-8") && err.contains("help: "), "{err}");
    }

    #[test]
    fn arguments_that_are_not_utf8_are_wrong_usage() {
        let tree = tree(&[("serverless.yml", CALM)]);
        for before in [&["scan", "--stage"][..], &["explain"], &[], &["scan", "--param"]] {
            done(tree.command(before).arg(strange(""))).usage();
        }
        done(tree.command(&["scan", "--config"]).arg(strange(""))).usage();
    }

    #[test]
    fn an_environment_that_is_not_utf8_does_no_harm() {
        let tree = tree(&[("serverless.yml", CALM)]);
        let mut command = tree.command(&["scan", "--today", TODAY]);
        done(command.env(strange(""), strange("")).env("TERM", strange(""))).quiet(0);
    }

    #[test]
    fn links_that_lead_nowhere_or_round_are_passed_by() {
        let tree = tree(&[("app/serverless.yml", CALM)]);
        symlink("no-such-file.yml", tree.path().join("broken.yml")).unwrap();
        symlink(tree.path(), tree.path().join("app/round")).unwrap();
        symlink("self.yml", tree.path().join("self.yml")).unwrap();
        tree.scan(&[]).quiet(0);
    }

    #[test]
    fn links_out_of_the_root_are_not_followed() {
        let outside = tree(&[("serverless.yml", HIGH)]);
        let inside = tree(&[("app/serverless.yml", CALM)]);
        symlink(outside.path(), inside.path().join("link")).unwrap();
        symlink(outside.path().join("serverless.yml"), inside.path().join("template.yml")).unwrap();
        inside.scan(&[]).quiet(0);
    }

    #[test]
    fn a_pipe_in_the_tree_is_not_waited_for() {
        let tree = tree(&[("app/serverless.yml", CALM)]);
        let made = Command::new("mkfifo").arg(tree.path().join("serverless.yml")).status();
        if !made.is_ok_and(|s| s.success()) {
            eprintln!("skipped: no `mkfifo` here");
            return;
        }
        tree.scan(&[]).quiet(0);
        assert_eq!(tree.scan(&["serverless.yml"]).code, 3);
    }

    /// Runs the binary as somebody who may not read everything; root may, so that it becomes nobody first.
    /// `None` where that is not possible.
    fn as_nobody(tree: &Tree, arguments: &[&str]) -> Option<crate::run::Done> {
        if tree.path().metadata().unwrap().uid() != 0 {
            return Some(tree.run(arguments));
        }
        let open = |path: &Path| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        };
        let home = tempfile::tempdir().unwrap();
        let binary = home.path().join("palisade");
        std::fs::copy(env!("CARGO_BIN_EXE_palisade"), &binary).unwrap();
        for path in [home.path(), &binary, tree.path()] {
            open(path);
        }
        let mut command = Command::new(&binary);
        command
            .args(arguments)
            .current_dir(tree.path())
            .env_clear()
            .stdin(Stdio::null())
            .uid(65_534)
            .gid(65_534);
        match command.output() {
            Ok(_) => Some(done(&mut command)),
            Err(e) => {
                eprintln!("skipped: root may read everything, and cannot become nobody here: {e}");
                None
            }
        }
    }

    fn forbid(tree: &Tree, name: &str) {
        std::fs::set_permissions(tree.path().join(name), std::fs::Permissions::from_mode(0o0)).unwrap();
    }

    fn allow(tree: &Tree, name: &str) {
        // So that the folder can be removed.
        std::fs::set_permissions(tree.path().join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn an_unreadable_folder_is_unread() {
        let tree = tree(&[("open/serverless.yml", CALM), ("shut/serverless.yml", HIGH)]);
        forbid(&tree, "shut");
        let run = as_nobody(&tree, &["scan", "--today", TODAY, "--format", "json"]);
        let named = as_nobody(&tree, &["scan", "shut"]);
        allow(&tree, "shut");
        let (Some(run), Some(named)) = (run, named) else { return };
        assert_eq!(run.code, 3, "{run:?}");
        let report = run.json();
        assert_eq!(report["unread"][0]["path"], "shut");
        assert_eq!(report["unread"][0]["reason"], "permission denied");
        assert_eq!(report["applications"].as_array().unwrap().len(), 1);
        assert_eq!(named.code, 3, "{named:?}");
        assert!(named.out.contains("permission denied"), "{named:?}");
    }

    #[test]
    fn an_unreadable_file_is_unread_if_its_name_says_that_it_is_ours() {
        let tree =
            tree(&[("open/serverless.yml", CALM), ("shut/serverless.yml", HIGH), ("shut/notes.json", "{}")]);
        forbid(&tree, "shut/serverless.yml");
        forbid(&tree, "shut/notes.json");
        let Some(run) = as_nobody(&tree, &["scan", "--today", TODAY, "--format", "json"]) else { return };
        assert_eq!(run.code, 3, "{run:?}");
        let report = run.json();
        let unread = report["unread"].as_array().unwrap();
        assert_eq!(unread.len(), 1, "{unread:?}");
        assert_eq!(unread[0]["path"], "shut/serverless.yml");
        assert_eq!(unread[0]["reason"], "permission denied");
    }

    #[test]
    fn an_unreadable_configuration_is_wrong_usage() {
        let tree = tree(&[("serverless.yml", CALM), ("palisade.toml", "")]);
        forbid(&tree, "palisade.toml");
        let Some(run) = as_nobody(&tree, &["scan"]) else { return };
        assert_eq!(run.usage(), "error: cannot read `palisade.toml`: permission denied\n");
    }
}

#[test]
fn what_a_terminal_would_act_on_is_not_written_to_it() {
    let text = HIGH.replace("  work:", "  \"wo\\e[31mrk\\u202e\":");
    let tree = tree(&[("serverless.yml", &text)]);
    for format in ["text", "concise", "github", "markdown"] {
        let run = tree.scan(&["--format", format]);
        assert!(!run.out.contains(['\u{1b}', '\u{202e}']), "{format}: {:?}", run.out);
    }
}

#[test]
fn empty_and_binary_files_do_no_harm() {
    let tree = tree(&[
        ("app/serverless.yml", CALM),
        ("empty.yml", ""),
        ("zero.json", "\0\0\0"),
        ("mark.yaml", "\u{feff}"),
    ]);
    tree.run(&["scan", "--today", TODAY]).quiet(0);
}

#[test]
fn a_name_with_spaces_and_signs_is_shown_whole() {
    let tree = tree(&[("my app (1)/serverless.yml", HIGH)]);
    let run = tree.scan(&["my app (1)", "--format", "concise"]).quiet(1);
    assert!(run.out.starts_with("my app (1)/serverless.yml:10:19: high["), "{}", run.out);
}
