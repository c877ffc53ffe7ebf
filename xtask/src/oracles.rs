//! The pinned reference implementations that the differential tests compare with.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::process::{answers, command, output, root, run, say, target};

/// Where the oracles are installed.
pub fn folder() -> PathBuf {
    target().join("oracles")
}

/// The Python that holds the SAM transform and the template linter.
pub fn python() -> PathBuf {
    folder().join("venv/bin/python")
}

/// The Python that holds the parser of HCL.
pub fn hcl() -> PathBuf {
    folder().join("hcl/bin/python")
}

/// The Python that holds the peer of the benchmark.
pub fn peer() -> PathBuf {
    folder().join("checkov/bin/python")
}

/// The folder of the scripts that drive them.
pub fn scripts() -> PathBuf {
    root().join("xtask/oracles")
}

/// Installs what the differential tests need; nothing is done where the pinned versions are there.
pub fn install() -> Outcome {
    install_python("venv", "requirements.txt", "aws-sam-translator, cfn-lint")?;
    install_node("node", &scripts().join("node"), "osls, its plugins and typescript")?;
    install_node("iam", &scripts().join("iam"), "iam-simulate")?;
    install_node("browser", &root().join("crates/report/tests/browser"), "playwright-core and axe-core")
}

/// Installs what counts the functions of Terraform and of CDK source.
pub fn install_counters() -> Outcome {
    install_python("hcl", "hcl.txt", "python-hcl2")?;
    install_node("node", &scripts().join("node"), "osls, its plugins and typescript")
}

/// Installs the peer of the benchmark.
pub fn install_peer() -> Outcome {
    install_python("checkov", "checkov.txt", "checkov")
}

fn install_python(name: &str, requirements: &str, what: &str) -> Outcome {
    let wanted = scripts().join(requirements);
    let place = folder().join(name);
    if !is_stale(&place, &[&wanted])? {
        return Ok(());
    }
    say(&format!("installing {what} (Python, pinned in xtask/oracles/{requirements})"));
    make(&folder())?;
    run(command("python3").args(["-m", "venv", "--clear"]).arg(&place))?;
    run(command(place.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"])
        .arg(&wanted))?;
    mark(&place, &[&wanted])
}

fn install_node(name: &str, source: &Path, what: &str) -> Outcome {
    let files = [source.join("package.json"), source.join("package-lock.json")];
    let wanted: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let place = folder().join(name);
    if !is_stale(&place, &wanted)? {
        return Ok(());
    }
    let shown = source.strip_prefix(root()).unwrap_or(source).display().to_string();
    say(&format!("installing {what} (npm, pinned in {shown})"));
    make(&place)?;
    for file in &files {
        let name = file.file_name().unwrap_or_default();
        fs::copy(file, place.join(name)).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    run(command("npm")
        .args(["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"])
        .current_dir(&place))?;
    mark(&place, &wanted)
}

/// The browser that opens the HTML report: Chromium of the system, which is installed where that is allowed.
pub fn browser() -> Option<&'static str> {
    let found =
        || ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|n| answers(n, &["--version"]));
    if found().is_none() && answers("apt-get", &["--version"]) && is_root() {
        say("installing chromium (apt-get)");
        let mut install = command("apt-get");
        install.env("DEBIAN_FRONTEND", "noninteractive");
        let done = run(command("apt-get").args(["update", "-qq"])).and_then(|()| {
            run(install.args(["install", "-qq", "-y", "--no-install-recommends", "chromium"]))
        });
        if let Err(message) = done {
            say(&message);
        }
    }
    let browser = found();
    if browser.is_none() {
        say("no chromium here: the HTML report is not opened in a browser");
    }
    browser
}

fn is_root() -> bool {
    output(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn make(folder: &Path) -> Outcome {
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))
}

/// Whether what is installed differs from what is pinned.
fn is_stale(place: &Path, pinned: &[&Path]) -> Result<bool, String> {
    let installed = fs::read_to_string(place.join(".pinned")).unwrap_or_default();
    Ok(installed.trim() != digest(pinned)?)
}

fn mark(place: &Path, pinned: &[&Path]) -> Outcome {
    let file = place.join(".pinned");
    write(&file, &digest(pinned)?)
}

fn digest(files: &[&Path]) -> Result<String, String> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?);
    }
    Ok(format!("{:x}", hash.finalize()))
}

/// Writes a file of the build folder.
pub fn write(file: &Path, text: &str) -> Outcome {
    #[expect(clippy::disallowed_methods, reason = "a build product, not a file of the user")]
    fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()))
}
