//! Folders to scan, and runs of the binary in them.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The day of the tests, so that no runtime goes out of date under them.
pub const TODAY: &str = "2026-11-25";

/// Nothing to find for the regular persona.
pub const CALM: &str = "\
service: calm
provider:
  name: aws
  runtime: nodejs24.x
  timeout: 5
functions:
  work:
    handler: work.handler
";

/// One finding, high: `iam-wildcard-action` at line 10, column 19.
pub const HIGH: &str = "\
service: shop
provider:
  name: aws
  runtime: nodejs24.x
  timeout: 5
  iam:
    role:
      statements:
        - Effect: Allow
          Action: dynamodb:*
          Resource: \"*\"
functions:
  work:
    handler: work.handler
";

/// Not YAML, in line 7; the name says that it is ours.
pub const BROKEN: &str = "\
service: broken
provider:
  name: aws
functions:
  a:
    handler: [h
  b: {
";

/// A service of another provider.
pub const FOREIGN: &str = "\
service: elsewhere
provider:
  name: google
functions:
  a:
    handler: h
";

/// A folder that is gone when the test ends.
pub struct Tree {
    folder: tempfile::TempDir,
}

/// A folder with these files.
pub fn tree(files: &[(&str, &str)]) -> Tree {
    let tree = Tree { folder: tempfile::tempdir().unwrap() };
    for (name, text) in files {
        tree.write(name, text);
    }
    tree
}

impl Tree {
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: impl AsRef<Path>, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// The binary in this folder.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        command(self.path(), arguments)
    }

    /// Runs it to its end.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Done {
        done(&mut self.command(arguments))
    }

    /// `scan` on the day of the tests.
    pub fn scan(&self, arguments: &[&str]) -> Done {
        self.run(&[&["scan", "--today", TODAY], arguments].concat())
    }

    /// The JSON of a scan.
    pub fn report(&self, arguments: &[&str]) -> Value {
        self.scan(&[&["--format", "json"], arguments].concat()).json()
    }

    /// The properties of the only function of the graph.
    pub fn function(&self, arguments: &[&str]) -> Value {
        let graph = self.run(&[&["graph"], arguments].concat()).json();
        let nodes = graph["applications"][0]["nodes"].as_array().unwrap();
        let functions: Vec<&Value> = nodes.iter().filter(|n| n["kind"] == "function").collect();
        let [function] = functions.as_slice() else { panic!("{} functions", functions.len()) };
        (*function).clone()
    }
}

/// The binary in a folder, with nothing of the environment of the tests.
pub fn command<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_palisade"));
    command.args(arguments).current_dir(folder).env_clear().stdin(Stdio::null());
    command
}

/// What a run said.
#[derive(Debug)]
pub struct Done {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs a command to its end. No run may ever panic.
pub fn done(command: &mut Command) -> Done {
    let output = command.output().unwrap();
    let done = Done {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!done.err.contains("panicked"), "{done:?}");
    done
}

impl Done {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// Checks the exit code and that nothing was said on standard error.
    #[track_caller]
    pub fn quiet(self, code: i32) -> Self {
        assert_eq!((self.code, self.err.as_str()), (code, ""), "{}", self.out);
        self
    }

    /// Checks that it is wrong usage, with nothing on standard output, and answers the words.
    #[track_caller]
    pub fn usage(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (2, ""), "{}", self.err);
        self.err
    }
}

/// The rules of the findings of a report, in its order.
pub fn rules(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect()
}

/// The example of the repository.
pub fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/orders").join(name)
}

/// A published schema.
pub fn schema(name: &str) -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// Checks a document against a schema.
#[track_caller]
pub fn valid(validator: &jsonschema::Validator, document: &Value) {
    let errors: Vec<String> =
        validator.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path)).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
