//! Synthesised CDK applications (`cdk.out`).
