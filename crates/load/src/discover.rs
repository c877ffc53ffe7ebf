/// Which frontend reads a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frontend {
    /// serverless.yml and its like.
    Serverless,
    /// A SAM template.
    Sam,
    /// A CloudFormation template.
    CloudFormation,
    /// A `cdk.out` folder.
    Cdk,
}
/// A file that a frontend claims.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Path relative to the scan root.
    pub path: String,
    /// Who reads it.
    pub frontend: Frontend,
}
/// What a walk found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Claimed files in order of their path.
    pub candidates: Vec<Candidate>,
}
/// What is walked.
#[derive(Debug, Default)]
pub struct WalkOptions {}
/// Walks a tree.
pub fn discover() -> Discovery {
    Discovery::default()
}
