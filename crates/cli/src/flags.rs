use std::path::PathBuf;

use clap::Args;
use palisade_config::Config;
use palisade_engine::{Request, environment_file, parameter_file};
use palisade_load::Inputs;

use crate::Surroundings;
use crate::output::{Problem, say};
use crate::place::Place;

/// What every command that reads an application takes.
#[derive(Debug, Clone, Default, Args)]
pub struct InputFlags {
    /// Folders or files to read [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Stage that is deployed, as `prod` [default: all that the files name]
    ///
    /// Without it the Serverless Framework's default stage is looked at, and every other stage that the files
    /// name, since each may be deployed differently. With SAM it is the environment of samconfig.toml.
    #[arg(long, value_name = "NAME")]
    pub stage: Option<String>,

    /// Value of a parameter or of a Terraform variable; repeatable
    ///
    /// It wins over `--param-file` and over the default in the template. A parameter that has neither stays
    /// unknown: no finding is based on what it might be.
    #[arg(long = "param", value_name = "K=V", value_parser = pair)]
    pub params: Vec<(String, String)>,

    /// File of parameters, JSON, YAML or tfvars; repeatable
    ///
    /// A list of `ParameterKey` and `ParameterValue`, a map with `Parameters`, a map of names and values, or
    /// values of Terraform variables.
    #[arg(long = "param-file", alias = "var-file", value_name = "FILE")]
    pub param_files: Vec<PathBuf>,

    /// Option of the Serverless Framework that `${opt:K}` reads; repeatable
    #[arg(long = "opt", value_name = "K=V", value_parser = pair, hide_short_help = true)]
    pub opts: Vec<(String, String)>,

    /// Environment variable that `${env:NAME}` may read; repeatable
    ///
    /// Nothing of the environment is read without this flag or `--env-file`.
    #[arg(long = "env", value_name = "NAME", hide_short_help = true)]
    pub env: Vec<String>,

    /// File of `NAME=value` lines that `${env:NAME}` may read
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub env_file: Option<PathBuf>,

    /// Region that is deployed to, as `eu-west-1`
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,

    /// Workspace of Terraform [default: default]
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub workspace: Option<String>,

    /// Folder that nothing is read outside of [default: PATH]
    ///
    /// Paths in the answer are relative to it. Of several PATHs it is their deepest common folder.
    #[arg(long, value_name = "FOLDER", hide_short_help = true)]
    pub root: Option<PathBuf>,

    /// Leaves out paths, a glob relative to the root (`fixtures/**`); repeatable
    #[arg(long, value_name = "GLOB", value_parser = glob)]
    pub exclude: Vec<String>,

    /// Synthesised CDK application to read even if .gitignore names it, or `none`; repeatable
    #[arg(long, value_name = "FOLDER", hide_short_help = true)]
    pub cdk_out: Vec<PathBuf>,

    /// Configuration file [default: palisade.toml in the root]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Day that end-of-life dates and expiries are compared to, as `2027-01-31` [default: today]
    #[arg(long, value_name = "DATE", value_parser = date, hide_short_help = true)]
    pub today: Option<i64>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or_else(|| "expected `key=value`".to_owned())?;
    Ok((key.to_owned(), value.to_owned()))
}

fn glob(text: &str) -> Result<String, String> {
    globset::Glob::new(text).map(|_| text.to_owned()).map_err(|e| e.kind().to_string())
}

fn date(text: &str) -> Result<i64, String> {
    palisade_rules::parse_date(text).ok_or_else(|| "expected a date as `2027-01-31`".to_owned())
}

impl InputFlags {
    /// The place and the part of the request that these flags say.
    pub fn request(&self, around: &Surroundings) -> Result<(Place, Request), Problem> {
        let place = Place::of(&around.folder, self.root.as_deref(), &self.paths)?;
        let config = self.configuration(around, &place)?;
        let mut inputs = Inputs {
            stage: self.stage.clone(),
            stages: config.scan.stages.clone(),
            region: self.region.clone().or_else(|| config.region.clone()),
            account: config.account.clone(),
            workspace: self.workspace.clone(),
            opts: self.opts.iter().cloned().collect(),
            ..Inputs::default()
        };
        for file in &self.param_files {
            let read = parameter_file(&text_of(around, file, &file.display().to_string())?);
            inputs.params.extend(read.map_err(|e| Problem::usage(format!("`{}`: {e}", file.display())))?);
        }
        inputs.params.extend(self.params.iter().cloned());
        if let Some(file) = &self.env_file {
            let read = environment_file(&text_of(around, file, &file.display().to_string())?);
            inputs.env.extend(read.map_err(|e| Problem::usage(format!("`{}`: {e}", file.display())))?);
        }
        for name in &self.env {
            match around.environment.get(name) {
                Some(value) => {
                    inputs.env.insert(name.clone(), value.clone());
                }
                None => say(&format!("warning: `--env {name}`: there is no such variable")),
            }
        }
        let mut request = Request { root: place.root.clone(), inputs, ..Request::default() };
        request.walk.paths.clone_from(&place.paths);
        request.walk.exclude = config.scan.exclude.iter().chain(&self.exclude).cloned().collect();
        request.walk.no_cdk_out = self.cdk_out.iter().any(|c| c.as_os_str() == "none");
        let assemblies = self.cdk_out.iter().filter(|c| c.as_os_str() != "none");
        request.walk.cdk_out =
            assemblies.map(|c| place.inside(&around.folder, c)).collect::<Result<_, _>>()?;
        request.settings = config.settings(self.today.unwrap_or(around.today()));
        request.config = config;
        Ok((place, request))
    }

    /// `--config`, else `palisade.toml` of the root, else nothing.
    fn configuration(&self, around: &Surroundings, place: &Place) -> Result<Config, Problem> {
        let (shown, path) = match &self.config {
            Some(file) => (file.display().to_string(), around.folder.join(file)),
            None => {
                let path = place.root.join("palisade.toml");
                if !path.is_file() {
                    return Ok(Config::default());
                }
                (format!("{}palisade.toml", place.prefix), path)
            }
        };
        let text = text_of(around, &path, &shown)?;
        palisade_config::parse(&place.name(&path), &text).map_err(|errors| {
            let options = crate::command::scan::error_options(around);
            let draw = |e: &palisade_config::ConfigError| {
                let (message, help) = (e.to_string(), e.help());
                let problem = palisade_report::Problem {
                    path: &shown,
                    text: &text,
                    span: Some(e.place().span.clone()),
                    message: &message,
                    help: &help,
                };
                palisade_report::problem(&problem, &options)
            };
            let drawn: Vec<String> = errors.iter().map(draw).collect();
            Problem { code: crate::exit::USAGE, message: drawn.join("\n"), help: None, drawn: true }
        })
    }
}

/// Text of a file that the user named, and how it is shown.
pub fn text_of(around: &Surroundings, file: &std::path::Path, shown: &str) -> Result<String, Problem> {
    let limit = palisade_source::Limits::default().file_bytes;
    match palisade_source::read_text(&around.folder.join(file), limit) {
        Ok((text, _)) => Ok(text.to_string()),
        Err(e) => Err(Problem::usage(format!("cannot read `{shown}`: {e}"))),
    }
}
