//! The SAM transform: from evaluated `AWS::Serverless::*` resources to what the transform deploys.

mod api;
mod api_auth;
mod build;
mod cause;
mod connectors;
mod deployment;
mod domain;
mod events;
mod function;
mod globals;
mod graphql;
mod http_api;
mod ids;
mod invoke;
mod openapi;
mod policies;
mod refs;
mod resource_policy;
mod role;
mod settings;
mod simple;
mod state_machine;
mod tags;
mod url;
mod usage_plan;
mod web_function;
mod web_socket;

use std::collections::HashMap;

use indexmap::IndexMap;
use palisade_graph::Val;
use smol_str::{SmolStr, format_smolstr};

use crate::{Files, Inputs, Resource, Stack};

/// What the transform needs to know beside the stack.
pub struct SamContext<'a> {
    /// Files of the application, for `DefinitionUri`, `CodeUri` and notes.
    pub files: &'a Files<'a>,
    /// Folder of the template relative to the scan root, empty for the root.
    pub folder: &'a str,
    /// Evaluated `Globals` of the template.
    pub globals: &'a Val,
    /// Region and account, where they are known.
    pub inputs: &'a Inputs,
}

/// Replaces the `AWS::Serverless::*` resources of a stack by what the transform makes of them.
///
/// `AWS::Serverless::Application` stays: it is a nested stack. References to what a resource generates
/// (`Function.Alias`, `Api.Stage`) become references to the generated resource.
pub fn transform(cx: &SamContext<'_>, stack: &mut Stack) {
    let serverless =
        |r: &Resource| globals::section(&r.ty).is_some() || !r.attributes.get("Connectors").is_null();
    if !stack.resources.values().any(serverless) {
        return;
    }
    globals::note_unknown(cx);
    let mut transform = Transform::new(cx, std::mem::take(&mut stack.resources));
    transform.run();
    let refs = std::mem::take(&mut transform.refs);
    stack.resources = transform.finish();
    refs::Rewrite { refs, inputs: cx.inputs }.stack(stack);
}

/// The transform of one template under way.
struct Transform<'a> {
    cx: &'a SamContext<'a>,
    /// The resources of the template, those of SAM with `Globals` merged in.
    resources: IndexMap<SmolStr, Resource>,
    /// What each of them becomes; also what has no declaration of its own.
    made: IndexMap<SmolStr, Vec<Resource>>,
    /// REST and HTTP APIs while events join them.
    apis: IndexMap<SmolStr, api::Api>,
    /// `Resource.Property` → id of the generated resource.
    refs: HashMap<SmolStr, SmolStr>,
    /// Buckets with what their events need.
    buckets: IndexMap<SmolStr, events::Notifications>,
    /// Functions whose versions are shifted gradually.
    deployments: Vec<deployment::Deployment>,
    /// The usage plan that APIs share.
    usage_plan: usage_plan::Shared,
    /// Record set groups of hosted zones that several domains share.
    record_sets: IndexMap<SmolStr, Resource>,
}

impl<'a> Transform<'a> {
    fn new(cx: &'a SamContext<'a>, mut resources: IndexMap<SmolStr, Resource>) -> Self {
        for resource in resources.values_mut() {
            if globals::section(&resource.ty).is_some() {
                resource.props = globals::merged(cx.globals, resource);
            }
        }
        Self {
            cx,
            resources,
            made: IndexMap::new(),
            apis: IndexMap::new(),
            refs: HashMap::new(),
            buckets: IndexMap::new(),
            deployments: Vec::new(),
            usage_plan: usage_plan::Shared::default(),
            record_sets: IndexMap::new(),
        }
    }

    fn run(&mut self) {
        self.find_apis();
        // Events change APIs, buckets and user pools: functions come before what they change.
        self.each("AWS::Serverless::Function", Self::function);
        self.each("AWS::Serverless::WebFunction", Self::web_function);
        self.finish_buckets();
        self.each("AWS::Serverless::StateMachine", Self::state_machine);
        self.finish_apis();
        self.each("AWS::Serverless::WebSocketApi", Self::web_socket_api);
        self.each("AWS::Serverless::SimpleTable", Self::simple_table);
        self.each("AWS::Serverless::LayerVersion", Self::layer_version);
        self.each("AWS::Serverless::CapacityProvider", Self::capacity_provider);
        self.each("AWS::Serverless::NetworkConnector", Self::network_connector);
        self.each("AWS::Serverless::MicrovmImage", Self::microvm_image);
        self.each("AWS::Serverless::GraphQLApi", Self::graphql_api);
        self.finish_deployments();
    }

    fn each(&mut self, ty: &str, expand: fn(&mut Self, &Resource) -> Vec<Resource>) {
        let ids: Vec<SmolStr> =
            self.resources.values().filter(|r| r.ty == ty).map(|r| r.id.clone()).collect();
        for id in ids {
            let Some(resource) = self.resources.get(&id).cloned() else { continue };
            let made = expand(self, &resource);
            self.made.insert(id, made);
        }
    }

    /// Makes what is generated reachable as `Resource.Property`: the last one of each type.
    fn refer(&mut self, id: &str, made: &[Resource], properties: &[(&str, &str)]) {
        for (property, ty) in properties {
            if let Some(resource) = made.iter().rev().find(|r| r.ty == *ty) {
                self.refs.insert(format_smolstr!("{id}.{property}"), resource.id.clone());
            }
        }
    }

    fn finish(mut self) -> IndexMap<SmolStr, Resource> {
        let mut out = IndexMap::with_capacity(self.resources.len() * 2);
        let mut embedded = Vec::new();
        let mut connectors = Vec::new();
        for (id, resource) in std::mem::take(&mut self.resources) {
            embedded.extend(connectors::embedded(&resource));
            if resource.ty == connectors::TYPE {
                connectors.push(connectors::Connector::declared(&resource));
                continue;
            }
            match self.made.get_mut(&id) {
                Some(made) => out.extend(made.drain(..).map(|r| (r.id.clone(), r))),
                None => {
                    out.insert(id, resource);
                }
            }
        }
        for (_, made) in self.made {
            out.extend(made.into_iter().map(|r| (r.id.clone(), r)));
        }
        connectors.extend(embedded);
        connectors::connect_all(self.cx, &mut out, &connectors);
        out
    }
}

#[cfg(test)]
mod tests;
