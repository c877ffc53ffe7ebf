use palisade_graph::Val;
use palisade_source::Span;
use smol_str::SmolStr;

/// One instance of a Terraform resource or data source, evaluated, in Terraform's own words.
///
/// References in `body` are `Target::Resource { id, attribute }`: `id` is the address of the instance that is
/// referred to, `attribute` the Terraform attribute behind it (`arn`, `id`, `invoke_arn`), a path with dots
/// where it is nested. [`super::deploy`] turns both into the deployed shape.
#[derive(Debug, Clone)]
pub struct Instance {
    /// `module.api.aws_lambda_function.f["a"]`; a symbolic instance ends in `[*]`.
    pub address: SmolStr,
    /// `aws_lambda_function`
    pub ty: SmolStr,
    /// Second label of the block.
    pub name: SmolStr,
    /// A `data` block.
    pub data: bool,
    /// Attributes and nested blocks. A nested block is a list of maps under its kind, one for each block
    /// (dynamic blocks are expanded), also where there is only one. Meta-arguments are not in it.
    pub body: Val,
    /// Type and labels of the block: where a missing attribute is reported.
    pub header: Span,
    /// The whole block.
    pub block: Span,
    /// Blocks of the modules through which it came, outermost call first.
    pub calls: Vec<Span>,
    /// Folder of the module that declares it, relative to the scan root.
    pub folder: SmolStr,
    /// Whether it stands for any number of instances whose keys are not known.
    pub symbolic: bool,
    /// `prevent_destroy`, where it is true.
    pub kept: Option<Span>,
    /// Whether it came from an adapter of a registry module instead of the module itself.
    pub adapted: bool,
}
