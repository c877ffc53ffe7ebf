/// How much of a file is read before it is left unread. Exceeding a limit is reported, never silent.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes a file may have.
    pub file_bytes: u64,
    /// Files that one scan may claim.
    pub files: usize,
    /// Nesting of collections in a YAML or JSON file.
    pub depth: usize,
    /// Nesting of blocks and expressions in a file of HCL; whatever lies deeper is an error of its block or
    /// attribute. The height of an expression's tree, which a long chain of operators reaches without nesting,
    /// is bounded by four times this.
    pub hcl_depth: usize,
    /// Nodes of one tree.
    pub nodes: usize,
    /// Nodes visited through aliases, a file.
    pub alias_nodes: usize,
    /// Bytes of one decoded scalar that is read as a document.
    pub scalar_bytes: usize,
    /// Instances of one resource made by a loop.
    pub instances: usize,
    /// Resources of one application after expansion.
    pub resources: usize,
    /// Nested stacks and includes inside each other.
    pub include_depth: usize,
    /// Bytes of a string that evaluation builds.
    pub string_bytes: usize,
    /// Steps of evaluation, an application and world.
    pub steps: usize,
    /// Worlds (stages, conditions, parameters) an application is looked at in.
    pub worlds: usize,
    /// Stages a service is expanded for.
    pub stages: usize,
    /// Variables inside variables.
    pub variable_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 10 << 20,
            files: 50_000,
            depth: 200,
            hcl_depth: 64,
            nodes: 5_000_000,
            alias_nodes: 1_000_000,
            scalar_bytes: 4 << 20,
            instances: 100,
            resources: 100_000,
            include_depth: 16,
            string_bytes: 1 << 20,
            steps: 1_000_000,
            worlds: 16,
            stages: 12,
            variable_depth: 64,
        }
    }
}
