use clap::{Args, ValueEnum};
use palisade_diag::UnreadKind;

use crate::flags::InputFlags;
use crate::output::{Problem, print, say};
use crate::{Surroundings, exit};

/// Prints the application graph: functions, what starts them, what they may do, what they reach
///
/// The graph is what the scan asks its questions of: entries, functions, roles, stores and the edges
/// between them, with the place in the files where each is written. A value that depends on the stage or on
/// a condition is shown as the default one has it, and is named in `varies`.
#[derive(Debug, Args)]
pub struct Graph {
    #[command(flatten)]
    input: InputFlags,

    /// Format of standard output
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Nodes and edges with their properties
    Json,
    /// A diagram for Markdown
    Mermaid,
    /// A diagram for Graphviz
    Dot,
}

impl Graph {
    /// Reads and prints it.
    pub fn run(&self, around: &Surroundings) -> Result<u8, Problem> {
        let (place, request) = self.input.request(around)?;
        let (applications, unread) =
            palisade_engine::graphs(&request).map_err(|e| Problem::usage(e.to_string()))?;
        let text = match self.format {
            Format::Json => {
                let json = palisade_graph::graph_json(&applications);
                format!("{}\n", serde_json::to_string_pretty(&json).unwrap_or_default())
            }
            Format::Mermaid => palisade_graph::to_mermaid(&applications),
            Format::Dot => palisade_graph::to_dot(&applications),
        };
        print(text.as_bytes())?;
        let mut incomplete = applications.is_empty();
        for entry in &unread {
            incomplete |= entry.kind == UnreadKind::Failed;
            let line = entry.line.map(|l| format!(":{l}")).unwrap_or_default();
            let word = if entry.kind == UnreadKind::Failed { "unread" } else { "foreign" };
            say(&format!("{}{}{line}: {word}: {}", place.prefix, entry.path, entry.reason));
        }
        super::scan::say_nothing(applications.is_empty(), &unread);
        Ok(if incomplete { exit::INCOMPLETE } else { exit::CLEAN })
    }
}
