mod json;
mod words;

use clap::{Args, ValueEnum};
use palisade_analyze::can::{Answer, Target, answer, nearest_action, targets};
use palisade_analyze::policies::{Access, Place};
use palisade_diag::UnreadKind;
use palisade_graph::{Application, Graph, Node, NodeIx, NodeKind, World};
use palisade_iam::action::Action;
use palisade_iam::catalogue;
use palisade_iam::decide::Verdict;

use crate::flags::InputFlags;
use crate::output::{Problem, print, say};
use crate::{Surroundings, exit};

/// Says whether a function may do something, and which statements say so
///
/// All that decides is looked at: the policies of the function's role, managed policies of AWS among them, the
/// permissions boundary, and the policy of the resource. What only the deployment knows is never guessed: the
/// answer is then that it cannot be told, and what it hangs on.
#[derive(Debug, Args)]
#[command(after_help = "\
Without RESOURCE each resource of the application that the action fits is asked about, and any other; the exit code \
is that of the best answer.

Exit codes: 0 yes, 1 no, 2 wrong usage, 3 cannot tell.")]
pub struct Can {
    /// Name, logical id or node id of the function
    function: String,

    /// Action, as `s3:GetObject`
    #[arg(value_parser = action)]
    action: Action,

    /// ARN, or name, logical id or node id of a resource; `bucket/key` for an object
    ///
    /// A `*` in it stands for anything. A path such as `./orders` in its place is read as PATH.
    resource: Option<String>,

    #[command(flatten)]
    input: InputFlags,

    /// Format of standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The verdict in words, with the statements
    Text,
    /// For programs (schema palisade/can/1)
    Json,
}

fn action(text: &str) -> Result<Action, String> {
    let wild = text.contains(['*', '?']);
    let parsed = Action::parse(text).filter(|_| !wild && !text.contains(char::is_whitespace));
    parsed.ok_or_else(|| "expected one action, as `s3:GetObject`".to_owned())
}

/// The answers of one world.
struct Asked<'a> {
    world: &'a World,
    answers: Vec<Answer>,
}

impl Can {
    /// Asks and prints.
    pub fn run(&self, around: &Surroundings) -> Result<u8, Problem> {
        let mut input = self.input.clone();
        let mut resource = self.resource.as_deref();
        if let Some(path) = resource.filter(|r| is_path(r) && input.paths.is_empty()) {
            input.paths.push(path.into());
            resource = None;
        }
        let (place, request) = input.request(around)?;
        let (applications, unread) =
            palisade_engine::graphs(&request).map_err(|e| Problem::usage(e.to_string()))?;
        for entry in unread.iter().filter(|u| u.kind == UnreadKind::Failed) {
            let line = entry.line.map(|l| format!(":{l}")).unwrap_or_default();
            say(&format!("warning: {}{}{line}: unread: {}", place.prefix, entry.path, entry.reason));
        }
        if applications.is_empty() {
            super::scan::say_nothing(true, &unread);
            return Ok(exit::INCOMPLETE);
        }
        let (application, node) = find(&applications, &self.function)?;
        if self.action.id().is_none() {
            let near = nearest_action(&self.action).map(|n| format!("; did you mean `{n}`?"));
            let date = catalogue::date();
            let words = format!("`{}` is not known on {date}", self.action.as_str());
            say(&format!("warning: {words}{}", near.unwrap_or_default()));
        }
        let deployed = Place {
            account: request.inputs.account.clone(),
            region: request.inputs.region.clone(),
            written: resource.map(str::to_owned),
        };
        let mut worlds = Vec::new();
        for (world, graph) in &application.worlds {
            // A world without the function says nothing of it.
            let Some(function) = graph.by_id(&node.id) else { continue };
            match self.ask(graph, function, resource, &deployed) {
                Ok(answers) => worlds.push(Asked { world, answers }),
                Err(problem) if worlds.is_empty() => return Err(problem),
                Err(_) => {}
            }
        }
        let Some((first, others)) = worlds.split_first() else { return Ok(exit::INCOMPLETE) };
        let verdict = overall(&first.answers);
        let text = match self.format {
            Format::Json => json::written(self, application, &node, first, others, verdict),
            Format::Text => {
                let options = super::scan::options(around, &place.prefix);
                words::written(self, application, &node, first, others, verdict, &options)
            }
        };
        print(text.as_bytes())?;
        Ok(match verdict {
            Verdict::Allow => exit::CLEAN,
            Verdict::ExplicitDeny | Verdict::ImplicitDeny => exit::FINDINGS,
            Verdict::Unknown => exit::INCOMPLETE,
        })
    }

    fn ask(
        &self,
        graph: &Graph,
        function: NodeIx,
        resource: Option<&str>,
        deployed: &Place,
    ) -> Result<Vec<Answer>, Problem> {
        let mut deployed = deployed.clone();
        if deployed.region.is_none() {
            deployed.region = graph.interface.region.as_ref().map(ToString::to_string);
        }
        let mut access = Access::of(graph, &deployed);
        let found = targets(&mut access, &self.action, resource).map_err(|unknown| {
            let name = resource.unwrap_or_default();
            if let Some(ty) = unknown.unnamed_type {
                return Problem::usage(format!("`{name}` is of type `{ty}`, whose ARN is not known here"))
                    .help("say its ARN instead");
            }
            let problem = Problem::usage(format!("no resource is called `{name}`"));
            match unknown.nearest {
                Some(near) => problem.help(format!("did you mean `{near}`? An ARN may be said as well")),
                None => problem.help("`palisade graph` shows all; an ARN may be said as well"),
            }
        })?;
        let asked = |target: Target| answer(&mut access, function, &self.action, target);
        Ok(found.into_iter().filter_map(asked).collect())
    }
}

/// Whether something in RESOURCE's place is a path to read: no resource is called so.
fn is_path(text: &str) -> bool {
    matches!(text, "." | "..") || ["./", "../", "/"].iter().any(|start| text.starts_with(start))
}

/// The best answer; that of any other resource counts only where it is the only one.
fn overall(answers: &[Answer]) -> Verdict {
    let named: Vec<&Answer> = answers.iter().filter(|a| !a.target.any).collect();
    let counted: Vec<Verdict> = if named.is_empty() {
        answers.iter().map(|a| a.decision.verdict).collect()
    } else {
        named.iter().map(|a| a.decision.verdict).collect()
    };
    [Verdict::Allow, Verdict::Unknown, Verdict::ImplicitDeny]
        .into_iter()
        .find(|v| counted.contains(v))
        .unwrap_or(if counted.is_empty() { Verdict::Unknown } else { Verdict::ExplicitDeny })
}

/// The function of a name among all applications.
fn find<'a>(applications: &'a [Application], name: &str) -> Result<(&'a Application, Node), Problem> {
    let mut found: Vec<(&Application, Node)> = Vec::new();
    let mut known: Vec<String> = Vec::new();
    for application in applications {
        let mut here: Vec<&Node> = Vec::new();
        for (_, graph) in &application.worlds {
            for node in graph.nodes.iter().filter(|n| n.kind == NodeKind::Function) {
                known.push(node.name.to_string());
                if is_called(node, name) && here.iter().all(|n| n.id != node.id) {
                    here.push(node);
                }
            }
        }
        found.extend(here.into_iter().map(|n| (application, n.clone())));
    }
    // A node id names one, whatever else is called so.
    if let Some(at) = found.iter().position(|(_, n)| n.id == name) {
        return Ok(found.swap_remove(at));
    }
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(last), false) => {
            found.push(last);
            let ids: Vec<String> = found.iter().map(|(_, n)| format!("`{}`", n.id)).collect();
            let words = format!("{} functions are called `{name}`", ids.len());
            Err(Problem::usage(words).help(format!("say which: {}", ids.join(", "))))
        }
        (None, _) => {
            known.sort();
            known.dedup();
            let near = known
                .iter()
                .map(|k| (strsim::jaro_winkler(&k.to_lowercase(), &name.to_lowercase()), k))
                .filter(|(score, _)| *score > 0.75)
                .max_by(|a, b| a.0.total_cmp(&b.0));
            let problem = Problem::usage(format!("no function is called `{name}`"));
            Err(match near {
                Some((_, near)) => problem.help(format!("did you mean `{near}`?")),
                None if known.is_empty() => problem.help("there are no functions here"),
                None if known.len() <= 12 => problem.help(format!("there are: {}", known.join(", "))),
                None => problem.help("`palisade graph` shows all"),
            })
        }
    }
}

fn is_called(node: &Node, name: &str) -> bool {
    let physical = node.props.lookup("FunctionName").as_str();
    [node.id.as_str(), &node.name, &node.logical_id, node.deployed_id(), &node.address].contains(&name)
        || physical == Some(name)
        || (!name.is_empty() && node.address.strip_suffix(name).is_some_and(|before| before.ends_with('.')))
}
