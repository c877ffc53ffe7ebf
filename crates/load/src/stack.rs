use indexmap::IndexMap;
use palisade_graph::{Interface, Val};
use palisade_source::Span;
use smol_str::SmolStr;

/// A resource in the shape in which CloudFormation deploys it, whatever dialect it was written in.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Logical id in the deployed template; of a nested stack `Nested/Id`.
    pub id: SmolStr,
    /// CloudFormation type, `AWS::Lambda::Function`.
    pub ty: SmolStr,
    /// What the author called it: the key in `functions`, the construct path, else the logical id.
    pub name: SmolStr,
    /// Terraform address, empty in other dialects.
    pub address: SmolStr,
    /// The key of its declaration; of generated resources, the place of their cause.
    pub key: Span,
    /// Its whole declaration, for ignores and for "inside".
    pub block: Span,
    /// Evaluated properties in the deployed shape.
    pub props: Val,
    /// `DependsOn`, `DeletionPolicy`, `UpdateReplacePolicy`, `Metadata`… evaluated.
    pub attributes: Val,
    /// Logical id (of a resource in the template, or of the function) that made a framework create this
    /// one; none for what the author declared.
    pub implied_by: Option<SmolStr>,
    /// Folder or file of a function's code relative to the scan root.
    pub source_root: Option<SmolStr>,
}

impl Resource {
    /// A declared resource without attributes.
    pub fn new(id: impl Into<SmolStr>, ty: impl Into<SmolStr>, key: Span, props: Val) -> Self {
        let id = id.into();
        Self {
            name: id.clone(),
            id,
            ty: ty.into(),
            address: SmolStr::default(),
            key,
            block: key,
            props,
            attributes: Val::null().clone(),
            implied_by: None,
            source_root: None,
        }
    }

    /// The resource as made by a framework because of `cause`.
    #[must_use]
    pub fn implied(mut self, cause: impl Into<SmolStr>) -> Self {
        self.implied_by = Some(cause.into());
        self
    }
}

/// The resources of one application in one world, with nested stacks folded in.
#[derive(Debug, Clone, Default)]
pub struct Stack {
    /// By logical id, in the order of the deployed template.
    pub resources: IndexMap<SmolStr, Resource>,
    /// Evaluated `Outputs` of the root template: name → {Value, Export…}.
    pub outputs: Val,
    /// What stands beside the resources.
    pub interface: Interface,
}

impl Stack {
    /// Adds or replaces a resource.
    pub fn add(&mut self, resource: Resource) {
        self.resources.insert(resource.id.clone(), resource);
    }

    /// A resource by logical id.
    pub fn get(&self, id: &str) -> Option<&Resource> {
        self.resources.get(id)
    }

    /// Resources of one type, in order.
    pub fn of_type<'a>(&'a self, ty: &'a str) -> impl Iterator<Item = &'a Resource> + 'a {
        self.resources.values().filter(move |r| r.ty == ty)
    }

    /// Whether two stacks deploy the same, wherever their values stand.
    pub fn same(&self, other: &Stack) -> bool {
        self.resources.len() == other.resources.len()
            && self.resources.iter().zip(&other.resources).all(|((a, x), (b, y))| {
                a == b && x.ty == y.ty && x.props.same(&y.props) && x.attributes.same(&y.attributes)
            })
    }
}
