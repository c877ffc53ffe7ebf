//! What alarms watch.

use crate::prelude::*;

/// What the alarms of an application watch of one namespace.
#[derive(Default)]
pub struct Watched<'a> {
    /// Whether one watches the sum over everything.
    pub all: bool,
    nodes: Vec<NodeIx>,
    names: Vec<String>,
    /// A part of an alarm that is not known.
    pub open: Option<&'a Val>,
}

/// Alarms, single and of several metrics.
const ALARM: &str = "AWS::CloudWatch::Alarm";

impl<'a> Watched<'a> {
    /// What is watched of some metrics of a namespace, by a dimension.
    pub fn of(cx: &Cx<'a>, namespace: &str, metrics: &[&str], dimension: &str) -> Self {
        let mut watched = Self::default();
        for (_, alarm) in cx.of_type(ALARM) {
            let single = std::iter::once(&alarm.props);
            let several = alarm.props.get("Metrics").items().iter().map(|m| m.at("MetricStat.Metric"));
            for metric in single.chain(several) {
                let name = metric.get("MetricName");
                let counts = metrics.iter().fold(Tri::No, |any, m| any.or(name.is(m)));
                if metric.get("Namespace").is(namespace).and(counts).is_no() {
                    continue;
                }
                watched.look(cx, metric.get("Dimensions"), name, counts.is_yes(), dimension);
            }
        }
        watched
    }

    /// Whether an alarm watches a node, by a reference to it or by its name.
    pub fn has(&self, ix: NodeIx, name: &Val) -> bool {
        self.all
            || self.nodes.contains(&ix)
            || !name.is_null() && self.names.iter().any(|n| *n == name.display().as_str())
    }

    fn look(&mut self, cx: &Cx<'a>, dimensions: &'a Val, name: &'a Val, sure: bool, dimension: &str) {
        let unknown =
            if sure { Some(dimensions).filter(|d| !d.is_known() && !d.is_null()) } else { Some(name) };
        if let Some(unknown) = unknown {
            self.open = self.open.or(Some(unknown));
            return;
        }
        let mut any = false;
        for found in dimensions.items().iter().filter(|d| d.get("Name").is(dimension).is_yes()) {
            any = true;
            let value = found.get("Value");
            match cx.graph.resolve(value) {
                Some(ix) => self.nodes.push(ix),
                None if matches!(value.state, State::Unknown(_)) => self.open = self.open.or(Some(value)),
                None => self.names.push(value.display().to_string()),
            }
        }
        self.all |= !any && dimensions.items().is_empty();
    }
}
